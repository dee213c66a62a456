"""The processor: runs each stored update in one transaction, and sends its answer after the commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.error import InvalidToken

from bot.database.transactions import finish_and_commit
from bot.delivery.bug_reports import report_bug
from bot.delivery.sender import UnreachableError
from bot.retry import retrying
from bot.screens.card_copies import (
    Card,
    note_answered_cards,
    note_sent_cards,
    refresh_changed_cards,
    refresh_late_cards,
)
from bot.screens.context import OpsContext
from bot.screens.drafts import Draft, Drafts
from bot.screens.i18n import current_language, speak
from bot.screens.payloads import KEPT_MARK
from bot.screens.scope import UpdateScope, enter_scope
from bot.screens.screen import Answer, Origin, Screen, Sent
from bot.updates.inbox import StoredUpdate
from bot.updates.update_store import AlreadyDoneError
from domain.accounts.standing import StandingService
from domain.errors import DomainError
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from telegram.ext import Application

    from bot.database.transactions import Transactions
    from bot.delivery.sender import Sender
    from bot.screens.interface import Interface
    from bot.updates.inbox import Inbox
    from bot.updates.update_store import UpdateStore
    from domain.unit_of_work import UnitOfWork

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Updates that are in a transaction at the same time: about as many as the database has connections for. One that waits
for slow work is in none."""
DATABASE_PAUSES = (0.2, 0.5, 1, 2, 5)
PASSING_STATES = frozenset(
    {
        "40001",
        "40P01",
        "53100",
        "53200",
        "53300",
        "57P01",
        "57P02",
        "57P03",
        "08000",
        "08001",
        "08003",
        "08004",
        "08006",
    }
)
"""PostgreSQL: serialization, deadlock, disk full, out of memory, too many connections, shut down, connection broken."""
MAX_OS_ERRORS = 20
"""After so many tries, more than a minute, an OSError does not say that the database is away: a handler raised it."""


class Processor:
    """Runs stored updates through the handlers."""

    def __init__(
        self,
        application: Application[Any, OpsContext, Any, Any, Any, Any],
        transactions: Transactions,
        inbox: Inbox,
        sender: Sender,
        interface: Interface,
        update_store: UpdateStore,
        language: str,
        on_news: Callable[[], None],
        on_revoked: Callable[[], None],
    ) -> None:
        """`on_news` is called after each commit that queued a message or changed a record, `on_revoked` where Telegram
        no longer knows the token."""
        self._application = application
        self._transactions = transactions
        self._inbox = inbox
        self._sender = sender
        self._interface = interface
        self._update_store = update_store
        self._language = language
        self._on_news = on_news
        self._on_revoked = on_revoked
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def process(self, stored: StoredUpdate) -> None:
        """Takes an update to its end: changed, committed, answered, marked. A crash leaves it to the next start."""
        try:
            answer = await self._committed(stored) if stored.answer is None else Answer.from_json(stored.answer)
            form_message = await self._send(answer)
        except AlreadyDoneError:
            # By another instance, which answers it too.
            self._inbox.release((stored.update_id,))
        except InvalidToken:
            # The answer stays to be sent, by the next start with the new token.
            self._on_revoked()
        else:
            self._inbox.mark_answered(stored.update_id, form_message=form_message)

    async def _send(self, answer: Answer) -> tuple[UUID, int] | None:
        """Shows the answer. The draft and the message of a form's question that is new in the chat, if there is one."""
        if not answer.screens and not answer.origin.callback_query_id:
            return None
        try:
            shown = await self._sender.answer(answer)
        except UnreachableError:
            return None
        except InvalidToken:
            raise
        except Exception as error:
            # Telegram refused what a view made: a bug, and no reason to stop this chat's updates.
            logger.exception("An answer could not be sent")
            await self._written(partial(report_bug, error=error))
            return None
        copies = [(screen.card, sent) for screen, sent in shown if screen.card is not None]
        if copies:
            await self._written(partial(_note_copies, copies=copies, seen=answer.seen))
        new = (each for each in shown if each[0].form and each[1].message_id != answer.origin.own_message_id)
        return next(((UUID(screen.form), sent.message_id) for screen, sent in new), None)

    async def _written(self, write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Writes what belongs to an answer that is out already. A database that is gone is waited for."""

        async def commit() -> None:
            async with self._transactions.unit() as unit:
                await write(unit)
                await self._commit(unit)

        await retrying(
            commit,
            on=DATABASE_AWAY,
            unless=_is_lasting,
            pauses=DATABASE_PAUSES[-1:],
            say="What belongs to an answer is not written yet",
            say_over="What belongs to an answer is written",
        )

    async def _committed(self, stored: StoredUpdate) -> Answer:
        """Runs the update until it is committed. A database that is gone is waited for; a bug changes nothing.

        Raises:
            AlreadyDoneError: another instance has run it.
        """
        failures = -1

        async def settle() -> Answer:
            nonlocal failures
            failures += 1
            async with self._slots:
                return await self._settled(stored, is_last=failures >= MAX_OS_ERRORS)

        return await retrying(
            settle,
            on=DATABASE_AWAY,
            unless=_is_lasting,
            pauses=DATABASE_PAUSES,
            say="An update waits: the database does not answer",
            say_over="An update that waited for the database is committed",
        )

    async def _settled(self, stored: StoredUpdate, *, is_last: bool) -> Answer:
        """Runs the update once: to its answer, to a refusal, or to the answer after a bug."""
        try:
            return await self._run(stored)
        except DomainError as error:
            return await self._refused(stored, error)
        except AlreadyDoneError:
            raise
        except Exception as error:
            if _is_passing(error) and not (is_last and isinstance(error, OSError)):
                raise
            return await self._failed(stored, error)

    async def _run(self, stored: StoredUpdate) -> Answer:
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        async with self._transactions.unit(self._slots) as unit:
            scope = await self._scope(update, unit, origin)
            secret = self._secret(update, scope.drafts.asks)
            enter_scope(scope)
            await self._application.process_update(update)
            if scope.error is not None:
                raise scope.error
            await scope.drafts.save()
            answer = _answer(origin, scope.screens, secret, scope.seen)
            await note_answered_cards(unit.session, answer)
            await refresh_changed_cards(unit, but=(origin.chat_id, origin.message_id) if answer.edit else None)
            await self._update_store.end(unit, stored.update_id, answer, is_secret=secret is not None)
            await self._commit(unit)
        # Its own changes are in what it shows.
        return answer if unit.audit.last_seq is None else replace(answer, seen=unit.audit.last_seq)

    async def _commit(self, unit: UnitOfWork) -> None:
        await finish_and_commit(unit)
        if unit.has_news:
            self._on_news()

    async def _failed(self, stored: StoredUpdate, error: Exception) -> Answer:
        """Answers after a bug: nothing was changed. The admins get a bug report."""
        logger.error("Update %s failed", stored.update_id, exc_info=error)
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        screens = [self._interface.failure()] if update.effective_chat is not None else []
        async with self._transactions.unit() as unit:
            secret = self._secret(update, (await self._update_store.begin(unit, origin.chat_id)).draft)
            answer = _answer(origin, screens, secret)
            said = f"{type(error).__name__}: {error}"[:1000].replace("\x00", "")
            await report_bug(unit, error)
            await self._update_store.end(unit, stored.update_id, answer, error=said, is_secret=secret is not None)
            await self._commit(unit)
        return answer

    async def _refused(self, stored: StoredUpdate, error: DomainError) -> Answer:
        """Answers after a refusal: what was done is rolled back, the draft stays, the person learns what is true."""
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        async with self._transactions.unit() as unit:
            scope = await self._scope(update, unit, origin)
            secret = self._secret(update, scope.drafts.asks)
            enter_scope(scope)
            screens = await self._interface.explain(error, OpsContext.from_update(update, self._application))
            await scope.drafts.save()
            answer = _answer(origin, screens, secret, scope.seen)
            await self._update_store.end(unit, stored.update_id, answer, is_secret=secret is not None)
            await self._commit(unit)
        return answer

    def _secret(self, update: Update, draft: Draft | None) -> int | None:
        """The message that must not stay, as it was typed where a password was asked for."""
        message = update.message or update.edited_message
        is_secret = message is not None and self._interface.is_secret(draft)
        return message.message_id if message is not None and is_secret else None

    async def _scope(self, update: Update, unit: UnitOfWork, origin: Origin) -> UpdateScope:
        form_messages = self._inbox.unwritten_form_messages()
        found = await self._update_store.begin(unit, origin.chat_id)
        standing = await StandingService(unit).judge(found.chat, origin.chat_id, is_farewell=_is_farewell(update))
        speak(standing.locale or self._language)
        drafts = Drafts(origin.chat_id, standing.user_id, unit.session, unit.clock.now(), form_messages)
        drafts.found(found.draft)
        self._interface.gate.withhold(standing.kind, drafts)
        return UpdateScope(update, unit, standing, origin, drafts, found.seen)


async def _note_copies(unit: UnitOfWork, *, copies: Sequence[tuple[Card, Sent]], seen: int) -> None:
    """Remembers where cards stand now, and brings up to date what changed while they were on their way."""
    await note_sent_cards(unit.session, copies)
    await refresh_late_cards(unit, {UUID(card[1]): seen for card, _ in copies})


def _answer(origin: Origin, screens: Sequence[Screen], secret: int | None, seen: int = 0) -> Answer:
    """The answer to an update; it deletes the `secret` message before anything else."""
    before = () if secret is None else (Screen(delete=(secret,)),)
    spoken = (replace(screen, language=current_language()) if screen.menu else screen for screen in screens)
    return Answer(origin, (*before, *spoken), seen)


def _is_passing(error: Exception) -> bool:
    """Whether trying again can help: the connection could not be made or broke, or another writer was in the way."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, DATABASE_AWAY)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return True
    return getattr(error.orig, "sqlstate", None) in PASSING_STATES


def _is_lasting(error: Exception) -> bool:
    """Whether the database refuses, which waiting does not mend."""
    return not _is_passing(error)


def _is_farewell(update: Update) -> bool:
    """Whether it tells that the person blocked the bot."""
    change = update.my_chat_member
    return change is not None and change.new_chat_member.status == ChatMemberStatus.BANNED


def origin_of(update: Update) -> Origin:
    """What the answer to an update goes to."""
    chat = update.effective_chat
    user = update.effective_user
    chat_id = chat.id if chat is not None else user.id if user is not None else 0
    query: CallbackQuery | None = update.callback_query
    if query is None:
        return Origin(chat_id)
    message = query.message
    is_shown = isinstance(message, Message)
    return Origin(
        chat_id,
        callback_query_id=query.id,
        message_id=message.message_id if message is not None and is_shown else None,
        has_media=isinstance(message, Message) and message.text is None,
        is_kept=query.data is not None and query.data.startswith(KEPT_MARK),
    )
