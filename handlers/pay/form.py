"""The forms of pay: a bonus, a fine, a rate, fixed pay. What each asks, and the one service call that it is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, PlainSerializer, PlainValidator

from bot.screens.context import OpsContext
from bot.screens.form import CONFIRM, Form, Option, OptionPage, Shown, Step, StepKind, key_of
from domain.access import Permission
from domain.clock import Month, local_day
from domain.errors import InvalidInput
from domain.typed_input.amounts import parse_amount
from domain.typed_input.days import parse_day
from domain.typed_input.months import parse_month
from domain.typed_input.text import check_reason
from handlers.pay import views

V = TypeVar("V")


def _stored_month(value: object) -> Month | None:
    if value is None or isinstance(value, Month):
        return value
    try:
        return Month.parse(str(value))
    except InvalidInput:
        raise ValueError(value) from None


MonthField = Annotated[
    Month | None, PlainValidator(_stored_month), PlainSerializer(lambda month: None if month is None else str(month))
]


class PayDraft(BaseModel):
    """What all four forms fill in; each asks for some of it."""

    worker_id: UUID | None = None
    worker_name: str = ""
    everyone: bool = False
    """Of a rate: for all who have none of their own."""
    amount: Decimal | None = None
    reason: str = ""
    month: MonthField = None
    day: date | None = None
    category_id: UUID | None = None
    category: str = ""
    """Its name; without an id: of one that may be added."""
    new_category: bool = False
    month_to_close: str = ""
    """The closing that this rate was missing for: the result leads back there."""


# What the steps offer, and how they read


async def _workers(context: OpsContext, _draft: PayDraft, name: str, page: int) -> OptionPage:
    found = await context.services.payees.payees(name=name.strip(), page=page, actor=context.actor)
    options = [
        Option(
            key_of(each.worker_id),
            views.worker_option(each),
            {"worker_id": each.worker_id, "worker_name": each.name, "everyone": False},
        )
        for each in found.items
    ]
    return OptionPage(options, found.number, found.pages, found.total)


async def _everyone(_context: OpsContext, _draft: PayDraft) -> Sequence[Option]:
    return [Option("everyone", views.everyone_option(), {"worker_id": None, "worker_name": "", "everyone": True})]


async def _categories(context: OpsContext, _draft: PayDraft) -> Sequence[Option]:
    listed = await context.services.rate_list.priced_categories(actor=context.actor)
    options = [
        Option(
            key_of(each.category_id),
            views.category_option(each, context.organization.currency),
            {"category_id": each.category_id, "category": each.name, "new_category": False},
            (each.name,),
        )
        for each in listed
    ]
    new = {"category_id": None, "category": "", "new_category": True}
    return [*options, Option("new", views.new_category_option(), new)]


async def _unknown_category(_context: OpsContext, _draft: PayDraft, text: str) -> Mapping[str, Any]:
    """No category is called so: it is asked whether to add it."""
    return {"category_id": None, "category": " ".join(text.split()), "new_category": True}


async def _that_name(_context: OpsContext, draft: PayDraft) -> Sequence[Option]:
    return [Option("add", views.add_option(draft.category), says=draft.category)] if draft.category else []


async def _add_category(context: OpsContext, _draft: PayDraft, text: str) -> Mapping[str, Any]:
    made = await context.services.categories.add_category(text, actor=context.actor)
    return {"category_id": made.id, "category": made.name, "new_category": False}


def _this_month(context: OpsContext) -> Month:
    return context.organization.month(context.unit.clock.now())


def _today(context: OpsContext) -> date:
    return local_day(context.unit.clock.now(), context.organization.zone)


async def _months(context: OpsContext, _draft: PayDraft) -> Sequence[Option]:
    this = _this_month(context)
    return [
        Option("this", views.month_option(this), {"month": this}, (views.this_month(),)),
        Option("last", views.month_option(this.previous()), {"month": this.previous()}, (views.last_month(),)),
    ]


async def _days(context: OpsContext, _draft: PayDraft) -> Sequence[Option]:
    today = _today(context)
    this = Month.containing(today)
    offered = (
        ("today", views.today(), today),
        ("this", views.first_of_this_month(), this.first),
        ("next", views.first_of_next_month(), this.next().first),
        # For work of last month that lacks a rate, and holds up an invoice.
        ("last", views.first_of_last_month(), this.previous().first),
    )
    return [Option(key, views.day_option(name, at), {"day": at}, (name,)) for key, name, at in offered]


def _read_amount(context: OpsContext, text: str, *, zero: bool) -> Decimal:
    return parse_amount(text, currency=context.organization.currency, zero=zero)


def _above_zero(context: OpsContext, _draft: PayDraft, text: str) -> Decimal:
    return _read_amount(context, text, zero=False)


def _or_zero(context: OpsContext, _draft: PayDraft, text: str) -> Decimal:
    return _read_amount(context, text, zero=True)


async def _rate_before(context: OpsContext, draft: PayDraft) -> str:
    """Old and new, where this rate changes one."""
    if draft.category_id is None or draft.day is None or draft.amount is None:
        return ""
    if draft.worker_id is None and not draft.everyone:
        return ""
    rates = context.services.rate_list
    before = await rates.rate_on(draft.category_id, draft.worker_id, draft.day, actor=context.actor)
    return views.change(before, draft.amount, context.organization.currency)


async def _fixed_pay_before(context: OpsContext, draft: PayDraft) -> str:
    if draft.worker_id is None or draft.day is None or draft.amount is None:
        return ""
    pay = context.services.fixed_pay
    before = await pay.fixed_pay_on(draft.worker_id, draft.day, actor=context.actor)
    return views.change(before, draft.amount, context.organization.currency)


# What finishing does. A form is finished only once all that it asks is answered.


async def _give_bonus(context: OpsContext, draft: PayDraft) -> Shown:
    worker, amount, month = _known(draft.worker_id), _known(draft.amount), _known(draft.month)
    bonuses = context.services.bonuses
    made = await bonuses.give_bonus(worker, amount, draft.reason, month, actor=context.actor)
    return views.bonus_given(made, month, context.organization.currency)


async def _issue_fine(context: OpsContext, draft: PayDraft) -> Shown:
    worker, amount = _known(draft.worker_id), _known(draft.amount)
    made = await context.services.fines.fine(worker, amount, draft.reason, actor=context.actor)
    return views.fine_issued(made, context.organization.currency)


async def _set_rate(context: OpsContext, draft: PayDraft) -> Shown:
    category, day, amount = _known(draft.category_id), _known(draft.day), _known(draft.amount)
    rates = context.services.rate_list
    made = await rates.set_rate(category, draft.worker_id, day, amount, actor=context.actor)
    return views.rate_set(made, draft.month_to_close, context.organization.currency)


async def _set_fixed_pay(context: OpsContext, draft: PayDraft) -> Shown:
    worker, day, amount = _known(draft.worker_id), _known(draft.day), _known(draft.amount)
    made = await context.services.fixed_pay.set_fixed_pay(worker, day, amount, actor=context.actor)
    return views.fixed_pay_set(made, day, context.organization.currency)


def _known(value: V | None) -> V:
    if value is None:
        raise ValueError("a form was finished before it was complete")
    return value


# The forms

_WORKER: Final = Step[PayDraft](
    name="worker_id",
    kind=StepKind.PERSON,
    label=views.label_worker,
    question=views.ask_worker,
    search=_workers,
    shown=views.whose,
)
_WORKER_OR_EVERYONE: Final = Step[PayDraft](
    name="worker_id",
    kind=StepKind.PERSON,
    label=views.label_worker,
    question=views.ask_whose_rate,
    options=_everyone,
    search=_workers,
    shown=views.whose,
    is_filled=lambda draft: draft.worker_id is not None or draft.everyone,
)
_REASON: Final = Step[PayDraft](
    name="reason",
    kind=StepKind.TEXT,
    label=views.label_reason,
    question=views.ask_reason,
    read=lambda _context, _draft, text: check_reason(text),
    shown=views.reason,
)
_DAY: Final = Step[PayDraft](
    name="day",
    kind=StepKind.DAY,
    label=views.label_day,
    question=views.ask_day,
    options=_days,
    read=lambda context, _draft, text: parse_day(text, _today(context)),
    calendar=True,
)


def _amount(
    question: Callable[[OpsContext, PayDraft], str], read: Callable[[OpsContext, PayDraft, str], Decimal]
) -> Step[PayDraft]:
    return Step(name="amount", kind=StepKind.AMOUNT, label=views.label_amount, question=question, read=read)


def _confirm(
    question: Callable[[OpsContext, PayDraft], str],
    yes: Callable[[PayDraft], str],
    *,
    facts: Callable[[OpsContext, PayDraft], Awaitable[str]] | None = None,
) -> Step[PayDraft]:
    return Step(name=CONFIRM, kind=StepKind.CONFIRM, label=views.label_all, question=question, yes=yes, facts=facts)


BONUS: Final = Form(
    name="bonus",
    draft=PayDraft,
    permission=Permission.MANAGE_PAY,
    title=views.bonus_title,
    called=views.bonus_called,
    sent=views.bonus_was_given,
    finish=_give_bonus,
    steps=(
        _WORKER,
        _amount(views.ask_amount, _above_zero),
        _REASON,
        Step(
            name="month",
            kind=StepKind.MONTH,
            label=views.label_month,
            question=views.ask_month,
            options=_months,
            read=lambda context, _draft, text: parse_month(text, _today(context)),
        ),
        _confirm(views.confirm_bonus, views.give_button),
    ),
)

FINE: Final = Form(
    name="fine",
    draft=PayDraft,
    permission=Permission.MANAGE_PAY,
    title=views.fine_title,
    called=views.fine_called,
    sent=views.fine_was_issued,
    finish=_issue_fine,
    steps=(
        _WORKER,
        _amount(views.ask_amount, _above_zero),
        _REASON,
        _confirm(views.confirm_fine, views.issue_button),
    ),
)

RATE: Final = Form(
    name="rate",
    draft=PayDraft,
    permission=Permission.MANAGE_PAY,
    title=views.rate_title,
    called=views.rate_called,
    sent=views.rate_was_set,
    finish=_set_rate,
    steps=(
        Step(
            name="category",
            kind=StepKind.CHOICE,
            label=views.label_category,
            question=views.ask_category,
            options=_categories,
            fill=_unknown_category,
            is_filled=lambda draft: draft.category_id is not None or draft.new_category,
            shown=views.category,
        ),
        Step(
            name="new_category",
            kind=StepKind.TEXT,
            label=views.label_new_category,
            question=views.ask_new_category,
            when=lambda draft: draft.new_category,
            options=_that_name,
            fill=_add_category,
            is_filled=lambda draft: draft.category_id is not None,
        ),
        _WORKER_OR_EVERYONE,
        _amount(views.ask_rate, _or_zero),
        _DAY,
        _confirm(views.confirm_rate, views.set_rate_button, facts=_rate_before),
    ),
)

FIXED_PAY: Final = Form(
    name="fixed_pay",
    draft=PayDraft,
    permission=Permission.MANAGE_PAY,
    title=views.fixed_pay_title,
    called=views.fixed_pay_called,
    sent=views.fixed_pay_was_set,
    finish=_set_fixed_pay,
    steps=(
        _WORKER,
        _amount(views.ask_fixed_pay, _or_zero),
        _DAY,
        _confirm(views.confirm_fixed_pay, views.set_fixed_pay_button, facts=_fixed_pay_before),
    ),
)
