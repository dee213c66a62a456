"""The texts about people: the list, a person's card, invites."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.screens.formatting import cut, esc, isolated, moment
from bot.screens.i18n import _, count
from bot.screens.lists import pager
from bot.screens.menus import back_to, home_button
from bot.screens.screen import Button, Rows, Screen
from domain.accounts.invites import LIFETIME
from domain.accounts.model import Role
from handlers.account.views import role_name
from handlers.pay.payloads import BonusFor, FineFor
from handlers.people.payloads import InviteAgain, InvitePerson, ShowPeople, ShowPerson

if TYPE_CHECKING:
    from uuid import UUID

    from bot.screens.context import OpsContext
    from domain.accounts.invites import Invited
    from domain.accounts.people import PeoplePage, Person, PersonCard, PersonLine
    from domain.organization import Organization
    from handlers.people.form import InviteDraft

BUTTON = 26
"""Characters of a name on a button alone in its row."""
SHORT = 16
"""The same where other words stand before it."""


def title_of_people() -> str:
    return _("The people")


def title_of_invite() -> str:
    return _("Invite a worker or an admin")


def people_button() -> Button:
    return Button.of(_("👥 People"), ShowPeople())


def invite_button() -> Button:
    return Button.of(_("➕ Invite"), InvitePerson())


# The list


def people(page: PeoplePage) -> Screen:
    title = count("👥 <b>{n} person</b>", "👥 <b>{n} people</b>", page.total)
    hint = (
        _("Tap a name to see more.")
        if page.total > 1
        else _("Only you are here so far. Tap ➕ Invite to add somebody.")
    )
    lines = tuple((Button.of(_line(each), ShowPerson(each.id, page.page + 1)),) for each in page.lines)
    return Screen(
        f"{title}\n{hint}",
        rows=(*lines, *pager(page.page + 1, page.pages, ShowPeople), (invite_button(), home_button())),
    )


def _line(each: PersonLine) -> str:
    sign = "🗝" if each.role is Role.ADMIN else "👷"
    state = _state_of_line(each)
    name = isolated(cut(each.name, SHORT if state else BUTTON))
    return f"{sign} {name} · {state}" if state else f"{sign} {name}"


def _state_of_line(each: PersonLine) -> str:
    if not each.is_active:
        return _("off")
    if each.is_linked:
        return ""
    return _("invited") if each.is_invited else _("no chat")


# A person's card


def card(shown: PersonCard, page: int, organization: Organization) -> Screen:
    person = shown.person
    lines = [
        f"👤 <b>{esc(person.name)}</b> · {role_name(person.role)}",
        esc(person.email),
        "",
        _state(shown, organization),
    ]
    if shown.last_seen_at is not None:
        lines.append(_("Last seen: {at}").format(at=moment(shown.last_seen_at, organization)))
    rows: list[tuple[Button, ...]] = []
    if person.is_active and person.role is Role.WORKER:
        rows.append(
            (Button.of(_("🎁 Bonus"), BonusFor(person.id)), Button.of(_("⚠️ Fine"), FineFor(person.id))),
        )
    if person.is_active:
        rows.append((Button.of(_("🔗 New link"), InviteAgain(person.id)),))
    back = (back_to(_("👥 People"), ShowPeople(page)), home_button())
    return Screen("\n".join(lines), rows=(*rows, back))


def _state(shown: PersonCard, organization: Organization) -> str:
    if not shown.person.is_active:
        return _("⛔ Switched off")
    if shown.blocked_at is not None:
        return _("🔕 Has blocked the bot since {at}").format(at=moment(shown.blocked_at, organization))
    if shown.linked_at is not None:
        return _("✅ Has a chat with the bot") if shown.is_logged_in else _("🚪 Logged out. Invoices still arrive.")
    if shown.invite is not None:
        return _("✉️ Invited. The link works until {at}.").format(at=moment(shown.invite.expires_at, organization))
    return _("❗ Has no chat with the bot. Send a new link.")


# Inviting


def role_option(role: Role) -> str:
    return _("🗝 Admin") if role is Role.ADMIN else _("👷 Worker")


def role_of(draft: InviteDraft) -> str:
    return role_name(draft.role) if draft.role is not None else ""


def invite_title(_draft: InviteDraft) -> str:
    return _("➕ <b>Invite</b>")


def invite_called(draft: InviteDraft) -> str:
    return _("Invite for {name}").format(name=draft.name) if draft.name else _("Invite")


def invite_made(_draft: InviteDraft) -> str:
    return _("This link was made already. 👥 People shows who is invited.")


def label_role() -> str:
    return _("Role")


def label_name() -> str:
    return _("Name")


def label_email() -> str:
    return _("E-mail")


def ask_role(_context: OpsContext, _draft: InviteDraft) -> str:
    return _("<b>Who is it?</b>\nAn admin can do everything that you can.")


def ask_name(_context: OpsContext, draft: InviteDraft) -> str:
    if draft.role is Role.ADMIN:
        return _("Type the <b>name</b> of the new admin.")
    return _("Type the <b>name</b> of the new worker.")


def ask_email(_context: OpsContext, draft: InviteDraft) -> str:
    return _("Type the <b>e-mail address</b> of {name}.").format(name=esc(draft.name))


def new_link_for(name: str, user_id: UUID) -> Button:
    return Button.of(_("🔗 New link for {name}").format(name=isolated(cut(name, SHORT))), InviteAgain(user_id))


def invite_link(invited: Invited, link: str, organization: Organization) -> Screen:
    """Stays where it is: the link is shown once."""
    name = invited.person.name
    lines = [
        _("✅ A link for <b>{name}</b> ({role}):").format(name=esc(name), role=role_name(invited.person.role)),
        "",
        f"<code>{esc(link)}</code>",
        "",
        _("Send it to {name} and to nobody else. It works once, for {hours} hours (until {until}).").format(
            name=esc(name), hours=LIFETIME // timedelta(hours=1), until=moment(invited.expires_at, organization)
        ),
    ]
    if not invited.is_new:
        lines.append(_("Older links for {name} no longer work.").format(name=esc(name)))
    share = Button(
        _("📤 Send to {name}").format(name=isolated(cut(name, SHORT))), url=_share_address(name, link, organization)
    )
    return Screen("\n".join(lines), rows=((share,),), as_new=True, keep=True)


def after_invite(person: Person) -> Screen:
    rows: Rows = (
        (Button.of(_("👤 {name}").format(name=isolated(cut(person.name, BUTTON))), ShowPerson(person.id)),),
        (Button.of(_("➕ Invite another"), InvitePerson()), home_button()),
    )
    return Screen(_("What next?"), rows=rows, as_new=True)


def _share_address(name: str, link: str, organization: Organization) -> str:
    """Opens Telegram's own list of chats to send it to."""
    text = _("{name}, this link lets you into {org}. It works once.").format(name=name, org=organization.name)
    return f"https://t.me/share/url?{urlencode({'url': link, 'text': text})}"


# Notices


def invite_accepted(user_id: UUID, name: str, role: Role) -> Screen:
    text = _("👋 <b>{name}</b> ({role}) opened the invite and is in.").format(name=esc(name), role=role_name(role))
    person = Button.of(_("👤 {name}").format(name=isolated(cut(name, BUTTON))), ShowPerson(user_id))
    return Screen(text, rows=((person,), (home_button(),)))
