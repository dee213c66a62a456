"""The texts of the form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bot.screens.formatting import cut, esc
from bot.screens.i18n import _, count
from bot.screens.screen import Button, Rows, Screen
from domain.files.naming import FileKind
from domain.orders.drafts import MAX_FILES
from handlers.orders.payloads import ViewOrder
from handlers.places import Go, Place, home_button
from handlers.submit.files import MB
from handlers.submit.form import ASKED, OPTIONAL, Form, Step
from handlers.submit.payloads import (
    Act,
    Action,
    Continue,
    EditField,
    PickCategory,
    PickRecent,
    ResubmitInstead,
    StartNew,
)

if TYPE_CHECKING:
    from domain.orders.cards import OrderSummary
    from domain.orders.drafts import DraftFile
    from domain.orders.queries import CategoryChoice

CARD = "order_drafts"
"""How the message that counts the files is remembered: it stays the chat's last one."""
SHORT = 18
"""Characters of a button that leaves room for another beside it."""
LONGEST_BUTTON = 40
SHOWN_NOTE = 800
"""Characters of a note on the form's card. The note itself is kept whole."""


def label(step: Step) -> str:
    return {
        Step.CATEGORY: _("Category"),
        Step.SUBMISSIONS: _("Submissions"),
        Step.TITLE: _("Title"),
        Step.BUSINESS: _("Business"),
        Step.FOLDER: _("Folder"),
        Step.NOTE: _("Note"),
        Step.FILES: _("Files"),
    }[step]


def question(form: Form, step: Step, limit_mb: int) -> str:
    """What a step asks for."""
    name_it = _("Type its name, or tap a recent one.") if form.offered else _("Type its name.")
    return {
        Step.CATEGORY: _("<b>Which category?</b>"),
        Step.SUBMISSIONS: _("<b>How many submissions?</b>\nType a number, such as 300."),
        Step.TITLE: _("<b>What is the title?</b>\nOne line, such as “Backlinks for Ace Plumbing”."),
        Step.BUSINESS: _("<b>Which business is it for?</b>\n{name_it}").format(name_it=name_it),
        Step.FOLDER: _("<b>Which folder is it in?</b>\n{name_it}").format(name_it=name_it),
        Step.NOTE: _("<b>A note for the admins?</b>\nAnything that they should know."),
        Step.FILES: _(
            "<b>Photos and documents?</b>\nSend them one by one or as an album, then tap Done. "
            "At most {files} files, {size} each."
        ).format(files=MAX_FILES, size=size_limit(limit_mb)),
    }[step]


def ask(form: Form, step: Step, limit_mb: int, *, choices: Sequence[CategoryChoice] = (), said: str = "") -> Screen:
    """One step's question; `said` is put above it."""
    if step is Step.CARD:
        return card(form, said)
    if step is Step.EDIT:
        return edit_menu(form, said)
    parts = [said, _progress(form, step), question(form, step, limit_mb)]
    value = form.value(step)
    if step is Step.FILES:
        parts.append(_("So far: <b>{files}</b>.").format(files=files_in_words(value)) if value else "")
    elif value is not None:
        parts.append(_("Now: {value}").format(value=esc(cut(_shown(value), SHOWN_NOTE))))
    rows = (*_choices(form, step, choices), *_answers(form, step), _ways_out(form, step))
    text = "\n\n".join(part for part in parts if part)
    return Screen(text, rows=rows, card=copy_of(form) if step is Step.FILES else None)


def copy_of(form: Form) -> tuple[str, str, int]:
    return (CARD, str(form.id), len(form.order.files))


def _progress(form: Form, step: Step) -> str:
    if form.is_editing:
        return _("✏️ {field}").format(field=label(step))
    return _("➕ New order · {step} of {steps}").format(step=ASKED.index(step) + 1, steps=len(ASKED))


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _choices(form: Form, step: Step, categories: Sequence[CategoryChoice]) -> Rows:
    if step is Step.CATEGORY:
        return in_rows(
            Button.of(cut(each.name, LONGEST_BUTTON), PickCategory(form.id, step, each.id)) for each in categories
        )
    return in_rows(
        Button.of(cut(name, LONGEST_BUTTON), PickRecent(form.id, step, index))
        for index, name in enumerate(form.offered)
    )


def _answers(form: Form, step: Step) -> Rows:
    value = form.value(step)
    if step is Step.FILES:
        done = Button.of(_done(value), Act(form.id, step, Action.KEEP))
        if not value:
            return ((done,),)
        return ((done,), (Button.of(_("↩️ Remove the last one"), Act(form.id, step, Action.REMOVE_LAST)),))
    rows: list[tuple[Button, ...]] = []
    if value is not None and not form.is_editing:
        keep = _("▶️ Keep “{value}”").format(value=cut(_shown(value).replace("\n", " "), 24))
        rows.append((Button.of(keep, Act(form.id, step, Action.KEEP)),))
    if step in OPTIONAL and not (form.is_editing and value is None):
        skip = _("Skip") if value is None else _("Leave it empty")
        rows.append((Button.of(skip, Act(form.id, step, Action.SKIP)),))
    return tuple(rows)


def _done(files: Sequence[DraftFile]) -> str:
    return _("{files} · Done").format(files=files_in_words(files)) if files else _("No files · Done")


def _ways_out(form: Form, step: Step) -> tuple[Button, ...]:
    cancel = Button.of(_("✖️ Cancel"), Act(form.id, step, Action.CANCEL))
    if form.before(step) is None:
        return (cancel,)
    return (Button.of(_("« Back"), Act(form.id, step, Action.BACK)), cancel)


def in_rows(buttons: Iterable[Button]) -> Rows:
    """Short ones in pairs, long ones alone."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        last = rows[-1] if rows else ()
        if len(last) == 1 and len(last[0].text) <= SHORT and len(button.text) <= SHORT:
            rows[-1] = (*last, button)
        else:
            rows.append((button,))
    return tuple(rows)


def files_in_words(files: Sequence[Any]) -> str:
    """ "3 photos", "3 photos, 1 document"."""
    photos = sum(file.kind is FileKind.PHOTO for file in files)
    documents = len(files) - photos
    parts = [
        count("{n} photo", "{n} photos", photos) if photos else "",
        count("{n} document", "{n} documents", documents) if documents else "",
    ]
    return ", ".join(part for part in parts if part)


def card(form: Form, said: str = "") -> Screen:
    """All of it, before it is submitted."""
    again = form.resubmits
    title = (
        _("🔁 <b>Order {number}</b>: is everything right?").format(number=again.number)
        if again is not None
        else _("➕ <b>New order</b>: is everything right?")
    )
    order = form.order
    lines = [title, ""]
    for step in ASKED[:-1]:
        value = form.value(step)
        if value is not None and step is not Step.NOTE:
            lines.append(f"{label(step)}: <b>{esc(_shown(value))}</b>")
    files = files_in_words(order.files)
    lines.append(f"{label(Step.FILES)}: <b>{files}</b>" if files else f"{label(Step.FILES)}: {_('none')}")
    if order.note is not None:
        lines.extend(("", f"{label(Step.NOTE)}: {shortened(order.note)}"))
    if order.missing:
        names = ", ".join(label(step).lower() for step in ASKED[:-1] if _is_missing(form, step))
        lines.extend(("", _("Still to fill in: <b>{fields}</b>.").format(fields=names)))
    if again is not None and not files:
        lines.extend(("", _("Files of before stay in the order's history. To add new ones, just send them here.")))
    rows = (
        (Button.of(_("✅ Submit"), Act(form.id, Step.CARD, Action.SUBMIT)),),
        (Button.of(_("✏️ Edit"), Act(form.id, Step.CARD, Action.EDIT)), *_ways_out(form, Step.CARD)),
    )
    text = "\n".join(lines)
    return Screen(f"{said}\n\n{text}" if said else text, rows=rows, card=copy_of(form))


def shortened(text: str) -> str:
    """A text's beginning, and how long all of it is."""
    if len(text) <= SHOWN_NOTE:
        return esc(text)
    whole = count("(the beginning of {n} character)", "(the beginning of {n} characters)", len(text))
    return f"{esc(cut(text, SHOWN_NOTE))} <i>{whole}</i>"


def _is_missing(form: Form, step: Step) -> bool:
    return step not in OPTIONAL and form.value(step) is None


def edit_menu(form: Form, said: str = "") -> Screen:
    rows = in_rows(Button.of(label(step), EditField(form.id, Step.EDIT, step)) for step in ASKED)
    text = _("<b>What do you want to change?</b>")
    return Screen(f"{said}\n\n{text}" if said else text, rows=(*rows, _ways_out(form, Step.EDIT)))


def submitted(order: OrderSummary, *, again: bool) -> Screen:
    done = _("✅ <b>Order {number}</b> is submitted again.") if again else _("✅ <b>Order {number}</b> is submitted.")
    now = _("Status: <b>Under QA</b>. The admins have it.")
    return Screen(
        f"{done.format(number=order.number)}\n{now}",
        rows=(
            (Button.of(_("📄 See the order"), ViewOrder(order.id, 1)),),
            (Button.of(_("➕ Submit another"), Go(Place.SUBMIT)), home_button()),
        ),
    )


def no_categories() -> Screen:
    return Screen(
        _("There are no categories yet, so nothing can be submitted. Ask your admin to add them, then try again."),
        rows=((Button.of(_("🔄 Try again"), Go(Place.SUBMIT)), home_button()),),
    )


def under_way(form: Form) -> Screen:
    """Before a new order takes the place of one that is half done."""
    return Screen(
        _("{draft} Go on with it, or start anew?").format(draft=_half_done(form)),
        rows=(
            (Button.of(_("▶️ Go on"), Continue()),),
            (Button.of(_("🗑 Drop it, start anew"), StartNew(form.id)),),
        ),
    )


def under_way_instead(form: Form, order: OrderSummary) -> Screen:
    """Before an order that came back takes the place of a draft."""
    instead = _("🗑 Drop it, take order {number}").format(number=order.number)
    return Screen(
        _("{draft} Go on with it first?").format(draft=_half_done(form)),
        rows=(
            (Button.of(_("▶️ Go on"), Continue()),),
            (Button.of(instead, ResubmitInstead(order.id, order.version, form.id)),),
        ),
        as_new=True,
    )


def _half_done(form: Form) -> str:
    if form.resubmits is not None:
        return _("You have not finished <b>order {number}</b>.").format(number=form.resubmits.number)
    title = form.order.title
    if title is None:
        return _("You have a new order that is not finished.")
    return _("You have not finished <b>{title}</b>.").format(title=esc(title))


def gone() -> Screen:
    """A button of a form that was submitted, cancelled or left."""
    return Screen(toast=_("This form is closed. /submit opens a new one; /orders shows what you submitted."))


def stale() -> str:
    return _("That button is from an earlier step. This is where we are.")


def too_large(name: str, size: int, limit_mb: int) -> str:
    return _("<b>{name}</b> has {size:,.1f} MB. I can take files up to {limit}: make it smaller or split it.").format(
        name=esc(name) if name else _("That file"), size=size / MB, limit=size_limit(limit_mb)
    )


def size_limit(limit_mb: int) -> str:
    """ "20 MB", "2 GB"."""
    return _("{n} GB").format(n=limit_mb // 1000) if limit_mb >= 1000 else _("{n} MB").format(n=limit_mb)


def wrong_kind() -> str:
    return _("I take photos and documents only. A video or a recording? Send it as a file: 📎 → File.")


def full() -> str:
    return _(
        "That is all: an order takes at most {n} files, and the rest was not kept. More? Put it into one archive."
    ).format(n=MAX_FILES)


def captions_are_lost() -> str:
    return _("I do not keep captions: what the admins should read goes into the note.")


def kept_for_later() -> str:
    return _("📎 Kept: we come to the files later.")


def use_buttons() -> str:
    return _("Please use the buttons below.")


def files_or_done() -> str:
    return _("I expect photos or documents here, or Done.")


def category_gone() -> str:
    return _("That category takes no new orders any more. Please choose another.")


def removed() -> str:
    return _("Removed.")
