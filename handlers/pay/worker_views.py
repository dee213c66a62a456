"""What a worker sees of their pay: the month so far, invoices, and why."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.screens.formatting import cut, day, esc, moment, money, month_name
from bot.screens.i18n import _, count
from bot.screens.screen import MAX_CAPTION, Button, MediaItem, Screen, text_length
from domain.orders.paging import Page
from domain.organization import Organization
from domain.pay.earnings import StatementView
from domain.pay.invoices import InvoiceHead, InvoiceView, LineView
from domain.pay.line_sources import SourceKind, SourceView
from domain.pay.model import InvoiceStatus
from domain.pay.statement import MissingRate, Statement
from handlers.pay.parts import leaf, line_text, paged_text
from handlers.pay.payloads import SendPdf, ShowEarnings, ShowInvoice, ShowInvoices, ShowSources, ShowWhy
from handlers.places import Go, Place, home_button

LINES_AS_BUTTONS = 8


def earnings(shown: StatementView, page: int) -> Screen:
    """The month so far, as closing it now would bill it."""
    head = _("💰 <b>{month}</b>").format(month=month_name(shown.month))
    rows: list[tuple[Button, ...]] = []
    if shown.issued is not None:
        text = _("Your invoice {number} is issued: <b>{total}</b>.").format(
            number=esc(shown.issued.number or ""), total=money(shown.issued.total, shown.currency)
        )
        rows.append((Button.of(_("🧾 Open the invoice"), ShowInvoice(shown.issued.invoice_id)),))
        number, pages = 1, 1
    elif shown.statement is None:
        text, number, pages = _("Nothing yet. Approved work shows up here."), 1, 1
    else:
        text, number, pages = _so_far(shown.statement, shown.currency, page)
    notes = _notes(shown)
    rows.extend(leaf(number, pages, lambda to: ShowEarnings(str(shown.month), to)))
    rows.extend(
        (Button.of(_("‹ {month}, still open").format(month=month_name(each.month)), ShowEarnings(str(each.month))),)
        for each in shown.earlier[-3:]
    )
    rows.append((Button.of(_("🧾 Invoices"), Go(Place.INVOICES)), home_button()))
    return Screen("\n\n".join(part for part in (head, text, "\n".join(notes)) if part), rows=tuple(rows))


def _so_far(statement: Statement, currency: str, page: int) -> tuple[str, int, int]:
    blocks = [line_text(line, statement.month, currency) for line in statement.lines]
    text, number, pages = paged_text(blocks, page)
    totals = statement.totals
    total = _("So far: <b>{total}</b>").format(total=money(totals.total, currency))
    if totals.carried_forward:
        total += "\n" + _("Fines are above pay: {amount} is carried to the next month.").format(
            amount=money(totals.carried_forward, currency)
        )
    return (f"{text}\n\n{total}" if text else total), number, pages


def _notes(shown: StatementView) -> list[str]:
    notes = []
    if shown.under_qa:
        waiting = count("{n} order waits to be checked.", "{n} orders wait to be checked.", shown.under_qa)
        notes.append(f"⏳ {waiting}")
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
    submissions = count("{n} submission", "{n} submissions", missing.quantity)
    return _("❗ {category}: {submissions} approved, but no rate is set yet.").format(
        category=esc(missing.category), submissions=submissions
    )


def invoices(page: Page[InvoiceHead]) -> Screen:
    if not page.total:
        text = _("🧾 You have no invoices yet. The first one comes when a month with approved work is closed.")
        return Screen(text, rows=((Button.of(_("💰 Earnings"), Go(Place.EARNINGS)), home_button()),))
    rows: list[tuple[Button, ...]] = [
        (Button.of(_invoice_button(each), ShowInvoice(each.invoice_id)),) for each in page.items
    ]
    rows.extend(leaf(page.number, page.pages, ShowInvoices))
    rows.append((Button.of(_("💰 Earnings"), Go(Place.EARNINGS)), home_button()))
    listed = count("🧾 <b>Your invoice</b>", "🧾 <b>Your {n} invoices</b>, the newest first", page.total)
    return Screen(listed, rows=tuple(rows))


def _invoice_button(head: InvoiceHead) -> str:
    return f"{_mark(head)} {month_name(head.month)} · {money(head.total, head.currency)}"


def _mark(head: InvoiceHead) -> str:
    if head.status == InvoiceStatus.VOID:
        return "🚫"
    return "✅" if not head.outstanding else "⏳"


def invoice(shown: InvoiceView, page: int) -> Screen:
    head = shown.head
    text, number, pages = paged_text(_lines(shown), page)
    title = _("🧾 <b>{number}</b> · {month}").format(number=esc(head.number or ""), month=month_name(head.month))
    parts = [title, text, "\n".join(_sums(shown)), "\n".join(_payments(shown))]
    rows = [
        *leaf(number, pages, lambda to: ShowInvoice(head.invoice_id, to)),
        (Button.of(_("📄 PDF"), SendPdf(head.invoice_id)), Button.of(_("🔍 Why?"), ShowWhy(head.invoice_id))),
        (Button.of(_("‹ Invoices"), ShowInvoices()), home_button()),
    ]
    return Screen("\n\n".join(part for part in parts if part), rows=tuple(rows))


def _lines(shown: InvoiceView) -> list[str]:
    return [line_text(line, shown.head.month, shown.head.currency) for line in shown.lines]


def _sums(shown: InvoiceView) -> list[str]:
    head = shown.head
    sums = [_("Total: <b>{total}</b>").format(total=money(head.total, head.currency))]
    if head.carried_forward:
        sums.append(
            _("Fines are above pay: {amount} is carried to the next month.").format(
                amount=money(head.carried_forward, head.currency)
            )
        )
    return sums


def _payments(shown: InvoiceView) -> list[str]:
    head = shown.head
    if head.status == InvoiceStatus.VOID:
        return [_("🚫 Void: {reason}").format(reason=esc(shown.void_reason or "—"))]
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
    text = _("🧾 <b>{number}</b> · {month}").format(number=esc(head.number or ""), month=month_name(head.month))
    rows = ((Button.of(_("🔍 Why?"), ShowWhy(head.invoice_id)), Button.of(_("‹ Invoices"), ShowInvoices())),)
    return Screen(text, rows=rows, media=(pdf_of(head),), as_new=True)


def pdf_of(head: InvoiceHead) -> MediaItem:
    return MediaItem("document", invoice_id=str(head.invoice_id), file_name=f"{head.number or 'invoice'}.pdf")


def why(shown: InvoiceView, page: int) -> Screen:
    """Each line as a button to what it is made of."""
    head = shown.head
    pages = max(1, -(-len(shown.lines) // LINES_AS_BUTTONS))
    number = min(max(page, 1), pages)
    lines = shown.lines[(number - 1) * LINES_AS_BUTTONS : number * LINES_AS_BUTTONS]
    text = _("🔍 <b>{number}</b>: which line do you want to look into?").format(number=esc(head.number or ""))
    rows: list[tuple[Button, ...]] = [
        (Button.of(_line_button(line, head.currency), ShowSources(line.line_id)),) for line in lines
    ]
    rows.extend(leaf(number, pages, lambda to: ShowWhy(head.invoice_id, to)))
    rows.append((Button.of(_("‹ Invoice"), ShowInvoice(head.invoice_id)), home_button()))
    return Screen(text, rows=tuple(rows))


def _line_button(line: LineView, currency: str) -> str:
    return f"{cut(line.category or line.label, 30)} · {money(line.amount, currency)}"


def sources(line_id: UUID, page: Page[SourceView], organization: Organization) -> Screen:
    if not page.total:
        text = _("This line stands for itself: it is pay for the month's days, or was written by hand.")
    else:
        text = "\n".join(
            [_("🔍 <b>What this line is made of</b>"), "", *(_source(each, organization) for each in page.items)]
        )
    rows = (*leaf(page.number, page.pages, lambda to: ShowSources(line_id, to)), _ways_on())
    return Screen(text, rows=rows)


def _ways_on() -> tuple[Button, ...]:
    return (Button.of(_("‹ Invoices"), ShowInvoices()), home_button())


def _source(source: SourceView, organization: Organization) -> str:
    amount = money(source.amount, organization.currency)
    at = moment(source.at, organization)
    match source.kind:
        case SourceKind.ORDER:
            what = _("#{number} {title}").format(number=source.number, title=esc(cut(source.title or "", 60)))
            return f"• {what}\n   {source.quantity or 0:,} × {source.rate or 0:,.2f} = {amount} · {at}"
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


def invoice_issued(shown: InvoiceView) -> Screen:
    """The message that pay is settled: its lines and the PDF; the PDF alone has them all where they are many."""
    head = shown.head
    title = _("🧾 Your invoice for <b>{month}</b> is here: <b>{total}</b>").format(
        month=month_name(head.month), total=money(head.total, head.currency)
    )
    text = _that_fits(title, _lines(shown), _sums(shown)[1:])
    rows = ((Button.of(_("🔍 Why?"), ShowWhy(head.invoice_id)), Button.of(_("🧾 Invoices"), Go(Place.INVOICES))),)
    return Screen(text, rows=rows, media=(pdf_of(head),))


def _that_fits(title: str, lines: Sequence[str], notes: Sequence[str]) -> str:
    """All lines where they fit into a caption, else as many as do, and how many more there are."""
    for shown in range(len(lines), -1, -1):
        rest = len(lines) - shown
        more = [count("… and {n} more line: see the PDF.", "… and {n} more lines: see the PDF.", rest)] if rest else []
        text = "\n".join([title, "", *lines[:shown], *more, *notes]).rstrip()
        if text_length(text) <= MAX_CAPTION:
            return text
    return title
