"""The texts about what could not be delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.formatting import cut, esc, isolated, moment
from bot.screens.i18n import _, count
from bot.screens.lists import pager
from bot.screens.menus import back_to
from bot.screens.menus import home_button as to_home
from bot.screens.screen import Button, Screen
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import BUG, NO_CHAT
from handlers.delivery.payloads import ShowGivenUp, ShowUndelivered, TryAgain
from handlers.money.payloads import ShowInvoices

if TYPE_CHECKING:
    from domain.notifications.queries import GivenUp, OutOfReach
    from domain.orders.paging import Page
    from domain.organization import Organization

MAX_NAMES = 20
MAX_REASON = 200
NAME_SHOWN = 12


def title() -> str:
    return _("What could not be delivered")


def home_button(waiting: int) -> Button:
    return Button.of(count("🔕 {n} undelivered", "🔕 {n} undelivered", waiting), ShowUndelivered())


def people(page: Page[OutOfReach], messages: int, organization: Organization) -> Screen:
    """Who is out of reach; a button leads to the messages that were given up for other reasons."""
    rows: list[tuple[Button, ...]] = []
    if page.total:
        title = count("🔕 <b>{n} person</b> blocked the bot", "🔕 <b>{n} people</b> blocked the bot", page.total)
        lines = [title, "", *(_person(each, organization) for each in page.items), ""]
        lines.append(
            _("They hear nothing until they unblock it and write. Nothing is lost: their invoices wait under Invoices.")
        )
        rows.extend(pager(page.number, page.pages, ShowUndelivered))
    else:
        lines = [_("Nobody has blocked the bot.")]
    if messages:
        text = count("✉️ {n} message not delivered", "✉️ {n} messages not delivered", messages)
        rows.append((Button.of(text, ShowGivenUp()),))
    elif not page.total:
        lines = [_("✅ Everybody can be reached, and every message has arrived.")]
    return Screen("\n".join(lines), rows=(*rows, (to_home(),)))


def _person(each: OutOfReach, organization: Organization) -> str:
    line = _("• {name}, since {at}").format(name=esc(each.name), at=moment(each.since, organization))
    return f"{line} · {count('{n} message', '{n} messages', each.missed)}" if each.missed else line


def messages(page: Page[GivenUp], organization: Organization) -> Screen:
    """Messages that were given up, with a button each that tries again."""
    back = (back_to(_("Undelivered"), ShowUndelivered()), to_home())
    if not page.total:
        return Screen(_("✅ No message is left undelivered."), rows=(back,))
    title = count("✉️ <b>{n} message</b> not delivered", "✉️ <b>{n} messages</b> not delivered", page.total)
    lines = [title, _("Each was tried for as long as that made sense.")]
    rows: list[tuple[Button, ...]] = []
    for each in page.items:
        name = esc(each.name) if each.name is not None else _("a chat that is nobody's now")
        what = _("<b>{what}</b> to {name}, {at}").format(
            what=_what(each.kind), name=name, at=moment(each.queued_at, organization)
        )
        lines.extend(("", what, f"<i>{esc(cut(_why(each.error), MAX_REASON))}</i>"))
        again = _("🔁 Try again: {what}, {name}").format(
            what=_what(each.kind), name=isolated(cut(each.name or "–", NAME_SHOWN))
        )
        rows.append((Button.of(again, TryAgain(each.id, page.number)),))
    rows.extend(pager(page.number, page.pages, ShowGivenUp))
    return Screen("\n".join(lines), rows=(*rows, back))


def _what(kind: str) -> str:
    """A message that was given up, in words."""
    known = NotificationKind.of(kind)
    return noun(known) if known is not None else _("Message of another version")


def noun(kind: NotificationKind) -> str:
    """What a kind of message is about, short enough for a button."""
    return {
        NotificationKind.INVITE_ACCEPTED: _("Invite opened"),
        NotificationKind.LINKED_ELSEWHERE: _("Account opened elsewhere"),
        NotificationKind.ACCOUNT_DEACTIVATED: _("Account switched off"),
        NotificationKind.ACCOUNT_REACTIVATED: _("Account switched on"),
        NotificationKind.ROLE_CHANGED: _("New role"),
        NotificationKind.PASSWORD_CLEARED: _("Password cleared"),
        NotificationKind.ORDER_SUBMITTED: _("Work to check"),
        NotificationKind.ORDER_WAITING: _("Work that waits"),
        NotificationKind.CARD_CHANGED: _("Change of a card"),
        NotificationKind.FILE_FAILED: _("File not saved"),
        NotificationKind.FILES_WAITING: _("Files that wait"),
        NotificationKind.ORDER_APPROVED: _("Order approved"),
        NotificationKind.ORDER_REJECTED: _("Order rejected"),
        NotificationKind.ORDER_RETURNED: _("Order sent back"),
        NotificationKind.ORDER_REOPENED: _("Decision undone"),
        NotificationKind.ORDER_ARCHIVED: _("Order archived"),
        NotificationKind.ORDER_RESTORED: _("Order restored"),
        NotificationKind.ORDER_ASSIGNED: _("New work"),
        NotificationKind.ORDER_DUE: _("Last day for work"),
        NotificationKind.ORDER_COMMENTED: _("Comment"),
        NotificationKind.INVOICE_ISSUED: _("Invoice"),
        NotificationKind.INVOICE_VOIDED: _("Invoice taken back"),
        NotificationKind.PAYMENT_RECORDED: _("Payment"),
        NotificationKind.PAYMENT_CANCELLED: _("Payment taken back"),
        NotificationKind.BONUS_GIVEN: _("Bonus"),
        NotificationKind.BONUS_CANCELLED: _("Bonus taken back"),
        NotificationKind.FINE_ISSUED: _("Fine"),
        NotificationKind.FINE_CANCELLED: _("Fine cancelled"),
        NotificationKind.APPEAL_DECIDED: _("Answer to an objection"),
        NotificationKind.CORRECTION_ADDED: _("Correction"),
        NotificationKind.ORDER_REVERSED: _("Order taken back"),
        NotificationKind.FINE_APPEALED: _("Objection to a fine"),
        NotificationKind.MONTH_CLOSED: _("Closing of a month"),
        NotificationKind.CLOSING_HELD_UP: _("Workers without an invoice"),
        NotificationKind.BLOCKED_TODAY: _("Who blocked the bot"),
        NotificationKind.CAME_BACK: _("What was missed"),
        NotificationKind.BUG_REPORT: _("Fault in the bot"),
        NotificationKind.WELCOME: _("Home screen"),
    }[kind]


def _why(error: str) -> str:
    if error == NO_CHAT:
        return _("Has not opened the invite yet: there is no chat.")
    if error.startswith(BUG):
        return _("A fault in the bot; its log says more.")
    if error.isidentifier():
        # The name of an error of ours: nothing that Telegram said.
        return _("Telegram could not be reached ({error}).").format(error=error)
    return _("Telegram refused it: {error}").format(error=error)


def on_its_way() -> str:
    return _("It is on its way again.")


def blocked(names: list[str]) -> Screen:
    """To the admins, at most once a day."""
    title = count(
        "🔕 <b>{n} person</b> blocked the bot today", "🔕 <b>{n} people</b> blocked the bot today", len(names)
    )
    lines = [f"{title}:", ", ".join(esc(name) for name in names[:MAX_NAMES])]
    if (rest := len(names) - MAX_NAMES) > 0:
        lines.append(count("… and {n} more", "… and {n} more", rest))
    lines.extend(("", _("They get no messages until they unblock it. Please tell them in another way.")))
    rows = ((Button.of(_("🔕 Undelivered"), ShowUndelivered()), to_home()),)
    return Screen("\n".join(lines), rows=rows)


def came_back(missed: int, invoices: int) -> Screen:
    """To whoever had blocked the bot: the invoices are there, the rest is late and stays unsent."""
    lines = [
        count(
            "👋 Welcome back. While you had blocked me, {n} message could not reach you.",
            "👋 Welcome back. While you had blocked me, {n} messages could not reach you.",
            missed,
        )
    ]
    if not invoices:
        return Screen("\n".join(lines), rows=((to_home(),),))
    lines.append(
        count("One of them was an invoice: it is here.", "{n} of them were invoices: they are here.", invoices)
    )
    return Screen("\n".join(lines), rows=((Button.of(_("🧾 Invoices"), ShowInvoices()), to_home()),))
