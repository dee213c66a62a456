"""The wall: what somebody sends becomes a card, and what they share goes to everybody else."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from playground.example.incoming import IN_PRIVATE, WORDS, message_of, query_of
from playground.example.post import Post, file_of
from playground.example.sending import counted, patiently

if TYPE_CHECKING:
    from playground.example.bot import AnyHandler, Context
    from playground.example.people import People, Person
    from playground.example.post import Kind

ALBUM_PAUSE = 0.4
"""Seconds without another item after which an album is counted: Telegram marks no end of one."""
KEPT_POSTS = 1000
FORGOTTEN = "I was restarted and forgot this one. Send it again, and I ask anew."
NOBODY = "Nobody else is here yet. Press START on a second phone, then share this."


class Wall:
    """All posts that are not forgotten yet."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._posts: dict[int, Post] = {}
        self._last_number = 0
        self._counting: set[int] = set()
        """Albums whose next item is waited for."""

    def handlers(self) -> list[AnyHandler]:
        edited = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
        return [
            CommandHandler("wall", self.send_all),
            MessageHandler(WORDS, self.take_text),
            MessageHandler(IN_PRIVATE & (filters.PHOTO | filters.Document.ALL), self.take_file),
            MessageHandler(edited & (filters.TEXT | filters.CAPTION), self.take_edit),
            CallbackQueryHandler(self.done, r"done:\d+"),
            CallbackQueryHandler(self.share, r"share:\d+"),
            CallbackQueryHandler(self.discard, r"discard:\d+"),
            CallbackQueryHandler(self.forgotten),
        ]

    # What people send

    async def take_text(self, update: Update, context: Context) -> None:
        message = message_of(update)
        post = self._new_post(self._people.of(update), "text", message)
        await self._show(context, post)

    async def take_file(self, update: Update, context: Context) -> None:
        message = message_of(update)
        file, kind, details = file_of(message)
        post = self._album(message.media_group_id)
        if post is None:
            post = self._new_post(self._people.of(update), kind, message)
        else:
            post.message_ids.append(message.id)
            post.text = post.text or message.caption or ""
        post.files.append(file)
        if post.group_id is None:
            post.details = details
            await self._show(context, post)
            return
        if post.number not in self._counting:
            self._counting.add(post.number)
            context.application.create_task(self._count(context, post), update)

    async def _count(self, context: Context, post: Post) -> None:
        """Shows how many items came, once no more do."""
        counted_items = 0
        while counted_items < len(post.files):
            counted_items = len(post.files)
            await asyncio.sleep(ALBUM_PAUSE)
        self._counting.discard(post.number)
        await self._show(context, post)

    async def take_edit(self, update: Update, context: Context) -> None:
        """Changes the card and, where it was shared, what the others see."""
        message = message_of(update)
        post = next((each for each in self._posts.values() if each.bears(message)), None)
        if post is None:
            return
        post.text = message.text or message.caption or ""
        await self._show(context, post)
        for chat_id, message_id in post.copies:
            try:
                await self._rewrite(context, chat_id, message_id, post.for_others(), None, is_caption=bool(post.files))
            except TelegramError:
                continue  # That copy is deleted, or its owner gone.

    def _new_post(self, author: Person, kind: Kind, message: Message) -> Post:
        self._last_number += 1
        post = self._posts[self._last_number] = Post(
            number=self._last_number,
            author=author,
            kind=kind,
            text=message.text or message.caption or "",
            group_id=message.media_group_id,
            message_ids=[message.id],
            is_collecting=message.media_group_id is not None,
        )
        if len(self._posts) > KEPT_POSTS:
            del self._posts[next(iter(self._posts))]
        return post

    def _album(self, group_id: str | None) -> Post | None:
        if group_id is None:
            return None
        return next((post for post in self._posts.values() if post.group_id == group_id), None)

    # The card's buttons

    async def done(self, update: Update, context: Context) -> None:
        post = await self._tapped(update, context)
        if post is not None:
            post.is_collecting = False
            await query_of(update).answer()
            await self._show(context, post)

    async def discard(self, update: Update, context: Context) -> None:
        post = await self._tapped(update, context)
        if post is None or post.card_id is None:
            return
        del self._posts[post.number]
        await query_of(update).answer("Discarded")
        text = "Discarded. Nobody else saw it."
        await self._rewrite(context, post.author.id, post.card_id, text, None, is_caption=post.is_single_file)

    async def share(self, update: Update, context: Context) -> None:
        post = await self._tapped(update, context)
        if post is None:
            return
        others = self._people.others(post.author)
        if not others:
            await query_of(update).answer(NOBODY, show_alert=True)
            return
        await query_of(update).answer("Sharing it …")
        for other in others:
            try:
                sent = await patiently(partial(_send_copy, context, post, other.id))
            except Forbidden:
                self._people.forget(other.id)
            else:
                post.copies.append((other.id, sent.id))
        if not post.copies:
            await context.bot.send_message(post.author.id, NOBODY)
            return
        post.shared_with = len(post.copies)
        await self._show(context, post)

    async def forgotten(self, update: Update, context: Context) -> None:
        """A button of a card that is no longer known, or of no kind that there is now."""
        query = query_of(update)
        await query.answer(FORGOTTEN, show_alert=True)
        if query.message is not None:
            await context.bot.edit_message_reply_markup(query.message.chat.id, query.message.message_id)

    async def _tapped(self, update: Update, context: Context) -> Post | None:
        """The post of the button that was tapped; None, and the tap is answered, where there is nothing to do."""
        post = self._posts.get(int((query_of(update).data or "").partition(":")[2]))
        if post is None:
            await self.forgotten(update, context)
        elif post.shared_with:
            await query_of(update).answer("It is shared already.")
        else:
            return post
        return None

    async def _show(self, context: Context, post: Post) -> None:
        """Sends the card, or brings it up to date."""
        text, buttons = post.card()
        chat_id = post.author.id
        if post.card_id is not None:
            await self._rewrite(context, chat_id, post.card_id, text, buttons, is_caption=post.is_single_file)
        elif post.is_single_file:
            send = context.bot.send_photo if post.kind == "photo" else context.bot.send_document
            card = await patiently(
                lambda: send(chat_id, post.files[0], caption=text, parse_mode=ParseMode.HTML, reply_markup=buttons)
            )
            post.card_id = card.id
        else:
            card = await patiently(
                lambda: context.bot.send_message(
                    chat_id,
                    text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=buttons,
                    reply_parameters=ReplyParameters(post.message_ids[0], allow_sending_without_reply=True),
                )
            )
            post.card_id = card.id

    async def _rewrite(
        self,
        context: Context,
        chat_id: int,
        message_id: int,
        text: str,
        buttons: InlineKeyboardMarkup | None,
        *,
        is_caption: bool,
    ) -> None:
        bot, html = context.bot, ParseMode.HTML
        try:
            if is_caption:
                await patiently(
                    lambda: bot.edit_message_caption(
                        chat_id, message_id, caption=text, parse_mode=html, reply_markup=buttons
                    )
                )
            else:
                await patiently(
                    lambda: bot.edit_message_text(text, chat_id, message_id, parse_mode=html, reply_markup=buttons)
                )
        except BadRequest as error:
            if "not modified" not in str(error).lower():
                raise

    # All of it

    async def send_all(self, update: Update, context: Context) -> None:
        """/wall: everything that was shared, as a text file."""
        person = self._people.of(update)
        shared = [post for post in self._posts.values() if post.shared_with]
        if not shared:
            await message_of(update).reply_text("Nothing was shared yet. Write something and tap Share.")
            return
        await context.bot.send_chat_action(person.id, ChatAction.UPLOAD_DOCUMENT)
        lines = [f"{post.author.name}: {post.text or post.title}" for post in shared]
        content = "\n".join([*lines, ""]).encode()
        caption = counted(len(shared), "post", "posts")
        await patiently(lambda: context.bot.send_document(person.id, content, filename="wall.txt", caption=caption))


async def _send_copy(context: Context, post: Post, chat_id: int) -> Message:
    """Sends a post to one of the others; the message that bears its text."""
    text = post.for_others()
    if post.kind == "text":
        return await context.bot.send_message(chat_id, text, parse_mode=ParseMode.HTML)
    if len(post.files) == 1:
        send = context.bot.send_photo if post.kind == "photo" else context.bot.send_document
        return await send(chat_id, post.files[0], caption=text, parse_mode=ParseMode.HTML)
    form = InputMediaPhoto if post.kind == "photo" else InputMediaDocument
    album = [form(file) for file in post.files]
    sent = await context.bot.send_media_group(chat_id, album, caption=text, parse_mode=ParseMode.HTML)
    return sent[0]
