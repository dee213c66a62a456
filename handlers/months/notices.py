"""To the admins: a month was closed, and who got no invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bot.screens.formatting import esc, money, month_name
from bot.screens.i18n import _, count
from bot.screens.interface import Notice
from bot.screens.menus import home_button
from bot.screens.screen import Button, Screen
from domain.clock import Month
from domain.notifications.kinds import NotificationKind
from domain.pay.statement import Problem
from domain.unit_of_work import UnitOfWork
from handlers.months import views
from handlers.months.payloads import ShowPreview
from handlers.pay.payloads import SetRate

Facts = Mapping[str, Any]
HELD_UP_SHOWN: Final = 20


async def month_closed(_unit: UnitOfWork, facts: Facts) -> Screen | None:
    """None for a month in which nobody was owed anything, such as the one before the bot came."""
    month = Month.parse(facts["month"])
    if not facts["invoices"] and not facts["held_up"]:
        return None
    invoices = count("{n} invoice", "{n} invoices", facts["invoices"])
    text = _("📅 <b>{month}</b> is closed: {invoices}, <b>{total}</b> to be paid out.").format(
        month=month_name(month), invoices=invoices, total=money(Decimal(facts["total"]), facts["currency"])
    )
    return Screen(text, rows=((Button.of(_("📅 See the month"), ShowPreview(str(month))), home_button()),))


async def closing_held_up(_unit: UnitOfWork, facts: Facts) -> Screen:
    month = Month.parse(facts["month"])
    held_up = count("❗ <b>{n} worker</b> got no invoice", "❗ <b>{n} workers</b> got no invoice", facts["count"])
    title = _("{held_up} for {month}:").format(held_up=held_up, month=month_name(month))
    lines = [_held_up(worker, month) for worker in facts["workers"][:HELD_UP_SHOWN]]
    if rest := facts["count"] - len(lines):
        lines.append(count("… and {n} more: see the month.", "… and {n} more: see the month.", rest))
    last = _("Set what is missing, then close the month again. The others have their invoices.")
    text = "\n".join([title, *lines, "", last])
    rows = ((Button.of(_("🏷 Set a rate"), SetRate(str(month))), views.close_again(month)), (home_button(),))
    return Screen(text, rows=rows)


def _held_up(worker: Facts, month: Month) -> str:
    of = Month.parse(worker["month"])
    name = esc(worker["name"]) if of == month else f"{esc(worker['name'])}, {month_name(of)}"
    if worker["problem"] != Problem.RATE_MISSING:
        return _("• {name}: an amount is too large").format(name=name)
    categories = ", ".join(sorted({esc(missing["category"]) for missing in worker["missing"]}))
    return _("• {name}: no rate for {categories}").format(name=name, categories=categories)


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.MONTH_CLOSED: month_closed,
    NotificationKind.CLOSING_HELD_UP: closing_held_up,
}
