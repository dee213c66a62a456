"""Receiving updates while this instance leads: by polling or over the webhook, and what other instances stored."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.retry import retrying
from bot.startup import START_PAUSE, StartError
from bot.tasks import until_first
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.database.lease import Lease
    from bot.screens.interface import Interface
    from bot.settings import Settings
    from bot.updates.chat_queues import ChatQueues
    from bot.updates.inbox import Inbox
    from bot.updates.poller import Poller
    from bot.updates.webhook import WebServer

logger = logging.getLogger(__name__)

CATCH_UP_SECONDS = 5.0
"""Between two looks at what other instances have stored, where they do not say so."""


class Receiver:
    """Lets updates into the chat queues: first those that wait since the last leader, then new ones.

    Args:
        revoked: Set once Telegram no longer knows the token.
        on_begun: Called once the waiting updates are in their queues.
    """

    def __init__(
        self,
        settings: Settings,
        interface: Interface,
        bot: Bot,
        lease: Lease,
        inbox: Inbox,
        queues: ChatQueues,
        poller: Poller,
        web: WebServer,
        *,
        revoked: asyncio.Event,
        on_begun: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._interface = interface
        self._bot = bot
        self._lease = lease
        self._inbox = inbox
        self._queues = queues
        self._poller = poller
        self._web = web
        self._revoked = revoked
        self._on_begun = on_begun

    async def run(self) -> None:
        """Receives until it is cancelled.

        Raises:
            StartError: Telegram no longer knows the token.
        """
        try:
            await until_first(self._work(), self._revoked.wait())
        except InvalidToken:
            self._revoked.set()
        if self._revoked.is_set():
            raise StartError("Telegram no longer knows this token: it was revoked. Put the new one into .env.")

    def stop(self) -> None:
        """Only stores from now on.

        Updates that run are let finish: they may be committed, and their answers on the way. Those that wait stay
        stored, and run wherever the next leader is.
        """
        self._inbox.pause()
        self._inbox.release(self._queues.drop_waiting())

    async def _work(self) -> None:
        await retrying(
            self._begin,
            on=DATABASE_AWAY,
            pauses=(START_PAUSE,),
            say="The database does not answer",
            say_over="The database answers again",
        )
        self._on_begun()
        await retrying(
            self._prepare_chat,
            on=(NetworkError, RetryAfter),
            pauses=(START_PAUSE,),
            say="Telegram does not answer",
            say_over="Telegram answers again",
        )
        logger.info("The bot @%s is running", self._bot.username)
        await until_first(self._receive(), self._catch_up())

    async def _begin(self) -> None:
        await self._inbox.begin(self._queues.add)

    async def _prepare_chat(self) -> None:
        """Sets what Telegram shows before anybody has written, and how it sends updates."""
        await self._bot.set_my_commands(self._interface.menus()["stranger"])
        await self._bot.set_my_description(self._interface.description(self._settings.organization))
        if self._settings.webhook_url:
            await self._web.set_webhook()
        else:
            await self._bot.delete_webhook()

    async def _receive(self) -> None:
        if self._settings.webhook_url:
            await asyncio.Event().wait()
        await self._poller.run()

    async def _catch_up(self) -> None:
        """Takes what another instance has stored, or left behind when it lost the lease."""
        while True:
            await self._lease.news(CATCH_UP_SECONDS)
            with suppress(*DATABASE_AWAY):
                await self._inbox.catch_up()
