"""The only code that sends, edits or deletes: all rules of Telegram's about that in one place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.screen import MAX_CAPTION, Answer, MediaItem, Origin, Screen, text_length

if TYPE_CHECKING:
    from bot.pace import Pace
    from domain.files.storage import Storage

logger = logging.getLogger(__name__)
T = TypeVar("T")

ALBUM = 10
NETWORK_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds between tries while Telegram does not answer; then every 30."""
QUIET_REFUSALS = {
    "answer": ("query is too old",),
    "edit": ("message is not modified",),
    "delete": ("message to delete not found", "message can't be deleted", "message identifier is not specified"),
}
"""What is fine, by what was tried: the beginning of Telegram's words."""
SEND_ANEW = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class UnreachableError(Exception):
    """The person blocked the bot or deleted the account: nothing arrives until they come back."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a screen stands now."""

    chat_id: int
    message_id: int
    has_media: bool


class Documents(Protocol):
    """Makes what is not stored."""

    async def invoice_pdf(self, invoice_id: UUID) -> bytes: ...


class Speaker:
    """Shows screens in chats.

    Args:
        documents: Makes the documents that are not stored.
        menus: The commands of each menu, by the name that screens use.
    """

    def __init__(
        self, bot: Bot, pace: Pace, storage: Storage, documents: Documents, menus: dict[str, list[BotCommand]]
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._storage = storage
        self._documents = documents
        self._menus = menus

    async def answer(self, answer: Answer) -> list[tuple[Screen, Sent]]:
        """Sends what an update is answered with. Waits and tries again while Telegram asks to or is away.

        Raises:
            UnreachableError: the person cannot be reached.
        """
        origin = answer.origin
        if origin.callback_query_id:
            toast = next((screen for screen in answer.screens if screen.toast), Screen())
            await self._stop_waiting(origin, toast)
        shown = []
        for screen in answer.screens:
            sent = await self.show(origin.chat_id, screen, origin, wait=self._pace.direct)
            if sent is not None:
                shown.append((screen, sent))
                origin = Origin(origin.chat_id)
        return shown

    async def notify(self, chat_id: int, screen: Screen) -> Sent | None:
        """Sends a notification at Telegram's pace.

        Raises:
            UnreachableError, NetworkError, RetryAfter: as they say; the outbox decides when to try again.
        """
        await self._pace.notification(chat_id)
        return await self._show_once(chat_id, screen, None)

    async def show(
        self, chat_id: int, screen: Screen, origin: Origin | None, *, wait: Callable[[int], Awaitable[None]]
    ) -> Sent | None:
        return await self._until_answered(lambda: self._show_once(chat_id, screen, origin), chat_id, wait)

    async def _until_answered(
        self, call: Callable[[], Awaitable[T]], chat_id: int, wait: Callable[[int], Awaitable[None]]
    ) -> T:
        """Repeats a call while Telegram asks to wait, or does not answer.

        What was sent but not confirmed is sent again: better twice than never.
        """
        failures = 0
        while True:
            await wait(chat_id)
            try:
                return await call()
            except RetryAfter as error:
                self._pace.refused(chat_id, seconds_of(error))
            except BadRequest:
                raise
            except NetworkError as error:
                pause = NETWORK_PAUSES[min(failures, len(NETWORK_PAUSES) - 1)]
                failures += 1
                logger.warning("Telegram does not answer (%s); next try in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)

    async def _stop_waiting(self, origin: Origin, screen: Screen) -> None:
        """Answers a tap once. A lost answer is not repeated: the button gives up by itself."""
        try:
            await self._bot.answer_callback_query(
                origin.callback_query_id, text=screen.toast or None, show_alert=screen.is_alert
            )
        except BadRequest as error:
            if not _begins(error, QUIET_REFUSALS["answer"]):
                raise
        except (RetryAfter, NetworkError) as error:
            logger.warning("A tap could not be answered: %s", type(error).__name__)

    async def _show_once(self, chat_id: int, screen: Screen, origin: Origin | None) -> Sent | None:
        try:
            for message_id in screen.delete:
                await self._delete(chat_id, message_id)
            if screen.menu:
                await self._set_menu(chat_id, screen.menu)
            if not screen.text and not screen.media:
                return None
            edited = await self._edit(chat_id, screen, origin)
            if edited is None and screen.edit_message_id is not None:
                # The person deleted that copy: it does not come back with every change.
                return None
            return edited or await self._send(chat_id, screen)
        except Forbidden as error:
            raise UnreachableError(str(error)) from None

    async def _edit(self, chat_id: int, screen: Screen, origin: Origin | None) -> Sent | None:
        """Changes the message in place; None where that cannot be, and a new one is needed."""
        message_id = screen.edit_message_id or (origin.message_id if origin and not screen.as_new else None)
        if message_id is None or screen.media:
            return None
        has_media = origin.has_media if origin is not None else False
        try:
            if has_media:
                await self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None)
                return None
            await self._bot.edit_message_text(
                screen.text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if _begins(error, SEND_ANEW) or (has_media and _begins(error, QUIET_REFUSALS["edit"])):
                return None
            if not _begins(error, QUIET_REFUSALS["edit"]):
                raise
        return Sent(chat_id, message_id, has_media=False)

    async def _send(self, chat_id: int, screen: Screen) -> Sent | None:
        documents = [item for item in screen.media if item.kind == "document"]
        # A card is edited later, and a caption cannot become a text.
        is_short = text_length(screen.text) <= MAX_CAPTION and screen.card is None
        if len(screen.media) == 1 and documents and is_short:
            return await self._send_document(chat_id, documents[0], screen)
        for kind in ("photo", "document"):
            items = [item for item in screen.media if item.kind == kind]
            for start in range(0, len(items), ALBUM):
                await self._send_album(chat_id, items[start : start + ALBUM])
        if not screen.text:
            return None
        message = await self._bot.send_message(
            chat_id,
            screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(screen),
            link_preview_options=NO_PREVIEW,
        )
        return Sent(chat_id, message.message_id, has_media=False)

    async def _send_document(self, chat_id: int, item: MediaItem, screen: Screen) -> Sent:
        message: Message = await self._bot.send_document(
            chat_id,
            await self._content(item),
            caption=screen.text or None,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(screen),
            filename=item.file_name or None,
        )
        return Sent(chat_id, message.message_id, has_media=True)

    async def _send_album(self, chat_id: int, items: list[MediaItem]) -> None:
        if len(items) == 1:
            if items[0].kind == "photo":
                await self._bot.send_photo(chat_id, await self._content(items[0]))
            else:
                await self._bot.send_document(
                    chat_id, await self._content(items[0]), filename=items[0].file_name or None
                )
            return
        media: list[InputMediaPhoto | InputMediaDocument] = []
        for item in items:
            content = await self._content(item)
            if item.kind == "photo":
                media.append(InputMediaPhoto(content, filename=item.file_name or None))
            else:
                media.append(InputMediaDocument(content, filename=item.file_name or None))
        await self._bot.send_media_group(chat_id, media)

    async def _content(self, item: MediaItem) -> str | bytes:
        if item.invoice_id:
            return await self._documents.invoice_pdf(UUID(item.invoice_id))
        return item.file_id or await self._storage.get(item.storage_key)

    async def _delete(self, chat_id: int, message_id: int) -> None:
        try:
            await self._bot.delete_message(chat_id, message_id)
        except BadRequest as error:
            if not _begins(error, QUIET_REFUSALS["delete"]):
                raise

    async def _set_menu(self, chat_id: int, name: str) -> None:
        """The command menu of one chat; the default one again where that menu has no commands of its own."""
        commands = self._menus.get(name)
        scope = BotCommandScopeChat(chat_id)
        if commands:
            await self._bot.set_my_commands(commands, scope=scope)
        else:
            await self._bot.delete_my_commands(scope=scope)


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url)
                if button.url
                else InlineKeyboardButton(button.text, callback_data=button.data)
                for button in row
            ]
            for row in screen.rows
        ]
    )


def _begins(error: BadRequest, words: tuple[str, ...]) -> bool:
    """The library capitalizes Telegram's words, so they are compared in lower case."""
    return error.message.lower().startswith(words)


def seconds_of(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
