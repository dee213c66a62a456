"""The texts of orders: lists, a worker's card, its files, its long texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, day, esc, in_parts, is_long, isolated, moment, money, short
from bot.screens.i18n import _, count
from bot.screens.lists import filters, page_rows
from bot.screens.menus import back_to, home_button
from bot.screens.screen import MAX_TEXT, Button, MediaItem, MediaKind, Rows, Screen, text_length
from domain.files.model import FileState
from domain.files.naming import FileKind
from domain.orders.model import Decision, OrderStatus
from domain.orders.transitions import Move
from handlers.orders.payloads import AllOrders, MyOrders, ReadTexts, ShowOrderFiles, ViewOrder, Which
from handlers.review.payloads import ShowCard
from handlers.submit import views as submit_views
from handlers.submit.payloads import StartResubmit

if TYPE_CHECKING:
    from domain.orders.cards import OrderCard, OrderFile, OrderSummary, SubmittedVersion
    from domain.orders.paging import Page
    from domain.orders.queries import MyCounts
    from domain.organization import Organization

SHOWN_TEXT: Final = 400
"""Units of a long text on the card; a button shows all of it."""
SHOWN_REASON: Final = 120
SHOWN_EVENTS: Final = 6
"""The newest ones; the button for long texts shows them all."""
NAME_SHOWN: Final = 30
MOST_IN_MESSAGE: Final = 3900
LINE: Final = 30
"""Characters of a title on a button alone in its row."""


# Ways in


def title_of_orders() -> str:
    return _("Orders")


def my_orders_button() -> Button:
    return Button.of(_("📋 My orders"), MyOrders())


def to_do_button(orders: int) -> Button:
    return Button.of(count("✏️ To do ({n})", "✏️ To do ({n})", orders), MyOrders(Which.TO_DO))


def all_orders_button() -> Button:
    return Button.of(_("📋 Orders"), AllOrders())


def headline(counts: MyCounts) -> str | None:
    """ "⏳ 3 waiting · ✏️ 1 to fix"; None: neither."""
    parts = (
        count("⏳ {n} waiting", "⏳ {n} waiting", counts.waiting) if counts.waiting else "",
        count("✏️ {n} to fix", "✏️ {n} to fix", counts.to_fix) if counts.to_fix else "",
    )
    return " · ".join(part for part in parts if part) or None


# Lists


def state(order: OrderSummary) -> str:
    """How an order stands, for its worker."""
    if order.status is OrderStatus.IN_PROGRESS and order.decided_at is not None:
        return _("✏️ Sent back")
    return {
        OrderStatus.IN_PROGRESS: _("🛠 To do"),
        OrderStatus.UNDER_QA: _("⏳ Waiting"),
        OrderStatus.APPROVED: _("✅ Approved"),
        OrderStatus.REJECTED: _("❌ Rejected"),
        OrderStatus.COMPLETED: _("🧾 On an invoice"),
    }[order.status]


def sign(order: OrderSummary) -> str:
    """The mark of its state, where there is no room for words."""
    if order.status is OrderStatus.IN_PROGRESS and order.decided_at is not None:
        return "✏️"
    return {
        OrderStatus.IN_PROGRESS: "🛠",
        OrderStatus.UNDER_QA: "⏳",
        OrderStatus.APPROVED: "✅",
        OrderStatus.REJECTED: "❌",
        OrderStatus.COMPLETED: "🧾",
    }[order.status]


def my_orders(page: Page[OrderSummary], which: Which) -> Screen:
    """A worker's list: a button an order, and what the marks on them mean."""
    options = (
        (_("All"), MyOrders(Which.ALL)),
        (_("To do"), MyOrders(Which.TO_DO)),
        (_("Waiting"), MyOrders(Which.WAITING)),
        (_("Approved"), MyOrders(Which.APPROVED)),
    )
    if not page.total and which is Which.ALL:
        rows = ((submit_views.submit_work_button(),), (home_button(),))
        return Screen(_("You have no orders yet."), rows=rows)
    lines = page_rows(
        page,
        lambda order: Button.of(_line(order, order.title), ViewOrder(order.id, which, page.number)),
        lambda number: MyOrders(which, number),
    )
    text = _list_text(_("📋 <b>My orders</b>"), page, which)
    return Screen(text, rows=(*filters(options, MyOrders(which)), *lines, (home_button(),)))


def all_orders(page: Page[OrderSummary], which: Which) -> Screen:
    """Everyone's, for admins."""
    options = (
        (_("All"), AllOrders(Which.ALL)),
        (_("Waiting"), AllOrders(Which.WAITING)),
        (_("In work"), AllOrders(Which.TO_DO)),
        (_("Approved"), AllOrders(Which.APPROVED)),
    )
    lines = page_rows(
        page,
        lambda order: Button.of(
            _line(order, f"{cut(order.worker_name, LINE // 2)}, {order.title}"), ShowCard(order.id, queue=False)
        ),
        lambda number: AllOrders(which, number),
    )
    text = _list_text(_("📋 <b>Orders</b>"), page, which)
    return Screen(text, rows=(*filters(options, AllOrders(which)), *lines, (home_button(),)))


def _list_text(title: str, page: Page[OrderSummary], which: Which) -> str:
    if not page.total:
        return f"{title}\n{_nothing(which)}"
    total = count("{n} order", "{n} orders", page.total)
    # What is counted ends somewhere: "10,000+ orders".
    total = total.replace(f"{page.total:,}", f"{page.total:,}+", 1) if page.more else total
    return f"{title} · {total}\n{' · '.join(dict.fromkeys(state(order) for order in page.items))}"


def _nothing(which: Which) -> str:
    return {
        Which.ALL: _("There are no orders yet."),
        Which.TO_DO: _("Nothing to do. ✨"),
        Which.WAITING: _("No order is waiting."),
        Which.APPROVED: _("No order is approved yet."),
    }[which]


def _line(order: OrderSummary, title: str) -> str:
    return f"{sign(order)} {order.number} · {isolated(cut(title, LINE))}"


# The card


def card(card: OrderCard, organization: Organization, *, which: Which = Which.ALL, page: int = 1) -> Screen:
    """One order, as its worker sees it; `which` and `page` are of the list that Back leads to."""
    order = card.order
    standing = _("🗄 Archived: it is not paid") if order.archived_at is not None else state(order)
    lines = [
        _("<b>Order {number}</b> · {state}").format(number=order.number, state=standing),
        f"<b>{esc(order.title)}</b>",
        f"{_work(order)} · {esc(order.category)}",
    ]
    if order.due_date is not None and order.status is OrderStatus.IN_PROGRESS:
        lines.append(_("📅 Due: {day}").format(day=day(order.due_date)))
    lines.extend(places(order))
    if money_line := _pay(order, organization):
        lines.append(money_line)
    texts = _Texts()
    if order.decision_note is not None:
        lines.extend(("", f"<b>{_reason_label(order)}</b> {texts.shown(order.decision_note, SHOWN_TEXT)}"))
        if pictures := card.standing_pictures:
            lines.append(in_words(pictures))
    if order.note is not None:
        note = _("Note:") if card.history else _("Task:")
        lines.extend(("", f"{note} {texts.shown(order.note, SHOWN_TEXT)}"))
    if events := _history(card, organization, texts):
        lines.extend(("", _("<b>History</b>"), *events))
    return Screen("\n".join(lines), rows=_card_rows(card, which, page, has_more=texts.are_cut))


@dataclass(slots=True)
class _Texts:
    """Long texts of one card: their beginnings, and whether there is more to read."""

    are_cut: bool = False

    def shown(self, text: str, limit: int) -> str:
        self.are_cut = self.are_cut or is_long(text, limit)
        return esc(short(text, limit))


def places(order: OrderSummary) -> list[str]:
    """Whose business it is for, and in which folder it is."""
    lines = []
    if order.business_name is not None:
        lines.append(_("Business: {name}").format(name=esc(order.business_name)))
    if order.folder_name is not None:
        lines.append(_("Folder: {name}").format(name=esc(order.folder_name)))
    return lines


def _work(order: OrderSummary) -> str:
    """ "120", "100 of 120 approved"."""
    total = f"{order.total_submissions:,}"
    if order.approved_submissions is None or order.approved_submissions == order.total_submissions:
        return total
    return _("{approved} of {total} approved").format(approved=f"{order.approved_submissions:,}", total=total)


def _pay(order: OrderSummary, organization: Organization) -> str:
    if order.rate_missing:
        return _("💰 Its rate is not set yet. Your admin has to set it before the month can close.")
    if order.amount is None or order.rate is None:
        return ""
    return _("💰 <b>{amount}</b> ({n} × {rate})").format(
        amount=money(order.amount, organization.currency),
        n=f"{order.approved_submissions:,}",
        rate=money(order.rate, organization.currency),
    )


def _reason_label(order: OrderSummary) -> str:
    return _("What to change:") if order.status is OrderStatus.IN_PROGRESS else _("Reason:")


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    said: str
    words: str | None = None
    """What somebody wrote, if anything."""


def _events(card: OrderCard) -> list[_Event]:
    """What happened, the oldest first."""
    events = [event for version in card.history for event in _version_events(card, version)]
    events.extend(_Event(each.at, f"💬 {esc(cut(each.author, NAME_SHOWN))}", each.body) for each in card.comments)
    return sorted(events, key=lambda event: event.at)


def _version_events(card: OrderCard, version: SubmittedVersion) -> list[_Event]:
    done = _("📤 You submitted {total}") if version.version == 1 else _("📤 You submitted {total} (version {n})")
    submitted = _Event(version.submitted_at, done.format(n=version.version, total=f"{version.total_submissions:,}"))
    if version.decision is None or version.decided_at is None:
        return [submitted]
    pictures = card.pictures_of(version.version)
    said = f"{_decision(version)} {in_words(pictures)}" if pictures else _decision(version)
    return [submitted, _Event(version.decided_at, said, version.reason)]


def _decision(version: SubmittedVersion) -> str:
    said = {
        Decision.APPROVED: _("✅ {who} approved {approved} of {total}"),
        Decision.REJECTED: _("❌ {who} rejected it"),
        Decision.CHANGES: _("✏️ {who} sent it back"),
    }[version.decision or Decision.APPROVED]
    approved = version.total_submissions if version.approved_submissions is None else version.approved_submissions
    who = esc(cut(version.decided_by, NAME_SHOWN)) if version.decided_by is not None else _("An admin")
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


def _card_rows(card: OrderCard, which: Which, page: int, *, has_more: bool) -> Rows:
    order = card.order
    here = (order.id, which, page)
    rows: list[tuple[Button, ...]] = []
    if Move.SUBMIT in card.moves:
        rows.append((submit_button(card),))
    if pictures := card.standing_pictures:
        rows.append((Button.of(pictures_label(pictures), ShowOrderFiles(*here, -pictures[-1].version)),))
    if card.files:
        files = _("📎 Files ({n})").format(n=len(card.files))
        rows.append((Button.of(files, ShowOrderFiles(*here, card.files[-1].version)),))
    elif card.pictures and not pictures:
        files = _("📎 Files ({n})").format(n=len(card.pictures))
        rows.append((Button.of(files, ShowOrderFiles(*here, -card.pictures[-1].version)),))
    if has_more:
        rows.append((Button.of(_("📖 Read it all"), ReadTexts(*here)),))
    return (*rows, (back_to(_("My orders"), MyOrders(which, page)), home_button()))


def submit_button(card: OrderCard) -> Button:
    """The way to submit work that was assigned, or to submit it again."""
    label = _("🔁 Submit again") if card.history else _("📤 Submit this work")
    return Button.of(label, StartResubmit(card.order.id, card.order.version))


def changed() -> str:
    return _("This order has changed. This is how it stands now.")


# Files and long texts


def in_words(files: Sequence[OrderFile]) -> str:
    """ "📎 1 picture", of what came with a decision."""
    return count("📎 {n} picture", "📎 {n} pictures", len(files))


def pictures_label(pictures: Sequence[OrderFile]) -> str:
    return count("🖼 {n} picture to the reason", "🖼 {n} pictures to the reason", len(pictures))


def media(files: Sequence[OrderFile]) -> tuple[MediaItem, ...]:
    """Files by what Telegram has of them, else by what we have."""
    items = []
    for file in files:
        kind: MediaKind = "photo" if file.kind is FileKind.PHOTO else "document"
        if file.telegram_file_id:
            items.append(MediaItem(kind, file_id=file.telegram_file_id))
        elif file.state is FileState.STORED:
            items.append(MediaItem(kind, storage_key=file.storage_key, file_name=file.original_name))
    return tuple(items)


def files(card: OrderCard, shown: ShowOrderFiles) -> Screen:
    """The files of one submission, or the pictures of one decision, as an album; buttons lead to the others."""
    order = card.order
    groups: dict[int, list[OrderFile]] = {}
    for file in card.files:
        groups.setdefault(file.version, []).append(file)
    for file in card.pictures:
        groups.setdefault(-file.version, []).append(file)
    chosen = groups.pop(shown.version, [])
    number = submit_views.files_in_words(chosen) or _("no files")
    what = f"{_which_files(shown.version)}: {number}" if groups or shown.version < 0 else number
    text = _("📎 <b>Order {number}</b> · {what}").format(number=order.number, what=what)
    rows = [
        (
            Button.of(
                f"{_which_files(other)} ({len(groups[other])})",
                ShowOrderFiles(order.id, shown.which, shown.page, other),
            ),
        )
        for other in sorted(groups, key=lambda version: (abs(version), version < 0))
    ]
    back = (_back(order, shown.which, shown.page), home_button())
    return Screen(text, rows=(*rows, back), media=media(chosen), as_new=True)


def _which_files(version: int) -> str:
    if version < 0:
        return _("Reason for version {n}").format(n=-version)
    return _("Version {n}").format(n=version) if version else _("Given with the task")


def _back(order: OrderSummary, which: Which, page: int) -> Button:
    return back_to(_("Order {number}").format(number=order.number), ViewOrder(order.id, which, page))


def texts(card: OrderCard, organization: Organization, which: Which, page: int) -> list[Screen]:
    """All that was written about an order, whole, in as many messages as it takes."""
    order = card.order
    parts = [_("📖 <b>Order {number}</b>").format(number=order.number)]
    if order.note is not None:
        parts.extend((f"<b>{_('Note')}</b>", *_whole(order.note)))
    events = _events(card)
    for event in events:
        parts.append(f"{moment(event.at, organization)} {event.said}")
        parts.extend(_whole(event.words or ""))
    if order.decision_note is not None and all(event.words != order.decision_note for event in events):
        parts.extend((f"<b>{_reason_label(order)}</b>", *_whole(order.decision_note)))
    messages = _in_messages(parts)
    last = Screen(messages[-1], rows=((_back(order, which, page), home_button()),), as_new=True)
    return [*(Screen(message, as_new=True) for message in messages[:-1]), last]


def _whole(text: str) -> list[str]:
    return [esc(part) for part in in_parts(text, MAX_TEXT)]


def _in_messages(parts: list[str]) -> list[str]:
    """Parts put together while they fit into one message."""
    messages: list[str] = []
    for part in parts:
        together = f"{messages[-1]}\n\n{part}" if messages else part
        if messages and text_length(together) <= MOST_IN_MESSAGE:
            messages[-1] = together
        else:
            messages.append(part)
    return messages
