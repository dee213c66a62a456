"""Sentences for refusals to send a message again."""

from __future__ import annotations

from bot.screens.errors import ErrorTexts
from bot.screens.i18n import _
from domain.errors.messages import NotGivenUp, OutOfReach

ERRORS = ErrorTexts()


@ERRORS.explains(NotGivenUp)
def _not_given_up(_error: NotGivenUp, _context: object) -> str:
    return _("That message is on its way again, or it has arrived. Nothing was changed.")


@ERRORS.explains(OutOfReach)
def _out_of_reach(_error: OutOfReach, _context: object) -> str:
    return _("That person has no chat with the bot now. Try again after they open their invite, or unblock the bot.")
