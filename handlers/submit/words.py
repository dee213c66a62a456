"""Refusals of the form, in words: what is wrong, and what to type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bot.screens.i18n import _
from handlers.errors import Words, filled, fixed
from handlers.submit import views
from handlers.submit.form import ASKED, FIELDS

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from domain.errors import DomainError


def _incomplete(error: DomainError, _context: OpsContext) -> str:
    missing = error.facts["missing"]
    names = [views.label(step).lower() for step in ASKED[:-1] if isinstance(missing, tuple) and FIELDS[step] in missing]
    return _("Not yet: tap Edit and fill in {fields}.").format(fields=", ".join(names))


WORDS: Final[Mapping[str, Words]] = {
    "invalid_submissions": fixed("Type the number of submissions, such as 300."),
    "submissions_not_a_number": fixed("I need digits. Type just the number, such as 300."),
    "submissions_not_whole": fixed("Submissions are whole: type a number without a fraction, such as 300."),
    "submissions_exponent": fixed("Please write the number out, such as 1000 for 1e3."),
    "submissions_zero": fixed("It takes at least 1 submission. How many are there?"),
    "submissions_negative": fixed("The number cannot be below zero: type it without the minus."),
    "submissions_too_many": filled("That is too many for one order: {limit:,} is the most. Please split it."),
    "text_missing": fixed("There is nothing to read in that. Please type some words."),
    "text_too_long": lambda error, _context: views.text_too_long(error.facts),
    "category_unavailable": lambda _error, _context: _(
        "Its category takes no new orders any more. Tap Edit and choose another."
    ),
    "draft_incomplete": _incomplete,
    "too_many_files": filled("An order takes at most {limit} files. Remove some, or put them into one archive."),
}
