"""The questions of entering pay, and what they end with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.screens.formatting import cut, day, esc, money, month_name
from bot.screens.i18n import _, count
from bot.screens.screen import Button, Rows, Screen
from domain.clock import Month
from domain.orders.paging import Page
from domain.organization import Organization
from domain.pay.adjustments import Adjusted
from domain.pay.payees import Payee
from domain.pay.rate_list import PricedCategory, RateSet
from handlers.pay.draft import Kind, PayDraft, Step
from handlers.pay.parts import leaf
from handlers.pay.payloads import Key, Leaf, PickCategory, PickDay, PickMonth, PickWorker, Press
from handlers.places import Go, Place, home_button

BUTTON_TEXT = 32

PLACES = {
    Kind.BONUS: Place.BONUS,
    Kind.FINE: Place.FINE,
    Kind.RATE: Place.RATE,
    Kind.FIXED_PAY: Place.FIXED_PAY,
}


def title(kind: Kind) -> str:
    return {
        Kind.BONUS: _("🎁 <b>Bonus</b>"),
        Kind.FINE: _("⚠️ <b>Fine</b>"),
        Kind.RATE: _("🏷 <b>Rate</b>"),
        Kind.FIXED_PAY: _("📌 <b>Fixed pay</b>"),
    }[kind]


def categories(draft: PayDraft, listed: Sequence[PricedCategory], organization: Organization) -> Screen:
    question = _("For which kind of work?") if listed else _("There are no categories yet. Add the first one.")
    rows = [
        (Button.of(_category_button(each, organization), PickCategory(draft.token, each.category_id)),)
        for each in listed
    ]
    rows.append((Button.of(_("➕ New category"), Press(draft.token, Key.NEW_CATEGORY)),))
    return _question(draft, Step.CATEGORY, question, tuple(rows))


def _category_button(category: PricedCategory, organization: Organization) -> str:
    rate = _("no rate yet") if category.rate is None else money(category.rate, organization.currency)
    return f"{cut(category.name, BUTTON_TEXT)} · {rate}"


def new_category(draft: PayDraft) -> Screen:
    return _question(draft, Step.NEW_CATEGORY, _("What is the new category called? Workers choose it by this name."))


def workers(draft: PayDraft, page: Page[Payee]) -> Screen:
    if draft.kind is Kind.RATE:
        question = _("For everyone, or one worker's own rate? Tap a name, or type part of it.")
    else:
        question = _("For whom? Tap a name, or type part of it.")
    rows: list[tuple[Button, ...]] = []
    if draft.search:
        found = count("{n} name has", "{n} names have", page.total)
        question = _("{found} “{part}” in it. Tap one, or type another part.").format(
            found=found, part=esc(draft.search)
        )
    elif not page.total:
        question = _("There are no workers yet. Invite one first.")
    if draft.kind is Kind.RATE and not draft.search:
        rows.append((Button.of(_("👥 Everyone"), Press(draft.token, Key.EVERYONE)),))
    rows.extend((Button.of(_worker_button(each), PickWorker(draft.token, each.worker_id)),) for each in page.items)
    rows.extend(leaf(page.number, page.pages, lambda number: Leaf(draft.token, number)))
    if draft.search:
        rows.append((Button.of(_("Show all names"), Press(draft.token, Key.EVERY_NAME)),))
    return _question(draft, Step.WORKER, question, tuple(rows))


def _worker_button(worker: Payee) -> str:
    name = cut(worker.name, BUTTON_TEXT)
    return name if worker.is_active else _("{name} (left)").format(name=name)


def amount(draft: PayDraft, organization: Organization) -> Screen:
    question = {
        Kind.BONUS: _("How much, in {currency}? For example 1500 or 7.98."),
        Kind.FINE: _("How much, in {currency}? For example 1500 or 7.98."),
        Kind.RATE: _("How much for each approved submission, in {currency}? For example 7.98; 0 is a rate too."),
        Kind.FIXED_PAY: _("How much for a whole month, in {currency}? For example 40000; 0 ends it."),
    }[draft.kind]
    return _question(draft, Step.AMOUNT, question.format(currency=organization.currency), organization=organization)


def reason(draft: PayDraft, organization: Organization) -> Screen:
    question = _("What for? The worker reads it, and it stands on the invoice.")
    return _question(draft, Step.REASON, question, organization=organization)


def month(draft: PayDraft, this: Month, organization: Organization) -> Screen:
    offered = (this, this.previous())
    buttons = tuple(Button.of(month_name(each), PickMonth(draft.token, str(each))) for each in offered)
    question = _("For which month? Tap one, or type it, such as {example}.").format(example=this.next())
    return _question(draft, Step.MONTH, question, (buttons,), organization=organization)


def first_day(draft: PayDraft, today: date, organization: Organization) -> Screen:
    this = Month.containing(today)
    offered = {
        _("Today"): today,
        _("1st of this month"): this.first,
        _("1st of next month"): this.next().first,
        # For work of last month that lacks a rate, and holds up an invoice.
        _("1st of last month"): this.previous().first,
    }
    buttons = [Button.of(f"{name} · {day(at)}", PickDay(draft.token, str(at))) for name, at in offered.items()]
    question = _("From which day on? Tap one, or type it, such as {example}.").format(example=today)
    return _question(draft, Step.DAY, question, tuple((button,) for button in buttons), organization=organization)


def confirm(draft: PayDraft, organization: Organization) -> Screen:
    asked = {
        Kind.BONUS: _("🎁 <b>Give this bonus?</b>"),
        Kind.FINE: _("⚠️ <b>Issue this fine?</b>"),
        Kind.RATE: _("🏷 <b>Set this rate?</b>"),
        Kind.FIXED_PAY: _("📌 <b>Set this fixed pay?</b>"),
    }[draft.kind]
    yes = {
        Kind.BONUS: _("✅ Give the bonus"),
        Kind.FINE: _("✅ Issue the fine"),
        Kind.RATE: _("✅ Set the rate"),
        Kind.FIXED_PAY: _("✅ Set fixed pay"),
    }[draft.kind]
    text = "\n".join([asked, "", *_facts(draft, organization), "", _consequence(draft)])
    buttons = ((Button.of(yes, Press(draft.token, Key.CONFIRM)),),)
    return Screen(text, rows=(*buttons, _ways_out(draft, Step.CONFIRM)))


def _facts(draft: PayDraft, organization: Organization) -> list[str]:
    whose = esc(draft.worker_name) if draft.worker_id else _("Everyone without a rate of their own")
    facts = []
    if draft.kind is Kind.RATE:
        facts.append(_("Work: <b>{category}</b>").format(category=esc(draft.category)))
    facts.append(_("For: <b>{name}</b>").format(name=whose))
    if draft.amount is not None:
        shown = money(draft.amount, organization.currency)
        per = {Kind.RATE: _(" per submission"), Kind.FIXED_PAY: _(" a month")}.get(draft.kind, "")
        facts.append(_("Amount: <b>{amount}</b>{per}").format(amount=shown, per=per))
    if draft.day is not None:
        facts.append(_("From: <b>{day}</b>").format(day=day(draft.day)))
    if draft.month is not None:
        facts.append(_("Month: {month}").format(month=month_name(draft.month)))
    if draft.reason:
        facts.append(_("Reason: {reason}").format(reason=esc(draft.reason)))
    return facts


def _consequence(draft: PayDraft) -> str:
    return {
        Kind.BONUS: _("The worker is told at once."),
        Kind.FINE: _("The worker is told at once, and has 7 days to object."),
        Kind.RATE: _("Work that is approved already keeps its rate; work that lacked one gets this."),
        Kind.FIXED_PAY: _("A month that is not worked in full is paid by calendar days."),
    }[draft.kind]


def given(made: Adjusted, draft: PayDraft, organization: Organization) -> Screen:
    said = {
        Kind.BONUS: _("✅ <b>{name}</b> gets a bonus of <b>{amount}</b> for {month}."),
        Kind.FINE: _("✅ <b>{name}</b> is fined <b>{amount}</b>."),
        Kind.FIXED_PAY: _("✅ <b>{name}</b> gets <b>{amount}</b> a month from {day} on."),
    }[draft.kind]
    text = said.format(
        name=esc(made.worker_name),
        amount=money(made.amount, organization.currency),
        month=month_name(draft.month) if draft.month else "",
        day=day(draft.day) if draft.day else "",
    )
    return _done(text, draft.kind)


def rate_set(made: RateSet, organization: Organization) -> Screen:
    whose = _("of <b>{name}</b>").format(name=esc(made.worker_name)) if made.worker_name else _("for everyone")
    text = _("✅ <b>{category}</b> {whose}: <b>{amount}</b> per submission from {day} on.").format(
        category=esc(made.category),
        whose=whose,
        amount=money(made.amount, organization.currency),
        day=day(made.effective_from),
    )
    if made.orders_priced:
        priced = count(
            "{n} approved order that lacked a rate has it now.",
            "{n} approved orders that lacked a rate have it now.",
            made.orders_priced,
        )
        text = f"{text}\n{priced}"
    return _done(text, Kind.RATE)


def _done(text: str, kind: Kind) -> Screen:
    another = {
        Kind.BONUS: _("🎁 Another bonus"),
        Kind.FINE: _("⚠️ Another fine"),
        Kind.RATE: _("🏷 Another rate"),
        Kind.FIXED_PAY: _("📌 Another worker"),
    }[kind]
    return Screen(text, rows=((Button.of(another, Go(PLACES[kind])), home_button()),))


def cancelled() -> Screen:
    return Screen(_("Cancelled. Nothing was changed."), rows=((home_button(),),))


def answered_before() -> str:
    return _("You have answered this already. Here is where we are.")


def over() -> Screen:
    return Screen(toast=_("This is finished, and the button does nothing any more."), is_alert=True)


def use_buttons() -> str:
    return _("Please tap one of the buttons.")


def with_hint(screen: Screen, hint: str) -> Screen:
    return Screen(f"{hint}\n\n{screen.text}", rows=screen.rows)


def _question(
    draft: PayDraft, step: Step, question: str, rows: Rows = (), *, organization: Organization | None = None
) -> Screen:
    """What is being entered, what is known of it so far, and what is to be said next."""
    category = "" if step in {Step.CATEGORY, Step.NEW_CATEGORY} else esc(draft.category)
    known = (category, esc(_whose(draft, step)), _amount(draft, step, organization))
    heading = " · ".join(part for part in (title(draft.kind), *known) if part)
    return Screen(f"{heading}\n\n{question}", rows=(*rows, _ways_out(draft, step)))


def _whose(draft: PayDraft, step: Step) -> str:
    if step in {Step.CATEGORY, Step.NEW_CATEGORY, Step.WORKER}:
        return ""
    return draft.worker_name if draft.worker_id is not None else _("everyone")


def _amount(draft: PayDraft, step: Step, organization: Organization | None) -> str:
    known: Decimal | None = None if step is Step.AMOUNT else draft.amount
    return money(known, organization.currency) if known is not None and organization is not None else ""


def _ways_out(draft: PayDraft, step: Step) -> tuple[Button, ...]:
    stop = Button.of(_("✖️ Cancel"), Press(draft.token, Key.CANCEL))
    if draft.before(step) is None:
        return (stop,)
    return (Button.of(_("‹ Back"), Press(draft.token, Key.BACK)), stop)
