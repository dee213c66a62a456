"""Notices to workers about their pay: invoices, payments, bonuses, fines, objections, corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot.screens.formatting import day, esc, moment, money, month_name
from bot.screens.i18n import _
from bot.screens.interface import Notice
from bot.screens.menus import home_button
from bot.screens.screen import Button, Screen
from domain.access import SYSTEM
from domain.clock import Month
from domain.notifications.kinds import NotificationKind
from domain.pay.invoices import InvoiceQueries
from domain.pay.model import AppealStatus, InvoiceStatus
from handlers.money import views
from handlers.money.payloads import ShowInvoice

if TYPE_CHECKING:
    from domain.organization import Organization
    from domain.unit_of_work import UnitOfWork

Facts = Mapping[str, Any]
View = Callable[[Facts, "Organization"], Screen | None]


async def invoice_issued(unit: UnitOfWork, facts: Facts) -> Screen | None:
    """With its lines and PDF; nothing where it was voided before it could be sent, which is told by itself."""
    shown = await InvoiceQueries(unit).invoice(UUID(facts["invoice_id"]), actor=SYSTEM)
    return None if shown.head.status == InvoiceStatus.VOID else views.invoice_issued(shown)


def invoice_voided(facts: Facts, _organization: Organization) -> Screen:
    text = _("🚫 Your invoice {number} for {month} was taken back.\nReason: {reason}\n\nA new one follows.").format(
        number=esc(facts["number"]), month=month_name(Month.parse(facts["month"])), reason=esc(facts["reason"])
    )
    return Screen(text, rows=((views.invoices_button(), home_button()),))


def payment_recorded(facts: Facts, _organization: Organization) -> Screen:
    text = _("💵 <b>{amount}</b> was paid on {day} for invoice {number}.").format(
        amount=_sum(facts), day=day(date.fromisoformat(facts["paid_on"])), number=esc(facts["number"])
    )
    if facts["reference"]:
        text += "\n" + _("Reference: {reference}").format(reference=esc(facts["reference"]))
    return Screen(f"{text}\n{_left(facts)}", rows=_to_invoice(facts))


def payment_cancelled(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ The payment of <b>{amount}</b> for invoice {number} was a mistake.\nReason: {reason}").format(
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
    text = _(
        "⚠️ You have a fine of <b>{amount}</b>.\nReason: {reason}\n\nIs that wrong? Tell your admin before {until}."
    )
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


def correction_added(facts: Facts, _organization: Organization) -> Screen:
    text = _("✏️ Your next invoice is corrected by <b>{amount}</b>.\nReason: {reason}")
    return _about_pay(text.format(amount=_sum(facts), reason=esc(facts["reason"])))


def order_reversed(facts: Facts, _organization: Organization) -> Screen:
    text = _("↩️ Order {number} “{title}” was taken back: <b>{amount}</b> on your next invoice.\nReason: {reason}")
    title, reason = esc(facts["title"]), esc(facts["reason"])
    return _about_pay(text.format(number=facts["number"], title=title, amount=_sum(facts), reason=reason))


def _sum(facts: Facts) -> str:
    return money(Decimal(facts["amount"]), facts["currency"])


def _about_pay(text: str) -> Screen:
    return Screen(text, rows=((views.money_button(), home_button()),))


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
    NotificationKind.CORRECTION_ADDED: _plain(correction_added),
    NotificationKind.ORDER_REVERSED: _plain(order_reversed),
}
