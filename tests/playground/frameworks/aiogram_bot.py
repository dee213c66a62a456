"""The example bot in small, on aiogram 3: the same words, so that one test fits both."""

from __future__ import annotations

import asyncio
from html import escape
from typing import TYPE_CHECKING

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiogram.utils.keyboard import InlineKeyboardBuilder, ReplyKeyboardBuilder

from playground.example.pictures import SKIES, sky

if TYPE_CHECKING:
    from aiogram.methods import AnswerCallbackQuery, SendMessage

ALBUM_PAUSE = 0.2
ASK_NAME = "What shall I call you?"
ANSWERS = ("Mars", "Mercury", "Venus")


def build(api_url: str, token: str) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


def dispatcher() -> Dispatcher:
    """A dispatcher with a bot's state of its own."""
    made = Dispatcher()
    made.include_router(Example().router())
    return made


def buttons(*rows: tuple[str, str]) -> InlineKeyboardMarkup:
    builder = InlineKeyboardBuilder()
    for text, data in rows:
        builder.add(InlineKeyboardButton(text=text, callback_data=data))
    return builder.as_markup()


class Example:
    """The bot's handlers and what they remember."""

    def __init__(self) -> None:
        self.here: set[int] = set()
        self.albums: dict[str, list[str]] = {}
        self.cards: dict[tuple[int, int], int] = {}
        """By chat and message: the card that shows it."""

    def router(self) -> Router:
        router = Router()
        router.message(CommandStart())(self.start)
        router.message(Command("quiz"))(self.quiz)
        router.message(Command("name"))(self.ask_name)
        router.message(Command("album"))(self.album)
        router.message(F.reply_to_message.text == ASK_NAME)(self.take_name)
        router.message(F.text.in_(ANSWERS))(self.take_answer)
        router.message(F.text)(self.take_text)
        router.message(F.media_group_id)(self.take_album_item)
        router.message(F.photo | F.document)(self.take_file)
        router.edited_message(F.text)(self.take_edit)
        router.callback_query(F.data == "about")(self.about)
        router.callback_query(F.data == "share")(self.share)
        router.callback_query(F.data.startswith("done:"))(self.done)
        router.my_chat_member()(self.membership)
        router.inline_query()(self.dress_up)
        return router

    async def start(self, message: Message, command: CommandObject) -> None:
        self.here.add(message.chat.id)
        came_with = f"\nYou came with <code>{escape(command.args)}</code>." if command.args else ""
        name = escape(message.chat.first_name or "")
        await message.answer(f"Hello, <b>{name}</b>!{came_with}", reply_markup=buttons(("ℹ️ About", "about")))

    async def about(self, query: CallbackQuery) -> AnswerCallbackQuery:
        # Returned instead of awaited: behind a webhook, this is the answer to the update itself.
        return query.answer("A small bot to try the playground with.", show_alert=True)

    async def quiz(self, message: Message) -> None:
        builder = ReplyKeyboardBuilder()
        for answer in ANSWERS:
            builder.button(text=answer)
        keyboard = builder.as_markup(resize_keyboard=True, one_time_keyboard=True)
        assert isinstance(keyboard, ReplyKeyboardMarkup)
        await message.answer("Which planet is nearest to the Sun?", reply_markup=keyboard)

    async def take_answer(self, message: Message) -> SendMessage:
        verdict = "Right!" if message.text == "Mercury" else "It is Mercury."
        return message.answer(verdict, reply_markup=ReplyKeyboardRemove())

    async def ask_name(self, message: Message) -> None:
        await message.answer(ASK_NAME, reply_markup=ForceReply(input_field_placeholder="A name"))

    async def take_name(self, message: Message) -> None:
        await message.answer(f"Nice to meet you, <b>{escape(message.text or '')}</b>.")

    async def album(self, message: Message) -> None:
        assert message.bot is not None
        await message.bot.send_chat_action(message.chat.id, "upload_photo")
        pictures = [InputMediaPhoto(media=BufferedInputFile(sky(name), f"{name}.png"), caption=name) for name in SKIES]
        await message.answer_media_group(list(pictures))

    async def take_text(self, message: Message) -> None:
        card = await message.reply(
            f"Share this with the others?\n<blockquote>{escape(message.text or '')}</blockquote>",
            reply_markup=buttons(("Share", "share")),
        )
        self.cards[message.chat.id, message.message_id] = card.message_id

    async def take_edit(self, message: Message) -> None:
        assert message.bot is not None
        await message.bot.edit_message_text(
            f"Share this with the others?\n<blockquote>{escape(message.text or '')}</blockquote>",
            chat_id=message.chat.id,
            message_id=self.cards[message.chat.id, message.message_id],
            reply_markup=buttons(("Share", "share")),
        )

    async def take_file(self, message: Message) -> None:
        keyboard = buttons(("Share", "share"))
        if message.document is not None:
            caption = f"<b>{escape(message.document.file_name or '')}</b>\nShare 1 document with the others?"
            await message.answer_document(message.document.file_id, caption=caption, reply_markup=keyboard)
        elif message.photo:
            largest = message.photo[-1]
            caption = f"{largest.width} × {largest.height}\nShare 1 photo with the others?"
            await message.answer_photo(largest.file_id, caption=caption, reply_markup=keyboard)

    async def take_album_item(self, message: Message) -> None:
        group_id = message.media_group_id or ""
        items = self.albums.setdefault(group_id, [])
        items.append(message.photo[-1].file_id if message.photo else "")
        count = len(items)
        await asyncio.sleep(ALBUM_PAUSE)
        if count == len(items):
            text = f"{count} photos so far."
            await message.answer(text, reply_markup=buttons((f"{count} photos · Done", f"done:{group_id}")))

    async def done(self, query: CallbackQuery) -> None:
        count = len(self.albums[(query.data or "").partition(":")[2]])
        await query.answer()
        assert isinstance(query.message, Message)
        await query.message.edit_text(
            f"Share {count} photos with the others?", reply_markup=buttons(("Share", "share"))
        )

    async def share(self, query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        others = self.here - {query.from_user.id}
        if not others:
            await query.answer("Nobody else is here yet.", show_alert=True)
            return
        await query.answer("Sharing it …")
        for other in others:
            try:
                await query.message.bot.send_message(other, query.message.html_text)  # type: ignore[union-attr]
            except TelegramForbiddenError:
                self.here.discard(other)
        says = f"Shared with {len(others)} {'person' if len(others) == 1 else 'people'}."
        if query.message.photo or query.message.document:
            await query.message.edit_caption(caption=says)
        else:
            await query.message.edit_text(says)

    async def membership(self, change: ChatMemberUpdated) -> None:
        if change.new_chat_member.status == "kicked":
            self.here.discard(change.from_user.id)

    async def dress_up(self, query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=f"<b>{escape(query.query)}</b>")
        await query.answer(
            [InlineQueryResultArticle(id="bold", title="Bold", input_message_content=content)], cache_time=0
        )


async def introduce(bot: Bot) -> None:
    await bot.set_my_commands(
        [BotCommand(command="start", description="Begin"), BotCommand(command="quiz", description="A question")],
        scope=BotCommandScopeAllPrivateChats(),
    )
