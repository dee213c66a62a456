"""The sender: the only code that sends, edits or deletes messages, with all of Telegram's rules about that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.screens.i18n import speaking
from bot.screens.payloads import KEPT_MARK
from bot.screens.screen import MAX_CAPTION, Answer, Button, MediaItem, Origin, Screen, Sent, text_length

if TYPE_CHECKING:
    from bot.delivery.rate_limiter import RateLimiter
    from domain.files.storage import Storage

logger = logging.getLogger(__name__)
T = TypeVar("T")

MAX_ALBUM = 10
"""Files in one album."""
NETWORK_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds between tries while Telegram does not answer; then every 30."""
TOAST_PAUSES = (0.5, 1, 3)
"""The same for the answer to a tap, which Telegram shows only within some seconds."""
QUIET_REFUSALS = {
    "answer": ("query is too old",),
    "edit": ("message is not modified",),
    "delete": ("message to delete not found", "message can't be deleted", "message identifier is not specified"),
    "retire": ("message to edit not found", "message is not modified", "message can't be edited"),
}
"""How refusals begin that are fine, by what was tried."""
UNDELETABLE = ("message can't be deleted",)
SEND_ANEW = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")


class UnreachableError(Exception):
    """The person blocked the bot or deleted the account: nothing arrives until they come back."""


class DocumentMaker(Protocol):
    """Makes documents that are not stored."""

    async def invoice_pdf(self, invoice_id: UUID) -> bytes: ...


class Sender:
    """Shows screens in chats.

    Args:
        documents: Makes the documents that are not stored.
        menus: The commands of each menu, by the name that screens use, in the language that is spoken.
    """

    def __init__(
        self,
        bot: Bot,
        rate_limiter: RateLimiter,
        storage: Storage,
        documents: DocumentMaker,
        menus: Callable[[], Mapping[str, list[BotCommand]]],
    ) -> None:
        self._bot = bot
        self._rate_limiter = rate_limiter
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
            await self._rate_limiter.direct(origin.chat_id, messages_of(screen, origin))
            sent = await self._show(_Calls(self._rate_limiter, origin.chat_id, is_patient=True), screen, origin)
            if sent is not None:
                shown.append((screen, sent))
                if screen.edit_message_id is None:
                    origin = Origin(origin.chat_id)
        return shown

    async def notify(self, chat_id: int, screen: Screen) -> Sent | None:
        """Sends a notification, whose slots were taken already.

        Raises:
            UnreachableError, NetworkError, RetryAfter: as they say, and nothing of it was sent as far as is known; the
                outbox decides when to try again.
        """
        return await self._show(_Calls(self._rate_limiter, chat_id, is_patient=False), screen, None)

    async def _stop_waiting(self, origin: Origin, screen: Screen) -> None:
        """Answers a tap. With a text, a lost answer is tried again while the person still looks at the button.

        Without one it is not: the button gives up by itself.
        """
        for pause in (*TOAST_PAUSES, None) if screen.toast else (None,):
            try:
                await self._bot.answer_callback_query(
                    origin.callback_query_id, text=screen.toast or None, show_alert=screen.is_alert
                )
            except BadRequest as error:
                if not _begins(error, QUIET_REFUSALS["answer"]):
                    raise
                return
            except (RetryAfter, NetworkError) as error:
                asked = seconds_of(error) if isinstance(error, RetryAfter) else 0.0
                if pause is None or asked > TOAST_PAUSES[-1]:
                    logger.warning("A tap could not be answered: %s", type(error).__name__)
                    return
                await asyncio.sleep(max(asked, pause))
            else:
                return

    async def _show(self, calls: _Calls, screen: Screen, origin: Origin | None) -> Sent | None:
        try:
            for message_id in screen.delete:
                await self._delete(calls, message_id)
            if screen.menu:
                await self._set_menu(calls, screen)
            sent = await self._put(calls, screen, origin)
            for message_id in screen.retire:
                # What the new message took the place of may be the message itself.
                if sent is None or message_id != sent.message_id:
                    await self._retire(calls, message_id)
        except Forbidden as error:
            raise UnreachableError(str(error)) from None
        return sent

    async def _put(self, calls: _Calls, screen: Screen, origin: Origin | None) -> Sent | None:
        """Edits a message or sends a new one; None where there is nothing to show, or no message to show it in."""
        if not screen.text and not screen.media:
            return None
        edited = await self._edit(calls, screen, origin)
        if edited is None and screen.edit_message_id is not None:
            # The person deleted that copy: it does not come back with every change.
            return None
        return edited or await self._send(calls, screen)

    async def _edit(self, calls: _Calls, screen: Screen, origin: Origin | None) -> Sent | None:
        """Changes the message in place; None where that cannot be, and a new one is needed."""
        tapped = origin.own_message_id if origin is not None and not screen.as_new else None
        message_id = screen.edit_message_id or tapped
        if message_id is None or screen.media:
            return None
        chat_id = calls.chat_id
        has_media = origin is not None and origin.has_media and message_id == tapped
        try:
            if has_media:
                await calls.make(lambda: self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None))
                return None
            await calls.make(
                lambda: self._post("editMessageText", {"chat_id": chat_id, "message_id": message_id, **_words(screen)})
            )
        except BadRequest as error:
            if _begins(error, SEND_ANEW) or (has_media and _begins(error, QUIET_REFUSALS["edit"])):
                return None
            if not _begins(error, QUIET_REFUSALS["edit"]):
                raise
        return Sent(chat_id, message_id, has_media=False)

    async def _send(self, calls: _Calls, screen: Screen) -> Sent | None:
        if _is_captioned(screen):
            return await self._send_document(calls, screen.media[0], screen)
        for kind in ("photo", "document"):
            items = [item for item in screen.media if item.kind == kind]
            for start in range(0, len(items), MAX_ALBUM):
                await self._send_album(calls, items[start : start + MAX_ALBUM])
        if not screen.text:
            return None
        message = await calls.make(lambda: self._post("sendMessage", {"chat_id": calls.chat_id, **_words(screen)}))
        return Sent(calls.chat_id, message["message_id"], has_media=False)

    async def _post(self, method: str, parameters: dict[str, Any]) -> Any:
        """Makes a call whose answer stays JSON: making an object of it takes as long as the rest of sending a text."""
        data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        return await self._bot.request.post(f"{self._bot.base_url}/{method}", data)

    async def _send_document(self, calls: _Calls, item: MediaItem, screen: Screen) -> Sent:
        content = await self._content(item)
        message: Message = await calls.make(
            lambda: self._bot.send_document(
                calls.chat_id,
                content,
                caption=screen.text or None,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen),
                filename=item.file_name or None,
            )
        )
        return Sent(calls.chat_id, message.message_id, has_media=True)

    async def _send_album(self, calls: _Calls, items: list[MediaItem]) -> None:
        chat_id = calls.chat_id
        contents = [await self._content(item) for item in items]
        if len(items) > 1:
            media = [_input_media(item, content) for item, content in zip(items, contents, strict=True)]
            await calls.make(lambda: self._bot.send_media_group(chat_id, media))
        elif items[0].kind == "photo":
            await calls.make(lambda: self._bot.send_photo(chat_id, contents[0]))
        else:
            name = items[0].file_name or None
            await calls.make(lambda: self._bot.send_document(chat_id, contents[0], filename=name))

    async def _content(self, item: MediaItem) -> str | bytes:
        if item.invoice_id:
            return await self._documents.invoice_pdf(UUID(item.invoice_id))
        return item.file_id or await self._storage.get(item.storage_key)

    async def _delete(self, calls: _Calls, message_id: int) -> bool:
        """Whether the message is gone: one older than 48 hours stays."""
        try:
            await calls.make(lambda: self._bot.delete_message(calls.chat_id, message_id))
        except BadRequest as error:
            if not _begins(error, QUIET_REFUSALS["delete"]):
                raise
            return not _begins(error, UNDELETABLE)
        return True

    async def _retire(self, calls: _Calls, message_id: int) -> None:
        """Deletes a message that has had its time, or takes its buttons away where it cannot be deleted any more."""
        if await self._delete(calls, message_id):
            return
        await self._rate_limiter.direct(calls.chat_id, 1)
        try:
            await calls.make(lambda: self._bot.edit_message_reply_markup(calls.chat_id, message_id, reply_markup=None))
        except BadRequest as error:
            if not _begins(error, QUIET_REFUSALS["retire"]):
                raise

    async def _set_menu(self, calls: _Calls, screen: Screen) -> None:
        """The command menu of one chat; the default one again where that menu has no commands of its own."""
        with speaking(screen.language):
            commands = self._menus().get(screen.menu)
        scope = BotCommandScopeChat(calls.chat_id)
        if commands:
            await calls.make(lambda: self._bot.set_my_commands(commands, scope=scope))
        else:
            await calls.make(lambda: self._bot.delete_my_commands(scope=scope))


class _Calls:
    """The calls that show one screen in one chat.

    What was sent but not confirmed is sent again: better twice than never. So that it is no more than that one call,
    each is repeated by itself.
    """

    def __init__(self, rate_limiter: RateLimiter, chat_id: int, *, is_patient: bool) -> None:
        """`is_patient`: repeats from the first call on. Otherwise only once a part of the screen is out."""
        self.chat_id = chat_id
        self._rate_limiter = rate_limiter
        self._is_patient = is_patient

    async def make(self, call: Callable[[], Awaitable[T]]) -> T:
        """Makes a call. A patient one repeats it while Telegram asks to wait, or does not answer."""
        failures = 0
        while True:
            try:
                result = await call()
            except RetryAfter as error:
                self._rate_limiter.refused(self.chat_id, seconds_of(error))
                if not self._is_patient:
                    raise
                await self._rate_limiter.permission(self.chat_id)
            except BadRequest:
                raise
            except NetworkError as error:
                if not self._is_patient:
                    raise
                pause = NETWORK_PAUSES[min(failures, len(NETWORK_PAUSES) - 1)]
                failures += 1
                logger.warning("Telegram does not answer (%s); next try in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)
            else:
                self._is_patient = True
                return result


def messages_of(screen: Screen, origin: Origin | None = None) -> int:
    """How many messages Telegram counts where this screen is shown."""
    text = 1 if screen.text and not _is_captioned(screen) else 0
    if origin is None or not origin.has_media or origin.own_message_id is None or screen.as_new or screen.media:
        return len(screen.media) + text
    # The buttons are taken from a message with a picture, and the text goes below it.
    return 1 + text


def _is_captioned(screen: Screen) -> bool:
    """Whether the text stands below the one document. A card's cannot: it is edited later."""
    is_short = text_length(screen.text) <= MAX_CAPTION and screen.card is None
    return len(screen.media) == 1 and screen.media[0].kind == "document" and is_short


def _input_media(item: MediaItem, content: str | bytes) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if item.kind == "photo" else InputMediaDocument
    return kind(content, filename=item.file_name or None)


def _words(screen: Screen) -> dict[str, Any]:
    """A text with its buttons, as the Bot API takes them."""
    words: dict[str, Any] = {"text": screen.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if screen.rows:
        words["reply_markup"] = {
            "inline_keyboard": [
                [
                    {"text": button.text, "url": button.url}
                    if button.url
                    else {"text": button.text, "callback_data": _data(button, screen)}
                    for button in row
                ]
                for row in screen.rows
            ]
        }
    return words


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url)
                if button.url
                else InlineKeyboardButton(button.text, callback_data=_data(button, screen))
                for button in row
            ]
            for row in screen.rows
        ]
    )


def _data(button: Button, screen: Screen) -> str:
    """What a button carries. Its mark says later that the tapped message is to stay as it is."""
    return f"{KEPT_MARK}{button.data}" if screen.keep else button.data


def _begins(error: BadRequest, words: tuple[str, ...]) -> bool:
    """The library capitalizes Telegram's words, so they are compared in lower case."""
    return error.message.lower().startswith(words)


def seconds_of(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
