"""Queued notifications to Telegram: in order per chat, at its pace, at least once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.cards import note_sent_cards, refresh_cards
from bot.speaker import UnreachableError, seconds_of
from bot.transactions import finish_and_commit
from domain.accounts.model import ChatLink
from domain.notifications.model import Notification, NotificationState

if TYPE_CHECKING:
    from bot.pace import Pace
    from bot.screen import Screen
    from bot.speaker import Sent, Speaker
    from bot.transactions import Transactions
    from domain.unit import Unit

logger = logging.getLogger(__name__)

BATCH = 200
CHATS_AT_ONCE = 16
POLL_SECONDS = 2.0
"""How often the queue is looked at without being told: for what the command line or another machine queued."""
BACKOFF_SECONDS = (5, 15, 60, 300, 900, 3600)
MAX_ATTEMPTS = 20
"""About 14 hours of an unreachable Telegram; then the notification is dead, and admins see it."""

Notice = Callable[["Unit", Mapping[str, Any]], Awaitable["Screen | None"]]
"""A view: from a notification's payload to what is shown; None where it is no longer true."""


@dataclass(frozen=True, slots=True)
class Due:
    """A notification that may go out now, and where to."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    chat_id: int | None
    """None: the person has no chat, or blocked the bot."""


class Outbox:
    """Sends what is due until it is closed.

    The one window in which a message can go out twice lies between Telegram's answer and our mark.
    """

    def __init__(self, transactions: Transactions, speaker: Speaker, pace: Pace, notices: Mapping[str, Notice]) -> None:
        self._transactions = transactions
        self._speaker = speaker
        self._pace = pace
        self._notices = notices
        self._news = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        """By notification."""
        self._busy_chats: set[int] = set()

    @property
    def is_busy(self) -> bool:
        return bool(self._sending)

    def wake(self) -> None:
        """Something may have been queued."""
        self._news.set()

    async def run(self) -> None:
        """Works until it is cancelled; then lets what is being sent finish."""
        try:
            while True:
                self._news.clear()
                try:
                    await self._start_due()
                except (DBAPIError, OSError) as error:
                    logger.warning("The outbox waits for the database: %s", type(error).__name__)
                try:
                    # Not wait_for: in Python 3.11 it loses a cancellation that arrives together with the news.
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._news.wait()
                except TimeoutError:
                    continue
        finally:
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def _start_due(self) -> None:
        # What is sent and marked while the queue is read still looks queued to the reader.
        under_way = set(self._sending)
        for due in await self._due():
            if len(self._sending) >= CHATS_AT_ONCE:
                return
            if due.chat_id is None:
                await self._finish(due, NotificationState.DEAD, error="no chat")
                continue
            if due.id in under_way or due.id in self._sending or due.chat_id in self._busy_chats:
                continue
            self._busy_chats.add(due.chat_id)
            self._sending[due.id] = asyncio.create_task(self._send_and_forget(due, due.chat_id))

    async def _due(self) -> list[Due]:
        """The oldest that are due, one a chat: the next of a chat comes when the one before it is out."""
        now = self._transactions.clock.now()
        chat = select(ChatLink.user_id, ChatLink.chat_id).where(ChatLink.blocked_at.is_(None)).subquery()
        rows = (
            select(
                Notification.id,
                Notification.kind,
                Notification.payload,
                Notification.attempts,
                Notification.chat_id.label("own_chat"),
                chat.c.chat_id.label("link_chat"),
            )
            .outerjoin(chat, chat.c.user_id == Notification.user_id)
            .where(Notification.state == NotificationState.QUEUED, Notification.next_try_at <= now)
            .order_by(Notification.id)
            .limit(BATCH)
        )
        async with self._transactions.reading() as session:
            found = (await session.execute(rows)).all()
        due: list[Due] = []
        chats: set[int] = set()
        for row in found:
            chat_id = row.own_chat if row.own_chat is not None else row.link_chat
            if chat_id is not None and chat_id in chats:
                continue
            if chat_id is not None:
                chats.add(chat_id)
            due.append(Due(row.id, row.kind, row.payload, row.attempts, chat_id))
        return due

    async def _send_and_forget(self, due: Due, chat_id: int) -> None:
        try:
            await self._send(due, chat_id)
        except (DBAPIError, OSError) as error:
            logger.warning("A notification waits for the database: %s", type(error).__name__)
        except Exception:
            logger.exception("Notification %s (%s) failed", due.id, due.kind)
            await self._finish(due, NotificationState.DEAD, error="a bug; see the log")
        finally:
            self._busy_chats.discard(chat_id)
            del self._sending[due.id]
            self._news.set()

    async def _send(self, due: Due, chat_id: int) -> None:
        notice = self._notices.get(due.kind)
        if notice is None:
            await self._finish(due, NotificationState.DEAD, error=f"no view for {due.kind}")
            return
        async with self._transactions.reading() as session:
            screen = await notice(self._transactions.reading_unit(session), due.payload)
        if screen is None:
            await self._finish(due, NotificationState.CANCELLED)
            return
        try:
            sent = await self._speaker.notify(chat_id, screen)
        except UnreachableError:
            await self._unreachable(due, chat_id)
        except RetryAfter as error:
            self._pace.refused(chat_id, seconds_of(error))
        except BadRequest as error:
            logger.exception("Telegram refused notification %s (%s)", due.id, due.kind)
            await self._finish(due, NotificationState.DEAD, error=error.message)
        except NetworkError as error:
            await self._try_later(due, type(error).__name__)
        else:
            await self._finish(due, NotificationState.SENT, screen=screen, sent=sent)
            if screen.card is not None and sent is not None:
                await self._catch_up(due, notice, screen, UUID(screen.card[1]))

    async def _catch_up(self, due: Due, notice: Notice, shown: Screen, entity_id: UUID) -> None:
        """What changed between reading a card and noting its copy has not reached that copy: read it once more."""
        async with self._transactions.reading() as session:
            now = await notice(self._transactions.reading_unit(session), due.payload)
        if now == shown:
            return
        async with self._transactions.unit() as unit:
            await refresh_cards(unit, [entity_id])
            await finish_and_commit(unit)

    async def _finish(
        self,
        due: Due,
        state: NotificationState,
        *,
        error: str | None = None,
        screen: Screen | None = None,
        sent: Sent | None = None,
    ) -> None:
        now = self._transactions.clock.now()
        values: dict[str, Any] = {"state": state, "attempts": due.attempts + 1, "last_error": error}
        if state is NotificationState.SENT:
            values |= {"sent_at": now, "message_id": sent.message_id if sent is not None else None}
        async with self._transactions.unit() as unit:
            await unit.session.execute(update(Notification).where(Notification.id == due.id).values(values))
            if screen is not None and screen.card is not None and sent is not None:
                await note_sent_cards(unit.session, [(screen.card, sent)])
            await unit.session.commit()

    async def _unreachable(self, due: Due, chat_id: int) -> None:
        """The person blocked the bot: their chat is marked, and what waits for it is given up."""
        now = self._transactions.clock.now()
        async with self._transactions.unit() as unit:
            link = update(ChatLink).where(ChatLink.chat_id == chat_id, ChatLink.blocked_at.is_(None))
            await unit.session.execute(link.values(blocked_at=now))
            await unit.session.commit()
        await self._finish(due, NotificationState.DEAD, error="blocked the bot")

    async def _try_later(self, due: Due, error: str) -> None:
        attempts = due.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            await self._finish(due, NotificationState.DEAD, error=error)
            return
        pause = BACKOFF_SECONDS[min(due.attempts, len(BACKOFF_SECONDS) - 1)]
        later = self._transactions.clock.now() + timedelta(seconds=pause)
        async with self._transactions.unit() as unit:
            waiting = update(Notification).where(Notification.id == due.id)
            await unit.session.execute(waiting.values(attempts=attempts, next_try_at=later, last_error=error))
            await unit.session.commit()
