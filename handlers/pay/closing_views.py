"""Closing a month: what it would do, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.screens.formatting import esc, money, month_name
from bot.screens.i18n import _, count
from bot.screens.screen import Button, Rows, Screen
from domain.clock import Month
from domain.pay.closing import ClosingResult, Preview
from domain.pay.statement import Problem, Statement
from handlers.pay.parts import leaf, paged_text
from handlers.pay.payloads import CloseMonth, ShowPreview
from handlers.places import Go, Place, home_button

MONTHS_OFFERED = 3


def preview(shown: Preview, this: Month, currency: str, page: int) -> Screen:
    """Per worker, then sums; problems first. `this` is the month that is under way."""
    is_over = shown.month < this
    ready = [each for each in shown.statements if each.problem is None]
    text, number, pages = paged_text(_workers(shown, currency), page)
    title = _("📅 <b>Close {month}</b>") if is_over else _("📅 <b>{month} so far</b>")
    parts = [
        title.format(month=month_name(shown.month)),
        "\n".join(_checklist(shown)),
        text,
        "\n".join(_sums(shown, ready, currency)),
    ]
    if not is_over:
        parts.append(_("This month is not over, so it cannot be closed yet."))
    rows = [*leaf(number, pages, lambda to: ShowPreview(str(shown.month), to))]
    if is_over and ready:
        issue = count("✅ Close: issue {n} invoice", "✅ Close: issue {n} invoices", len(ready))
        rows.append((Button.of(issue, CloseMonth(str(shown.month))),))
    if shown.held_up:
        rows.append((Button.of(_("🏷 Set a rate"), Go(Place.RATE)),))
    rows.extend(_months(shown, this))
    rows.append((Button.of(_("🔄 Look again"), ShowPreview(str(shown.month))), home_button()))
    return Screen("\n\n".join(part for part in parts if part), rows=tuple(rows))


def _checklist(shown: Preview) -> list[str]:
    said = []
    if shown.held_up:
        workers = len({each.worker_id for each in shown.held_up})
        said.append(
            count(
                "❗ {n} worker cannot get an invoice yet: see below.",
                "❗ {n} workers cannot get an invoice yet: see below.",
                workers,
            )
        )
    if shown.under_qa:
        said.append(
            count("⏳ {n} order is still to be checked.", "⏳ {n} orders are still to be checked.", shown.under_qa)
        )
    if shown.open_appeals:
        said.append(
            count(
                "⚖️ {n} fine is under appeal and stays off.",
                "⚖️ {n} fines are under appeal and stay off.",
                shown.open_appeals,
            )
        )
    if shown.stopped_at_zero:
        said.append(
            count(
                "➖ {n} total stops at zero: fines are above pay.",
                "➖ {n} totals stop at zero: fines are above pay.",
                len(shown.stopped_at_zero),
            )
        )
    return said


def _workers(shown: Preview, currency: str) -> list[str]:
    held_first = sorted(shown.statements, key=lambda each: each.problem is None)
    return [_worker(each, shown.month, currency) for each in held_first]


def _worker(statement: Statement, month: Month, currency: str) -> str:
    name = esc(statement.worker_name)
    if statement.month != month:
        name = _("{name}, {month}").format(name=name, month=month_name(statement.month))
    if statement.problem is not None:
        return f"❗ <b>{name}</b>: {problem(statement)}"
    total = f"• {name}: <b>{money(statement.totals.total, currency)}</b>"
    if statement.totals.carried_forward:
        total += _(" ({amount} carried forward)").format(amount=money(statement.totals.carried_forward, currency))
    return total


def problem(statement: Statement) -> str:
    match statement.problem:
        case Problem.RATE_MISSING:
            named = ", ".join(sorted({esc(missing.category) for missing in statement.missing}))
            return _("no rate for {categories}").format(categories=named)
        case Problem.EARLIER_MONTH:
            return _("waits for an earlier month")
        case _:
            return _("an amount is too large to be held")


def _sums(shown: Preview, ready: Sequence[Statement], currency: str) -> list[str]:
    said = []
    if shown.already_issued:
        issued = count("{n} invoice", "{n} invoices", shown.already_issued)
        said.append(
            _("Issued already: {issued}, {total}").format(
                issued=issued, total=money(shown.already_issued_total, currency)
            )
        )
    if ready:
        said.append(_("To be paid out: <b>{total}</b>").format(total=money(shown.payout, currency)))
    elif not shown.statements:
        said.append(_("Everything is issued.") if shown.already_issued else _("Nothing to bill."))
    if shown.last_month_total:
        said.append(_change(shown, currency))
    return said


def _change(shown: Preview, currency: str) -> str:
    change: Decimal = shown.payout + shown.already_issued_total - shown.last_month_total
    sign = "+" if change > 0 else ""
    return _("{month} was {total} ({change})").format(
        month=month_name(shown.month.previous()),
        total=money(shown.last_month_total, currency),
        change=f"{sign}{money(change, currency)}",
    )


def _months(shown: Preview, this: Month) -> Rows:
    """Buttons to other months: those with something open, the last one, and the one under way."""
    open_months = {each.month for each in shown.statements} | {this.previous(), this}
    others = sorted(open_months - {shown.month}, reverse=True)[:MONTHS_OFFERED]
    return tuple((Button.of(month_name(each), ShowPreview(str(each))),) for each in others)


def closed(result: ClosingResult, currency: str) -> Screen:
    if result.issued:
        issued = count("{n} invoice issued", "{n} invoices issued", len(result.issued))
        head = _("✅ <b>{month}</b> is closed: {issued}. Everyone gets theirs now.")
    else:
        issued = ""
        head = _("✅ <b>{month}</b>: there was nothing more to issue.")
    all_of_it = count("{n} invoice", "{n} invoices", result.invoices)
    parts = [
        head.format(month=month_name(result.month), issued=issued),
        _("The month has {invoices}: <b>{total}</b>").format(invoices=all_of_it, total=money(result.total, currency)),
    ]
    rows: list[tuple[Button, ...]] = [(home_button(),)]
    if result.held_up:
        held = [_worker(each, result.month, currency) for each in result.held_up]
        text, _number, pages = paged_text(held, 1)
        parts += [text, _("Set what is missing, then close again.")]
        if pages > 1:
            parts.append(_("These are the first of them; the preview lists all."))
        rows.insert(
            0,
            (
                Button.of(_("🏷 Set a rate"), Go(Place.RATE)),
                Button.of(_("📅 Close again"), ShowPreview(str(result.month))),
            ),
        )
    return Screen("\n\n".join(parts), rows=tuple(rows))
