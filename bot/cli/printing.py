"""Tables of a month's closing for the terminal."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.screens.formatting import bare_month_name
from bot.screens.i18n import _, count
from domain.clock import Month
from domain.pay.closing import ClosingResult, Preview
from domain.pay.statement import Problem, Statement


def print_preview(console: Console, shown: Preview, currency: str) -> None:
    table = Table(title=bare_month_name(shown.month), title_justify="left", show_edge=False)
    table.add_column(_("Worker"), overflow="fold")
    table.add_column(_("Total"), justify="right", no_wrap=True)
    table.add_column(_("To do"), overflow="fold")
    for each in shown.statements:
        # As Text: Rich would take "[b]" in a name for markup.
        table.add_row(Text(_name(each, shown.month)), money(each.totals.total, currency), Text(_to_do(each, currency)))
    if shown.statements:
        console.print(table)
    lines = [_("To be paid out: {total}").format(total=money(shown.payout, currency))]
    if shown.already_issued:
        issued = count("{n} invoice", "{n} invoices", shown.already_issued)
        total = money(shown.already_issued_total, currency)
        lines.append(_("Issued already: {issued}, {total}").format(issued=issued, total=total))
    lines.append(_("The month before: {total}").format(total=money(shown.last_month_total, currency)))
    lines.append(_("Orders still to be checked: {n}").format(n=shown.under_qa))
    lines.append(_("Fines under appeal: {n}").format(n=shown.open_appeals))
    console.print("\n".join(lines), highlight=False, markup=False)


def print_closing(console: Console, result: ClosingResult, currency: str) -> None:
    issued = count("{n} invoice issued now", "{n} invoices issued now", len(result.issued))
    lines = [
        _("{month}: {issued}; the month has {all}, {total}.").format(
            month=bare_month_name(result.month), issued=issued, all=result.invoices, total=money(result.total, currency)
        ),
        *(f"{each.number}  {each.worker_name}  {money(each.totals.total, currency)}" for each in result.issued),
    ]
    if result.held_up:
        lines.append(_("Held up:"))
        lines.extend(f"  {_name(each, result.month)}: {_to_do(each, currency)}" for each in result.held_up)
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def money(amount: Decimal, currency: str) -> str:
    """ "PKR 1,234.00": columns of figures line up, and a terminal gets no invisible characters."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{currency} {abs(amount):,.2f}"


def _name(statement: Statement, month: Month) -> str:
    return statement.worker_name if statement.month == month else f"{statement.worker_name}, {statement.month}"


def _to_do(statement: Statement, currency: str) -> str:
    match statement.problem:
        case Problem.RATE_MISSING:
            return _("no rate for {categories}").format(
                categories=", ".join(sorted({missing.category for missing in statement.missing}))
            )
        case Problem.EARLIER_MONTH:
            return _("waits for an earlier month")
        case Problem.OUT_OF_RANGE:
            return _("an amount is too large to be held")
        case None if statement.totals.carried_forward:
            return _("{amount} carried forward").format(amount=money(statement.totals.carried_forward, currency))
        case None:
            return ""
