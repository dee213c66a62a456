"""The two questions that a decision may need, how many and why; and what follows a decision.

Each stands on the message of the card that it was asked on, and acts as soon as it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from bot.screens.context import OpsContext
from bot.screens.form import Form, Option, Shown, Step, StepKind, key_of_text
from bot.screens.screen import Screen
from domain.access import Permission
from domain.errors import Conflict, DomainError, NotAllowed, NotFound
from domain.errors.orders import AlreadyDecided, OwnOrder, TooManyFiles
from domain.errors.submissions import ApprovedOutOfRange, SubmissionsNegative, SubmissionsTooMany, SubmissionsZero
from domain.orders.cards import OrderCard
from domain.orders.drafts import MAX_PICTURES, DraftFile
from domain.orders.model import TemplateKind
from domain.orders.transitions import Move
from domain.typed_input.numbers import parse_approved
from domain.typed_input.text import check_text
from handlers.review import views
from handlers.review.payloads import Back
from handlers.submit import views as submit_views

TEMPLATE_KINDS: Final = {Back.REJECT: TemplateKind.REJECT, Back.CHANGES: TemplateKind.CHANGES}


class Decision(BaseModel):
    """What is being decided, as its card showed it."""

    order: UUID
    version: int
    queue: bool
    """Asked in the queue: the next card follows."""
    number: int
    worker: str


class HowMany(Decision):
    total: int
    approved: int | None = None


class Why(Decision):
    back: Back
    templates: tuple[str, ...] = ()
    """Words to choose from, as they were offered: nobody sends what they have not seen."""
    reason: str | None = None
    pictures: tuple[DraftFile, ...] = ()


# How many


async def _shares(_context: OpsContext, draft: HowMany) -> Sequence[Option]:
    """What admins mostly approve when it is not all: all but a few, or half."""
    total = draft.total
    few = {total - 1, total - 2, total - 3, total - 5, total - 10, total // 2}
    shares = sorted((each for each in few if 1 <= each < total), reverse=True)
    return [Option(str(each), f"{each:,}", {"approved": each}) for each in shares]


def _read_share(_context: OpsContext, draft: HowMany, text: str) -> int:
    try:
        return parse_approved(text, draft.total)
    except (SubmissionsZero, SubmissionsNegative, SubmissionsTooMany):
        # What may be submitted is not what may be approved: this order's own range helps more.
        raise ApprovedOutOfRange(total=draft.total) from None


async def _approve(context: OpsContext, draft: HowMany) -> Shown:
    orders = context.services.orders
    card = await orders.approve(draft.order, draft.version, approved=draft.approved, actor=context.actor)
    return await after(context, card, views.approved(card.order), queue=draft.queue)


# Why


async def _templates(_context: OpsContext, draft: Why) -> Sequence[Option]:
    return [
        Option(
            key_of_text(text),
            views.template_button(place, text),
            {"reason": text},
            (text, str(place)) if views.is_numbered(text) else (text,),
        )
        for place, text in enumerate(draft.templates, 1)
    ]


def _add_picture(draft: Why, file: DraftFile) -> Why:
    if any(each.telegram_file_unique_id == file.telegram_file_unique_id for each in draft.pictures):
        return draft
    if len(draft.pictures) >= MAX_PICTURES:
        raise TooManyFiles(limit=MAX_PICTURES)
    return draft.model_copy(update={"pictures": (*draft.pictures, file)})


async def _send_back(context: OpsContext, draft: Why) -> Shown:
    orders = context.services.orders
    send_back = orders.reject if draft.back is Back.REJECT else orders.needs_changes
    card = await send_back(draft.order, draft.version, draft.reason, pictures=draft.pictures, actor=context.actor)
    return await after(context, card, views.sent_back(card.order, draft.back), queue=draft.queue)


# What is shown instead of a question, and after its answer


async def card_now(context: OpsContext, order_id: UUID, *, queue: bool) -> Screen:
    """The order as it is now, for whoever may still see it."""
    try:
        review = await context.services.reviews.review(order_id, actor=context.actor)
    except NotFound:
        return views.gone()
    except NotAllowed:
        return views.lost_role()
    return views.card(review, queue=queue)


async def refused(context: OpsContext, order_id: UUID, error: DomainError, *, queue: bool) -> Screen:
    """What a refused decision shows. Tapped twice in the queue: it has gone on meanwhile, and stays where it is."""
    if queue and isinstance(error, AlreadyDecided) and error.by_you:
        step = await context.services.order_queries.next_in_queue(after=order_id, actor=context.actor)
        if step.card is not None:
            review = await context.services.reviews.of_card(step.card, actor=context.actor)
            return views.queue_card(review, step.waiting)
    if isinstance(error, NotAllowed) and not isinstance(error, OwnOrder):
        return views.lost_role()
    return await card_now(context, order_id, queue=queue)


async def _left(context: OpsContext, draft: Decision) -> Screen:
    return await card_now(context, draft.order, queue=draft.queue)


async def _overtaken(context: OpsContext, draft: Decision, error: DomainError) -> Screen | None:
    if not isinstance(error, Conflict | NotAllowed | NotFound):
        return None
    return await refused(context, draft.order, error, queue=draft.queue)


async def after(context: OpsContext, card: OrderCard, said: str, *, queue: bool) -> Screen:
    """What follows a decision: the queue's next card, or this one with its result."""
    if queue:
        return await next_card(context, behind=card.order.id, decided=card, said=said)
    review = await context.services.reviews.of_card(card, actor=context.actor)
    return views.with_result(views.card(review), said, is_tap=is_tap(context))


async def next_card(
    context: OpsContext, *, behind: UUID | None = None, decided: OrderCard | None = None, said: str = ""
) -> Screen:
    """The queue's next card; behind the last one it begins again, with those that were passed over."""
    queries = context.services.order_queries
    step = await queries.next_in_queue(after=behind, actor=context.actor)
    if step.card is None and step.waiting:
        step = await queries.next_in_queue(actor=context.actor)
    if decided is not None:
        said = views.decided_in_queue(said, step.waiting)
    elif behind is not None and step.card is not None and step.card.order.id == behind:
        said = views.only_one()
    undo = decided.order if decided is not None and Move.UNDO in decided.moves else None
    if step.card is None:
        screen = views.empty_queue(undo=undo)
    else:
        review = await context.services.reviews.of_card(step.card, actor=context.actor)
        screen = views.queue_card(review, step.waiting, undo=undo)
    return views.with_result(screen, said, is_tap=is_tap(context))


def is_tap(context: OpsContext) -> bool:
    """Whether a toast can say what was done."""
    return bool(context.scope.origin.callback_query_id)


HOW_MANY: Final = Form(
    name="how_many",
    draft=HowMany,
    permission=Permission.DECIDE_ORDERS,
    title=views.how_many_title,
    called=views.how_many_called,
    sent=views.was_decided,
    left=_left,
    overtaken=_overtaken,
    leaves_receipt=False,
    finish=_approve,
    steps=(
        Step(
            name="approved",
            kind=StepKind.NUMBER,
            label=views.label_how_many,
            question=views.ask_how_many,
            options=_shares,
            read=_read_share,
        ),
    ),
)
WHY: Final = Form(
    name="why",
    draft=Why,
    permission=Permission.DECIDE_ORDERS,
    title=views.why_title,
    called=views.why_called,
    sent=views.was_decided,
    left=_left,
    overtaken=_overtaken,
    leaves_receipt=False,
    finish=_send_back,
    steps=(
        # Nobody is asked for pictures: they come with the reason, or before it.
        Step(
            name="pictures",
            kind=StepKind.FILES,
            label=views.label_pictures,
            question=views.ask_pictures,
            shown=lambda draft: submit_views.files_in_words(draft.pictures),
            optional=True,
            when=lambda draft: bool(draft.pictures),
            max_files=MAX_PICTURES,
            add_file=_add_picture,
        ),
        Step(
            name="reason",
            kind=StepKind.TEXT,
            label=views.label_reason,
            question=views.ask_why,
            options=_templates,
            read=lambda _context, _draft, text: check_text(text, field="reason"),
        ),
    ),
)
