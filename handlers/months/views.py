"""The texts of closing a month: what it would do, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.screens.formatting import cut, esc, isolated, money, month_name
from bot.screens.i18n import _, count
from bot.screens.lists import paged_text, pager
from bot.screens.menus import home_button
from bot.screens.screen import Button, Rows, Screen
from domain.pay.statement import Problem, Statement
from handlers.months.payloads import CloseMonth, ShowPreview
from handlers.pay.payloads import RateFor, SetRate

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.clock import Month
    from domain.pay.closing import ClosingResult, Preview
    from domain.pay.rate_list import UnpricedCategory

MONTHS_OFFERED = 3
RATES_OFFERED = 3
BUTTON = 18
"""Characters of a name on a button, behind some words."""


def title_of_months() -> str:
    return _("Months: look and close")


def title_of_close() -> str:
    return _("Close a month")


def months_button() -> Button:
    return Button.of(_("📅 Months"), ShowPreview())


def close_again(month: Month) -> Button:
    return Button.of(_("📅 Close again"), ShowPreview(str(month)))


def preview(shown: Preview, lacking: Sequence[UnpricedCategory], this: Month, currency: str, page: int) -> Screen:
    """Per worker, then sums; problems first. `this` is the month that is under way."""
    is_over = shown.month < this
    ready = [each for each in shown.statements if each.problem is None]
    text, place, pages = paged_text(_workers(shown, currency), page)
    title = _("📅 <b>Close {month}</b>") if is_over else _("📅 <b>{month} so far</b>")
    parts = [
        title.format(month=month_name(shown.month)),
        "\n".join(_checklist(shown)),
        text,
        "\n".join(_sums(shown, ready, currency)),
    ]
    if not is_over:
        parts.append(_("This month is not over. It can be closed after its last day."))
    rows = [*pager(place, pages, lambda to: ShowPreview(str(shown.month), to))]
    rows.extend(_rates(shown.held_up, lacking, shown.month))
    if is_over and ready:
        issue = count("✅ Close: issue {n} invoice", "✅ Close: issue {n} invoices", len(ready))
        rows.append((Button.of(issue, CloseMonth(str(shown.month))),))
    rows.extend(_months(shown, this))
    rows.append((Button.of(_("🔄 Look again"), ShowPreview(str(shown.month))), home_button()))
    return Screen("\n\n".join(part for part in parts if part), rows=tuple(rows))


def _rates(held_up: Sequence[Statement], lacking: Sequence[UnpricedCategory], month: Month) -> Rows:
    """A button for each category whose missing rate holds somebody up."""
    missing = {each.category.casefold() for statement in held_up for each in statement.missing}
    if not missing:
        return ()
    named = [each for each in lacking if each.name.casefold() in missing]
    if not named or len(named) > RATES_OFFERED:
        return ((Button.of(_("🏷 Set a rate"), SetRate(str(month))),),)
    return tuple(
        (
            Button.of(
                _("🏷 Set a rate: {category}").format(category=isolated(cut(each.name, BUTTON))),
                RateFor(each.category_id, str(month)),
            ),
        )
        for each in named
    )


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
                "⚖️ {n} objection is open. Its fine stays off the invoice.",
                "⚖️ {n} objections are open. Their fines stay off the invoices.",
                shown.open_appeals,
            )
        )
    if shown.stopped_at_zero:
        said.append(
            count(
                "➖ {n} total stops at zero: the fines are above the pay.",
                "➖ {n} totals stop at zero: the fines are above the pay.",
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
        total += _(" ({amount} goes into the next month)").format(
            amount=money(statement.totals.carried_forward, currency)
        )
    return total


def problem(statement: Statement) -> str:
    match statement.problem:
        case Problem.RATE_MISSING:
            named = ", ".join(sorted({esc(missing.category) for missing in statement.missing}))
            return _("no rate for {categories}").format(categories=named)
        case Problem.EARLIER_MONTH:
            return _("waits for an earlier month")
        case _:
            return _("an amount is too large")


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


def closed(result: ClosingResult, lacking: Sequence[UnpricedCategory], currency: str) -> Screen:
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
    if not result.held_up:
        return Screen("\n\n".join(parts), rows=((months_button(), home_button()),), keep=True)
    text, _place, pages = paged_text([_worker(each, result.month, currency) for each in result.held_up], 1)
    parts += [text, _("Set what is missing, then close again.")]
    if pages > 1:
        parts.append(_("These are the first of them. Months shows all."))
    rates = _rates(result.held_up, lacking, result.month)
    return Screen("\n\n".join(parts), rows=(*rates, (close_again(result.month), home_button())), keep=True)
