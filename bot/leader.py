"""This instance's turns: while it holds the lease it receives updates and runs them, otherwise it waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, NetworkError, RetryAfter

from bot.startup import StartError
from bot.tasks import cancel_and_wait
from bot.updates.chat_queues import ChatQueues
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from telegram import Bot

    from bot.database.lease import Lease
    from bot.scheduler import Scheduler
    from bot.screens.interface import Interface
    from bot.settings import Settings
    from bot.updates.inbox import Inbox, StoredUpdate
    from bot.updates.poller import Poller
    from bot.updates.processor import Processor
    from bot.updates.webhook import WebServer

logger = logging.getLogger(__name__)

START_PAUSE = 3.0
"""Seconds between two tries to reach what is not there yet: Telegram, or the database."""
CATCH_UP_EVERY = 5.0
"""Seconds between two looks at what others have stored, where nobody says so."""


class Leader:
    """Receives and works whenever it is this instance's turn."""

    def __init__(
        self,
        settings: Settings,
        interface: Interface,
        bot: Bot,
        lease: Lease,
        inbox: Inbox,
        processor: Processor,
        poller: Poller,
        web: WebServer,
        scheduler: Scheduler,
    ) -> None:
        self._settings = settings
        self._interface = interface
        self._bot = bot
        self._lease = lease
        self._inbox = inbox
        self._processor = processor
        self._poller = poller
        self._web = web
        self._scheduler = scheduler
        self._revoked = asyncio.Event()
        """Telegram no longer knows the token."""
        self.lanes = ChatQueues(self._process)
        """What runs, or waits to: at the end of a turn it goes on, at the end of the bot it is drained."""

    async def _process(self, stored: StoredUpdate) -> None:
        await self._lease.held()
        try:
            await self._processor.process(stored)
        except InvalidToken:
            # The answer stays to be sent, by the next start with the new token.
            self._revoked.set()

    async def run(self) -> None:
        """Takes one turn after another, until it is cancelled.

        Raises:
            StartError: Telegram no longer knows the token.
        """
        while True:
            await self._lease.held()
            turn = asyncio.create_task(self._take_turn())
            lost = asyncio.create_task(self._lease.lost())
            revoked = asyncio.create_task(self._revoked.wait())
            try:
                await asyncio.wait((turn, lost, revoked), return_when=asyncio.FIRST_COMPLETED)
                if turn.done():
                    turn.result()
                if revoked.done():
                    raise InvalidToken
            except InvalidToken:
                raise StartError(
                    "Telegram no longer knows this token: it was revoked. Put the new one into .env."
                ) from None
            finally:
                self._inbox.pause()
                await cancel_and_wait(turn, lost, revoked)
            # What is running goes on: it may be committed, and its answer on the way. The rest is stored, and runs here
            # or elsewhere, whoever has the next turn.
            self._inbox.release(self.lanes.drop_waiting())

    async def _take_turn(self) -> None:
        """Goes on where the last instance was, and receives until it is cancelled."""
        await self._while_away(lambda: self._inbox.begin(self.lanes.add))
        self._scheduler.look_now()
        await self._while_away(self._prepare_chat)
        logger.info("The bot @%s is running", self._bot.username)
        receiving = asyncio.create_task(self._receive())
        catching_up = asyncio.create_task(self._catch_up())
        try:
            await asyncio.wait((receiving, catching_up), return_when=asyncio.FIRST_COMPLETED)
            for task in (receiving, catching_up):
                if task.done():
                    task.result()
        finally:
            await cancel_and_wait(receiving, catching_up)

    async def _catch_up(self) -> None:
        """Takes what another instance has stored, or left behind when it lost its turn."""
        while True:
            await self._lease.news(CATCH_UP_EVERY)
            with suppress(*DATABASE_AWAY):
                await self._inbox.catch_up()

    @staticmethod
    async def _while_away(act: Callable[[], Awaitable[None]]) -> None:
        """Repeats something until the database and Telegram are there for it."""
        while True:
            try:
                return await act()
            except InvalidToken:
                raise
            except (*DATABASE_AWAY, NetworkError, RetryAfter) as error:
                logger.warning("%s; trying again in %s s", type(error).__name__, START_PAUSE)
                await asyncio.sleep(START_PAUSE)

    async def _prepare_chat(self) -> None:
        """What Telegram shows before anybody has written, and how it sends updates."""
        await self._bot.set_my_commands(self._interface.menus["stranger"])
        await self._bot.set_my_description(self._interface.description(self._settings.organization))
        if self._settings.webhook_url:
            await self._web.set_webhook()
        else:
            await self._bot.delete_webhook()

    async def _receive(self) -> None:
        """Polls, or has Telegram call."""
        if self._settings.webhook_url:
            await asyncio.Event().wait()
        await self._poller.run()
