"""The texts of accounts: links, log-in, password, invites."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from bot.screens.formatting import cut, esc, moment
from bot.screens.i18n import _
from bot.screens.screen import Button, Rows, Screen
from domain.accounts.invites import LIFETIME, Invited
from domain.accounts.login_service import InvitePreview
from domain.accounts.model import Role
from domain.accounts.passwords import MIN_CHARACTERS
from domain.accounts.sessions import Entered
from domain.accounts.standing import StandingKind
from domain.organization import Organization
from handlers.account.buttons import (
    AcceptInvite,
    DeclineInvite,
    Flow,
    InviteAgain,
    InviteRole,
    InviteStep,
    LogInStep,
    LogOut,
    PasswordStep,
    StepButton,
    Way,
)
from handlers.home import views as home
from handlers.places import Go, Place, home_button

BUTTON_NAME = 20
"""Characters of a name that a button has room for on a small phone."""


def role_name(role: Role) -> str:
    return _("Admin") if role is Role.ADMIN else _("Worker")


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
            "A link for somebody else is to be forwarded, not accepted."
        )
        lines += ["", warning.format(name=esc(invite.replaces))]
    rows: Rows = (
        (Button.of(_("✅ Accept"), AcceptInvite(token)),),
        (Button.of(_("Not me"), DeclineInvite()),),
    )
    return Screen("\n".join(lines), rows=rows)


def invite_declined(kind: StandingKind) -> Screen:
    text = _("Fine, nothing was changed. The link still works for the person whom it was made for.")
    return Screen(text, rows=_way_on(kind))


def invite_refused(words: str, kind: StandingKind) -> Screen:
    return Screen(esc(words), rows=_way_on(kind))


def _way_on(kind: StandingKind) -> Rows:
    if kind is StandingKind.LOGGED_IN:
        return ((home_button(),),)
    return (_log_in_row(),)


def _log_in_row() -> tuple[Button, ...]:
    return (Button.of(_("🔑 Log in"), Go(Place.LOG_IN)),)


def welcome(entered: Entered, organization: Organization, *, by_invite: bool) -> str:
    """What is said above the first home."""
    lines = [_("✅ You are in: {org}.").format(org=esc(organization.name))]
    if by_invite:
        lines.append(_("/password sets a password, for the day you change your phone or Telegram account."))
    if entered.was_elsewhere:
        lines.append(_("Your other chat was logged out, and told so."))
    if entered.replaced is not None:
        lines.append(_("This chat is no longer {name}’s.").format(name=esc(entered.replaced)))
    return "\n".join(lines)


# Log-in and log-out


def log_in_step(step: LogInStep, email: str) -> Screen:
    if step is LogInStep.EMAIL:
        text = _("🔑 Type the <b>e-mail address</b> of your account.")
        return Screen(text, rows=_step_rows(Flow.LOG_IN, step))
    text = _("Now the <b>password</b> of {email}. I delete your message as soon as I have read it.")
    return Screen(text.format(email=esc(email)), rows=_step_rows(Flow.LOG_IN, step, back=True))


def log_in_refused(words: str) -> Screen:
    return Screen(esc(words), rows=_step_rows(Flow.LOG_IN, LogInStep.PASSWORD, back=True))


def logged_in_already(name: str) -> Screen:
    text = _("You are logged in as <b>{name}</b>. To log in as somebody else, log out first.")
    rows = ((home_button(), Button.of(_("🚪 Log out"), LogOut())),)
    return Screen(text.format(name=esc(name)), rows=rows)


def log_out_without_password() -> Screen:
    text = _(
        "You have <b>no password</b>. Once logged out, you need a new link from your admin to come back. "
        "Set a password first?"
    )
    rows = (
        (Button.of(_("🔐 Set a password"), Go(Place.PASSWORD)),),
        (Button.of(_("🚪 Log out"), LogOut()), home_button()),
    )
    return Screen(text, rows=rows)


def logged_out() -> Screen:
    text = _("You are logged out. Your invoices still arrive here.")
    return Screen(text, rows=(_log_in_row(),), menu=home.STRANGER)


# One's password


def password_step(step: PasswordStep, email: str, *, is_first: bool) -> Screen:
    if step is PasswordStep.CURRENT:
        text = _("🔐 Type your <b>current password</b>. I delete your messages as soon as I have read them.")
        return Screen(text, rows=_step_rows(Flow.PASSWORD, step))
    advice = _("At least {n} characters; a few words that have nothing to do with each other are best.").format(
        n=MIN_CHARACTERS
    )
    if is_first:
        text = _("🔐 Type a <b>password</b> for {email}.\n\n{advice} I delete your message as soon as I have read it.")
    else:
        text = _("Now the <b>new password</b> for {email}.\n\n{advice}")
    rows = _step_rows(Flow.PASSWORD, step, back=not is_first)
    return Screen(text.format(email=esc(email), advice=advice), rows=rows)


def current_password_again() -> Screen:
    text = _("That took a while: please type your <b>current password</b> once more.")
    return Screen(text, rows=_step_rows(Flow.PASSWORD, PasswordStep.CURRENT))


def password_refused(words: str) -> Screen:
    return Screen(esc(words), rows=_step_rows(Flow.PASSWORD, PasswordStep.CURRENT))


def password_set(email: str, *, is_first: bool) -> Screen:
    if is_first:
        text = _("✅ Your password is set. With it and {email} you can /login from any phone.").format(email=esc(email))
    else:
        text = _("✅ Your password is changed.")
    return Screen(text, rows=((home_button(),),))


# Inviting


def invite_step(step: InviteStep, role: Role, name: str) -> Screen:
    if step is InviteStep.ROLE:
        roles = tuple(
            Button.of(text, InviteRole(role))
            for text, role in ((_("👷 Worker"), Role.WORKER), (_("🗝 Admin"), Role.ADMIN))
        )
        text = _("👤 Whom do you invite? An admin may do everything that you may.")
        return Screen(text, rows=(roles, *_step_rows(Flow.INVITE, step)))
    if step is InviteStep.NAME:
        text = (
            _("Type the <b>name</b> of the new worker.")
            if role is Role.WORKER
            else _("Type the <b>name</b> of the new admin.")
        )
    else:
        text = _("Type the <b>e-mail address</b> of {name}.").format(name=esc(name))
    return Screen(text, rows=_step_rows(Flow.INVITE, step, back=True))


def email_taken(name: str, user_id: UUID, *, is_active: bool) -> Screen:
    """The address is somebody's; the conversation still asks for one."""
    rows = _step_rows(Flow.INVITE, InviteStep.EMAIL, back=True)
    if not is_active:
        text = _("That is the address of <b>{name}</b>, whose account is switched off. Type another address.")
        return Screen(text.format(name=esc(name)), rows=rows)
    text = _(
        "That is the address of <b>{name}</b>, who is here already. Type another address, or send {name} a new link."
    )
    again = Button.of(_("🔗 New link for {name}").format(name=cut(name, BUTTON_NAME)), InviteAgain(user_id))
    return Screen(text.format(name=esc(name)), rows=((again,), *rows))


def invite_link(invited: Invited, link: str, organization: Organization) -> Screen:
    name = invited.person.name
    lines = [
        _("✅ A link for <b>{name}</b> ({role}):").format(name=esc(name), role=role_name(invited.person.role)),
        "",
        f"<code>{esc(link)}</code>",
        "",
        _("Forward it to {name} alone. It works once and expires in {hours} hours ({until}).").format(
            name=esc(name), hours=LIFETIME // timedelta(hours=1), until=moment(invited.expires_at, organization)
        ),
    ]
    if not invited.is_new:
        lines.append(_("Older links for {name} no longer work.").format(name=esc(name)))
    share = Button(
        _("📤 Send to {name}").format(name=cut(name, BUTTON_NAME)), url=_share_address(name, link, organization)
    )
    return Screen("\n".join(lines), rows=((share,),))


def after_invite() -> Screen:
    """A message of its own: a tap on Home would replace the link, which is shown once."""
    rows = ((Button.of(_("👤 Invite another"), Go(Place.INVITE)), home_button()),)
    return Screen(_("What next?"), rows=rows, as_new=True)


def _share_address(name: str, link: str, organization: Organization) -> str:
    """Opens Telegram's own list of chats to send it to."""
    text = _("{name}, this link lets you into {org}. It works once.").format(name=name, org=organization.name)
    return f"https://t.me/share/url?{urlencode({'url': link, 'text': text})}"


# All conversations


def earlier_step() -> str:
    return _("That button belongs to an earlier step.")


def only_text() -> str:
    return _("Please type it as text.")


def _step_rows(flow: Flow, step: LogInStep | PasswordStep | InviteStep, *, back: bool = False) -> Rows:
    cancel = Button.of(_("✖ Cancel"), StepButton(flow, step.value, Way.CANCEL))
    if not back:
        return ((cancel,),)
    return ((Button.of(_("‹ Back"), StepButton(flow, step.value, Way.BACK)), cancel),)
