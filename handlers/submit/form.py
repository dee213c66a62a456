"""The form of an order's work: what is asked, and the one service call that it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from bot.screens.context import OpsContext
from bot.screens.form import CONFIRM, Form, Option, Shown, Step, StepKind, key_of, key_of_text
from bot.screens.screen import Screen
from domain.access import Permission
from domain.errors import Conflict, DomainError
from domain.orders.drafts import MAX_FILES, DraftFile, OrderDraft
from domain.typed_input.numbers import parse_count
from domain.typed_input.text import TEXT_LIMIT, check_text, check_title
from handlers.orders import views as order_views
from handlers.submit import views


class Resubmission(BaseModel):
    """The order that the draft goes into, as its worker saw it."""

    order: UUID
    version: int
    number: int


class SubmitDraft(BaseModel):
    category: str | None = None
    total_submissions: int | None = None
    title: str | None = None
    business_name: str | None = None
    folder_name: str | None = None
    note: str | None = None
    files: tuple[DraftFile, ...] = ()
    resubmits: Resubmission | None = None

    @property
    def order(self) -> OrderDraft:
        return OrderDraft(
            category=self.category,
            total_submissions=self.total_submissions,
            title=self.title,
            business_name=self.business_name,
            folder_name=self.folder_name,
            note=self.note,
            files=self.files,
        )


def draft_from(order: OrderDraft, resubmits: Resubmission) -> SubmitDraft:
    """An order that came back, with what was submitted last."""
    return SubmitDraft(
        category=order.category,
        total_submissions=order.total_submissions,
        title=order.title,
        business_name=order.business_name,
        folder_name=order.folder_name,
        note=order.note,
        resubmits=resubmits,
    )


async def _categories(context: OpsContext, _draft: SubmitDraft) -> Sequence[Option]:
    choices = await context.services.order_queries.categories(actor=context.actor)
    return [Option(key_of(each.id), views.option(each.name), {"category": each.name}, (each.name,)) for each in choices]


async def _businesses(context: OpsContext, _draft: SubmitDraft) -> Sequence[Option]:
    names = await context.services.order_queries.recent_businesses(actor=context.actor)
    return _recent(names, "business_name")


async def _folders(context: OpsContext, draft: SubmitDraft) -> Sequence[Option]:
    queries = context.services.order_queries
    return _recent(await queries.recent_folders(business=draft.business_name, actor=context.actor), "folder_name")


def _recent(names: Sequence[str], field: str) -> Sequence[Option]:
    return [Option(key_of_text(name), views.option(name), {field: name}, (name,)) for name in names]


def _add_file(draft: SubmitDraft, file: DraftFile) -> SubmitDraft:
    return draft.model_copy(update={"files": draft.order.with_file(file).files})


def _add_caption(draft: SubmitDraft, caption: str) -> SubmitDraft:
    """A caption goes into the note: what the admins should read."""
    if draft.note is not None and caption in draft.note:
        return draft
    note = caption if draft.note is None else f"{draft.note}\n{caption}"
    return draft.model_copy(update={"note": check_text(note[:TEXT_LIMIT], field="note")})


async def _submit(context: OpsContext, draft: SubmitDraft) -> Shown:
    again = draft.resubmits
    orders = context.services.orders
    if again is None:
        card = await orders.submit(draft.order, actor=context.actor)
    else:
        card = await orders.resubmit(again.order, again.version, draft.order, actor=context.actor)
    return views.submitted(card.order, again=again is not None and len(card.history) > 1)


async def _overtaken(context: OpsContext, draft: SubmitDraft, error: DomainError) -> Screen | None:
    """The order itself, where it changed while its worker filled in the form: nothing can be submitted for it now."""
    if draft.resubmits is None or not isinstance(error, Conflict):
        return None
    card = await context.services.order_queries.order_card(draft.resubmits.order, actor=context.actor)
    return order_views.card(card, context.organization)


SUBMIT: Final = Form(
    name="submit",
    draft=SubmitDraft,
    permission=Permission.SUBMIT_ORDERS,
    title=views.title,
    called=views.called,
    sent=views.sent_already,
    overtaken=_overtaken,
    finish=_submit,
    steps=(
        Step(
            name="category",
            kind=StepKind.CHOICE,
            label=views.label_category,
            question=views.ask_category,
            options=_categories,
        ),
        Step(
            name="total_submissions",
            kind=StepKind.NUMBER,
            label=views.label_number,
            question=views.ask_number,
            read=lambda _context, _draft, text: parse_count(text),
        ),
        Step(
            name="title",
            kind=StepKind.TEXT,
            label=views.label_title,
            question=views.ask_title,
            read=lambda _context, _draft, text: check_title(text),
        ),
        Step(
            name="business_name",
            kind=StepKind.TEXT,
            label=views.label_business,
            question=views.ask_business,
            options=_businesses,
            read=lambda _context, _draft, text: check_title(text, field="business_name"),
            optional=True,
        ),
        Step(
            name="folder_name",
            kind=StepKind.TEXT,
            label=views.label_folder,
            question=views.ask_folder,
            options=_folders,
            read=lambda _context, _draft, text: check_title(text, field="folder_name"),
            optional=True,
        ),
        Step(
            name="note",
            kind=StepKind.TEXT,
            label=views.label_note,
            question=views.ask_note,
            read=lambda _context, _draft, text: check_text(text, field="note"),
            optional=True,
        ),
        Step(
            name="files",
            kind=StepKind.FILES,
            label=views.label_files,
            question=views.ask_files,
            shown=views.files_of,
            optional=True,
            max_files=MAX_FILES,
            add_file=_add_file,
            add_caption=_add_caption,
        ),
        Step(
            name=CONFIRM,
            kind=StepKind.CONFIRM,
            label=views.label_all,
            question=views.ask_confirm,
            yes=views.submit_button,
        ),
    ),
)
