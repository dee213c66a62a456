"""Long polling: each batch is stored before the next call confirms it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import orjson
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.speaker import seconds_of

if TYPE_CHECKING:
    from bot.inbox import Inbox

logger = logging.getLogger(__name__)

POLL_SECONDS = 30
LIMIT = 100
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
NETWORK_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)
CONFLICT_PAUSE = 5.0


class Poller:
    """Fetches updates until it is cancelled.

    It works on the answers' JSON: that is what the inbox stores, and turning it into objects and back would cost more
    than all the rest of receiving.
    """

    def __init__(self, request: BaseRequest, base_url: str, inbox: Inbox) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._inbox = inbox
        self._offset = 0
        self._told = 0
        """The offset of the newest call that went out."""

    async def run(self) -> None:
        """Polls for ever.

        Raises:
            InvalidToken: Telegram does not know the token (401), or the address is no Bot API server's (404).
        """
        failures = 0
        while True:
            try:
                updates = await self._fetch()
            except InvalidToken:
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Conflict:
                logger.warning("Another process polls with this token; trying again in %s s", CONFLICT_PAUSE)
                await asyncio.sleep(CONFLICT_PAUSE)
            except (NetworkError, TelegramError) as error:
                pause = NETWORK_PAUSES[min(failures, len(NETWORK_PAUSES) - 1)]
                failures += 1
                logger.warning("Telegram does not answer (%s); next try in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)
            else:
                failures = 0
                if updates:
                    await self._inbox.store(updates)
                    self._offset = updates[-1]["update_id"] + 1

    async def _fetch(self) -> list[dict[str, Any]]:
        parameters: dict[str, Any] = {
            "offset": self._offset,
            "limit": LIMIT,
            "timeout": POLL_SECONDS,
            "allowed_updates": orjson.dumps(ALLOWED_UPDATES).decode(),
        }
        data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        self._told = self._offset
        found: Any = await self._request.post(self._url, data, read_timeout=POLL_SECONDS + 10)
        return list(found)

    async def confirm(self) -> None:
        """Tells Telegram what is stored, at the end of a run: otherwise the next one gets the last batch again.

        Mostly a call that was broken off has told it already, and saying it twice within three seconds takes three.
        """
        if self._offset != self._told:
            data = RequestData(
                [RequestParameter.from_input("offset", self._offset), RequestParameter.from_input("limit", 1)]
            )
            try:
                await self._request.post(self._url, data, read_timeout=5)
            except TelegramError as error:
                logger.info("The last updates were not confirmed and will come again: %s", type(error).__name__)
