"""The texts of getting in and out, and of one's own password."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.screens.formatting import esc
from bot.screens.homes import STRANGER
from bot.screens.i18n import _
from bot.screens.menus import home_button
from bot.screens.screen import Button, Rows, Screen
from domain.accounts.model import Role
from domain.accounts.passwords import MIN_CHARACTERS
from domain.accounts.standing import StandingKind
from handlers.account.payloads import AcceptInvite, AskLogOut, DeclineInvite, LogIn, LogOut, SetPassword
from handlers.home import views as home

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from domain.accounts.login_service import InvitePreview
    from domain.accounts.sessions import Entered
    from domain.organization import Organization
    from handlers.account.form import LogInDraft, PasswordDraft


def role_name(role: Role) -> str:
    return _("Admin") if role is Role.ADMIN else _("Worker")


def title_of_start() -> str:
    return _("Begin")


def title_of_log_in() -> str:
    return _("Log in with e-mail and password")


def title_of_log_out() -> str:
    return _("Log out")


def title_of_password() -> str:
    return _("Set or change your password")


def log_in_button() -> Button:
    return Button.of(_("🔑 Log in"), LogIn())


def password_button() -> Button:
    return Button.of(_("🔐 Password"), SetPassword())


def log_out_button() -> Button:
    return Button.of(_("🚪 Log out"), AskLogOut())


# Links


def invite_preview(invite: InvitePreview, token: str, organization: Organization) -> Screen:
    lines = [
        _("You are invited to <b>{org}</b>:").format(org=esc(organization.name)),
        "",
        _("Name: <b>{name}</b>").format(name=esc(invite.name)),
        _("Role: <b>{role}</b>").format(role=role_name(invite.role)),
    ]
    if invite.replaces is None:
        lines += ["", _("Is that you?")]
    else:
        warning = _(
            "⚠️ This chat is <b>{name}</b>’s. If you accept, {name} is logged out here and gets no more messages. "
            "If this link is for somebody else, do not accept it. Forward it."
        )
        lines += ["", warning.format(name=esc(invite.replaces))]
    rows: Rows = (
        (Button.of(_("✅ Accept"), AcceptInvite(token)),),
        (Button.of(_("Not me"), DeclineInvite()),),
    )
    return Screen("\n".join(lines), rows=rows)


def invite_declined(kind: StandingKind) -> Screen:
    text = _("OK, nothing was changed. The link still works for the person it was made for.")
    return Screen(text, rows=_way_on(kind))


def invite_refused(words: str, kind: StandingKind) -> Screen:
    """In the chat rather than in a box that goes away: strangers have no other screen to look at."""
    return Screen(esc(words), rows=_way_on(kind))


def _way_on(kind: StandingKind) -> Rows:
    return ((home_button(),),) if kind is StandingKind.LOGGED_IN else ((log_in_button(),),)


def welcome(entered: Entered, organization: Organization, *, by_invite: bool) -> str:
    """What is said above the first home."""
    lines = [_("✅ You are in: {org}.").format(org=esc(organization.name))]
    if by_invite:
        lines.append(_("Set a password with /password. You need it if you change your phone or Telegram account."))
    if entered.was_elsewhere:
        lines.append(_("Your other chat was logged out. It got a message about it."))
    if entered.replaced is not None:
        lines.append(_("This chat is no longer {name}’s.").format(name=esc(entered.replaced)))
    return "\n".join(lines)


# Log-in


def log_in_title(_draft: LogInDraft) -> str:
    return _("🔑 <b>Log in</b>")


def log_in_called(draft: LogInDraft) -> str:
    return _("Log in as {email}").format(email=draft.email) if draft.email else _("Log in")


def logged_in(_draft: LogInDraft) -> str:
    return _("You are logged in. /menu opens the menu.")


def label_email() -> str:
    return _("E-mail")


def label_password() -> str:
    return _("Password")


def ask_email(_context: OpsContext, _draft: LogInDraft) -> str:
    return _("Type the <b>e-mail address</b> of your account.")


def ask_password(_context: OpsContext, _draft: LogInDraft) -> str:
    return _("Now type the <b>password</b>. I delete your message as soon as I have read it.")


def log_in_left(kind: StandingKind) -> Screen:
    """After Cancel: how to get in."""
    screen = home.closed(kind)
    return replace(screen, text=f"{_('OK, nothing changed.')}\n\n{screen.text}")


def logged_in_already(name: str) -> Screen:
    text = _("You are logged in as <b>{name}</b>. To log in as somebody else, log out first.")
    return Screen(text.format(name=esc(name)), rows=((home_button(), log_out_button()),))


# Log-out


def log_out_without_password() -> Screen:
    text = _(
        "You have <b>no password</b>. If you log out, you need a new link from your admin to come back. "
        "Set a password first?"
    )
    rows = (
        (Button.of(_("🔐 Set a password"), SetPassword()),),
        (Button.of(_("🚪 Log out"), LogOut()), home_button()),
    )
    return Screen(text, rows=rows)


def logged_out() -> Screen:
    text = _("You are logged out. Your invoices still come here.")
    return Screen(text, rows=((log_in_button(),),), menu=STRANGER)


# One's password


def password_title(_draft: PasswordDraft) -> str:
    return _("🔐 <b>Password</b>")


def password_called(_draft: PasswordDraft) -> str:
    return _("Password")


def password_is_set(_draft: PasswordDraft) -> str:
    return _("This password was saved already. Nothing was changed.")


def label_current() -> str:
    return _("Current password")


def label_new() -> str:
    return _("New password")


def ask_current(_context: OpsContext, _draft: PasswordDraft) -> str:
    return _("Type your <b>current password</b>. I delete your messages as soon as I have read them.")


def ask_new(_context: OpsContext, draft: PasswordDraft) -> str:
    advice = _("At least {n} characters. Best are a few words that have nothing to do with each other.").format(
        n=MIN_CHARACTERS
    )
    if draft.is_first:
        text = _("Type a <b>password</b> for {email}.\n\n{advice} I delete your message as soon as I have read it.")
    else:
        text = _("Now type the <b>new password</b> for {email}.\n\n{advice}")
    return text.format(email=esc(draft.email), advice=advice)


def current_password_again() -> str:
    return _("That took a while. Type your current password once more.")


def password_saved(email: str, *, is_first: bool) -> Screen:
    if is_first:
        text = _("✅ Your password is set. With it and {email} you can /login from any phone.").format(email=esc(email))
    else:
        text = _("✅ Your password is changed.")
    return Screen(text, rows=((home_button(),),))


# Notices


def linked_elsewhere(name: str, at: str) -> Screen:
    text = _(
        "⚠️ The account of <b>{name}</b> was opened in another chat on {at}. This chat is logged out, and gets no more "
        "messages for {name}.\n\nIf that was not you, tell your admin at once."
    )
    return Screen(text.format(name=esc(name), at=at), rows=((log_in_button(),),), menu=STRANGER)


def account_deactivated() -> Screen:
    text = _("Your account was switched off by an admin. Invoices that you still get will come here.")
    return Screen(text, menu=STRANGER)


def account_reactivated() -> Screen:
    text = _("Your account is switched on again. Log in with your password, or ask your admin for a new link.")
    return Screen(text, rows=((log_in_button(),),))


def role_changed(role: Role) -> Screen:
    text = _("Your role has changed. You are <b>{role}</b> now.").format(role=role_name(role))
    return Screen(text, rows=((home_button(),),), menu=role.value)


def password_cleared() -> Screen:
    text = _("An admin has cleared your password. The old one does not work any more. Set a new one.")
    return Screen(text, rows=((Button.of(_("🔐 Set a password"), SetPassword()),),))
