"""Sentences for refusals of what pay is made of: bonuses, fines and objections, rates, fixed pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, day, isolated, moment, money
from bot.screens.i18n import _
from domain.errors.orders import CategoryExists
from domain.errors.pay import (
    AlreadyCancelled,
    AlreadyWithdrawn,
    AppealAlreadyDecided,
    FixedPayExists,
    OwnPay,
    RateExists,
)
from domain.pay.model import AppealStatus

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

MAX_QUOTE = 80
"""Characters of a person's words inside a sentence."""

ERRORS = ErrorTexts()
ERRORS.add(OwnPay, lambda _error, _context: _("This is your own pay. Ask another admin to do it."))
ERRORS.add(
    CategoryExists,
    lambda error, _context: _("There is a category {category} already. Type another name.").format(
        category=isolated(error.category)
    ),
)
ERRORS.add(
    RateExists,
    lambda error, context: _(
        "From {day} on there is a rate already: {amount}. Tap Change, and choose another day."
    ).format(day=day(error.effective_from), amount=money(error.amount, context.organization.currency)),
)
ERRORS.add(
    FixedPayExists,
    lambda error, context: _(
        "From {day} on there is fixed pay already: {amount}. Tap Change, and choose another day."
    ).format(day=day(error.effective_from), amount=money(error.amount, context.organization.currency)),
)
ERRORS.add(
    AlreadyWithdrawn,
    lambda error, context: _("This was taken back already, on {at}. Nothing was changed.").format(
        at=moment(error.withdrawn_at, context.organization)
    ),
)


@ERRORS.explains(AlreadyCancelled)
def _cancelled(error: AlreadyCancelled, context: OpsContext) -> str:
    at = moment(error.cancelled_at, context.organization)
    if not error.reason:
        return _("This was cancelled already, on {at}. Nothing was changed.").format(at=at)
    text = _("This was cancelled already, on {at}. Nothing was changed.\nReason: {reason}")
    return text.format(at=at, reason=isolated(cut(error.reason, MAX_QUOTE)))


@ERRORS.explains(AppealAlreadyDecided)
def _appeal_decided(error: AppealAlreadyDecided, _context: OpsContext) -> str:
    if error.status is AppealStatus.UPHELD:
        text = (
            _("You decided this already: the fine stays. Nothing was changed.")
            if error.by_you
            else _("{name} decided this already: the fine stays. Nothing was changed.")
        )
    else:
        text = (
            _("You decided this already: the fine is cancelled. Nothing was changed.")
            if error.by_you
            else _("{name} decided this already: the fine is cancelled. Nothing was changed.")
        )
    return text.format(name=isolated(cut(error.decided_by, MAX_QUOTE)))
