"""The texts of the homes and of what is shown where nothing else fits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.screens.formatting import esc, isolated, weekday
from bot.screens.i18n import _
from bot.screens.menus import Menu, OpenMenu, ShowHelp, home_button
from bot.screens.screen import Button, Screen
from domain.accounts.standing import StandingKind
from domain.clock import local_day
from handlers.account.payloads import LogIn

if TYPE_CHECKING:
    from domain.organization import Organization


def title_of_menu() -> str:
    return _("Home")


def title_of_help() -> str:
    return _("What I can do")


def title_of_cancel() -> str:
    return _("Stop the form that is open")


def hello(name: str) -> str:
    return _("Hello <b>{name}</b>").format(name=esc(name))


def office(organization: Organization, now: datetime) -> str:
    """An admin's: the office and the day."""
    today = weekday(local_day(now, organization.zone))
    return _("<b>{org}</b> · {day}").format(org=esc(organization.name), day=today)


def more_button() -> Button:
    return Button.of(_("⚙️ More"), OpenMenu(Menu.MORE))


def pay_button() -> Button:
    return Button.of(_("💰 Pay"), OpenMenu(Menu.PAY))


def help_button() -> Button:
    return Button.of(_("❓ Help"), ShowHelp())


def menu_title(menu: Menu) -> str:
    return {
        Menu.HOME: _("🏠 <b>Home</b>"),
        Menu.PAY: _("💰 <b>Pay</b>"),
        Menu.MORE: _("⚙️ <b>More</b>"),
    }[menu]


def description(organization: Organization) -> str:
    """Before anybody presses Start: what Telegram shows in the empty chat."""
    return _("The back office of {org}: send in your work, see what happens to it, and get your invoice.").format(
        org=isolated(organization.name)
    )


def closed(kind: StandingKind) -> Screen:
    """What somebody sees who is not let in."""
    if kind is StandingKind.DEACTIVATED:
        return Screen(_("Your account is switched off. If that is a mistake, ask your admin."), as_new=True)
    log_in = ((Button.of(_("🔑 Log in"), LogIn()),),)
    if kind is StandingKind.LOGGED_OUT:
        return Screen(
            _("You are logged out. Your invoices still come here. Log in to do anything else."),
            rows=log_in,
            as_new=True,
        )
    return Screen(
        _(
            "This bot is for the people of one agency. To get in, ask your admin for an invite link, and open it here "
            "or paste it here. If you have an account with a password, log in."
        ),
        rows=log_in,
        as_new=True,
    )


def failure() -> Screen:
    return Screen(
        _("Something went wrong on our side. Nothing was changed. Try again."), rows=((home_button(),),), as_new=True
    )


def bug_report(error: str, place: str, at: str) -> Screen:
    """For the admins: what to pass on to whoever looks after the bot."""
    return Screen(
        _(
            "🛠 <b>A fault in the bot</b>\n{at}: <code>{error}</code> in <code>{place}</code>\n\n"
            "Nothing was changed, and the person who met it knows. Pass this on to whoever looks after the bot: "
            "its log says more. If it happens again today, I do not write again."
        ).format(at=esc(at), error=esc(error), place=esc(place)),
        rows=((home_button(),),),
        as_new=True,
    )


def nothing_to_cancel() -> str:
    return _("No form is open. Nothing was changed.")
