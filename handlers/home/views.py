"""The texts of the homes."""

from __future__ import annotations

from telegram import BotCommand

from bot.screens.formatting import esc
from bot.screens.i18n import _, count
from bot.screens.screen import Button, Rows, Screen
from domain.access import Actor
from domain.accounts.model import Role
from domain.accounts.standing import StandingKind
from domain.organization import Organization
from handlers.places import Go, Place, home_button

STRANGER = "stranger"


def menus() -> dict[str, list[BotCommand]]:
    """The commands of each menu."""
    common = [
        BotCommand("menu", _("Home")),
        BotCommand("help", _("What I can do")),
        BotCommand("cancel", _("Stop what we are doing")),
        BotCommand("password", _("Set or change your password")),
        BotCommand("logout", _("Log out")),
    ]
    return {
        STRANGER: [
            BotCommand("start", _("Begin")),
            BotCommand("login", _("Log in with e-mail and password")),
            BotCommand("help", _("What I can do")),
        ],
        Role.WORKER.value: [
            BotCommand("submit", _("Submit work")),
            BotCommand("orders", _("My orders")),
            BotCommand("earnings", _("What I have earned this month")),
            BotCommand("invoices", _("My invoices")),
            *common,
        ],
        Role.ADMIN.value: [
            BotCommand("queue", _("Check what waits")),
            BotCommand("invite", _("Invite a worker or an admin")),
            BotCommand("bonus", _("Give a bonus")),
            BotCommand("fine", _("Issue a fine")),
            BotCommand("rate", _("Set a rate")),
            BotCommand("fixedpay", _("Set fixed pay")),
            BotCommand("close", _("Close a month")),
            BotCommand("undelivered", _("What could not be delivered")),
            *common,
        ],
    }


def home(actor: Actor, waiting: int | None = None, undelivered: int = 0) -> Screen:
    """A role's home. `waiting`: orders for an admin to check; `undelivered`: people and messages that need a look."""
    hello = _("Hello, <b>{name}</b>.").format(name=esc(actor.name))
    if actor.role is Role.WORKER:
        return Screen(f"{hello} {_('What would you like to do?')}", rows=_worker_rows())
    if waiting:
        news = count("<b>{n}</b> order waits to be checked.", "<b>{n}</b> orders wait to be checked.", waiting)
    else:
        news = _("Nothing waits to be checked.")
    rows = _admin_rows(waiting or 0)
    if undelivered:
        button = Button.of(_("🔕 Undelivered ({n})").format(n=undelivered), Go(Place.UNDELIVERED))
        rows = (*rows, (button,))
    return Screen(f"{hello} {news}", rows=rows)


def _worker_rows() -> Rows:
    return (
        (Button.of(_("➕ Submit work"), Go(Place.SUBMIT)),),
        (Button.of(_("📋 My orders"), Go(Place.ORDERS)), Button.of(_("💰 Earnings"), Go(Place.EARNINGS))),
        (Button.of(_("🧾 Invoices"), Go(Place.INVOICES)),),
    )


def _admin_rows(waiting: int) -> Rows:
    queue = _("✅ Check work ({n})").format(n=waiting) if waiting else _("✅ Check work")
    return (
        (Button.of(queue, Go(Place.QUEUE)),),
        (Button.of(_("🎁 Bonus"), Go(Place.BONUS)), Button.of(_("⚠️ Fine"), Go(Place.FINE))),
        (Button.of(_("🏷 Rates"), Go(Place.RATE)), Button.of(_("📌 Fixed pay"), Go(Place.FIXED_PAY))),
        (Button.of(_("📅 Close month"), Go(Place.CLOSE)), Button.of(_("👤 Invite"), Go(Place.INVITE))),
    )


def help_screen(role: Role | None, organization: Organization) -> Screen:
    commands = menus()[role.value if role is not None else STRANGER]
    lines = [f"/{command.command} — {esc(command.description)}" for command in commands]
    title = _("I am the back office of <b>{org}</b>.").format(org=esc(organization.name))
    rows = ((home_button(),),) if role is not None else ()
    return Screen("\n".join([title, "", *lines]), rows=rows)


def description(organization: Organization) -> str:
    """Before anybody presses Start."""
    return _("The back office of {org}: hand in your work, see what becomes of it, and get your invoice.").format(
        org=organization.name
    )


def closed(kind: StandingKind) -> Screen:
    """What somebody sees who is not let in."""
    if kind is StandingKind.DEACTIVATED:
        return Screen(_("Your account is switched off. If that is a mistake, ask your admin."), as_new=True)
    log_in = ((Button.of(_("🔑 Log in"), Go(Place.LOG_IN)),),)
    if kind is StandingKind.LOGGED_OUT:
        return Screen(
            _("You are logged out. Your invoices still arrive here; to do anything else, log in."),
            rows=log_in,
            as_new=True,
        )
    return Screen(
        _(
            "This bot is for the people of one agency. To get in, ask your admin for an invite link and open it here. "
            "If you have an account with a password, log in."
        ),
        rows=log_in,
        as_new=True,
    )


def failure() -> Screen:
    return Screen(
        _("Something went wrong on our side. Nothing was changed; please try again."),
        rows=((home_button(),),),
        as_new=True,
    )


def trouble(error: str, place: str, at: str) -> Screen:
    """For the admins: what to hand on to whoever looks after the bot."""
    return Screen(
        _(
            "🛠 <b>A fault in the bot</b>\n{at}: <code>{error}</code> in <code>{place}</code>\n\n"
            "Nothing was changed, and whoever met it was told so. Please pass this on to whoever looks after the bot: "
            "its log says more. If it happens again today, you will not hear of it again."
        ).format(at=esc(at), error=esc(error), place=esc(place)),
        rows=((home_button(),),),
        as_new=True,
    )


def not_understood() -> Screen:
    return Screen(_("I did not expect that here. Choose what to do:"), rows=((home_button(),),))


def old_button() -> Screen:
    return Screen(
        toast=_("This button is from an older message and does nothing any more. /menu shows what is now."),
        is_alert=True,
    )


def cancelled() -> str:
    return _("Cancelled.")


def nothing_to_cancel() -> str:
    return _("There was nothing to cancel.")
