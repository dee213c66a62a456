"""Refusals of the form, in words: what is wrong, and what to type."""

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
from handlers.submit.form import ASKED, FIELDS

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

WORDS = ErrorTexts()
WORDS.add(InvalidSubmissions, lambda _error, _context: _("Type a whole number, for example 300."))
WORDS.add(SubmissionsNotANumber, lambda _error, _context: _("Type the number in digits, for example 300."))
WORDS.add(SubmissionsNotWhole, lambda _error, _context: _("Type a whole number, for example 300."))
WORDS.add(SubmissionsExponent, lambda _error, _context: _("Type the number in full, for example 1000."))
WORDS.add(SubmissionsZero, lambda _error, _context: _("Type 1 or more. An order has at least one submission."))
WORDS.add(SubmissionsNegative, lambda _error, _context: _("Type the number without the minus."))
WORDS.add(
    SubmissionsTooMany,
    lambda error, _context: _("One order takes at most {limit:,}. Split the work into several orders.").format(
        limit=error.limit
    ),
)
WORDS.add(
    CategoryUnavailable,
    lambda _error, _context: _("This category takes no new orders. Tap Edit and choose another one."),
)
WORDS.add(
    TooManyFiles,
    lambda error, _context: _(
        "An order takes at most {limit} files. Remove some, or put them into one archive."
    ).format(limit=error.limit),
)


@WORDS.explains(DraftIncomplete)
def _incomplete(error: DraftIncomplete, _context: OpsContext) -> str:
    names = [views.label(step).lower() for step in ASKED if FIELDS.get(step) in error.missing]
    return _("Something is missing. Tap Edit and fill in: {fields}.").format(fields=", ".join(names))
