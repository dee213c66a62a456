"""The texts of pay: what is asked for a bonus, a fine, a rate, fixed pay; and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.screens.formatting import cut, day, esc, isolated, money, month_name, number
from bot.screens.i18n import _, count
from bot.screens.menus import home_button
from bot.screens.screen import Button, Screen
from domain.clock import Month
from handlers.months.payloads import ShowPreview
from handlers.pay.payloads import GiveBonus, IssueFine, RateFor, SetFixedPay, SetRate
from handlers.people.payloads import InvitePerson

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from bot.screens.context import OpsContext
    from domain.pay.adjustments import Adjusted
    from domain.pay.payees import Payee
    from domain.pay.rate_list import PricedCategory, RateSet, UnpricedCategory
    from handlers.pay.form import PayDraft

BUTTON = 28
"""Characters of a name on a button alone in its row."""
BESIDE = 16
"""The same, with an amount behind it."""


# Commands and entries


def title_of_bonus() -> str:
    return _("Give a bonus")


def title_of_fine() -> str:
    return _("Issue a fine")


def title_of_rate() -> str:
    return _("Set a rate")


def title_of_fixed_pay() -> str:
    return _("Set fixed pay")


def title_of_pay() -> str:
    return _("Rates, fixed pay, bonuses, fines")


def menu_title() -> str:
    return _("💰 <b>Pay</b>")


def bonus_button() -> Button:
    return Button.of(_("🎁 Bonus"), GiveBonus())


def fine_button() -> Button:
    return Button.of(_("⚠️ Fine"), IssueFine())


def rates_button() -> Button:
    return Button.of(_("🏷 Rates"), SetRate())


def fixed_pay_button() -> Button:
    return Button.of(_("📌 Fixed pay"), SetFixedPay())


def unpriced_button(lacking: Sequence[UnpricedCategory]) -> Button:
    """On an admin's home, only while work cannot be paid."""
    if len(lacking) == 1:
        name = isolated(cut(lacking[0].name, BESIDE))
        return Button.of(_("❗ {category} has no rate").format(category=name), RateFor(lacking[0].category_id))
    text = count("❗ {n} category has no rate", "❗ {n} categories have no rate", len(lacking))
    return Button.of(text, SetRate())


# What the forms are called


def bonus_title(_draft: PayDraft) -> str:
    return _("🎁 <b>Bonus</b>")


def fine_title(_draft: PayDraft) -> str:
    return _("⚠️ <b>Fine</b>")


def rate_title(_draft: PayDraft) -> str:
    return _("🏷 <b>Rate</b>")


def fixed_pay_title(_draft: PayDraft) -> str:
    return _("📌 <b>Fixed pay</b>")


def bonus_called(draft: PayDraft) -> str:
    return _called(_("Bonus"), draft.worker_name, draft)


def fine_called(draft: PayDraft) -> str:
    return _called(_("Fine"), draft.worker_name, draft)


def rate_called(draft: PayDraft) -> str:
    return _called(_("Rate"), draft.category, draft)


def fixed_pay_called(draft: PayDraft) -> str:
    return _called(_("Fixed pay"), draft.worker_name, draft)


def _called(what: str, about: str, draft: PayDraft) -> str:
    """ "Bonus, Ayesha, 1,500": without its currency, as it may stand on a button."""
    amount = "" if draft.amount is None else number(draft.amount)
    return ", ".join(part for part in (what, about, amount) if part)


def bonus_was_given(_draft: PayDraft) -> str:
    return _("This bonus was given already. Nothing was changed.")


def fine_was_issued(_draft: PayDraft) -> str:
    return _("This fine was issued already. Nothing was changed.")


def rate_was_set(_draft: PayDraft) -> str:
    return _("This rate was set already. Nothing was changed.")


def fixed_pay_was_set(_draft: PayDraft) -> str:
    return _("This fixed pay was set already. Nothing was changed.")


# Fields


def label_worker() -> str:
    return _("For")


def label_amount() -> str:
    return _("Amount")


def label_reason() -> str:
    return _("Reason")


def label_month() -> str:
    return _("Month")


def label_day() -> str:
    return _("From")


def label_category() -> str:
    return _("Category")


def label_new_category() -> str:
    return _("Its name")


def label_all() -> str:
    return _("All of it")


def whose(draft: PayDraft) -> str:
    return _("everyone without an own rate") if draft.everyone else esc(draft.worker_name)


def reason(draft: PayDraft) -> str:
    """Whole: the worker will read it like that."""
    return esc(draft.reason)


def category(draft: PayDraft) -> str:
    return _("a new one") if draft.new_category else esc(draft.category)


# Questions


def ask_worker(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Who is it for?</b>\nTap a name, or type a part of it.")


def ask_whose_rate(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>For everyone, or for one worker?</b>\nTap Everyone or a name, or type a part of a name.")


def ask_amount(context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>How much, in {currency}?</b>\nFor example 1500 or 7.98.").format(
        currency=context.organization.currency
    )


def ask_rate(context: OpsContext, _draft: PayDraft) -> str:
    return _(
        "<b>How much for each one that is approved, in {currency}?</b>\nFor example 7.98. 0 is a rate too."
    ).format(currency=context.organization.currency)


def ask_fixed_pay(context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>How much for a whole month, in {currency}?</b>\nFor example 40000. 0 ends it.").format(
        currency=context.organization.currency
    )


def ask_reason(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>What is the reason?</b>\nThe worker reads it, and it stands on the invoice.")


def ask_month(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>For which month?</b>\nTap one, or type it, for example Oct 2026.")


def ask_day(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>From which day on?</b>\nTap one, or type it, for example 15 Nov 2026.")


def ask_category(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Which category?</b>\nTap one, or type its name.")


def ask_new_category(_context: OpsContext, draft: PayDraft) -> str:
    if not draft.category:
        return _("<b>What is the new category called?</b>\nWorkers choose it by this name.")
    return _("<b>There is no category “{name}”. Add it?</b>\nTap Add, or type the name of the new category.").format(
        name=esc(cut(draft.category, 60))
    )


def confirm_bonus(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Give this bonus?</b>\nThe worker is told at once.")


def confirm_fine(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Issue this fine?</b>\nThe worker is told at once, and has 7 days to object.")


def confirm_rate(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Set this rate?</b>\nApproved work keeps the rate that it has. Work without a rate gets this one.")


def confirm_fixed_pay(_context: OpsContext, _draft: PayDraft) -> str:
    return _("<b>Set this fixed pay?</b>\nFor a part of a month, its days are paid.")


def change(before: Decimal | None, after: Decimal, currency: str) -> str:
    """Old and new."""
    if before is None:
        return _("Nothing was set before.")
    if before == after:
        return _("It is {amount} already.").format(amount=money(after, currency))
    return _("Change: <b>{old} → {new}</b>").format(old=money(before, currency), new=money(after, currency))


# Buttons of the questions


def worker_option(worker: Payee) -> str:
    name = isolated(cut(worker.name, BUTTON))
    return name if worker.is_active else _("{name} (left)").format(name=name)


def everyone_option() -> str:
    return _("👥 Everyone")


def category_option(each: PricedCategory, currency: str) -> str:
    rate = _("no rate yet") if each.rate is None else money(each.rate, currency)
    return f"{isolated(cut(each.name, BESIDE))} · {rate}"


def new_category_option() -> str:
    return _("➕ New category")


def add_option(name: str) -> str:
    return _("➕ Add “{name}”").format(name=isolated(cut(name, BESIDE)))


def month_option(month: Month) -> str:
    return month_name(month)


def this_month() -> str:
    return _("this month")


def last_month() -> str:
    return _("last month")


def today() -> str:
    return _("Today")


def first_of_this_month() -> str:
    return _("1st of this month")


def first_of_next_month() -> str:
    return _("1st of next month")


def first_of_last_month() -> str:
    return _("1st of last month")


def day_option(name: str, at: date) -> str:
    return f"{name} · {day(at)}"


def give_button(_draft: PayDraft) -> str:
    return _("✅ Give the bonus")


def issue_button(_draft: PayDraft) -> str:
    return _("✅ Issue the fine")


def set_rate_button(_draft: PayDraft) -> str:
    return _("✅ Set the rate")


def set_fixed_pay_button(_draft: PayDraft) -> str:
    return _("✅ Set fixed pay")


# After them


def bonus_given(made: Adjusted, month: Month, currency: str) -> Screen:
    text = _("✅ <b>{name}</b> gets a bonus of <b>{amount}</b> for {month}.").format(
        name=esc(made.worker_name), amount=money(made.amount, currency), month=month_name(month)
    )
    return Screen(text, rows=((Button.of(_("🎁 Another bonus"), GiveBonus()), home_button()),))


def fine_issued(made: Adjusted, currency: str) -> Screen:
    text = _("✅ <b>{name}</b> has a fine of <b>{amount}</b>.").format(
        name=esc(made.worker_name), amount=money(made.amount, currency)
    )
    return Screen(text, rows=((Button.of(_("⚠️ Another fine"), IssueFine()), home_button()),))


def rate_set(made: RateSet, month_to_close: str, currency: str) -> Screen:
    facts = {
        "category": esc(made.category),
        "name": esc(made.worker_name or ""),
        "amount": money(made.amount, currency),
        "day": day(made.effective_from),
    }
    if made.worker_name:
        text = _("✅ <b>{category}</b> for <b>{name}</b>: <b>{amount}</b> each, from {day} on.").format(**facts)
    else:
        text = _("✅ <b>{category}</b> for everyone: <b>{amount}</b> each, from {day} on.").format(**facts)
    if made.orders_priced:
        priced = count(
            "{n} approved order had no rate. It has this one now.",
            "{n} approved orders had no rate. They have this one now.",
            made.orders_priced,
        )
        text = f"{text}\n{priced}"
    rows: list[tuple[Button, ...]] = [(Button.of(_("🏷 Another rate"), SetRate(month_to_close)), home_button())]
    if month_to_close:
        month = month_name(Month.parse(month_to_close))
        back = Button.of(_("📅 Back to closing {month}").format(month=month), ShowPreview(month_to_close))
        rows.insert(0, (back,))
    return Screen(text, rows=tuple(rows))


def fixed_pay_set(made: Adjusted, first: date, currency: str) -> Screen:
    text = _("✅ <b>{name}</b> gets <b>{amount}</b> a month, from {day} on.").format(
        name=esc(made.worker_name), amount=money(made.amount, currency), day=day(first)
    )
    return Screen(text, rows=((Button.of(_("📌 Another worker"), SetFixedPay()), home_button()),))


def nobody() -> Screen:
    """Before anybody was invited."""
    return Screen(
        _("There are no workers yet. Invite one first."),
        rows=((Button.of(_("➕ Invite"), InvitePerson()), home_button()),),
    )
