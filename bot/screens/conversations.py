"""Conversations whose state is a row: read and written in the transaction of each update, kept nowhere else.

python-telegram-bot's own ConversationHandler keeps its states in memory and saves them from time to time. With the row
as the only copy, a rollback takes the state back with everything else, a restart changes nothing, and another machine
can go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import bindparam, delete, select
from telegram import Update
from telegram.ext import BaseHandler

from bot.database.models import Conversation as ConversationRow
from bot.screens.context import OpsContext
from bot.screens.scope import current_scope
from domain.persistence.db import tables_of, upserts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession
    from telegram.ext import Application

Handler = BaseHandler[Update, OpsContext, None]


@dataclass(slots=True)
class ConversationState:
    """Where a chat is: in which conversation, at which step, with what draft. No name: in none."""

    name: str | None = None
    step: str = ""
    draft: dict[str, Any] | None = None
    changed: bool = False
    found: str | None = None
    """The name of the conversation that the database has the chat in."""

    def move(self, name: str, step: StrEnum, draft: dict[str, Any] | None) -> None:
        """Goes to a step of a conversation; another one that was under way is over."""
        self.name, self.step, self.draft, self.changed = name, step.value, draft, True

    def end(self) -> None:
        if self.name is not None:
            self.name, self.step, self.draft, self.changed = None, "", None, True


(CONVERSATIONS,) = tables_of(ConversationRow)
STATE_COLUMNS: Final = (
    CONVERSATIONS.c.name.label("conversation"),
    CONVERSATIONS.c.state.label("step"),
    CONVERSATIONS.c.data.label("draft"),
)
_STATE: Final = select(*STATE_COLUMNS).where(CONVERSATIONS.c.key == bindparam("key")).limit(1)
# Put together once, which takes longer than running them: each answer in a form is an update that writes its state.
_SAVE: Final = upserts(CONVERSATIONS, ("name", "key"), ("state", "data", "updated_at"))
_LEAVE: Final = delete(CONVERSATIONS).where(
    CONVERSATIONS.c.key == bindparam("of_key"), CONVERSATIONS.c.name == bindparam("of_name")
)


def key_of(chat_id: int) -> str:
    """By which a chat's row is found."""
    return str(chat_id)


async def load_state(session: AsyncSession, chat_id: int) -> ConversationState:
    row = (await session.execute(_STATE, {"key": key_of(chat_id)})).one_or_none()
    return ConversationState() if row is None else state_of(*row)


def state_of(conversation: str | None, step: Any, draft: Any) -> ConversationState:
    """The state that `STATE_COLUMNS` hold, which are empty for a chat that is in no conversation."""
    if conversation is None:
        return ConversationState()
    return ConversationState(conversation, str(step), draft, found=conversation)


async def save_state(session: AsyncSession, chat_id: int, state: ConversationState, now: datetime) -> None:
    """Writes the state where it changed."""
    if not state.changed:
        return
    key = key_of(chat_id)
    if state.found is not None and state.found != state.name:
        await session.execute(_LEAVE, {"of_key": key, "of_name": state.found})
    if state.name is not None:
        row = {"name": state.name, "key": key, "state": state.step, "data": state.draft, "updated_at": now}
        await session.execute(_SAVE[session.get_bind().dialect.name], row)


class Conversation(Handler):
    """Routes an update to the handlers of the step that its chat is at."""

    def __init__(self, name: str, steps: Mapping[StrEnum, Sequence[Handler]]) -> None:
        super().__init__(callback=_never)
        self._name = name
        self._steps = {step.value: handlers for step, handlers in steps.items()}

    def check_update(self, update: object) -> tuple[Handler, object] | None:
        state = current_scope().conversation
        if state.name != self._name:
            return None
        for handler in self._steps.get(state.step, ()):
            check = handler.check_update(update)
            if check is not None and check is not False:
                return handler, check
        return None

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, OpsContext, Any, Any, Any, Any],
        check_result: object,
        context: OpsContext,
    ) -> None:
        handler, check = cast("tuple[Handler, object]", check_result)
        await handler.handle_update(update, application, check, context)


async def _never(update: Update, context: OpsContext) -> None:  # noqa: ARG001
    """Handlers need a callback; this one's steps have their own."""
    raise AssertionError("a conversation has no callback of its own")
