"""One update, one transaction: the way from a stored update to its answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import update as update_rows
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from telegram import CallbackQuery, Message, Update

from bot.cards import note_answered_cards, note_sent_cards, refresh_changed_cards
from bot.context import OpsContext
from bot.conversations import ConversationState, load_state, save_state
from bot.inbox import StoredUpdate
from bot.scope import UpdateScope, enter_scope
from bot.screen import Answer, Origin, Screen
from bot.speaker import UnreachableError
from bot.tables import InboundUpdate, UpdateState
from bot.transactions import finish_and_commit
from domain.accounts.gate import Gate
from domain.errors import DomainError

if TYPE_CHECKING:
    from telegram.ext import Application

    from bot.inbox import Inbox
    from bot.interface import Interface
    from bot.speaker import Speaker
    from bot.transactions import Transactions
    from domain.unit import Unit

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Updates in a transaction at the same time: about as many as the database has connections for."""
DATABASE_PAUSES = (0.2, 1, 2, 5)


class Processor:
    """Runs stored updates through the handlers."""

    def __init__(
        self,
        application: Application[Any, OpsContext, Any, Any, Any, Any],
        transactions: Transactions,
        inbox: Inbox,
        speaker: Speaker,
        interface: Interface,
    ) -> None:
        self._application = application
        self._transactions = transactions
        self._inbox = inbox
        self._speaker = speaker
        self._interface = interface
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def process(self, stored: StoredUpdate) -> None:
        """Takes an update to its end: changed, committed, answered, marked. A crash leaves it to the next start."""
        if stored.answer is None:
            answer = await self._committed(stored)
        else:
            answer = Answer.from_json(stored.answer)
        await self._send(answer)
        self._inbox.mark_answered(stored.update_id)

    async def _send(self, answer: Answer) -> None:
        if not answer.screens and not answer.origin.callback_query_id:
            return
        try:
            shown = await self._speaker.answer(answer)
        except UnreachableError:
            return
        except Exception:
            # Telegram refused what a view made: a bug, and no reason to stop this chat's updates.
            logger.exception("An answer could not be sent")
            return
        cards = [(screen.card, sent) for screen, sent in shown if screen.card is not None]
        if cards:
            async with self._transactions.unit() as unit:
                await note_sent_cards(unit.session, cards)
                await unit.session.commit()

    async def _committed(self, stored: StoredUpdate) -> Answer:
        """Runs the update until it is committed. A database that is gone is waited for; a bug changes nothing."""
        failures = 0
        while True:
            try:
                async with self._slots:
                    return await self._run(stored)
            except (OperationalError, InterfaceError, DBAPIError, OSError) as error:
                if isinstance(error, DBAPIError) and not _is_passing(error):
                    return await self._failed(stored, error)
                pause = DATABASE_PAUSES[min(failures, len(DATABASE_PAUSES) - 1)]
                failures += 1
                logger.warning("The database does not answer (%s); next try in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)
            except DomainError as error:
                return await self._refused(stored, error)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is a bug that must cost only its update
                return await self._failed(stored, error)

    async def _run(self, stored: StoredUpdate) -> Answer:
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        async with self._transactions.unit() as unit:
            scope = await self._scope(update, unit, origin)
            secret = self._secret(update, scope.conversation)
            enter_scope(scope)
            await self._application.process_update(update)
            if scope.error is not None:
                raise scope.error
            await save_state(unit.session, origin.chat_id, scope.conversation, unit.clock.now())
            answer = _answer(origin, scope.screens, secret)
            await note_answered_cards(unit.session, answer)
            await refresh_changed_cards(unit, but=(origin.chat_id, origin.message_id) if answer.edit else None)
            await self._mark_done(unit.session, stored, answer, is_secret=secret is not None)
            await finish_and_commit(unit)
        return answer

    @staticmethod
    async def _mark_done(
        session: Any, stored: StoredUpdate, answer: Answer, error: str | None = None, *, is_secret: bool
    ) -> None:
        values: dict[str, Any] = {"state": UpdateState.DONE, "screen": answer.to_json(), "error": error}
        if is_secret:
            values["body"] = {}
        done = (
            update_rows(InboundUpdate)
            .where(InboundUpdate.update_id == stored.update_id, InboundUpdate.state == UpdateState.NEW)
            .values(**values, attempts=InboundUpdate.attempts + 1)
        )
        if (await session.execute(done)).rowcount != 1:
            raise AlreadyDoneError(stored.update_id)

    async def _failed(self, stored: StoredUpdate, error: Exception) -> Answer:
        """After a bug: the transaction was rolled back; the person is told so, and the operator what happened."""
        if isinstance(error, AlreadyDoneError):
            return Answer(Origin(0))
        logger.error("Update %s failed", stored.update_id, exc_info=error)
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        screens = [self._interface.failure()] if update.effective_chat is not None else []
        async with self._transactions.unit() as unit:
            secret = self._secret(update, await load_state(unit.session, origin.chat_id))
            answer = _answer(origin, screens, secret)
            said = f"{type(error).__name__}: {error}"[:1000]
            await self._mark_done(unit.session, stored, answer, said, is_secret=secret is not None)
            await finish_and_commit(unit)
        return answer

    async def _refused(self, stored: StoredUpdate, error: DomainError) -> Answer:
        """After a refusal: what was done is rolled back, the draft stays, and the person learns what is true."""
        update = Update.de_json(stored.body, self._application.bot)
        origin = origin_of(update)
        async with self._transactions.unit() as unit:
            scope = await self._scope(update, unit, origin)
            secret = self._secret(update, scope.conversation)
            enter_scope(scope)
            screen = await self._interface.explain(error, OpsContext.from_update(update, self._application))
            answer = _answer(origin, [screen], secret)
            await self._mark_done(unit.session, stored, answer, is_secret=secret is not None)
            await finish_and_commit(unit)
        return answer

    def _secret(self, update: Update, state: ConversationState) -> int | None:
        """The message that must not stay, as it was typed where a password was asked for."""
        message = update.message or update.edited_message
        is_secret = message is not None and (state.name, state.step) in self._interface.secret_steps
        return message.message_id if message is not None and is_secret else None

    async def _scope(self, update: Update, unit: Unit, origin: Origin) -> UpdateScope:
        standing = await Gate(unit).actor_of_chat(origin.chat_id)
        state = await load_state(unit.session, origin.chat_id)
        return UpdateScope(update, unit, standing, state)


def _answer(origin: Origin, screens: Sequence[Screen], secret: int | None) -> Answer:
    """The answer to an update; it deletes the `secret` message before anything else."""
    before = () if secret is None else (Screen(delete=(secret,)),)
    return Answer(origin, (*before, *screens))


class AlreadyDoneError(Exception):
    """Another process has run this update: what this one did is rolled back."""


def _is_passing(error: DBAPIError) -> bool:
    """Whether trying again can help: the connection broke, or another writer was in the way."""
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return True
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "57P01", "57P02", "57P03", "08006", "08003"}


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
    )
