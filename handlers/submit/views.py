"""The texts of submitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.screens.form_texts import file_limit
from bot.screens.formatting import cut, esc, isolated
from bot.screens.i18n import _, count
from bot.screens.menus import home_button
from bot.screens.screen import Button, Screen
from domain.files.naming import FileKind
from domain.orders.drafts import MAX_FILES
from handlers.orders.payloads import ViewOrder
from handlers.submit.payloads import StartSubmit

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from domain.orders.cards import OrderSummary
    from handlers.submit.form import SubmitDraft

BUTTON = 30
"""Characters of a name on a button alone in its row."""


def title_of_submit() -> str:
    return _("Submit work")


def submit_work_button() -> Button:
    return Button.of(_("📷 Submit work"), StartSubmit())


def option(name: str) -> str:
    return isolated(cut(name, BUTTON))


def title(draft: SubmitDraft) -> str:
    if draft.resubmits is not None:
        return _("🔁 <b>Order {number}</b>").format(number=draft.resubmits.number)
    return _("➕ <b>New order</b>")


def called(draft: SubmitDraft) -> str:
    """What an order that is not finished is called."""
    if draft.resubmits is not None:
        name = _("Order {number}").format(number=draft.resubmits.number)
    else:
        name = draft.title or draft.category or _("New order")
    return f"{name}, {files_in_words(draft.files)}" if draft.files else name


def sent_already(_draft: SubmitDraft) -> str:
    return _("This order was submitted already. /orders shows it.")


# Fields


def label_category() -> str:
    return _("Category")


def label_number() -> str:
    return _("Number")


def label_title() -> str:
    return _("Title")


def label_business() -> str:
    return _("Business")


def label_folder() -> str:
    return _("Folder")


def label_note() -> str:
    return _("Note")


def label_files() -> str:
    return _("Files")


def label_all() -> str:
    return _("All of it")


# Questions


def ask_category(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>Which category?</b>")


def ask_number(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>How many did you do?</b>\nType a number, for example 300.")


def ask_title(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>What is the title?</b>\nOne line, for example “Backlinks for Ace Plumbing”.")


def ask_business(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>Which business is it for?</b>\nType its name, or tap a recent one.")


def ask_folder(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>Which folder is it in?</b>\nType its name, or tap a recent one.")


def ask_note(_context: OpsContext, _draft: SubmitDraft) -> str:
    return _("<b>A note for the admins?</b>\nType what they should know.")


def ask_files(context: OpsContext, _draft: SubmitDraft) -> str:
    return _(
        "<b>Photos and files?</b>\nSend them one by one or as an album. Then tap Done.\n"
        "At most {files} files of {size}."
    ).format(files=MAX_FILES, size=file_limit(context.tools.file_limit_mb))


def ask_confirm(_context: OpsContext, draft: SubmitDraft) -> str:
    if draft.resubmits is not None and not draft.files:
        return _("<b>Is everything right?</b>\nEarlier files stay with the order. To add new ones, send them here.")
    return _("<b>Is everything right?</b>")


def submit_button(_draft: SubmitDraft) -> str:
    return _("✅ Submit")


def files_of(draft: SubmitDraft) -> str:
    return files_in_words(draft.files) or _("none")


def files_in_words(files: Sequence[Any]) -> str:
    """ "3 photos", "3 photos, 1 file"."""
    photos = sum(file.kind is FileKind.PHOTO for file in files)
    others = len(files) - photos
    parts = [
        count("{n} photo", "{n} photos", photos) if photos else "",
        count("{n} file", "{n} files", others) if others else "",
    ]
    return ", ".join(part for part in parts if part)


# After it


def submitted(order: OrderSummary, *, again: bool) -> Screen:
    done = _("✅ <b>Order {number}</b> is submitted again.") if again else _("✅ <b>Order {number}</b> is submitted.")
    what = _("{title}\nThe admins check it now.").format(title=esc(order.title))
    return Screen(
        f"{done.format(number=order.number)}\n{what}",
        rows=(
            (Button.of(_("📄 See the order"), ViewOrder(order.id)),),
            (Button.of(_("📷 Submit another"), StartSubmit()), home_button()),
        ),
    )


def no_categories() -> Screen:
    return Screen(
        _("There are no categories yet. Ask your admin to add them. Then try again."),
        rows=((Button.of(_("🔄 Try again"), StartSubmit()), home_button()),),
    )
