"""The card of an order for those who decide, and the questions and lists around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.screen import MAX_TEXT, Button, MediaItem, MediaKind, Rows, Screen
from domain.files.model import FileState
from domain.files.naming import FileKind
from domain.orders.model import Decision, OrderStatus, TemplateKind
from domain.orders.transitions import Move
from handlers.language import _, count
from handlers.places import Go, Place, home_button
from handlers.review.payloads import (
    Approve,
    ApproveSome,
    AskHowMany,
    AskReason,
    Back,
    ShowCard,
    ShowFiles,
    ShowTexts,
    Skip,
    Undo,
    UseTemplate,
)
from handlers.wording import cut, esc, moment, money

if TYPE_CHECKING:
    from domain.orders.cards import OrderFile, OrderSummary
    from domain.orders.queries import Template
    from handlers.review.reading import Review

NOTE_SHOWN: Final = 600
REASON_SHOWN: Final = 400
BEFORE_SHOWN: Final = 200
"""Units of UTF-16, as Telegram counts. With all other fields at their widest, the card stays below its 4096."""
DUPLICATES_SHOWN: Final = 3
NAME_IN_TOAST: Final = 40
"""Telegram's toasts hold 200 characters."""
TEMPLATE_BUTTON: Final = 40
HEADING: Final = 64
"""Room above a text that is shown whole."""
TEMPLATE_KINDS: Final = {Back.REJECT: TemplateKind.REJECT, Back.CHANGES: TemplateKind.CHANGES}


# The card


def card(review: Review, *, queue: bool = False, with_files: bool = False) -> Screen:
    """An order as it is now, with what its reader can do to it.

    Args:
        review: The order.
        queue: Shown in the queue: what follows leads on to the next.
        with_files: The files go before it, so that no button has to ask for them.
    """
    order = review.card.order
    blocks = (_headline(review), _content(review), _around(review))
    return Screen(
        "\n\n".join(blocks),
        rows=_rows(review, queue=queue, with_files=with_files),
        media=media(review.files) if with_files else (),
        card=("work_orders", str(order.id), order.version),
    )


def _headline(review: Review) -> str:
    order, organization = review.card.order, review.organization
    by = ""
    if order.decided_at is not None:
        by = "\n" + (_("by you, {when}") if order.decided_by_id == review.reader else _("by {name}, {when}")).format(
            name=esc(order.decided_by or _("somebody")), when=moment(order.decided_at, organization)
        )
    if order.archived_at is not None:
        return _("🗄 <b>Order {n}</b> is in the archive").format(n=order.number)
    if order.status is OrderStatus.UNDER_QA:
        since = order.submitted_at or order.created_at
        waiting = ago(review.now - since)
        when = moment(since, organization)
        line = _("waits since {when} ({ago})") if waiting else _("waits since {when}")
        return _("🔎 <b>Order {n}</b>").format(n=order.number) + "\n" + line.format(when=when, ago=waiting)
    if order.status is OrderStatus.REJECTED:
        return _("❌ <b>Order {n} rejected</b>").format(n=order.number) + by + _reason(order)
    if order.status is OrderStatus.IN_PROGRESS:
        if order.decided_at is None:
            return _("📝 <b>Order {n}</b> is with {name}").format(n=order.number, name=esc(order.worker_name))
        return _("✏️ <b>Order {n} needs changes</b>").format(n=order.number) + by + _reason(order)
    paid = _("✅ <b>Order {n} approved</b>").format(n=order.number) + ": " + _share(order)
    invoiced = "\n" + _("It is on an invoice.") if order.status is OrderStatus.COMPLETED else ""
    return paid + by + invoiced


def _share(order: OrderSummary) -> str:
    approved, total = order.approved_submissions or 0, order.total_submissions
    if approved == total:
        return _("all {n}").format(n=f"{total:,}") if total > 1 else "1"
    return _("{k} of {n}").format(k=f"{approved:,}", n=f"{total:,}")


def _reason(order: OrderSummary) -> str:
    return f"\n“{esc(_short(order.decision_note, REASON_SHOWN))}”" if order.decision_note else ""


def _content(review: Review) -> str:
    order = review.card.order
    amount = count("<b>{n}</b> submission", "<b>{n}</b> submissions", order.total_submissions)
    lines = [f"👤 {esc(order.worker_name)}", f"{amount} · {esc(order.category)}", f"<b>{esc(order.title)}</b>"]
    if order.business_name:
        lines.append(_("Business: {name}").format(name=esc(order.business_name)))
    if order.folder_name:
        lines.append(_("Folder: {name}").format(name=esc(order.folder_name)))
    if order.note:
        lines.append(_("Note: {text}").format(text=esc(_short(order.note, NOTE_SHOWN))))
    return "\n".join(lines)


def _around(review: Review) -> str:
    order = review.card.order
    lines = [_("📎 {files}").format(files=_file_count(review.files)) if review.files else _("📎 No files")]
    if review.worth is not None:
        lines.append(_("💰 {amount} for all").format(amount=money(review.worth, review.organization.currency)))
    if order.amount is not None:
        lines.append(f"💰 <b>{money(order.amount, review.organization.currency)}</b>")
    if review.rate_missing or order.rate_missing:
        lines.append(
            _("⚠️ {category} has no rate yet. Until one is set, {name}'s month cannot be closed.").format(
                category=esc(order.category), name=esc(order.worker_name)
            )
        )
    lines.extend(_duplicates(review))
    lines.extend(_history(review))
    return "\n".join(lines)


def _duplicates(review: Review) -> list[str]:
    shown = {file.id: file for file in review.files}
    same: dict[int, str] = {}
    for each in review.card.duplicates:
        if each.file_id not in shown:
            continue
        is_photo = shown[each.file_id].kind is FileKind.PHOTO
        text = _("⚠️ Same photo as order {n} ({name})") if is_photo else _("⚠️ Same file as order {n} ({name})")
        same.setdefault(each.earlier_number, text.format(n=each.earlier_number, name=esc(cut(each.earlier_worker, 40))))
    lines = list(same.values())
    if len(lines) > DUPLICATES_SHOWN:
        rest = ", ".join(str(number) for number in list(same)[DUPLICATES_SHOWN:])
        return [*lines[:DUPLICATES_SHOWN], _("⚠️ and as orders {numbers}").format(numbers=rest)]
    return lines


def _history(review: Review) -> list[str]:
    before = review.before
    if before is None:
        return []
    lines = [_("🔁 Version {n}").format(n=review.submitted_version)]
    texts = {
        Decision.REJECTED: _("Version {n} was rejected by {name}: “{reason}”"),
        Decision.CHANGES: _("Version {n} was sent back by {name}: “{reason}”"),
        Decision.APPROVED: _("Version {n} was approved by {name}"),
    }
    if before.decision is not None:
        lines.append(
            texts[before.decision].format(
                n=before.version,
                name=esc(before.decided_by or _("somebody")),
                reason=esc(_short(before.reason or "", BEFORE_SHOWN)),
            )
        )
    return lines


def _rows(review: Review, *, queue: bool, with_files: bool) -> Rows:
    order, moves = review.card.order, review.card.moves
    rows: list[tuple[Button, ...]] = []
    here = (order.id, queue)
    if Move.APPROVE in moves:
        rows.extend(_decide_rows(order, queue=queue))
    if Move.UNDO in moves:
        rows.append((Button.of(_("↩️ Undo"), Undo(*here, order.version)),))
    looks = []
    if review.files and not with_files:
        looks.append(Button.of(_("📎 See {files}").format(files=_file_count(review.files)), ShowFiles(*here)))
    if _is_cut(review):
        looks.append(Button.of(_("📄 Whole text"), ShowTexts(*here)))
    if looks:
        rows.append(tuple(looks))
    if queue and Move.APPROVE in moves:
        rows.append((Button.of(_("⏭ Skip"), Skip(*here)), home_button()))
    elif Move.APPROVE not in moves:
        rows.append((Button.of(_("▶️ Check next"), Go(Place.QUEUE)),))
    return tuple(rows)


def _decide_rows(order: OrderSummary, *, queue: bool) -> Rows:
    about = (order.id, queue, order.version)
    send_back = (
        Button.of(_("✏️ Needs changes"), AskReason(*about, Back.CHANGES)),
        Button.of(_("❌ Reject"), AskReason(*about, Back.REJECT)),
    )
    if order.total_submissions <= 1:
        return ((Button.of(_("✅ Approve"), Approve(*about)),), send_back)
    approve_all = _("✅ Approve all {n}").format(n=f"{order.total_submissions:,}")
    return (
        (Button.of(approve_all, Approve(*about)), Button.of(_("✂️ Only some"), AskHowMany(*about))),
        send_back,
    )


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


def album(review: Review) -> Screen:
    return Screen(media=media(review.files), as_new=True)


def whole_texts(review: Review) -> list[Screen]:
    """Every text that the card shows the beginning of, each as messages of its own."""
    order, before = review.card.order, review.before
    texts = [
        (_("Note of order {n}").format(n=order.number), order.note),
        (_("Reason, order {n}").format(n=order.number), order.decision_note),
        (_("Reason for the version before, order {n}").format(n=order.number), before and before.reason),
    ]
    return [
        Screen(f"<b>{title}</b>\n{esc(part)}", as_new=True)
        for title, text in texts
        for part in _parts(text or "", MAX_TEXT - HEADING)
    ]


def _is_cut(review: Review) -> bool:
    order, before = review.card.order, review.before
    shown = (
        (order.note, NOTE_SHOWN),
        (order.decision_note, REASON_SHOWN),
        (before.reason if before is not None else None, BEFORE_SHOWN),
    )
    return any(text is not None and units(text) > most for text, most in shown)


# The queue


def queue_card(review: Review, waiting: int, *, undo: OrderSummary | None = None) -> Screen:
    """The next card, and how many wait; `undo` is what was decided just before."""
    screen = card(review, queue=True)
    left = count("<i>{n} order waits</i>", "<i>{n} orders wait</i>", waiting)
    rows = screen.rows if undo is None else (*screen.rows, _undo_row(undo))
    return replace(screen, text=f"{screen.text}\n\n{left}", rows=rows)


def empty_queue(*, undo: OrderSummary | None = None) -> Screen:
    rows = () if undo is None else (_undo_row(undo),)
    return Screen(_("👌 Nothing waits to be checked."), rows=(*rows, (home_button(),)))


def below_words(said: str, screen: Screen) -> Screen:
    """A screen with something said above it, where no tap waits for a toast."""
    return replace(screen, text=f"{esc(said)}\n\n{screen.text}") if said else screen


def _undo_row(order: OrderSummary) -> tuple[Button, ...]:
    return (Button.of(_("↩️ Undo order {n}").format(n=order.number), Undo(order.id, True, order.version)),)


def decided_in_queue(said: str, waiting: int) -> str:
    """What was done, and how much of the queue is left."""
    return f"{said} {_('{n} left.').format(n=waiting)}" if waiting else said


# Questions


def ask_how_many(review: Review, *, queue: bool) -> Screen:
    order = review.card.order
    about = (order.id, queue, order.version)
    buttons = [Button.of(f"{each:,}", ApproveSome(*about, each)) for each in common_shares(order.total_submissions)]
    text = _(
        "✂️ <b>Order {n}</b>, {name}\nHow many of the <b>{total}</b> do you approve? Tap, or type a number."
    ).format(n=order.number, name=esc(order.worker_name), total=f"{order.total_submissions:,}")
    rows = [tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    return _question(review, text, rows, queue=queue)


def common_shares(total: int) -> list[int]:
    """What admins mostly approve when it is not all: all but a few, or half."""
    few = {total - 1, total - 2, total - 3, total - 5, total - 10, total // 2}
    return sorted((each for each in few if 1 <= each < total), reverse=True)


def ask_reason(review: Review, back: Back, templates: Sequence[Template], *, queue: bool) -> Screen:
    order = review.card.order
    title = {
        Back.REJECT: _("❌ Reject <b>order {n}</b> of {name}: why?"),
        Back.CHANGES: _("✏️ What should {name} change in <b>order {n}</b>?"),
    }[back].format(n=order.number, name=esc(order.worker_name))
    how = _("Tap a reason, or type your own.") if templates else _("Type it; {name} will read it.")
    lines = [title, how.format(name=esc(order.worker_name))]
    rows = []
    for place, template in enumerate(templates, 1):
        label = template.text
        if len(label) > TEMPLATE_BUTTON:
            # A button would cut it: nobody sends words that they have not seen.
            lines.append(f"\n{place}. {esc(_short(template.text, BEFORE_SHOWN))}")
            label = f"{place}. {cut(label, TEMPLATE_BUTTON)}"
        rows.append((Button.of(label, UseTemplate(order.id, queue, order.version, back, template.id)),))
    return _question(review, "\n".join(lines), rows, queue=queue)


def _question(review: Review, text: str, rows: Sequence[tuple[Button, ...]], *, queue: bool) -> Screen:
    order = review.card.order
    cancel = (Button.of(_("✖️ Cancel"), ShowCard(order.id, queue)),)
    return Screen(text, rows=(*rows, cancel), card=("work_orders", str(order.id), order.version))


def type_it(*, is_count: bool) -> Screen:
    """Something came that is no text."""
    return Screen(_("Please type a number.") if is_count else _("Please type it as a text message."))


# What was done, in a line


def approved(order: OrderSummary) -> str:
    return _("Approved {share}: {name}, order {n}.").format(
        share=_share(order), name=cut(order.worker_name, NAME_IN_TOAST), n=order.number
    )


def sent_back(order: OrderSummary, back: Back) -> str:
    text = {
        Back.REJECT: _("Rejected order {n}. {name} is told why."),
        Back.CHANGES: _("Sent order {n} back. {name} is told what to change."),
    }[back]
    return text.format(n=order.number, name=cut(order.worker_name, NAME_IN_TOAST))


def taken_back(order: OrderSummary) -> str:
    return _("Order {n} waits to be checked again.").format(n=order.number)


def only_one() -> str:
    return _("This is the only one that waits.")


def unchanged() -> str:
    return _("Nothing was changed.")


# Where there is nothing to show


def gone() -> Screen:
    return Screen(_("This order does not exist."), rows=((home_button(),),))


def lost_role() -> Screen:
    return Screen(_("Your role does not include checking work any more."), rows=((home_button(),),))


# Small helpers


def ago(waited: timedelta) -> str:
    """ "5 min", "3 h", "2 days"; nothing for less than a minute."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return ""
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=minutes // 60)
    return count("{n} day", "{n} days", minutes // (24 * 60))


def _file_count(files: Sequence[OrderFile]) -> str:
    photos = sum(file.kind is FileKind.PHOTO for file in files)
    parts = []
    if photos:
        parts.append(count("{n} photo", "{n} photos", photos))
    if len(files) > photos:
        parts.append(count("{n} file", "{n} files", len(files) - photos))
    return ", ".join(parts)


def units(text: str) -> int:
    """A text's length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _short(text: str, most: int) -> str:
    """The beginning of a text; what is left out shows as "…", and the card has a button for all of it."""
    if units(text) <= most:
        return text
    return text.encode("utf-16-le")[: (most - 1) * 2].decode("utf-16-le", errors="ignore").rstrip() + "…"


def _parts(text: str, most: int) -> list[str]:
    parts = []
    while text:
        part = text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")
        parts.append(part)
        text = text[len(part) :]
    return parts
