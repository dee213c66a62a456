"""Messages about pay that nobody asked for: from a notification's payload to what its reader sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot.delivery.outbox import Notice
from bot.screens.formatting import day, esc, moment, money, month_name
from bot.screens.i18n import _, count
from bot.screens.screen import Button, Screen
from domain.access import SYSTEM
from domain.clock import Month
from domain.notifications.kinds import NotificationKind
from domain.pay.invoices import InvoiceQueries
from domain.pay.model import AppealStatus, InvoiceStatus
from domain.pay.statement import Problem
from handlers.pay import worker_views
from handlers.pay.payloads import ShowInvoice, ShowPreview
from handlers.places import Go, Place, home_button

if TYPE_CHECKING:
    from domain.organization import Organization
    from domain.unit_of_work import UnitOfWork

Facts = Mapping[str, Any]
View = Callable[[Facts, "Organization"], Screen | None]
HELD_UP_SHOWN: Final = 20


async def invoice_issued(unit: UnitOfWork, facts: Facts) -> Screen | None:
    """With its lines and PDF; nothing where it was voided before it could be sent, which is told by itself."""
    shown = await InvoiceQueries(unit).invoice(UUID(facts["invoice_id"]), actor=SYSTEM)
    return None if shown.head.status == InvoiceStatus.VOID else worker_views.invoice_issued(shown)


def invoice_voided(facts: Facts, _organization: Organization) -> Screen:
    text = _("🚫 Your invoice {number} for {month} was taken back.\nReason: {reason}\n\nA new one follows.").format(
        number=esc(facts["number"]), month=month_name(Month.parse(facts["month"])), reason=esc(facts["reason"])
    )
    return Screen(text, rows=((Button.of(_("🧾 Invoices"), Go(Place.INVOICES)), home_button()),))


def payment_recorded(facts: Facts, _organization: Organization) -> Screen:
    text = _("💵 <b>{amount}</b> was paid on {day} for invoice {number}.").format(
        amount=_sum(facts), day=day(date.fromisoformat(facts["paid_on"])), number=esc(facts["number"])
    )
    if facts["reference"]:
        text += "\n" + _("Reference: {reference}").format(reference=esc(facts["reference"]))
    return Screen(f"{text}\n{_left(facts)}", rows=_to_invoice(facts))


def payment_cancelled(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ The payment of <b>{amount}</b> for invoice {number} was noted by mistake.\nReason: {reason}").format(
        amount=_sum(facts), number=esc(facts["number"]), reason=esc(facts["reason"])
    )
    return Screen(f"{text}\n{_left(facts)}", rows=_to_invoice(facts))


def _left(facts: Facts) -> str:
    outstanding = Decimal(facts["outstanding"])
    if not outstanding:
        return _("✅ That is all of it.")
    return _("Still to be paid: {amount}").format(amount=money(outstanding, facts["currency"]))


def _to_invoice(facts: Facts) -> tuple[tuple[Button, ...], ...]:
    return ((Button.of(_("🧾 Invoice"), ShowInvoice(UUID(facts["invoice_id"]))), home_button()),)


def bonus_given(facts: Facts, _organization: Organization) -> Screen:
    return _about_pay(
        _("🎁 You get a bonus of <b>{amount}</b> for {month}.\nReason: {reason}").format(
            amount=_sum(facts), month=month_name(Month.parse(facts["month"])), reason=esc(facts["reason"])
        )
    )


def bonus_cancelled(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ A bonus of <b>{amount}</b> was taken back.\nReason: {reason}")
    return _about_pay(text.format(amount=_sum(facts), reason=esc(facts["reason"])))


def fine_issued(facts: Facts, organization: Organization) -> Screen:
    text = _("⚠️ You are fined <b>{amount}</b>.\nReason: {reason}\n\nIs that wrong? Tell your admin before {until}.")
    until = moment(datetime.fromisoformat(facts["appeal_until"]), organization)
    return _about_pay(text.format(amount=_sum(facts), reason=esc(facts["reason"]), until=until))


def fine_cancelled(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ Your fine of <b>{amount}</b> was cancelled.\nReason: {reason}")
    return _about_pay(text.format(amount=_sum(facts), reason=esc(facts["reason"])))


def appeal_decided(facts: Facts, _organization: Organization) -> Screen:
    if facts["outcome"] == AppealStatus.UPHELD:
        text = _("⚖️ {name} decided about your objection: the fine of <b>{amount}</b> stays.")
    else:
        text = _("⚖️ {name} decided about your objection: the fine of <b>{amount}</b> is cancelled.")
    text = text.format(name=esc(facts["decided_by"]), amount=_sum(facts))
    if facts["note"]:
        text += f"\n<i>{esc(facts['note'])}</i>"
    return _about_pay(text)


def fine_appealed(facts: Facts, _organization: Organization) -> Screen:
    text = _("⚖️ <b>{name}</b> objects to a fine of <b>{amount}</b>.\nFined for: {reason}\nObjection: {text}").format(
        name=esc(facts["worker_name"]),
        amount=_sum(facts),
        reason=esc(facts["reason"]),
        text=esc(facts["text"]),
    )
    return Screen(f"{text}\n\n{_('Until it is decided, the fine stays off the invoice.')}", rows=((home_button(),),))


def correction_added(facts: Facts, _organization: Organization) -> Screen:
    text = _("✏️ Your next invoice is corrected by <b>{amount}</b>.\nReason: {reason}")
    return _about_pay(text.format(amount=_sum(facts), reason=esc(facts["reason"])))


def order_reversed(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ Order #{number} “{title}” was taken back: <b>{amount}</b> on your next invoice.\nReason: {reason}")
    title, reason = esc(facts["title"]), esc(facts["reason"])
    return _about_pay(text.format(number=facts["number"], title=title, amount=_sum(facts), reason=reason))


def month_closed(facts: Facts, _organization: Organization) -> Screen | None:
    """None for a month in which nobody was owed anything, such as the one before the bot came."""
    month = Month.parse(facts["month"])
    if not facts["invoices"] and not facts["held_up"]:
        return None
    invoices = count("{n} invoice", "{n} invoices", facts["invoices"])
    text = _("📅 <b>{month}</b> is closed: {invoices}, <b>{total}</b> to be paid out.").format(
        month=month_name(month), invoices=invoices, total=money(Decimal(facts["total"]), facts["currency"])
    )
    rows = ((home_button(),),)
    return Screen(text, rows=rows)


def closing_held_up(facts: Facts, _organization: Organization) -> Screen:
    month = Month.parse(facts["month"])
    held_up = count("❗ <b>{n} worker</b> got no invoice", "❗ <b>{n} workers</b> got no invoice", facts["count"])
    lines = [_held_up(worker, month) for worker in facts["workers"][:HELD_UP_SHOWN]]
    if rest := facts["count"] - len(lines):
        lines.append(count("… and {n} more: see the preview.", "… and {n} more: see the preview.", rest))
    title = _("{held_up} for {month}:").format(held_up=held_up, month=month_name(month))
    text = "\n".join([title, *lines, "", _("Set what is missing, then close the month again. The others have theirs.")])
    rows = (
        (Button.of(_("🏷 Set a rate"), Go(Place.RATE)), Button.of(_("📅 Close again"), ShowPreview(str(month)))),
        (home_button(),),
    )
    return Screen(text, rows=rows)


def _held_up(worker: Facts, month: Month) -> str:
    of = Month.parse(worker["month"])
    name = esc(worker["name"]) if of == month else f"{esc(worker['name'])}, {month_name(of)}"
    if worker["problem"] != Problem.RATE_MISSING:
        return _("• {name}: an amount is too large to be held").format(name=name)
    categories = ", ".join(sorted({esc(missing["category"]) for missing in worker["missing"]}))
    return _("• {name}: no rate for {categories}").format(name=name, categories=categories)


def _sum(facts: Facts) -> str:
    return money(Decimal(facts["amount"]), facts["currency"])


def _about_pay(text: str) -> Screen:
    return Screen(text, rows=((Button.of(_("💰 Earnings"), Go(Place.EARNINGS)), home_button()),))


def _plain(view: View) -> Notice:
    """A view of what was true when it was queued: it reads nothing."""

    async def notice(unit: UnitOfWork, facts: Facts) -> Screen | None:
        return view(facts, unit.organization)

    return notice


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.INVOICE_ISSUED: invoice_issued,
    NotificationKind.INVOICE_VOIDED: _plain(invoice_voided),
    NotificationKind.PAYMENT_RECORDED: _plain(payment_recorded),
    NotificationKind.PAYMENT_CANCELLED: _plain(payment_cancelled),
    NotificationKind.BONUS_GIVEN: _plain(bonus_given),
    NotificationKind.BONUS_CANCELLED: _plain(bonus_cancelled),
    NotificationKind.FINE_ISSUED: _plain(fine_issued),
    NotificationKind.FINE_CANCELLED: _plain(fine_cancelled),
    NotificationKind.APPEAL_DECIDED: _plain(appeal_decided),
    NotificationKind.FINE_APPEALED: _plain(fine_appealed),
    NotificationKind.CORRECTION_ADDED: _plain(correction_added),
    NotificationKind.ORDER_REVERSED: _plain(order_reversed),
    NotificationKind.MONTH_CLOSED: _plain(month_closed),
    NotificationKind.CLOSING_HELD_UP: _plain(closing_held_up),
}
