"""Copies of a record's card: noted when they are sent, changed when the record does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from bot.database.models import DraftStatus, FormDraft, SentCard
from bot.screens.screen import Sent
from domain.accounts.model import ChatLink
from domain.audit.service import changed_since
from domain.notifications.kinds import NotificationKind
from domain.persistence.db import tables_of, upserts

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.screens.screen import Answer
    from domain.unit_of_work import UnitOfWork

ORDERS = "work_orders"
"""The entity type of every card."""
Card = tuple[str, str, int]
"""Entity type, id, version."""

# Put together once, which takes longer than running them: most taps are such an update.
(_cards,) = tables_of(SentCard)
_NOTE: Final = upserts(_cards, ("chat_id", "message_id"), ("entity_type", "entity_id", "version", "has_media"))
_FORGET: Final = delete(_cards).where(
    _cards.c.chat_id == bindparam("chat"), _cards.c.message_id == bindparam("message")
)


async def note_sent_cards(session: AsyncSession, cards: Sequence[tuple[Card | None, Sent]]) -> None:
    """Remembers where cards stand now."""
    rows = [
        {
            "chat_id": sent.chat_id,
            "message_id": sent.message_id,
            "entity_type": card[0],
            "entity_id": UUID(card[1]),
            "version": card[2],
            "has_media": sent.has_media,
        }
        for card, sent in cards
        if card is not None
    ]
    if not rows:
        return
    await session.execute(_NOTE[session.get_bind().dialect.name], rows)


async def note_answered_cards(session: AsyncSession, answer: Answer) -> None:
    """Remembers what the tapped message shows from now on, in the transaction that decides it.

    A message that goes on to something else, or away, is no copy any more: a later edit would wipe out what it shows.
    So it is with a form's question on a card's message: it stays until it is answered, and an answer that somebody else
    was faster with is refused with the card as it is then. After the answer, or Cancel, the card is noted again.
    """
    chat_id, message_id = answer.origin.chat_id, answer.origin.message_id
    gone = {each for screen in answer.screens for each in (*screen.delete, *screen.retire)}
    edit = answer.edit
    if edit is not None and message_id is not None:
        if edit.card is None:
            gone.add(message_id)
        else:
            await note_sent_cards(session, [(edit.card, Sent(chat_id, message_id, has_media=False))])
    if gone:
        await session.execute(_FORGET, [{"chat": chat_id, "message": message} for message in gone])


async def still_shows(unit: UnitOfWork, chat_id: int, message_id: int, entity_id: UUID) -> bool:
    """Whether a message is a copy of this record's card yet: asked before it is edited.

    It is none while a form's question stands there. A tap may come before the copy is noted, which is then noted late.
    """
    asks = (
        select(FormDraft.id)
        .where(FormDraft.chat_id == chat_id, FormDraft.message_id == message_id)
        .where(FormDraft.status.in_((DraftStatus.OPEN, DraftStatus.ASIDE)))
    )
    shown = await unit.session.scalar(
        select(SentCard.entity_id).where(SentCard.chat_id == chat_id, SentCard.message_id == message_id, ~asks.exists())
    )
    return shown == entity_id


async def refresh_late_cards(unit: UnitOfWork, seen: Mapping[UUID, int]) -> None:
    """Queues an edit of every copy of what changed between its reading and its showing.

    The change did not know of a copy that was on its way, or was overtaken by it. Nor would it know of one that is
    noted in the same moment, if not one of the two transactions waited for the other here.
    """
    if not seen:
        return
    await unit.audit.hold()
    changed = await changed_since(unit.session, ORDERS, seen)
    if changed:
        await refresh_cards(unit, changed)


async def refresh_changed_cards(unit: UnitOfWork, *, but: tuple[int, int | None] | None = None) -> None:
    """Queues an edit of every copy of the cards that this transaction changed; `but` is what its answer edits."""
    changed = unit.audit.changed(ORDERS)
    if changed:
        await unit.audit.hold()
        await refresh_cards(unit, changed, but=but)


async def refresh_cards(
    unit: UnitOfWork, orders: Collection[UUID], *, but: tuple[int, int | None] | None = None
) -> None:
    """Queues an edit of every copy of these orders' cards. A chat that nobody is linked to any more keeps its own."""
    copies = (
        select(SentCard, ChatLink.user_id)
        .join(ChatLink, ChatLink.chat_id == SentCard.chat_id)
        .where(SentCard.entity_type == ORDERS, SentCard.entity_id.in_(orders))
    )
    now = unit.clock.now().isoformat()
    for card, viewer_id in await unit.session.execute(copies):
        if (card.chat_id, card.message_id) == but:
            continue
        unit.notifications.notify(
            None,
            NotificationKind.CARD_CHANGED,
            {
                "entity_id": card.entity_id,
                "chat_id": card.chat_id,
                "message_id": card.message_id,
                "viewer_id": viewer_id,
            },
            dedupe_key=f"{card.message_id} {now}",
            urgent=True,
            chat_id=card.chat_id,
        )
