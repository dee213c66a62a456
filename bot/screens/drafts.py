"""The drafts of a chat's forms: read and written in the transaction of each update, kept nowhere else.

With the row as the only copy, a rollback takes a draft back with everything else, a restart changes nothing, and
another machine can go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from pydantic import BaseModel, Field
from sqlalchemy import bindparam, delete, select, update

from bot.database.models import DraftStatus, FormDraft
from bot.screens.received import Received
from domain.persistence.db import tables_of, upserts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

KEPT: Final = timedelta(days=7)
"""How long a closed draft is known: its old buttons say what became of it, and a cancelled one can be brought back."""


class LongText(BaseModel):
    """A text that the phone may have cut in two, as it was typed last."""

    step: str
    text: str
    message_id: int
    sent_at: int


class Memory(BaseModel):
    """What the form engine notes of a draft beside its fields."""

    turn: int = 0
    """One more for each question: a button of an older question is told by it."""
    is_editing: bool = False
    """One field is being changed: after it comes the last step again."""
    offered: list[str] = Field(default_factory=list)
    """Readings of an answer that was ambiguous, as they are typed: a button each."""
    search: str = ""
    page: int = 1
    album: str = ""
    """The album that the last file came with: its other files change the answer to the first."""
    said: str = ""
    """What was said above the question, which the rest of that album keeps saying."""
    answers: dict[str, list[int]] = Field(default_factory=dict)
    """By step, the messages that answered it: editing one of them changes the field."""
    pending: list[Received] = Field(default_factory=list)
    """What came when the question was no longer in sight: it is asked back whether this is the answer."""
    long_text: LongText | None = None
    is_covered: bool = False
    """Something else was shown since the question."""
    instead: str = ""
    """The packed button of the form that is to take this draft's place, once its owner says so."""


@dataclass(slots=True)
class Draft:
    """One form's draft while an update runs."""

    id: UUID
    chat_id: int
    user_id: UUID | None
    form: str
    step: str
    data: dict[str, Any]
    memory: Memory
    status: DraftStatus
    message_id: int | None
    opened_at: datetime
    asked_at: datetime
    is_changed: bool = False


@dataclass(slots=True)
class Drafts:
    """The drafts of one chat, in one update."""

    chat_id: int
    user_id: UUID | None
    session: AsyncSession
    now: datetime
    form_messages: Mapping[UUID, int]
    """Where questions stand that were sent just now, by draft: the database does not know it yet."""
    open: Draft | None = None
    """What is typed is an answer to this one's question. Only the person's own: a chat may have changed hands."""
    _others: Draft | None = None
    """The chat's open draft, where it is not for whoever writes."""
    _touched: dict[UUID, Draft] = field(default_factory=dict)

    def found(self, draft: Draft | None) -> None:
        """What the database has as the chat's open draft. Somebody else's is set aside when a form is opened."""
        if draft is None:
            return
        draft.message_id = self.form_messages.get(draft.id, draft.message_id)
        if draft.user_id == self.user_id:
            self.open = draft
        else:
            self._others = draft

    @property
    def asks(self) -> Draft | None:
        """The chat's open draft, whoever's it is and whether or not they may fill it in now."""
        return self.open if self.open is not None else self._others

    def withhold(self) -> None:
        """Puts the open draft out of reach while this update runs: its owner has to log in first."""
        self._others, self.open = self.asks, None

    def hand_over(self, user_id: UUID | None) -> None:
        """From now on the chat is this person's: what somebody else has not finished is set aside."""
        draft = self.asks
        self.user_id, self.open, self._others = user_id, None, None
        if draft is not None and draft.user_id == user_id:
            self.open = draft
        elif draft is not None:
            self.close(draft, DraftStatus.ASIDE)

    def start(self, form: str, step: str, data: Mapping[str, Any]) -> Draft:
        """A new draft, which is the open one from now on; what was open is set aside."""
        draft = Draft(
            id=uuid4(),
            chat_id=self.chat_id,
            user_id=self.user_id,
            form=form,
            step=step,
            data=dict(data),
            memory=Memory(),
            status=DraftStatus.OPEN,
            message_id=None,
            opened_at=self.now,
            asked_at=self.now,
        )
        self.reopen(draft)
        return draft

    def reopen(self, draft: Draft) -> None:
        """Goes on with a draft; what was open is set aside."""
        if self.open is not None and self.open.id != draft.id:
            self.close(self.open, DraftStatus.ASIDE)
        if self._others is not None:
            self.close(self._others, DraftStatus.ASIDE)
            self._others = None
        draft.status = DraftStatus.OPEN
        self.open = draft
        self.touch(draft)

    def close(self, draft: Draft, status: DraftStatus) -> None:
        draft.status = status
        if self.open is not None and self.open.id == draft.id:
            self.open = None
        self.touch(draft)

    def touch(self, draft: Draft) -> None:
        """It is written at the end of the update."""
        draft.is_changed = True
        self._touched[draft.id] = draft

    async def find(self, draft_id: UUID) -> Draft | None:
        """This person's draft in this chat, whatever became of it."""
        known = self._touched.get(draft_id)
        if known is not None:
            return known
        if self.open is not None and self.open.id == draft_id:
            return self.open
        mine = (FormDraft.chat_id == self.chat_id) & (FormDraft.id == draft_id)
        row = (await self.session.execute(_ALL.where(mine))).one_or_none()
        draft = None if row is None else self._known(draft_of(row))
        return draft if draft is not None and draft.user_id == self.user_id else None

    def _known(self, draft: Draft) -> Draft:
        draft.message_id = self.form_messages.get(draft.id, draft.message_id)
        return draft

    async def unfinished(self) -> list[Draft]:
        """The open one and those set aside, the newest first."""
        is_mine = FormDraft.chat_id == self.chat_id
        waits = FormDraft.status.in_([DraftStatus.OPEN, DraftStatus.ASIDE])
        rows = await self.session.execute(_ALL.where(is_mine, waits).order_by(FormDraft.updated_at.desc()))
        found = {draft.id: self._known(draft) for draft in map(draft_of, rows)} | self._touched
        if self.open is not None:
            found[self.open.id] = self.open
        mine = (draft for draft in found.values() if draft.user_id == self.user_id)
        return [draft for draft in mine if draft.status in {DraftStatus.OPEN, DraftStatus.ASIDE}]

    async def save(self) -> None:
        """Writes what changed: first what is open no longer, as a chat has one open draft at most."""
        changed = sorted(self._touched.values(), key=lambda draft: draft.status is DraftStatus.OPEN)
        for draft in changed:
            await self.session.execute(_SAVE[self.session.get_bind().dialect.name], self._row(draft))
        self._touched.clear()

    def _row(self, draft: Draft) -> dict[str, Any]:
        return {
            "id": draft.id,
            "chat_id": draft.chat_id,
            "user_id": draft.user_id,
            "form": draft.form,
            "step": draft.step,
            "data": draft.data,
            "memory": draft.memory.model_dump(mode="json", exclude_defaults=True),
            "status": draft.status,
            "message_id": draft.message_id,
            "opened_at": draft.opened_at,
            "asked_at": draft.asked_at,
            "updated_at": self.now,
        }


(DRAFTS,) = tables_of(FormDraft)
_NAMES: Final = (
    "id", "chat_id", "user_id", "form", "step", "data", "memory", "status", "message_id", "opened_at", "asked_at",
)  # fmt: skip
DRAFT_COLUMNS: Final = tuple(DRAFTS.c[name].label(f"draft_{name}") for name in _NAMES)
"""For the statement that every update begins with; empty for a chat without an open draft."""
OPEN_DRAFT: Final = DRAFTS.c.status == DraftStatus.OPEN
_ALL: Final = select(*(DRAFTS.c[name] for name in _NAMES))
_STANDS: Final = update(DRAFTS).where(DRAFTS.c.id == bindparam("of_draft")).values(message_id=bindparam("stands_at"))
# Put together once, which takes longer than running it: each answer in a form is an update that writes its draft.
_SAVE: Final = upserts(
    DRAFTS,
    ("id",),
    ("user_id", "form", "step", "data", "memory", "status", "message_id", "opened_at", "asked_at", "updated_at"),
)


def draft_of(row: Any) -> Draft:
    """A draft from a row's values, in the order of `DRAFT_COLUMNS`."""
    id_, chat_id, user_id, form, step, data, memory, status, message_id, opened_at, asked_at = row
    return Draft(
        id=id_,
        chat_id=chat_id,
        user_id=user_id,
        form=form,
        step=step,
        data=data,
        memory=Memory.model_validate(memory or {}),
        status=DraftStatus(status),
        message_id=message_id,
        opened_at=opened_at,
        asked_at=asked_at,
    )


class FormMessageStore:
    """Writes where forms' questions stand in their chats."""

    async def note(self, session: AsyncSession, messages: Sequence[tuple[UUID, int]]) -> None:
        """Notes pairs of (draft, message); a draft that is gone is skipped."""
        connection = await session.connection()
        rows = [{"of_draft": draft_id, "stands_at": message_id} for draft_id, message_id in messages]
        await connection.execute(_STANDS, rows)


async def forget_closed(session: AsyncSession, now: datetime) -> int:
    """Removes drafts that were closed a week ago; those that are not finished stay. How many those were."""
    closed = (DraftStatus.DONE, DraftStatus.CANCELLED, DraftStatus.REPLACED)
    old = delete(DRAFTS).where(DRAFTS.c.status.in_(closed), DRAFTS.c.updated_at < now - KEPT)
    return len((await session.execute(old.returning(DRAFTS.c.id))).all())
