"""To the admins: a worker objects to a fine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bot.screens.formatting import esc, money
from bot.screens.i18n import _
from bot.screens.interface import Notice
from bot.screens.menus import home_button
from bot.screens.screen import Screen
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork


async def fine_appealed(_unit: UnitOfWork, facts: Mapping[str, Any]) -> Screen:
    text = _(
        "⚖️ <b>{name}</b> objects to a fine of <b>{amount}</b>.\nFined for: {reason}\nObjection: {text}\n\n"
        "Until an admin decides, the fine stays off the invoice."
    ).format(
        name=esc(facts["worker_name"]),
        amount=money(Decimal(facts["amount"]), facts["currency"]),
        reason=esc(facts["reason"]),
        text=esc(facts["text"]),
    )
    return Screen(text, rows=((home_button(),),))


NOTICES: Final[Mapping[NotificationKind, Notice]] = {NotificationKind.FINE_APPEALED: fine_appealed}
