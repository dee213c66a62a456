"""/bonus, /fine, /rate and /fixedpay: one question after the other, then a card to confirm."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from uuid import UUID

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation
from bot.screens.interface import App
from bot.screens.screen import Screen
from domain.clock import Month, local_day
from domain.typed_input.amounts import parse_amount
from domain.typed_input.days import parse_day
from domain.typed_input.months import parse_month
from domain.typed_input.text import check_reason
from handlers.home.handlers import old_button
from handlers.pay import entry_views as views
from handlers.pay.draft import CONVERSATION, Kind, PayDraft, Step
from handlers.pay.payloads import Asked, Key, Leaf, PickCategory, PickDay, PickMonth, PickWorker, Press
from handlers.places import Go

Callback = Callable[[Update, OpsContext], Coroutine[object, object, None]]

COMMANDS = {"bonus": Kind.BONUS, "fine": Kind.FINE, "rate": Kind.RATE, "fixedpay": Kind.FIXED_PAY}
BUTTONS: tuple[type[Asked], ...] = (Press, PickWorker, PickCategory, PickMonth, PickDay, Leaf)
MAY_BE_ZERO = {Kind.RATE, Kind.FIXED_PAY}


def begin(kind: Kind) -> Callback:
    """Asks the first question; what was entered before and not confirmed is gone."""

    async def handler(_update: Update, context: OpsContext) -> None:
        draft = PayDraft(kind)
        await _ask(context, draft, draft.first())

    return handler


async def tapped(update: Update, context: OpsContext) -> None:
    """A button below the question that is open, or below an older one, which says where we are instead."""
    payload = context.payload
    if not isinstance(payload, Asked):
        await old_button(update, context)
        return
    draft, step = _draft(context), _step(context)
    if payload.token != draft.token:
        screen = await _question(context, draft, step)
        context.show(screen.with_toast(views.answered_before()))
        return
    match payload:
        case Press(key=key):
            await _pressed(context, draft, step, key)
        case PickWorker(worker_id=worker_id):
            await _with_worker(context, draft, worker_id)
        case PickCategory(category_id=category_id):
            await _with_category(context, draft, category_id)
        case PickMonth(month=month):
            await _next(context, replace(draft, month=Month.parse(month)), Step.MONTH)
        case PickDay(day=day):
            await _next(context, replace(draft, day=date.fromisoformat(day)), Step.DAY)
        case Leaf(page=page):
            await _again(context, replace(draft, page=page), step)


async def _pressed(context: OpsContext, draft: PayDraft, step: Step, key: Key) -> None:
    match key:
        case Key.CANCEL:
            context.conversation.end()
            context.show(views.cancelled())
        case Key.BACK:
            await _ask(context, draft, draft.before(step) or step)
        case Key.EVERYONE:
            await _next(context, replace(draft, worker_id=None, worker_name=""), Step.WORKER)
        case Key.NEW_CATEGORY:
            await _ask(context, draft, Step.NEW_CATEGORY)
        case Key.EVERY_NAME:
            await _again(context, replace(draft, search="", page=1), step)
        case Key.CONFIRM:
            screen = await _written(context, draft)
            context.conversation.end()
            context.show(screen)


async def _written(context: OpsContext, draft: PayDraft) -> Screen:
    """The one thing that all the questions were about."""
    services, organization, actor = context.services, context.organization, context.actor
    match draft:
        case PayDraft(kind=Kind.BONUS, worker_id=UUID() as worker, amount=amount, month=Month() as month) if amount:
            made = await services.bonuses.give_bonus(worker, amount, draft.reason, month, actor=actor)
        case PayDraft(kind=Kind.FINE, worker_id=UUID() as worker, amount=amount) if amount:
            made = await services.fines.fine(worker, amount, draft.reason, actor=actor)
        case PayDraft(kind=Kind.RATE, category_id=UUID() as category, day=day, amount=amount) if (
            day is not None and amount is not None
        ):
            rate = await services.rate_list.set_rate(category, draft.worker_id, day, amount, actor=actor)
            return views.rate_set(rate, organization)
        case PayDraft(kind=Kind.FIXED_PAY, worker_id=UUID() as worker, day=day, amount=amount) if (
            day is not None and amount is not None
        ):
            made = await services.fixed_pay.set_fixed_pay(worker, day, amount, actor=actor)
        case _:
            raise ValueError(f"the draft of a {draft.kind} was confirmed before it was complete")
    return views.given(made, draft, organization)


async def typed(update: Update, context: OpsContext) -> None:
    """Text: the answer to a question that takes some."""
    draft, step = _draft(context), _step(context)
    text = update.effective_message.text if update.effective_message is not None else None
    match step:
        case Step.WORKER if text:
            await _again(context, replace(draft, search=text.strip(), page=1), step)
        case Step.NEW_CATEGORY if text:
            made = await context.services.categories.add_category(text, actor=context.actor)
            await _next(context, replace(draft, category_id=made.id, category=made.name), Step.CATEGORY)
        case Step.AMOUNT if text:
            currency, zero = context.organization.currency, draft.kind in MAY_BE_ZERO
            amount = parse_amount(text, currency=currency, zero=zero)
            await _next(context, replace(draft, amount=amount), step)
        case Step.REASON if text:
            await _next(context, replace(draft, reason=check_reason(text)), step)
        case Step.MONTH if text:
            await _next(context, replace(draft, month=parse_month(text, _today(context))), step)
        case Step.DAY if text:
            await _next(context, replace(draft, day=parse_day(text, _today(context))), step)
        case _:
            context.show(views.with_hint(await _question(context, draft, step), views.use_buttons()))


async def over(_update: Update, context: OpsContext) -> None:
    """A button of a conversation that has ended."""
    context.show(views.over())


async def _with_worker(context: OpsContext, draft: PayDraft, worker_id: UUID) -> None:
    worker = await context.services.payees.payee(worker_id, actor=context.actor)
    await _next(context, replace(draft, worker_id=worker.worker_id, worker_name=worker.name), Step.WORKER)


async def _with_category(context: OpsContext, draft: PayDraft, category_id: UUID) -> None:
    category = await context.services.rate_list.priced_category(category_id, actor=context.actor)
    await _next(context, replace(draft, category_id=category_id, category=category.name), Step.CATEGORY)


async def _next(context: OpsContext, draft: PayDraft, step: Step) -> None:
    await _ask(context, draft, draft.after(step))


async def _ask(context: OpsContext, draft: PayDraft, step: Step) -> None:
    await _again(context, draft.asked_anew(), step)


async def _again(context: OpsContext, draft: PayDraft, step: Step) -> None:
    """The same question with another part of its answers: its older buttons still work."""
    context.conversation.move(CONVERSATION, step, draft.to_json())
    context.show(await _question(context, draft, step))


async def _question(context: OpsContext, draft: PayDraft, step: Step) -> Screen:
    organization, services, actor = context.organization, context.services, context.actor
    match step:
        case Step.CATEGORY:
            return views.categories(draft, await services.rate_list.priced_categories(actor=actor), organization)
        case Step.NEW_CATEGORY:
            return views.new_category(draft)
        case Step.WORKER:
            return views.workers(draft, await services.payees.payees(name=draft.search, page=draft.page, actor=actor))
        case Step.AMOUNT:
            return views.amount(draft, organization)
        case Step.REASON:
            return views.reason(draft, organization)
        case Step.MONTH:
            return views.month(draft, organization.month(context.unit.clock.now()), organization)
        case Step.DAY:
            return views.first_day(draft, _today(context), organization)
        case Step.CONFIRM:
            return views.confirm(draft, organization)


def _today(context: OpsContext) -> date:
    return local_day(context.unit.clock.now(), context.organization.zone)


def _draft(context: OpsContext) -> PayDraft:
    return PayDraft.from_json(context.conversation.draft or {})


def _step(context: OpsContext) -> Step:
    return Step(context.conversation.step)


def add_entrances(app: App) -> None:
    for command, kind in COMMANDS.items():
        app.add_handler(CommandHandler(command, begin(kind)))
        app.add_handler(CallbackQueryHandler(begin(kind), pattern=f"^{Go(views.PLACES[kind]).pack()}$"))


def add_screens(app: App) -> None:
    answers = [
        *(CallbackQueryHandler(tapped, pattern=button.matches) for button in BUTTONS),
        MessageHandler(~filters.COMMAND & filters.UpdateType.MESSAGE, typed),
    ]
    app.add_handler(Conversation(CONVERSATION, dict.fromkeys(Step, answers)))
    for button in BUTTONS:
        app.add_handler(CallbackQueryHandler(over, pattern=button.matches))
