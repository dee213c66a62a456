"""Cards, the queue and decisions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation
from bot.screens.interface import App
from bot.screens.payloads import Payload
from bot.screens.screen import Screen
from domain.errors import (
    ApprovedOutOfRange,
    Conflict,
    NotAllowed,
    NotFound,
    SubmissionsNegative,
    SubmissionsTooMany,
    SubmissionsZero,
)
from domain.orders.cards import OrderCard, OrderSummary
from domain.orders.transitions import Move
from domain.typed_input.numbers import parse_approved
from handlers.family import Family
from handlers.home.handlers import old_button
from handlers.places import Go, Place
from handlers.review import card_views, file_views, notices, question_views, queue_views, refusals, results
from handlers.review.asking import NAME, Question, Step
from handlers.review.payloads import (
    Approve,
    ApproveSome,
    AskHowMany,
    AskReason,
    Back,
    ShowCard,
    ShowFiles,
    ShowTexts,
    Skip,
    Undo,
    UseTemplate,
)
from handlers.review.reading import as_review, read_review, read_to_decide

if TYPE_CHECKING:
    from bot.screens.conversations import Handler

Tapped = TypeVar("Tapped", bound=Payload)
TYPED = filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE
SENT = filters.ALL & ~filters.COMMAND & filters.UpdateType.MESSAGE


# Looking


async def queue(_update: Update, context: OpsContext) -> None:
    context.conversation.end()
    context.show(await _next(context))


async def skip(_update: Update, context: OpsContext, tapped: Skip) -> None:
    context.show(await _next(context, behind=tapped.order))


async def show_card(_update: Update, context: OpsContext, tapped: ShowCard) -> None:
    _close_question(context, tapped.order)
    review = await read_review(context.unit, tapped.order, actor=context.actor)
    context.show(card_views.card(review, queue=tapped.queue))


async def show_files(update: Update, context: OpsContext, tapped: ShowFiles) -> None:
    review = await read_review(context.unit, tapped.order, actor=context.actor)
    # The album first: should Telegram refuse it, the card stays where it is.
    context.show(file_views.album(review))
    context.show(_moved_down(update, card_views.card(review, queue=tapped.queue)))


async def show_texts(update: Update, context: OpsContext, tapped: ShowTexts) -> None:
    review = await read_review(context.unit, tapped.order, actor=context.actor)
    for screen in card_views.whole_texts(review):
        context.show(screen)
    context.show(_moved_down(update, card_views.card(review, queue=tapped.queue)))


# Deciding by a tap


async def approve(_update: Update, context: OpsContext, tapped: Approve) -> None:
    card = await context.services.orders.approve(tapped.order, tapped.version, actor=context.actor)
    context.show(await _after(context, card, results.approved(card.order), queue=tapped.queue))


async def approve_some(_update: Update, context: OpsContext, tapped: ApproveSome) -> None:
    card = await context.services.orders.approve(
        tapped.order, tapped.version, approved=tapped.approved, actor=context.actor
    )
    context.show(await _after(context, card, results.approved(card.order), queue=tapped.queue))


async def use_template(_update: Update, context: OpsContext, tapped: UseTemplate) -> None:
    send_back = _sending_back(context, tapped.back)
    card = await send_back(tapped.order, tapped.version, template=tapped.template, actor=context.actor)
    context.show(await _after(context, card, results.sent_back(card.order, tapped.back), queue=tapped.queue))


async def undo(_update: Update, context: OpsContext, tapped: Undo) -> None:
    card = await context.services.orders.undo(tapped.order, tapped.version, actor=context.actor)
    review = await as_review(context.unit, card, actor=context.actor)
    context.show(card_views.card(review, queue=tapped.queue).with_toast(results.taken_back(card.order)))


# Deciding by an answer


async def ask_how_many(update: Update, context: OpsContext, tapped: AskHowMany) -> None:
    review = await read_to_decide(context.unit, tapped.order, tapped.version, actor=context.actor)
    question = Question(
        tapped.order, tapped.version, tapped.queue, _message_id(update), review.card.order.total_submissions
    )
    await _open_question(context, Step.COUNT, question)
    context.show(question_views.ask_how_many(review, queue=tapped.queue))


async def ask_reason(update: Update, context: OpsContext, tapped: AskReason) -> None:
    review = await read_to_decide(context.unit, tapped.order, tapped.version, actor=context.actor)
    templates = await context.services.order_queries.reason_templates(
        question_views.TEMPLATE_KINDS[tapped.back], actor=context.actor
    )
    total = review.card.order.total_submissions
    question = Question(tapped.order, tapped.version, tapped.queue, _message_id(update), total, tapped.back)
    await _open_question(context, Step.REASON, question)
    context.show(question_views.ask_reason(review, tapped.back, templates, queue=tapped.queue))


async def count_typed(update: Update, context: OpsContext) -> None:
    question = Question.from_json(context.conversation.draft or {})
    try:
        approved = parse_approved(_text(update), question.total)
    except (SubmissionsZero, SubmissionsNegative, SubmissionsTooMany):
        # What may be submitted is not what may be approved: this order's own range helps more.
        raise ApprovedOutOfRange(total=question.total) from None
    decision = context.services.orders.approve(question.order, question.version, approved=approved, actor=context.actor)
    await _answer(context, question, decision, results.approved)


async def reason_typed(update: Update, context: OpsContext) -> None:
    question = Question.from_json(context.conversation.draft or {})
    send_back = _sending_back(context, question.back)
    decision = send_back(question.order, question.version, _text(update), actor=context.actor)
    await _answer(context, question, decision, lambda order: results.sent_back(order, question.back))


async def not_a_text(_update: Update, context: OpsContext) -> None:
    context.show(question_views.type_it(is_count=context.conversation.step == Step.COUNT.value))


async def _answer(
    context: OpsContext, question: Question, decision: Awaitable[OrderCard], said: Callable[[OrderSummary], str]
) -> None:
    """Decides by what was typed. The question goes away, and what came of it stands below the answer."""
    try:
        card = await decision
    except (Conflict, NotAllowed, NotFound) as refusal:
        # Refused before anything was written, and no other answer would help: the question is over.
        context.conversation.end()
        now = await refusals.order_now(refusal, context, ShowCard(question.order, question.queue))
        context.show(_below(question, results.below_words(refusals.said(refusal, context), now)))
        return
    screen = await _after(context, card, said(card.order), queue=question.queue)
    context.show(_below(question, screen))


# What they share


async def _after(context: OpsContext, card: OrderCard, said: str, *, queue: bool) -> Screen:
    """What follows a decision: the queue's next card, or this one with its result."""
    _close_question(context, card.order.id)
    if queue:
        return await _next(context, behind=card.order.id, decided=card, said=said)
    return card_views.card(await as_review(context.unit, card, actor=context.actor)).with_toast(said)


async def _next(
    context: OpsContext, *, behind: UUID | None = None, decided: OrderCard | None = None, said: str = ""
) -> Screen:
    """The queue's next card; behind the last one it begins anew, with those that were passed over."""
    queries = context.services.order_queries
    step = await queries.next_in_queue(after=behind, actor=context.actor)
    if step.card is None and step.waiting:
        step = await queries.next_in_queue(actor=context.actor)
    if decided is not None:
        said = queue_views.decided_in_queue(said, step.waiting)
    elif behind is not None and step.card is not None and step.card.order.id == behind:
        said = queue_views.only_one()
    undo = decided.order if decided is not None and Move.UNDO in decided.moves else None
    if step.card is None:
        screen = queue_views.empty_queue(undo=undo)
    else:
        review = await as_review(context.unit, step.card, actor=context.actor)
        screen = queue_views.queue_card(review, step.waiting, undo=undo)
    is_tapped = context.scope.update.callback_query is not None
    return screen.with_toast(said) if is_tapped else results.below_words(said, screen)


async def _open_question(context: OpsContext, step: Step, question: Question) -> None:
    """One question at a time: what is typed answers the newest, so an older one turns back into its card."""
    if context.conversation.name == NAME:
        older = Question.from_json(context.conversation.draft or {})
        if older.message_id != question.message_id:
            review = await read_review(context.unit, older.order, actor=context.actor)
            context.show(replace(card_views.card(review, queue=older.queue), edit_message_id=older.message_id))
    context.conversation.move(NAME, step, question.to_json())


def _close_question(context: OpsContext, order: UUID) -> None:
    if context.conversation.name == NAME and Question.from_json(context.conversation.draft or {}).order == order:
        context.conversation.end()


def _sending_back(context: OpsContext, back: Back) -> Any:
    orders = context.services.orders
    return orders.reject if back is Back.REJECT else orders.needs_changes


def _below(question: Question, screen: Screen) -> Screen:
    return replace(screen, as_new=True, delete=(question.message_id,))


def _moved_down(update: Update, screen: Screen) -> Screen:
    return replace(screen, as_new=True, delete=(_message_id(update),))


def _message_id(update: Update) -> int:
    message = update.effective_message
    return message.message_id if message is not None else 0


def _text(update: Update) -> str:
    message = update.effective_message
    return message.text or "" if message is not None else ""


# Where it all hangs


def _is_queue(data: object) -> bool:
    return data == Go(Place.QUEUE).pack()


def _on(kind: type[Tapped], handler: Callable[[Update, OpsContext, Tapped], Awaitable[None]]) -> Handler:
    """A tapped button's handler. A payload that only begins like one of ours is as good as an old button."""

    async def unpacked(update: Update, context: OpsContext) -> None:
        if isinstance(context.payload, kind):
            await handler(update, context, context.payload)
        else:
            await old_button(update, context)

    return CallbackQueryHandler(unpacked, pattern=kind.matches)


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("queue", queue))
    app.add_handler(CallbackQueryHandler(queue, pattern=_is_queue))


def add_screens(app: App) -> None:
    app.add_handler(
        Conversation(
            NAME,
            {
                Step.COUNT: [MessageHandler(TYPED, count_typed), MessageHandler(SENT, not_a_text)],
                Step.REASON: [MessageHandler(TYPED, reason_typed), MessageHandler(SENT, not_a_text)],
            },
        )
    )
    buttons = (
        _on(ShowCard, show_card),
        _on(ShowFiles, show_files),
        _on(ShowTexts, show_texts),
        _on(Skip, skip),
        _on(Approve, approve),
        _on(AskHowMany, ask_how_many),
        _on(ApproveSome, approve_some),
        _on(AskReason, ask_reason),
        _on(UseTemplate, use_template),
        _on(Undo, undo),
    )
    for button in buttons:
        app.add_handler(button)


family = Family(
    add_entrances=add_entrances,
    add_screens=add_screens,
    words=refusals.WORDS,
    truths=(refusals.truth,),
    notices=notices.NOTICES,
)
