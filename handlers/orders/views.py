"""The texts of a worker's orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.screens.formatting import cut, day, esc, moment, money
from bot.screens.i18n import _, count
from bot.screens.screen import Button, MediaItem, MediaKind, Rows, Screen
from domain.files.naming import FileKind
from domain.orders.model import Decision, OrderStatus
from domain.orders.transitions import Move
from handlers.orders.payloads import OrdersPage, ReadTexts, ShowFiles, ViewOrder
from handlers.places import Go, Place, home_button
from handlers.submit.payloads import StartResubmit

if TYPE_CHECKING:
    from domain.orders.cards import OrderCard, OrderFile, OrderSummary, SubmittedVersion
    from domain.orders.paging import Page
    from domain.organization import Organization

SHOWN_TEXT = 500
"""Characters of a long text on the card; a button shows all of it."""
SHOWN_REASON = 150
SHOWN_EVENTS = 6
"""The newest ones; the button for long texts shows them all."""
MOST_IN_MESSAGE = 3900
LONGEST_BUTTON = 38


def status(value: OrderStatus) -> str:
    return {
        OrderStatus.IN_PROGRESS: _("🛠 In Progress"),
        OrderStatus.UNDER_QA: _("⏳ Under QA"),
        OrderStatus.APPROVED: _("✅ Approved"),
        OrderStatus.REJECTED: _("❌ Rejected"),
        OrderStatus.COMPLETED: _("💰 Completed"),
    }[value]


def orders(page: Page[OrderSummary]) -> Screen:
    """The list: a button an order, and what the marks on them mean."""
    if not page.total:
        return Screen(
            _("You have no orders yet."), rows=((Button.of(_("➕ Submit work"), Go(Place.SUBMIT)),), (home_button(),))
        )
    total = count("{n} order", "{n} orders", page.total)
    shown = [each for each in OrderStatus if any(order.status is each for order in page.items)]
    text = "\n".join(
        (
            _("📋 <b>My orders</b> · {total}").format(total=f"{total}+" if page.more else total),
            " · ".join(status(each) for each in shown),
        )
    )
    rows: list[tuple[Button, ...]] = [
        (Button.of(_line(order), ViewOrder(order.id, page.number)),) for order in page.items
    ]
    if page.pages > 1:
        rows.append(_pager(page.number, page.pages))
    return Screen(text, rows=(*rows, (home_button(),)))


def _line(order: OrderSummary) -> str:
    mark = status(order.status).partition(" ")[0]
    return cut(f"{mark} {order.number} · {order.title}", LONGEST_BUTTON)


def _pager(number: int, pages: int) -> tuple[Button, ...]:
    buttons = [Button.of(_("{n} / {all}").format(n=number, all=pages), OrdersPage(number))]
    if number > 1:
        buttons.insert(0, Button.of(_("◀ Newer"), OrdersPage(number - 1)))
    if number < pages:
        buttons.append(Button.of(_("Older ▶"), OrdersPage(number + 1)))
    return tuple(buttons)


def card(card: OrderCard, organization: Organization, *, page: int = 1) -> Screen:
    """One order, as its worker sees it."""
    order = card.order
    state = _("🗄 Archived: it is not paid") if order.archived_at is not None else status(order.status)
    lines = [
        _("<b>Order {number}</b> · {state}").format(number=order.number, state=state),
        f"<b>{esc(order.title)}</b>",
    ]
    lines.append(f"{esc(order.category)} · {_work(order)}")
    if order.due_date is not None and order.status is OrderStatus.IN_PROGRESS:
        lines.append(_("Due: {day}").format(day=day(order.due_date)))
    if order.business_name is not None:
        lines.append(_("Business: {name}").format(name=esc(order.business_name)))
    if order.folder_name is not None:
        lines.append(_("Folder: {name}").format(name=esc(order.folder_name)))
    if money_line := _pay(order, organization):
        lines.append(money_line)
    texts = _Texts()
    if order.decision_note is not None:
        lines.extend(("", f"<b>{_reason_label(order)}</b> {texts.shown(order.decision_note, SHOWN_TEXT)}"))
    if order.note is not None:
        note = _("Note:") if card.history else _("Task:")
        lines.extend(("", f"{note} {texts.shown(order.note, SHOWN_TEXT)}"))
    if events := _history(card, organization, texts):
        lines.extend(("", _("<b>History</b>"), *events))
    return Screen("\n".join(lines), rows=_card_rows(card, page, has_more=texts.are_cut))


@dataclass(slots=True)
class _Texts:
    """Long texts of one card: their beginnings, and whether there is more to read."""

    are_cut: bool = False

    def shown(self, text: str, limit: int) -> str:
        if len(text) > limit:
            self.are_cut = True
        return esc(cut(text, limit))


def _work(order: OrderSummary) -> str:
    total = count("{n} submission", "{n} submissions", order.total_submissions)
    if order.approved_submissions is None or order.approved_submissions == order.total_submissions:
        return total
    return _("{approved} of {total} approved").format(approved=f"{order.approved_submissions:,}", total=total)


def _pay(order: OrderSummary, organization: Organization) -> str:
    if order.rate_missing:
        return _("Pay: its rate is not set yet. Your admin has to set it before the month can close.")
    if order.amount is None or order.rate is None:
        return ""
    return _("Pay: <b>{amount}</b> ({n} × {rate})").format(
        amount=money(order.amount, organization.currency),
        n=f"{order.approved_submissions:,}",
        rate=money(order.rate, organization.currency),
    )


def _reason_label(order: OrderSummary) -> str:
    return _("Needs changes:") if order.status is OrderStatus.IN_PROGRESS else _("Reason:")


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    said: str
    words: str | None = None
    """What somebody wrote, if anything."""


def _events(card: OrderCard) -> list[_Event]:
    """What happened, the oldest first."""
    events = [event for version in card.history for event in _version_events(version)]
    events.extend(_Event(each.at, f"💬 {esc(each.author)}", each.body) for each in card.comments)
    return sorted(events, key=lambda event: event.at)


def _version_events(version: SubmittedVersion) -> list[_Event]:
    done = _("📤 You submitted {total}") if version.version == 1 else _("📤 You submitted {total} (version {n})")
    submitted = _Event(version.submitted_at, done.format(n=version.version, total=f"{version.total_submissions:,}"))
    if version.decision is None or version.decided_at is None:
        return [submitted]
    return [submitted, _Event(version.decided_at, _decision(version), version.reason)]


def _decision(version: SubmittedVersion) -> str:
    said = {
        Decision.APPROVED: _("✅ {who} approved {approved} of {total}"),
        Decision.REJECTED: _("❌ {who} rejected it"),
        Decision.CHANGES: _("✏️ {who} asked for changes"),
    }[version.decision or Decision.APPROVED]
    approved = version.total_submissions if version.approved_submissions is None else version.approved_submissions
    who = esc(version.decided_by) if version.decided_by is not None else _("An admin")
    return said.format(who=who, approved=f"{approved:,}", total=f"{version.total_submissions:,}")


def _history(card: OrderCard, organization: Organization, texts: _Texts) -> list[str]:
    events = _events(card)
    lines = []
    if len(events) > SHOWN_EVENTS:
        texts.are_cut = True
        before = len(events) - SHOWN_EVENTS
        lines.append(count("… {n} earlier entry", "… {n} earlier entries", before))
    for event in events[-SHOWN_EVENTS:]:
        line = f"{moment(event.at, organization)} {event.said}"
        # The reason that stands is above already.
        has_words = event.words is not None and event.words != card.order.decision_note
        lines.append(f"{line}: {texts.shown(event.words or '', SHOWN_REASON)}" if has_words else line)
    return lines


def _card_rows(card: OrderCard, page: int, *, has_more: bool) -> Rows:
    order = card.order
    rows: list[tuple[Button, ...]] = []
    if Move.SUBMIT in card.moves:
        again = _("🔁 Resubmit") if card.history else _("📤 Submit this work")
        rows.append((Button.of(again, StartResubmit(order.id, order.version)),))
    if card.files:
        files = _("📎 Show files ({n})").format(n=len(card.files))
        rows.append((Button.of(files, ShowFiles(order.id, page, card.files[-1].version)),))
    if has_more:
        rows.append((Button.of(_("📖 Read it all"), ReadTexts(order.id, page)),))
    return (*rows, (Button.of(_("« My orders"), OrdersPage(page)), home_button()))


def files(card: OrderCard, version: int, page: int) -> Screen:
    """The files of one submission, as an album; buttons lead to the others."""
    order = card.order
    chosen = [file for file in card.files if file.version == version]
    others = sorted({file.version for file in card.files} - {version})
    number = count("{n} file", "{n} files", len(chosen))
    what = f"{_which_files(version)}: {number}" if others else number
    text = _("📎 <b>Order {number}</b> · {what}").format(number=order.number, what=what)
    rows: list[tuple[Button, ...]] = [
        (
            Button.of(
                f"{_which_files(other)} ({sum(file.version == other for file in card.files)})",
                ShowFiles(order.id, page, other),
            ),
        )
        for other in others
    ]
    rows.append((_back(order, page), home_button()))
    return Screen(text, rows=tuple(rows), media=tuple(_item(file) for file in chosen), as_new=True)


def _which_files(version: int) -> str:
    return _("Version {n}").format(n=version) if version else _("Given with the task")


def _item(file: OrderFile) -> MediaItem:
    kind: MediaKind = "photo" if file.kind is FileKind.PHOTO else "document"
    return MediaItem(
        kind, file_id=file.telegram_file_id or "", storage_key=file.storage_key, file_name=file.original_name
    )


def _back(order: OrderSummary, page: int) -> Button:
    return Button.of(_("« Order {number}").format(number=order.number), ViewOrder(order.id, page))


def texts(card: OrderCard, organization: Organization, page: int) -> list[Screen]:
    """All that was written about an order, whole, in as many messages as it takes."""
    order = card.order
    parts = [_("📖 <b>Order {number}</b>").format(number=order.number)]
    if order.note is not None:
        parts.append(f"<b>{_('Note')}</b>\n{esc(order.note)}")
    events = _events(card)
    for event in events:
        parts.append(f"{moment(event.at, organization)} {event.said}")
        if event.words is not None:
            parts.append(esc(event.words))
    if order.decision_note is not None and all(event.words != order.decision_note for event in events):
        parts.append(f"<b>{_reason_label(order)}</b>\n{esc(order.decision_note)}")
    messages = _in_messages(parts)
    last = Screen(messages[-1], rows=((_back(order, page), home_button()),), as_new=True)
    return [*(Screen(message, as_new=True) for message in messages[:-1]), last]


def _in_messages(parts: list[str]) -> list[str]:
    """Parts put together while they fit into one message. One part always does: a text has at most 4000 characters."""
    messages: list[str] = []
    for part in parts:
        together = f"{messages[-1]}\n\n{part}" if messages else part
        if messages and len(together) <= MOST_IN_MESSAGE:
            messages[-1] = together
        else:
            messages.append(part)
    return messages


def changed() -> str:
    return _("This order has changed meanwhile. Here it is as it is now.")
