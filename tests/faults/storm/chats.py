"""What the phones must have been shown: everything, and twice only what a kill caught between Telegram's answer and the
bot's mark.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import SentCard
from domain.accounts.model import ChatLink, User
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import Notification, NotificationState
from domain.orders.model import OrderStatus, WorkOrder
from playground.phone import WHOLE_CHAT, Phone
from playground.seen import as_seen
from tests.faults.storm.book import Way
from tests.faults.storm.judge import Evidence
from tests.faults.storm.lives import Life
from tests.faults.storm.office import PASSWORD, Office

WINDOW: Final = 5.0
"""Seconds before a kill in which the mark of a message may not have been written yet. Without load it is less than a
tenth; on SQLite, where a card is noted in its turn after a closing's batches, and with the other tests beside it, it
has been more than one. How many may come twice is limited by their number, below."""
TWICE_A_KILL: Final = 3
"""Messages that a kill may repeat in one chat: a notification, as the next one waits for its mark; and the answers of
the last moment, whose marks are collected for 0.05 s: no more than two, as fast as people tap here."""
SHOWING: Final = ("sendMessage", "sendDocument", "sendMediaGroup", "sendPhoto")
FAILURE: Final = "Something went wrong"


@dataclass(frozen=True, slots=True)
class Told:
    """Messages of which there are to be as many: words that only they have, in one chat."""

    chat_id: int
    words: str
    times: int
    may_be_more: int = 0
    """Sent, not marked, then no longer true and so not sent again: such as a card of what was decided meanwhile."""


@dataclass(frozen=True, slots=True)
class Message:
    """A call that put something into a chat."""

    chat_id: int
    method: str
    text: str
    at: float


async def judge_chats(evidence: Evidence, sessions: async_sessionmaker[AsyncSession]) -> tuple[list[str], int]:
    """What is wrong, and how many messages came twice."""
    calls = [call for call in await evidence.machine.playground.calls(bot_id=evidence.machine.account.id) if call["ok"]]
    messages = [_message(call) for call in calls if call["method"] in SHOWING]
    async with sessions() as session:
        told = [*await _notified(session), *_answered(evidence)]
        found = [
            *(f"shown: {call['params']}" for call in calls if FAILURE in str(call["params"])),
            *(
                f"{each.phone.name}'s card of order {each.number}: {each.text}"
                for each in await stale_cards(evidence.office, session)
            ),
            *await _losers(evidence, calls, session),
            *await _passwords(evidence),
        ]
    repeated: Counter[tuple[int, int]] = Counter()
    for each in told:
        copies = [copy for copy in messages if copy.chat_id == each.chat_id and each.words in copy.text]
        extra = len(copies) - each.times
        if extra < 0:
            found.append(f"shown {len(copies)} times instead of {each.times} in {each.chat_id}: {each.words}")
        kills = _kills_after(copies, evidence.lives)
        if extra - each.may_be_more > len(_followed(kills, copies, evidence.lives)):
            found.append(f"shown {len(copies)} times instead of {each.times} in {each.chat_id}: {each.words}: {copies}")
        for life in kills[: max(extra, 0)]:
            repeated[each.chat_id, life.number] += 1
    found += [
        f"kill {kill} repeated {n} messages in {chat}" for (chat, kill), n in repeated.items() if n > TWICE_A_KILL
    ]
    return found, repeated.total()


def _message(call: Mapping[str, Any]) -> Message:
    params = call["params"]
    text = params.get("text") or params.get("caption") or ""
    return Message(int(call["chat_id"]), call["method"], text, call["at"])


def _kills_after(copies: Sequence[Message], lives: Sequence[Life]) -> list[Life]:
    """The kills that came shortly after one of the copies, or while it was on its way."""
    return [
        life
        for life, following in pairwise(lives)
        if life.was_killed and any(life.ended - WINDOW <= copy.at < following.began for copy in copies)
    ]


def _followed(kills: Sequence[Life], copies: Sequence[Message], lives: Sequence[Life]) -> list[Life]:
    """Those kills that can be why there is another copy: a later life sent it. Two copies of one have no excuse."""
    return [life for life in kills if any(copy.at >= lives[life.number + 1].began for copy in copies)]


async def _notified(session: AsyncSession) -> list[Told]:
    """Each notification that is marked as sent."""
    chat = func.coalesce(Notification.chat_id, ChatLink.chat_id).label("chat")
    rows = await session.execute(
        select(Notification.kind, Notification.payload, Notification.state, chat)
        .outerjoin(ChatLink, ChatLink.user_id == Notification.user_id)
        .where(Notification.kind != NotificationKind.CARD_CHANGED)
    )
    numbers = {str(row.id): row.number for row in await session.execute(select(WorkOrder.id, WorkOrder.number))}
    times: defaultdict[tuple[int, str], Counter[NotificationState]] = defaultdict(Counter)
    for row in rows:
        number = numbers.get(str(row.payload.get("order_id")), 0)
        times[row.chat, WORDS[row.kind](row.payload, number)][row.state] += 1
    return [
        Told(chat_id, words, states[NotificationState.SENT], states[NotificationState.CANCELLED])
        for (chat_id, words), states in times.items()
    ]


WORDS: Final[Mapping[str, Callable[[Mapping[str, Any], int], str]]] = {
    "order_submitted": lambda _, number: f"🔎 <b>Order {number}</b>",
    "order_approved": lambda _, number: f"✅ <b>Order {number} approved</b>",
    "order_rejected": lambda _, number: f"❌ <b>Order {number} was rejected</b>",
    "order_returned": lambda _, number: f"✏️ <b>Order {number} was sent back</b>",
    "bonus_given": lambda facts, _: facts["reason"],
    "fine_issued": lambda facts, _: facts["reason"],
    "invoice_issued": lambda _facts, _number: "Your invoice for",
    "month_closed": lambda _facts, _number: "to be paid out",
    "closing_held_up": lambda _facts, _number: "got no invoice",
}
"""How each kind is known in its chat."""


def _answered(evidence: Evidence) -> list[Told]:
    """Answers that are messages of their own, and come once for each time."""
    office, book = evidence.office, evidence.book
    told = [Told(office.wanderer.phone.user_id, "You are in", book.log_ins)]
    for handed in book.handed:
        checker = office.checker_of(handed.number).phone.user_id
        if handed.way is Way.SOME_TYPED:
            told.append(Told(checker, f"✅ <b>Order {handed.number} approved</b>", 1))
        elif handed.way is Way.REJECT_TYPED:
            told.append(Told(checker, f"❌ <b>Order {handed.number} rejected</b>", 1))
        elif handed.way is Way.CHANGES:
            told.append(Told(checker, f"✏️ <b>Order {handed.number} sent back</b>", 1))
    return told


@dataclass(frozen=True, slots=True)
class StaleCard:
    """A copy that does not show how its order stands now."""

    phone: Phone
    message_id: int
    number: int
    headline: str
    """What it should show."""
    text: str


async def stale_cards(office: Office, session: AsyncSession) -> list[StaleCard]:
    """Among the copies that the bot knows of and their admin can see: one may be gone, as the card moved down."""
    found = []
    orders = {row.id: row for row in await session.scalars(select(WorkOrder))}
    for member in office.admins:
        shown = {each.id: each.text for each in (await member.phone.screen(newest=WHOLE_CHAT)).messages}
        copies = select(SentCard).where(SentCard.chat_id == member.phone.user_id)
        for copy in await session.scalars(copies):
            order, text = orders.get(copy.entity_id), shown.get(copy.message_id)
            headline = HEADLINES[order.status].format(order.number) if order is not None else ""
            if order is not None and text is not None and headline not in text:
                found.append(StaleCard(member.phone, copy.message_id, order.number, headline, text))
    return found


HEADLINES: Final = {
    OrderStatus.UNDER_QA: "🔎 Order {}\n",
    OrderStatus.APPROVED: "✅ Order {} approved",
    OrderStatus.REJECTED: "❌ Order {} rejected",
    OrderStatus.IN_PROGRESS: "✏️ Order {} sent back",
    OrderStatus.COMPLETED: "It is on an invoice.",
}


async def _losers(evidence: Evidence, calls: Sequence[Mapping[str, Any]], session: AsyncSession) -> list[str]:
    """Of two admins who decided at once, the second one read who was first."""
    raced = [handed.number for handed in evidence.book.handed if handed.way is Way.RACE]
    deciders = select(User.name).join(WorkOrder, WorkOrder.decided_by == User.id).where(WorkOrder.number.in_(raced))
    won = Counter(await session.scalars(deciders))
    told = [as_seen(str(call["params"].get("text"))) for call in calls if call["method"] == "answerCallbackQuery"]
    return [
        f"{name} won {times} races, but the others were not told: {told}"
        for name, times in won.items()
        if sum(text.startswith(f"{name} approved this on") for text in told) < times
    ]


async def _passwords(evidence: Evidence) -> list[str]:
    """What was typed as a password is gone from the chat."""
    screen = await evidence.office.wanderer.phone.screen(newest=WHOLE_CHAT)
    return ["a password is still to be read"] if PASSWORD in str(screen) else []
