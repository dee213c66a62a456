"""A worker's own pay: the month so far, invoices, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.screens.formatting import cut, day, esc, isolated, moment, money, month_alone, month_name, number
from bot.screens.i18n import _, count
from bot.screens.lists import page_rows, paged_text, pager
from bot.screens.menus import back_to, home_button
from bot.screens.screen import MAX_CAPTION, Button, MediaItem, Screen, text_length
from domain.pay.line_sources import SourceKind
from domain.pay.model import InvoiceStatus, LineKind
from handlers.money.payloads import SendPdf, ShowEarnings, ShowInvoice, ShowInvoices, ShowSources, ShowWhy

if TYPE_CHECKING:
    from domain.clock import Month
    from domain.orders.paging import Page
    from domain.organization import Organization
    from domain.pay.earnings import StatementView
    from domain.pay.invoices import InvoiceHead, InvoiceView, LineView
    from domain.pay.line_sources import SourceView
    from domain.pay.statement import Line, MissingRate, Statement

LINES_AS_BUTTONS = 8
BUTTON = 16
"""Characters of a name on a button, with an amount behind it."""


def title_of_money() -> str:
    return _("My money")


def title_of_earnings() -> str:
    return _("What I earned this month")


def title_of_invoices() -> str:
    return _("My invoices")


def money_button() -> Button:
    return Button.of(_("💰 My money"), ShowEarnings())


def invoices_button() -> Button:
    return Button.of(_("🧾 Invoices"), ShowInvoices())


def back_to_invoices() -> Button:
    return back_to(_("Invoices"), ShowInvoices())


def so_far(shown: StatementView) -> str | None:
    """At the top of a worker's home."""
    if shown.statement is None:
        return None
    return _("💰 {month}: <b>{total}</b> so far").format(
        month=month_alone(shown.month), total=money(shown.statement.totals.total, shown.currency)
    )


# The month so far


def earnings(shown: StatementView, page: int, this: Month) -> Screen:
    """The month so far, as closing it now would bill it."""
    head = _("💰 <b>{month}</b>").format(month=month_name(shown.month))
    rows: list[tuple[Button, ...]] = []
    place, pages = 1, 1
    if shown.issued is not None:
        text = _("Your invoice {number} is issued: <b>{total}</b>.").format(
            number=esc(shown.issued.number or ""), total=money(shown.issued.total, shown.currency)
        )
        rows.append((Button.of(_("🧾 Open the invoice"), ShowInvoice(shown.issued.invoice_id)),))
    elif shown.statement is None:
        text = _("Nothing yet. Approved work shows up here.")
    else:
        text, place, pages = _so_far(shown.statement, shown.currency, page)
    rows.extend(pager(place, pages, lambda to: ShowEarnings(str(shown.month), to)))
    rows.extend(
        (Button.of(_("📅 {month}, still open").format(month=month_name(each.month)), ShowEarnings(str(each.month))),)
        for each in shown.earlier[-3:]
    )
    if shown.month != this:
        rows.append((back_to(month_name(this), ShowEarnings()),))
    rows.append((invoices_button(), home_button()))
    parts = (head, text, "\n".join(_notes(shown)))
    return Screen("\n\n".join(part for part in parts if part), rows=tuple(rows))


def _so_far(statement: Statement, currency: str, page: int) -> tuple[str, int, int]:
    blocks = [line_text(line, statement.month, currency) for line in statement.lines]
    text, place, pages = paged_text(blocks, page)
    totals = statement.totals
    total = _("So far: <b>{total}</b>").format(total=money(totals.total, currency))
    if totals.carried_forward:
        total += "\n" + _("Fines are above pay: {amount} goes into the next month.").format(
            amount=money(totals.carried_forward, currency)
        )
    return (f"{text}\n\n{total}" if text else total), place, pages


def _notes(shown: StatementView) -> list[str]:
    notes = []
    if shown.under_qa:
        notes.append(count("⏳ {n} order waits to be checked.", "⏳ {n} orders wait to be checked.", shown.under_qa))
    if shown.statement is not None:
        notes.extend(missing_rate(each) for each in shown.statement.missing)
    if shown.disputed:
        notes.append(
            _("⚖️ {amount} of fines is left out until your objection is decided.").format(
                amount=money(shown.disputed, shown.currency)
            )
        )
    return notes


def missing_rate(missing: MissingRate) -> str:
    return _("❗ {category}: {n} approved, but no rate is set yet. Your admin has to set it.").format(
        category=esc(missing.category), n=f"{missing.quantity:,}"
    )


def line_text(line: Line | LineView, month: Month, currency: str) -> str:
    """ "Link Building · 300 × 7.98 = PKR 2,394", and why below it."""
    amount = money(line.amount, currency)
    match line.kind:
        case LineKind.WORK:
            rate = number(line.rate) if line.rate is not None else "–"
            name = f"{esc(line.category or line.label)} · {line.quantity or 0:,} × {rate}"
        case LineKind.FIXED if line.quantity is not None and line.quantity < month.days:
            days = count("{n} day", "{n} days", line.quantity)
            name = _("Fixed pay · {days} of {all}").format(days=days, all=month.days)
        case _:
            name = _line_name(line)
    text = f"• {name} = <b>{amount}</b>" if line.kind is LineKind.WORK else f"• {name}: <b>{amount}</b>"
    if line.late_from is not None:
        text += "\n   " + _("late from {month}").format(month=month_name(line.late_from))
    if line.reason:
        text += f"\n   <i>{esc(line.reason)}</i>"
    return text


def _line_name(line: Line | LineView) -> str:
    names = {
        LineKind.FIXED: _("Fixed pay"),
        LineKind.BONUS: _("Bonus"),
        LineKind.FINE: _("Fine"),
        LineKind.CARRIED: _("Carried forward from before"),
        LineKind.CORRECTION: _("Correction"),
    }
    return names.get(line.kind) or esc(line.label)


# Invoices


def invoices(page: Page[InvoiceHead]) -> Screen:
    ways = (back_to(_("My money"), ShowEarnings()), home_button())
    if not page.total:
        return Screen(
            _("🧾 You have no invoices yet. The first one comes when a month with approved work is closed."),
            rows=(ways,),
        )
    rows = page_rows(page, lambda each: Button.of(_invoice_button(each), ShowInvoice(each.invoice_id)), ShowInvoices)
    listed = count("🧾 <b>Your invoice</b>", "🧾 <b>Your {n} invoices</b>, the newest first", page.total)
    return Screen(listed, rows=(*rows, ways))


def _invoice_button(head: InvoiceHead) -> str:
    return f"{_mark(head)} {month_name(head.month)} · {money(head.total, head.currency)}"


def _mark(head: InvoiceHead) -> str:
    if head.status == InvoiceStatus.VOID:
        return "🚫"
    return "✅" if not head.outstanding else "⏳"


def _title(head: InvoiceHead) -> str:
    return _("🧾 <b>{number}</b> · {month}").format(number=esc(head.number or ""), month=month_name(head.month))


def invoice(shown: InvoiceView, page: int) -> Screen:
    head = shown.head
    text, place, pages = paged_text(_lines(shown), page)
    parts = [_title(head), text, "\n".join(_sums(shown)), "\n".join(_payments(shown))]
    rows = [
        *pager(place, pages, lambda to: ShowInvoice(head.invoice_id, to)),
        (Button.of(_("📄 PDF"), SendPdf(head.invoice_id)), why_button(head)),
        (back_to_invoices(), home_button()),
    ]
    return Screen("\n\n".join(part for part in parts if part), rows=tuple(rows))


def why_button(head: InvoiceHead) -> Button:
    return Button.of(_("🔍 Why?"), ShowWhy(head.invoice_id))


def _lines(shown: InvoiceView) -> list[str]:
    return [line_text(line, shown.head.month, shown.head.currency) for line in shown.lines]


def _sums(shown: InvoiceView) -> list[str]:
    head = shown.head
    sums = [_("Total: <b>{total}</b>").format(total=money(head.total, head.currency))]
    if head.carried_forward:
        sums.append(
            _("Fines are above pay: {amount} goes into the next month.").format(
                amount=money(head.carried_forward, head.currency)
            )
        )
    return sums


def _payments(shown: InvoiceView) -> list[str]:
    head = shown.head
    if head.status == InvoiceStatus.VOID:
        return [_("🚫 Taken back: {reason}").format(reason=esc(shown.void_reason or "–"))]
    said = [
        _("💵 {amount} paid on {day}{reference}").format(
            amount=money(each.amount, head.currency),
            day=day(each.paid_on),
            reference=f" ({esc(each.reference)})" if each.reference else "",
        )
        for each in shown.payments
        if each.cancelled_at is None
    ]
    if not head.outstanding:
        return [*said, _("✅ Paid.") if head.total else _("✅ Nothing to pay.")]
    if not said:
        return [_("⏳ Not paid yet.")]
    return [*said, _("⏳ Still to be paid: {amount}").format(amount=money(head.outstanding, head.currency))]


def pdf(shown: InvoiceView) -> Screen:
    head = shown.head
    rows = ((why_button(head), back_to_invoices()),)
    return Screen(_title(head), rows=rows, media=(pdf_of(head),), as_new=True, keep=True)


def pdf_of(head: InvoiceHead) -> MediaItem:
    return MediaItem("document", invoice_id=str(head.invoice_id), file_name=f"{head.number or 'invoice'}.pdf")


# Why


def why(shown: InvoiceView, page: int) -> Screen:
    """Each line as a button to what it is made of."""
    head = shown.head
    pages = max(1, -(-len(shown.lines) // LINES_AS_BUTTONS))
    place = min(max(page, 1), pages)
    lines = shown.lines[(place - 1) * LINES_AS_BUTTONS : place * LINES_AS_BUTTONS]
    text = _("🔍 <b>{number}</b>: which line do you want to see?").format(number=esc(head.number or ""))
    rows: list[tuple[Button, ...]] = [
        (Button.of(_line_button(line, head.currency), ShowSources(line.line_id, head.invoice_id)),) for line in lines
    ]
    rows.extend(pager(place, pages, lambda to: ShowWhy(head.invoice_id, to)))
    rows.append((back_to(_("Invoice"), ShowInvoice(head.invoice_id)), home_button()))
    return Screen(text, rows=tuple(rows))


def _line_button(line: LineView, currency: str) -> str:
    return f"{isolated(cut(line.category or line.label, BUTTON))} · {money(line.amount, currency)}"


def sources(tapped: ShowSources, page: Page[SourceView], organization: Organization) -> Screen:
    if not page.total:
        text = _("This line stands for itself: it is pay for the month's days, or an admin wrote it.")
    else:
        lines = (_source(each, organization) for each in page.items)
        text = "\n".join([_("🔍 <b>What this line is made of</b>"), "", *lines])
    rows = pager(page.number, page.pages, lambda to: ShowSources(tapped.line_id, tapped.invoice_id, to))
    return Screen(text, rows=(*rows, (back_to(_("Why?"), ShowWhy(tapped.invoice_id)), home_button())))


def _source(source: SourceView, organization: Organization) -> str:
    amount = money(source.amount, organization.currency)
    at = moment(source.at, organization)
    match source.kind:
        case SourceKind.ORDER:
            what = _("Order {number}: {title}").format(number=source.number, title=esc(cut(source.title or "", 60)))
            rate = number(source.rate) if source.rate is not None else "–"
            return f"• {what}\n   {source.quantity or 0:,} × {rate} = {amount} · {at}"
        case SourceKind.CARRIED:
            what = _("From invoice {number}").format(number=esc(source.number or ""))
        case SourceKind.BONUS:
            what = _("Bonus")
        case SourceKind.FINE:
            what = _("Fine")
        case SourceKind.CORRECTION:
            what = _("Correction")
    reason = f"\n   <i>{esc(cut(source.reason, 300))}</i>" if source.reason else ""
    return f"• {what}: {amount} · {at}{reason}"


# The message that pay is settled


def invoice_issued(shown: InvoiceView) -> Screen:
    """Its lines and the PDF; the PDF alone has them all where they are many."""
    head = shown.head
    title = _("🧾 Your invoice for <b>{month}</b> is here: <b>{total}</b>").format(
        month=month_name(head.month), total=money(head.total, head.currency)
    )
    text = _that_fits(title, _lines(shown), _sums(shown)[1:])
    return Screen(text, rows=((why_button(head), invoices_button()),), media=(pdf_of(head),))


def _that_fits(title: str, lines: Sequence[str], notes: Sequence[str]) -> str:
    """All lines where they fit into a caption, else as many as do, and how many more there are."""
    for shown in range(len(lines), -1, -1):
        rest = len(lines) - shown
        more = [count("… and {n} more line: see the PDF.", "… and {n} more lines: see the PDF.", rest)] if rest else []
        text = "\n".join([title, "", *lines[:shown], *more, *notes]).rstrip()
        if text_length(text) <= MAX_CAPTION:
            return text
    return title
