"""The card of an order for those who decide, and the texts that it shows the beginning of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, esc, moment, money
from bot.screens.i18n import _, count
from bot.screens.screen import MAX_TEXT, Button, Rows, Screen, text_length
from domain.files.naming import FileKind
from domain.orders.model import Decision, OrderStatus
from domain.orders.transitions import Move
from handlers.places import Go, Place, home_button
from handlers.review.file_views import file_count, media
from handlers.review.lengths import in_parts, short
from handlers.review.payloads import Approve, AskHowMany, AskReason, Back, ShowFiles, ShowTexts, Skip, Undo
from handlers.review.results import share

if TYPE_CHECKING:
    from domain.orders.cards import OrderSummary
    from handlers.review.reading import Review

NOTE_SHOWN: Final = 600
REASON_SHOWN: Final = 400
BEFORE_SHOWN: Final = 200
"""Units of UTF-16, as Telegram counts. With all other fields at their widest, the card stays below its 4096."""
DUPLICATES_SHOWN: Final = 3
HEADING: Final = 64
"""Room above a text that is shown whole."""


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
        waiting = _ago(review.now - since)
        when = moment(since, organization)
        line = _("waits since {when} ({ago})") if waiting else _("waits since {when}")
        return _("🔎 <b>Order {n}</b>").format(n=order.number) + "\n" + line.format(when=when, ago=waiting)
    if order.status is OrderStatus.REJECTED:
        return _("❌ <b>Order {n} rejected</b>").format(n=order.number) + by + _reason(order)
    if order.status is OrderStatus.IN_PROGRESS:
        if order.decided_at is None:
            return _("📝 <b>Order {n}</b> is with {name}").format(n=order.number, name=esc(order.worker_name))
        return _("✏️ <b>Order {n} needs changes</b>").format(n=order.number) + by + _reason(order)
    paid = _("✅ <b>Order {n} approved</b>").format(n=order.number) + ": " + share(order)
    invoiced = "\n" + _("It is on an invoice.") if order.status is OrderStatus.COMPLETED else ""
    return paid + by + invoiced


def _ago(waited: timedelta) -> str:
    """ "5 min", "3 h", "2 days"; nothing for less than a minute."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return ""
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=minutes // 60)
    return count("{n} day", "{n} days", minutes // (24 * 60))


def _reason(order: OrderSummary) -> str:
    return f"\n“{esc(short(order.decision_note, REASON_SHOWN))}”" if order.decision_note else ""


def _content(review: Review) -> str:
    order = review.card.order
    amount = count("<b>{n}</b> submission", "<b>{n}</b> submissions", order.total_submissions)
    lines = [f"👤 {esc(order.worker_name)}", f"{amount} · {esc(order.category)}", f"<b>{esc(order.title)}</b>"]
    if order.business_name:
        lines.append(_("Business: {name}").format(name=esc(order.business_name)))
    if order.folder_name:
        lines.append(_("Folder: {name}").format(name=esc(order.folder_name)))
    if order.note:
        lines.append(_("Note: {text}").format(text=esc(short(order.note, NOTE_SHOWN))))
    return "\n".join(lines)


def _around(review: Review) -> str:
    order = review.card.order
    lines = [_("📎 {files}").format(files=file_count(review.files)) if review.files else _("📎 No files")]
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
                reason=esc(short(before.reason or "", BEFORE_SHOWN)),
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
        looks.append(Button.of(_("📎 See {files}").format(files=file_count(review.files)), ShowFiles(*here)))
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


# Texts that the card cuts


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
        for part in in_parts(text or "", MAX_TEXT - HEADING)
    ]


def _is_cut(review: Review) -> bool:
    order, before = review.card.order, review.before
    shown = (
        (order.note, NOTE_SHOWN),
        (order.decision_note, REASON_SHOWN),
        (before.reason if before is not None else None, BEFORE_SHOWN),
    )
    return any(text is not None and text_length(text) > most for text, most in shown)


# Where there is no card to show


def gone() -> Screen:
    return Screen(_("This order does not exist."), rows=((home_button(),),))


def lost_role() -> Screen:
    return Screen(_("Your role does not include checking work any more."), rows=((home_button(),),))
