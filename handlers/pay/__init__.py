"""Pay: what goes into it, a worker's month and invoices, closing a month, and the messages about all of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.formatting import day, moment, money
from bot.screens.i18n import _
from bot.screens.interface import App
from domain.errors import DomainError
from handlers.errors import Words, filled, fixed
from handlers.family import Family
from handlers.pay import closing, entry, worker
from handlers.pay.notices import NOTICES

if TYPE_CHECKING:
    from bot.screens.context import OpsContext


def _exists(text: str) -> Words:
    def words(error: DomainError, context: OpsContext) -> str:
        facts = error.facts
        amount = money(facts["amount"], context.organization.currency)  # type: ignore[arg-type]
        return _(text).format(amount=amount, day=day(facts["effective_from"]))  # type: ignore[arg-type]

    return words


def _not_over(error: DomainError, context: OpsContext) -> str:
    ends_at = moment(error.facts["ends_at"], context.organization)  # type: ignore[arg-type]
    return _("This month is not over: it can be closed from {ends_at} on.").format(ends_at=ends_at)


WORDS: dict[str, Words] = {
    "category_exists": filled("There is a category of that name already: {category}."),
    "rate_exists": _exists("From {day} on there is a rate already: {amount}. Go back and choose another day."),
    "fixed_pay_exists": _exists("From {day} on there is fixed pay already: {amount}. Go back and choose another day."),
    "month_not_over": _not_over,
    "own_pay": fixed("Nobody decides about their own pay. Another admin can."),
}


def _add_entrances(app: App) -> None:
    for screens in (entry, worker, closing):
        screens.add_entrances(app)


def _add_screens(app: App) -> None:
    for screens in (entry, worker, closing):
        screens.add_screens(app)


family = Family(add_entrances=_add_entrances, add_screens=_add_screens, words=WORDS, notices=NOTICES)
