"""Sentences for refused addresses, passwords, log-ins and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import isolated, moment
from bot.screens.i18n import _
from domain.accounts.passwords import Reason
from domain.errors.accounts import InvalidEmail
from domain.errors.invites import (
    InviteAlreadyYours,
    InviteExpired,
    InviteMangled,
    InviteOfInactiveUser,
    InviteRefused,
    InviteRevoked,
    InviteUnknown,
    InviteUsed,
)
from domain.errors.passwords import (
    CurrentPasswordNeeded,
    LogInFailed,
    LogInLocked,
    PasswordRefused,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooWeak,
    WrongPassword,
)

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

ERRORS = ErrorTexts()
ERRORS.add(InvalidEmail, lambda _error, _context: _("Type an e-mail address, for example name@example.com."))

# Passwords

ERRORS.add(PasswordRefused, lambda _error, _context: _("Type another password. This one was not saved."))
ERRORS.add(
    PasswordTooShort,
    lambda error, _context: _(
        "Type at least {minimum} characters. This password has {length}, and was not saved."
    ).format(minimum=error.minimum, length=error.length),
)


@ERRORS.explains(PasswordTooLong)
def _too_long(error: PasswordTooLong, _context: OpsContext) -> str:
    if error.length == error.characters:
        text = _("Type a shorter password. The most is {limit} characters. This one has {length}, and was not saved.")
    else:
        text = _(
            "Type a shorter password. The most is {limit} bytes. This one has {length}, and was not saved. "
            "Emoji, and letters other than a to z, take 2 to 4 bytes each."
        )
    return text.format(limit=error.limit, length=error.length)


@ERRORS.explains(PasswordTooWeak)
def _too_weak(error: PasswordTooWeak, _context: OpsContext) -> str:
    sentences = [_("This password is too easy to guess.")]
    if error.reasons:
        sentences.append(_reason(error.reasons[0]))
    sentences.append(_("Type another one: three or four words that do not belong together."))
    return " ".join(sentences)


def _reason(reason: Reason) -> str:
    return {
        Reason.COMMON: _("Many people use it."),
        Reason.PERSONAL: _("It is made of your name, your address or the agency’s name."),
        Reason.WORD: _("It is close to an ordinary word."),
        Reason.NAME: _("It is close to a common name."),
        Reason.REPEAT: _("It repeats itself."),
        Reason.SEQUENCE: _("It is a sequence such as abc or 123."),
        Reason.KEYBOARD: _("Its keys stand in a row on the keyboard."),
        Reason.DATE: _("It is a date."),
    }[reason]


ERRORS.add(CurrentPasswordNeeded, lambda _error, _context: _("Your account has a password now. Start again: /password"))
ERRORS.add(WrongPassword, lambda _error, _context: _("That is not your current password."))
ERRORS.add(LogInFailed, lambda _error, _context: _("Wrong e-mail or password."))
ERRORS.add(
    LogInLocked,
    lambda error, context: _("Too many wrong passwords. Try again after {until}.").format(
        until=moment(error.until, context.organization)
    ),
)

# Links

ERRORS.add(InviteRefused, lambda _error, _context: _("This link does not work. Ask your admin for a new one."))
ERRORS.add(
    InviteMangled,
    lambda _error, _context: _(
        "A part of this link is missing. Open it again from the message that you got, or ask your admin for a new one."
    ),
)
ERRORS.add(InviteUnknown, lambda _error, _context: _("I do not know this link. Ask your admin for a new one."))
ERRORS.add(
    InviteUsed,
    lambda _error, _context: _("This link was used already. Each link works once. Ask your admin for a new one."),
)
ERRORS.add(
    InviteAlreadyYours,
    lambda error, _context: _("You have used this link already, {name}. This chat is yours.").format(
        name=isolated(error.name)
    ),
)
ERRORS.add(InviteExpired, lambda _error, _context: _("This link has expired. Ask your admin for a new one."))
ERRORS.add(
    InviteRevoked,
    lambda _error, _context: _("This link was taken back, or a newer one took its place. Ask your admin."),
)
ERRORS.add(
    InviteOfInactiveUser,
    lambda _error, _context: _("The account of this link is switched off. If that is a mistake, ask your admin."),
)
