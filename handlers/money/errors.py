"""Sentences for refusals of objections to fines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import moment
from bot.screens.i18n import _
from domain.errors.pay import AlreadyAppealed, AppealTooLate
from domain.pay.model import AppealStatus

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

ERRORS = ErrorTexts()
ERRORS.add(
    AppealTooLate,
    lambda error, context: _("It is too late to object: that was possible until {until}. Write to your admin.").format(
        until=moment(error.until, context.organization)
    ),
)


@ERRORS.explains(AlreadyAppealed)
def _appealed(error: AlreadyAppealed, _context: OpsContext) -> str:
    return {
        AppealStatus.OPEN: _("You objected to this fine already. An admin will decide."),
        AppealStatus.UPHELD: _("You objected to this fine already. An admin decided that it stays."),
        AppealStatus.CANCELLED: _("You objected to this fine already. An admin cancelled it."),
    }[error.status]
