"""This family's refusals in words. They go into toasts too, so they are plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.formatting import moment
from bot.screens.i18n import _
from domain.accounts.passwords import Reason
from domain.errors import DomainError
from handlers.errors import Words, filled, fixed

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

REASONS = {
    Reason.COMMON: "it is among those that everybody tries first",
    Reason.PERSONAL: "it is made of your name, your address or the agency’s name",
    Reason.WORD: "it is close to an ordinary word",
    Reason.NAME: "it is close to a common name",
    Reason.REPEAT: "it repeats itself",
    Reason.SEQUENCE: "it is a sequence such as abc or 123",
    Reason.KEYBOARD: "it is a row of neighbouring keys",
    Reason.DATE: "it is a date",
}


def _too_long(error: DomainError, _context: OpsContext) -> str:
    text = _("That password is too long: it takes {length} bytes, and {limit} is the most. Nothing was cut or saved.")
    if error.facts["length"] != error.facts["characters"]:
        text += " " + _("Letters of other scripts and emoji take 2 to 4 bytes each.")
    return text.format(**error.facts)


def _too_weak(error: DomainError, _context: OpsContext) -> str:
    reasons = error.facts["reasons"]
    first = next((_(REASONS[reason]) for reason in Reason if isinstance(reasons, tuple) and reason in reasons), None)
    advice = _("Type another one: three or four words that have nothing to do with each other are hard to guess.")
    if first is None:
        return _("That is too easy to guess.") + " " + advice
    return _("That is too easy to guess: {reason}.").format(reason=first) + " " + advice


def _locked(error: DomainError, context: OpsContext) -> str:
    until = error.facts["until"]
    # An instant, by the error's contract; facts are untyped.
    text = _("Too many wrong passwords. Try again after {until}.")
    return text.format(until=moment(until, context.organization))  # type: ignore[arg-type]


WORDS: dict[str, Words] = {
    "invalid_name": filled("A name has a letter or a digit, and at most {limit} characters. Please type it again."),
    "invalid_email": fixed("That is no e-mail address. It looks like name@example.com; please type it again."),
    "email_taken": filled("That is the address of {name} already."),
    "password_too_short": filled(
        "That password has {length} characters, and {minimum} is the least. Type a longer one; nothing was saved."
    ),
    "password_too_long": _too_long,
    "password_too_weak": _too_weak,
    "current_password_needed": fixed("Your account has a password by now. Begin again: /password"),
    "wrong_password": fixed("That is not your current password. Type it again."),
    "log_in_failed": fixed(
        "This e-mail and this password do not belong together. Type the password again, or go back."
    ),
    "log_in_locked": _locked,
    "invite_refused": fixed("This link does not work. Ask your admin for a new one."),
    "invite_mangled": fixed(
        "This link is incomplete: a part was lost on the way. Open it again as it was sent, or ask your admin for a "
        "new one."
    ),
    "invite_unknown": fixed("I do not know this link. Ask your admin for a new one."),
    "invite_used": fixed("This link was used already, and each works once. Ask your admin for a new one."),
    "invite_already_yours": filled("You have used this link already, {name}: this chat is yours."),
    "invite_expired": fixed("This link has expired. Ask your admin for a new one."),
    "invite_revoked": fixed("This link was withdrawn or replaced by a newer one. Ask your admin."),
    "invite_of_inactive_user": fixed("The account of this link is switched off. If that is a mistake, ask your admin."),
    "user_inactive": filled("The account of {name} is switched off."),
}


def words_of(error: DomainError, context: OpsContext) -> str:
    """Of a refusal that is an answer, and so is not raised."""
    return WORDS[error.code](error, context)
