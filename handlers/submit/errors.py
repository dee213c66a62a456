"""Sentences for refusals of submitted work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.i18n import _
from domain.errors.orders import CategoryUnavailable, DraftIncomplete, TooManyFiles
from domain.errors.submissions import (
    InvalidSubmissions,
    SubmissionsExponent,
    SubmissionsNegative,
    SubmissionsNotANumber,
    SubmissionsNotWhole,
    SubmissionsTooMany,
    SubmissionsZero,
)
from handlers.submit import views

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

LABELS = {
    "category": views.label_category,
    "total_submissions": views.label_number,
    "title": views.label_title,
}
ERRORS = ErrorTexts()
ERRORS.add(InvalidSubmissions, lambda _error, _context: _("Type a whole number, for example 300."))
ERRORS.add(SubmissionsNotANumber, lambda _error, _context: _("Type the number in digits, for example 300."))
ERRORS.add(SubmissionsNotWhole, lambda _error, _context: _("Type a whole number, for example 300."))
ERRORS.add(SubmissionsExponent, lambda _error, _context: _("Type the number in full, for example 1000."))
ERRORS.add(SubmissionsZero, lambda _error, _context: _("Type 1 or more. An order has at least one."))
ERRORS.add(SubmissionsNegative, lambda _error, _context: _("Type the number without the minus."))
ERRORS.add(
    SubmissionsTooMany,
    lambda error, _context: _("One order takes at most {limit:,}. Split the work into several orders.").format(
        limit=error.limit
    ),
)
ERRORS.add(
    CategoryUnavailable,
    lambda _error, _context: _("This category takes no new orders. Tap Change and choose another one."),
)
ERRORS.add(
    TooManyFiles,
    lambda error, _context: _(
        "An order takes at most {limit} files. Remove some, or put them into one archive."
    ).format(limit=error.limit),
)


@ERRORS.explains(DraftIncomplete)
def _incomplete(error: DraftIncomplete, _context: OpsContext) -> str:
    names = [LABELS[name]() for name in error.missing if name in LABELS]
    return _("Something is missing. Tap Change and fill in: {fields}.").format(fields=", ".join(names))
