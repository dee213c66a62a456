"""The poller: fetches updates by long polling, and stores each batch before the next call confirms it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import orjson
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery.sender import NETWORK_PAUSES, seconds_of
from bot.retry import retrying

if TYPE_CHECKING:
    from bot.updates.inbox import Inbox

logger = logging.getLogger(__name__)

POLL_SECONDS = 30
LIMIT = 100
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
CONFLICT_PAUSE = 5.0
CONFLICT_OVER = 60.0
"""Seconds without a conflict after which the other poller has gone. Until then each of the two is refused in turn."""
OTHER_POLLER = "Another process polls with this token: stop it, or give it a token of its own"


class Poller:
    """Fetches updates by long polling and stores them.

    It works on the answers' JSON: that is what the inbox stores, and turning it into objects and back would cost more
    than all the rest of receiving.
    """

    def __init__(self, request: BaseRequest, base_url: str, inbox: Inbox) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._inbox = inbox
        self._offset = 0
        self._confirmed = 0
        """The offset that the newest call has told Telegram."""
        self._last_conflict = float("-inf")

    async def run(self) -> None:
        """Polls until it is cancelled.

        Raises:
            InvalidToken: Telegram does not know the token any more.
        """
        while True:
            updates = await retrying(
                self._poll,
                on=(TelegramError,),
                unless=_is_token_unknown,
                pauses=NETWORK_PAUSES,
                say="Telegram does not answer",
                say_over="Telegram answers again",
            )
            if updates:
                await self._inbox.store(updates)
                self._offset = updates[-1]["update_id"] + 1

    async def _poll(self) -> list[dict[str, Any]]:
        """The next updates; none after a wait that Telegram asked for, or while another process polls."""
        try:
            return await self._fetch()
        except RetryAfter as error:
            await asyncio.sleep(seconds_of(error))
        except Conflict as error:
            self._report_conflict(error.message)
            await asyncio.sleep(CONFLICT_PAUSE)
        return []

    def _report_conflict(self, reason: str) -> None:
        """Logs once what keeps the updates away, however long it does."""
        now = time.monotonic()
        if now - self._last_conflict > CONFLICT_OVER:
            other = "A webhook was set with this token: unset it" if "webhook" in reason.lower() else OTHER_POLLER
            logger.warning("%s. Until then updates do not reach this bot; it tries every %s s", other, CONFLICT_PAUSE)
        self._last_conflict = now

    async def _fetch(self) -> list[dict[str, Any]]:
        parameters: dict[str, Any] = {
            "offset": self._offset,
            "limit": LIMIT,
            "timeout": POLL_SECONDS,
            "allowed_updates": orjson.dumps(ALLOWED_UPDATES).decode(),
        }
        data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        self._confirmed = self._offset
        found: Any = await self._request.post(self._url, data, read_timeout=POLL_SECONDS + 10)
        return list(found)

    async def confirm(self) -> None:
        """Tells Telegram what is stored, at the end of a run: otherwise the next one gets the last batch again.

        Mostly a call that was broken off has told Telegram already; telling it twice within three seconds takes three.
        """
        if self._offset != self._confirmed:
            data = RequestData(
                [RequestParameter.from_input("offset", self._offset), RequestParameter.from_input("limit", 1)]
            )
            try:
                await self._request.post(self._url, data, read_timeout=5)
            except TelegramError as error:
                logger.info("The last updates were not confirmed and will come again: %s", type(error).__name__)


def _is_token_unknown(error: Exception) -> bool:
    return isinstance(error, InvalidToken)
