"""The first words: /start with its menu, /help, and a name of one's own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler

from playground.example.incoming import WORDS, Where, message_of, query_of
from playground.example.pictures import SKIES, sky
from playground.example.sending import cut, patiently

if TYPE_CHECKING:
    from playground.example.bot import AnyHandler, Context
    from playground.example.people import People

HELP = (
    "Write something, or send photos or files: I show you a card, and <b>Share</b> sends it to everybody else who is "
    "here. Open a second phone and try. Edit what you shared, and it changes on the other phones too.\n\n"
    "/quiz asks you something\n/name gives you another name\n/album sends you three pictures\n/wall sends you all "
    "that was shared, as a file\n\nIn any chat, write my name and a few words to dress them up."
)
ABOUT = "A small bot to try the playground with. It keeps everything in memory: when it restarts, all is forgotten."
ASK_NAME = "What shall I call you?"
MENU = InlineKeyboardMarkup([
    [
        InlineKeyboardButton("🎯 Quiz", callback_data="menu:quiz"),
        InlineKeyboardButton("🌅 Album", callback_data="menu:album"),
    ],
    [
        InlineKeyboardButton("✏️ Name", callback_data="menu:name"),
        InlineKeyboardButton("ℹ️ About", callback_data="menu:about"),
    ],
])  # fmt: skip
LONGEST_NAME = 40


class Greeting:
    """What a newcomer meets first."""

    def __init__(self, people: People) -> None:
        self._people = people

    def handlers(self) -> list[AnyHandler]:
        return [
            CommandHandler("start", self.start),
            CommandHandler("help", self.help),
            CommandHandler("name", self.ask_name),
            CommandHandler("album", self.album),
            CallbackQueryHandler(self.tap_name, r"menu:name"),
            CallbackQueryHandler(self.tap_album, r"menu:album"),
            CallbackQueryHandler(self.about, r"menu:about"),
            MessageHandler(WORDS & Where(_answers_name), self.take_name),
        ]

    async def start(self, update: Update, context: Context) -> None:
        lines = [f"Hello, {self._people.of(update).html}!"]
        if context.args:
            lines.append(f"You came with <code>{escape(' '.join(context.args))}</code>.")
        lines.append("Write something or send a photo, and I share it with everybody else who is here. /help has more.")
        await message_of(update).reply_html("\n\n".join(lines), reply_markup=MENU)

    async def help(self, update: Update, _: Context) -> None:
        await message_of(update).reply_html(HELP)

    async def about(self, update: Update, _: Context) -> None:
        await query_of(update).answer(ABOUT, show_alert=True)

    # The name

    async def tap_name(self, update: Update, context: Context) -> None:
        await query_of(update).answer()
        await self.ask_name(update, context)

    async def ask_name(self, update: Update, context: Context) -> None:
        person = self._people.of(update)
        await context.bot.send_message(
            person.id, ASK_NAME, reply_markup=ForceReply(input_field_placeholder=person.name[:64])
        )

    async def take_name(self, update: Update, _: Context) -> None:
        message = message_of(update)
        person = self._people.of(update)
        person.name = cut(" ".join((message.text or "").split()), LONGEST_NAME)
        await message.reply_html(f"Nice to meet you, {person.html}.")

    # The album

    async def tap_album(self, update: Update, context: Context) -> None:
        await query_of(update).answer("Three skies are coming.")
        await self.album(update, context)

    async def album(self, update: Update, context: Context) -> None:
        person = self._people.of(update)
        await context.bot.send_chat_action(person.id, ChatAction.UPLOAD_PHOTO)
        pictures = [InputMediaPhoto(sky(name), caption=name, filename=f"{name.lower()}.png") for name in SKIES]
        await patiently(lambda: context.bot.send_media_group(person.id, pictures))


def _answers_name(message: Message) -> bool:
    return message.reply_to_message is not None and message.reply_to_message.text == ASK_NAME
