"""The texts of checking: an order's card, the queue, the two questions, what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import ago, cut, esc, in_parts, is_long, isolated, moment, money, short
from bot.screens.i18n import _, count
from bot.screens.menus import back_to, home_button
from bot.screens.screen import Button, Rows, Screen
from domain.files.naming import FileKind
from domain.orders.model import Decision as Decided
from domain.orders.model import OrderStatus
from domain.orders.transitions import Move
from handlers.orders import views as order_views
from handlers.orders.payloads import AllOrders
from handlers.review.payloads import (
    Approve,
    AskHowMany,
    AskReason,
    Back,
    CheckWork,
    ShowFiles,
    ShowPictures,
    ShowTexts,
    Skip,
    Undo,
)
from handlers.submit import views as submit_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.screens.context import OpsContext
    from domain.orders.cards import OrderFile, OrderSummary
    from domain.orders.queries import DeskCounts
    from domain.orders.reviews import Review
    from handlers.review.form import Decision, HowMany, Why

NOTE_SHOWN: Final = 500
REASON_SHOWN: Final = 300
BEFORE_SHOWN: Final = 150
"""Units of UTF-16, as Telegram counts. With all other fields at their widest, the card stays below its 4096."""
NAME_SHOWN: Final = 40
"""Also in toasts, which hold 200 characters."""
DUPLICATES_SHOWN: Final = 3
PART: Final = 4030
"""Of a text that is shown whole: there is a heading above it."""
TEMPLATE_BUTTON: Final = 30


# Ways in


def title_of_check() -> str:
    return _("Check work")


def check_button(waiting: int) -> Button:
    text = _("✅ Check work ({n})").format(n=f"{waiting:,}") if waiting else _("✅ Check work")
    return Button.of(text, CheckWork())


def headline(counts: DeskCounts, waited: timedelta) -> str | None:
    """ "⏳ 37 to check (oldest 5 h) · 📝 12 in work, 2 late"; None: neither."""
    parts = []
    if counts.waiting:
        to_check = count("⏳ {n} to check", "⏳ {n} to check", counts.waiting)
        oldest = ago(waited)
        parts.append(_("{to_check} (oldest {ago})").format(to_check=to_check, ago=oldest) if oldest else to_check)
    if counts.in_work:
        in_work = count("📝 {n} in work", "📝 {n} in work", counts.in_work)
        late = count("{n} late", "{n} late", counts.late) if counts.late else ""
        parts.append(", ".join(part for part in (in_work, late) if part))
    return " · ".join(parts) or None


# The card


def card(review: Review, *, queue: bool = False, with_files: bool = False) -> Screen:
    """An order as it is now, with what its reader can do to it; `with_files`: they go before it, so no button asks."""
    order = review.card.order
    blocks = (_headline(review), _content(review), _around(review))
    return Screen(
        "\n\n".join(blocks),
        rows=_rows(review, queue=queue, with_files=with_files),
        media=order_views.media(review.files) if with_files else (),
        card=("work_orders", str(order.id), order.version),
    )


def _headline(review: Review) -> str:
    order, organization = review.card.order, review.organization
    by = ""
    if order.decided_at is not None:
        by = "\n" + (_("by you, {when}") if order.decided_by_id == review.reader else _("by {name}, {when}")).format(
            name=_name(order.decided_by or _("somebody")), when=moment(order.decided_at, organization)
        )
    if order.archived_at is not None:
        return _("🗄 <b>Order {n}</b> is in the archive").format(n=order.number)
    if order.status is OrderStatus.UNDER_QA:
        since = order.submitted_at or order.created_at
        waiting = ago(review.now - since)
        line = _("waits since {when} ({ago})") if waiting else _("waits since {when}")
        title = _("🔎 <b>Order {n}</b>").format(n=order.number)
        return f"{title}\n{line.format(when=moment(since, organization), ago=waiting)}"
    if order.status is OrderStatus.REJECTED:
        return _("❌ <b>Order {n} rejected</b>").format(n=order.number) + by + _reason(review)
    if order.status is OrderStatus.IN_PROGRESS:
        if order.decided_at is None:
            return _("📝 <b>Order {n}</b> is with {name}").format(n=order.number, name=_name(order.worker_name))
        return _("✏️ <b>Order {n} sent back</b>").format(n=order.number) + by + _reason(review)
    paid = _("✅ <b>Order {n} approved</b>: {share}").format(n=order.number, share=share(order))
    invoiced = "\n" + _("It is on an invoice.") if order.status is OrderStatus.COMPLETED else ""
    return paid + by + invoiced


def _reason(review: Review) -> str:
    note, pictures = review.card.order.decision_note, review.card.standing_pictures
    lines = [f"“{esc(short(note, REASON_SHOWN))}”"] if note else []
    lines.extend([order_views.in_words(pictures)] if pictures else [])
    return "".join(f"\n{line}" for line in lines)


def _content(review: Review) -> str:
    order = review.card.order
    work = _("<b>{n}</b> · {category}").format(n=f"{order.total_submissions:,}", category=esc(order.category))
    lines = [f"👤 {_name(order.worker_name)}", work, f"<b>{esc(order.title)}</b>", *order_views.places(order)]
    if order.note:
        lines.append(_("Note: {text}").format(text=esc(short(order.note, NOTE_SHOWN))))
    return "\n".join(lines)


def _around(review: Review) -> str:
    order = review.card.order
    files = submit_views.files_in_words(review.files)
    lines = [_("📎 {files}").format(files=files) if files else _("📎 No files")]
    if review.worth is not None:
        lines.append(_("💰 {amount} for all").format(amount=money(review.worth, review.organization.currency)))
    if order.amount is not None:
        lines.append(f"💰 <b>{money(order.amount, review.organization.currency)}</b>")
    if review.rate_missing or order.rate_missing:
        lines.append(
            _("⚠️ {category} has no rate yet. Until one is set, {name}'s month cannot be closed.").format(
                category=esc(order.category), name=_name(order.worker_name)
            )
        )
    return "\n".join([*lines, *_duplicates(review), *_history(review)])


def _duplicates(review: Review) -> list[str]:
    shown = {file.id: file for file in review.files}
    same: dict[int, str] = {}
    for each in review.card.duplicates:
        if each.file_id not in shown:
            continue
        is_photo = shown[each.file_id].kind is FileKind.PHOTO
        text = _("⚠️ Same photo as order {n} ({name})") if is_photo else _("⚠️ Same file as order {n} ({name})")
        same.setdefault(each.earlier_number, text.format(n=each.earlier_number, name=_name(each.earlier_worker)))
    lines, rest = list(same.values())[:DUPLICATES_SHOWN], list(same)[DUPLICATES_SHOWN:]
    if rest:
        lines.append(_("⚠️ and as orders {numbers}").format(numbers=", ".join(map(str, rest))))
    return lines


def _history(review: Review) -> list[str]:
    before = review.before
    if before is None:
        return []
    said = {
        Decided.REJECTED: _("Version {n} was rejected by {name}: “{reason}”"),
        Decided.CHANGES: _("Version {n} was sent back by {name}: “{reason}”"),
        Decided.APPROVED: _("Version {n} was approved by {name}"),
    }[before.decision or Decided.APPROVED].format(
        n=before.version,
        name=_name(before.decided_by or _("somebody")),
        reason=esc(short(before.reason or "", BEFORE_SHOWN)),
    )
    pictures = review.card.pictures_of(before.version)
    lines = [_("🔁 Version {n}").format(n=review.submitted_version), said]
    return [*lines, order_views.in_words(pictures)] if pictures else lines


def _name(name: str) -> str:
    return esc(cut(name, NAME_SHOWN))


def _rows(review: Review, *, queue: bool, with_files: bool) -> Rows:
    order, moves = review.card.order, review.card.moves
    rows: list[tuple[Button, ...]] = []
    here = (order.id, queue)
    if Move.APPROVE in moves:
        rows.extend(_decide_rows(order, queue=queue))
    if Move.UNDO in moves:
        rows.append((Button.of(_("↩️ Undo"), Undo(*here, order.version)),))
    if review.files and not with_files:
        files = submit_views.files_in_words(review.files)
        rows.append((Button.of(_("📎 See {files}").format(files=files), ShowFiles(*here)),))
    if review.pictures:
        rows.append((Button.of(order_views.pictures_label(review.pictures), ShowPictures(*here)),))
    if _is_cut(review):
        rows.append((Button.of(_("📄 Whole text"), ShowTexts(*here)),))
    if queue and Move.APPROVE in moves:
        return (*rows, (Button.of(_("⏭ Skip"), Skip(*here)), home_button()))
    if Move.APPROVE not in moves:
        rows.append((Button.of(_("▶️ Check next"), CheckWork()),))
    return (*rows, (back_to(_("Orders"), AllOrders()), home_button()))


def _decide_rows(order: OrderSummary, *, queue: bool) -> Rows:
    about = (order.id, queue, order.version)
    send_back = (
        Button.of(_("✏️ Send back"), AskReason(*about, Back.CHANGES)),
        Button.of(_("❌ Reject"), AskReason(*about, Back.REJECT)),
    )
    if order.total_submissions <= 1:
        return ((Button.of(_("✅ Approve"), Approve(*about)),), send_back)
    approve_all = _("✅ Approve all {n}").format(n=f"{order.total_submissions:,}")
    return (
        (Button.of(approve_all, Approve(*about)), Button.of(_("✂️ Only some"), AskHowMany(*about))),
        send_back,
    )


def album(files: Sequence[OrderFile]) -> Screen:
    return Screen(media=order_views.media(files), as_new=True)


def moved_down(screen: Screen, message_id: int | None) -> Screen:
    """The card below what was shown of it just now."""
    return replace(screen, as_new=True, delete=(message_id,) if message_id is not None else ())


def whole_texts(review: Review) -> list[Screen]:
    """Every text that the card shows the beginning of, each as messages of its own."""
    order, before = review.card.order, review.before
    texts = [
        (_("Note of order {n}").format(n=order.number), order.note),
        (_("Reason, order {n}").format(n=order.number), order.decision_note),
        (_("Reason for the version before, order {n}").format(n=order.number), before and before.reason),
    ]
    parts = ((title, part) for title, text in texts for part in in_parts(text or "", PART))
    return [Screen(f"<b>{title}</b>\n{esc(part)}", as_new=True) for title, part in parts]


def _is_cut(review: Review) -> bool:
    order, before = review.card.order, review.before
    shown = (
        (order.note, NOTE_SHOWN),
        (order.decision_note, REASON_SHOWN),
        (before.reason if before is not None else None, BEFORE_SHOWN),
    )
    return any(text is not None and is_long(text, most) for text, most in shown)


def gone() -> Screen:
    return Screen(_("This order does not exist."), rows=((home_button(),),))


def lost_role() -> Screen:
    return Screen(_("Your role does not include checking work any more."), rows=((home_button(),),))


# The queue


def queue_card(review: Review, waiting: int, *, undo: OrderSummary | None = None) -> Screen:
    """The next card, and how many wait; `undo` is what was decided just before."""
    screen = card(review, queue=True)
    left = count("<i>{n} order waits</i>", "<i>{n} orders wait</i>", waiting)
    rows = screen.rows if undo is None else (*screen.rows, _undo_row(undo))
    return replace(screen, text=f"{screen.text}\n\n{left}", rows=rows)


def empty_queue(*, undo: OrderSummary | None = None) -> Screen:
    rows = () if undo is None else (_undo_row(undo),)
    return Screen(_("👌 Nothing to check."), rows=(*rows, (home_button(),)))


def _undo_row(order: OrderSummary) -> tuple[Button, ...]:
    return (Button.of(_("↩️ Undo order {n}").format(n=order.number), Undo(order.id, True, order.version)),)


# The questions


def label_how_many() -> str:
    return _("Approved")


def label_reason() -> str:
    return _("Reason")


def label_pictures() -> str:
    return _("Pictures")


def how_many_title(draft: HowMany) -> str:
    return _("✂️ <b>Order {n}</b> · {name}").format(n=draft.number, name=_name(draft.worker))


def ask_how_many(_context: OpsContext, draft: HowMany) -> str:
    return _("<b>How many of the {total} do you approve?</b>\nTap, or type a number.").format(total=f"{draft.total:,}")


def how_many_called(draft: HowMany) -> str:
    return _("Approve a part of order {n}").format(n=draft.number)


def why_title(draft: Why) -> str:
    title = {Back.REJECT: _("❌ <b>Order {n}</b> · {name}"), Back.CHANGES: _("✏️ <b>Order {n}</b> · {name}")}[draft.back]
    return title.format(n=draft.number, name=_name(draft.worker))


def ask_why(_context: OpsContext, draft: Why) -> str:
    question = {
        Back.REJECT: _("<b>Why do you reject order {n}?</b>"),
        Back.CHANGES: _("<b>What is to be changed in order {n}?</b>"),
    }[draft.back].format(n=draft.number)
    if draft.pictures:
        how = _("Now the words: what is wrong?")
    elif draft.templates:
        how = _("Tap a reason, or type your own. A picture with a caption is a reason too.")
    else:
        how = _("Type it. A picture with a caption is a reason too.")
    # A button would cut a long one: nobody sends words that they have not seen.
    templates = enumerate(draft.templates, 1)
    long = [f"\n{place}. {esc(short(text, BEFORE_SHOWN))}" for place, text in templates if is_numbered(text)]
    return "\n".join([question, how, *long])


def is_numbered(template: str) -> bool:
    """Whether its words stand in the message, as a button is too short for them."""
    return len(template) > TEMPLATE_BUTTON


def template_button(place: int, template: str) -> str:
    label = isolated(cut(template, TEMPLATE_BUTTON))
    return f"{place}. {label}" if is_numbered(template) else label


def ask_pictures(_context: OpsContext, _draft: Why) -> str:
    return _("<b>Which pictures go with the reason?</b>")


def why_called(draft: Why) -> str:
    name = {Back.REJECT: _("Reject order {n}"), Back.CHANGES: _("Send order {n} back")}[draft.back]
    return ", ".join([name.format(n=draft.number), submit_views.files_in_words(draft.pictures)])


def was_decided(_draft: Decision) -> str:
    return _("This was decided already.")


# What was done, in a line: for a toast, or above a screen


def approved(order: OrderSummary) -> str:
    return _("Approved {share}: {name}, order {n}.").format(
        share=share(order), name=isolated(cut(order.worker_name, NAME_SHOWN)), n=order.number
    )


def sent_back(order: OrderSummary, back: Back) -> str:
    rejected, returned = _("Rejected order {n}. {name} is told why."), _("Order {n} is sent back. {name} is told why.")
    text = rejected if back is Back.REJECT else returned
    return text.format(n=order.number, name=isolated(cut(order.worker_name, NAME_SHOWN)))


def taken_back(order: OrderSummary) -> str:
    return _("Order {n} waits to be checked again.").format(n=order.number)


def decided_in_queue(said: str, waiting: int) -> str:
    """What was done, and how much of the queue is left."""
    return f"{said} {_('{n} left.').format(n=f'{waiting:,}')}" if waiting else said


def with_result(screen: Screen, said: str, *, is_tap: bool) -> Screen:
    """A screen with what was done: in a toast, or above it where no tap waits for one."""
    if is_tap or not said:
        return screen.with_toast(said)
    return replace(screen, text=f"{escape(said, quote=False)}\n\n{screen.text}")


def only_one() -> str:
    return _("This is the only one that waits.")


def share(order: OrderSummary) -> str:
    """ "all 12", "3 of 12"."""
    approved, total = order.approved_submissions or 0, order.total_submissions
    if approved == total:
        return _("all {n}").format(n=f"{total:,}") if total > 1 else "1"
    return _("{k} of {n}").format(k=f"{approved:,}", n=f"{total:,}")
