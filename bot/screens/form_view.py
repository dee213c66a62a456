"""The look of a form's question: what is filled in so far, the question, its buttons."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from bot.screens import form_texts as texts
from bot.screens.form import AnyForm, AnyStep, Option, OptionPage, StepKind
from bot.screens.form_payloads import BringBack, ContinueDraft, DeleteDraft, FormAction, FormTap
from bot.screens.formatting import cut, day, esc, money, month_name, weekday
from bot.screens.i18n import _
from bot.screens.screen import Button, Rows, Screen
from domain.clock import Month, local_day

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from bot.screens.drafts import Draft

SUMMARY: Final = 120
"""Characters of a value among those that are filled in; the last step shows it longer."""
WHOLE: Final = 800
SHORT: Final = 16
"""Characters of a button that leaves room for another beside it, on a phone 320 pixels wide."""
WEEK: Final = 7
_ISOLATES: Final = dict.fromkeys(map(ord, "\u2066\u2068\u2069"))


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is about to be shown."""

    form: AnyForm
    step: AnyStep
    draft: Draft
    model: BaseModel
    said: str = ""
    """A hint or a refusal, as HTML."""
    facts: str = ""
    """What the services know about it, as HTML."""
    options: Sequence[Option] = ()
    page: OptionPage | None = None
    month: Month | None = None
    """Of the calendar that is shown."""
    is_menu: bool = False
    """Asks which field is to be changed."""


def screen_of(question: Question, context: OpsContext) -> Screen:
    parts = [_heading(question, context), _asked(question, context)]
    rows = _menu_rows(question) if question.is_menu else _rows(question, context)
    return Screen("\n\n".join(part for part in parts if part), rows=rows, form=str(question.draft.id))


def _heading(question: Question, context: OpsContext) -> str:
    """The form's title, since when it is open if not today, and what is filled in."""
    title = question.form.title(question.model)
    zone = context.organization.zone
    opened = local_day(question.draft.opened_at, zone)
    if opened != local_day(context.unit.clock.now(), zone):
        title = f"{title} · {texts.since(weekday(opened))}"
    return "\n".join([title, *_summary(question, context)])


def _summary(question: Question, context: OpsContext) -> list[str]:
    steps = question.form.asked(question.model)
    is_last = question.step.kind is StepKind.CONFIRM
    shown = steps if question.draft.memory.is_editing or is_last else steps[: steps.index(question.step)]
    length = WHOLE if is_last else SUMMARY
    return [
        f"{step.label()}: <b>{value_of(step, question.model, context, length)}</b>"
        for step in shown
        if step is not question.step and step.kind is not StepKind.CONFIRM and step.fills(question.model)
    ]


def value_of(step: AnyStep, model: BaseModel, context: OpsContext, length: int = SUMMARY) -> str:
    """A field's value as HTML."""
    if step.shown is not None:
        return step.shown(model)
    return written(getattr(model, step.name), context, length)


def written(value: object, context: OpsContext, length: int = SUMMARY) -> str:
    """A value as people write one of its type, as HTML."""
    match value:
        case Decimal():
            return money(value, context.organization.currency)
        case Month():
            return month_name(value)
        case date():
            return day(value)
        case int():
            return f"{value:,}"
    text = str(value)
    if len(text) <= length:
        return esc(text)
    return f"{esc(cut(text, length))} {texts.beginning(len(text))}" if length >= WHOLE else esc(cut(text, length))


def _asked(question: Question, context: OpsContext) -> str:
    if question.is_menu:
        return texts.what_to_change()
    missing = missing_in(question.form, question.model) if question.step.kind is StepKind.CONFIRM else []
    parts = [
        question.said,
        texts.missing(missing) if missing else "",
        question.facts,
        question.step.question(context, question.model),
    ]
    return "\n\n".join(part for part in parts if part)


def missing_in(form: AnyForm, model: BaseModel) -> list[str]:
    """The labels of what has to be filled in yet."""
    return [
        step.label()
        for step in form.asked(model)
        if step.kind is not StepKind.CONFIRM and not step.optional and not step.fills(model)
    ]


# Buttons


def _tap(question: Question, label: str, action: FormAction, value: str = "") -> Button:
    return Button.of(label, FormTap(question.draft.id, question.draft.memory.turn, action, value))


def _rows(question: Question, context: OpsContext) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if question.month is not None:
        rows.extend(_calendar(question, question.month))
    else:
        picks = (_tap(question, each.label, FormAction.PICK, each.key) for each in question.options)
        rows.extend(in_rows(picks))
        rows.extend(_pager(question))
        if question.step.calendar:
            rows.append((_tap(question, texts.calendar(), FormAction.PAGE, "0"),))
    rows.extend(_answers(question, context))
    rows.append(_ways_out(question))
    return tuple(rows)


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


def _pager(question: Question) -> Rows:
    page = question.page
    if page is None:
        return ()
    rows: list[tuple[Button, ...]] = []
    if page.pages > 1:
        row = []
        if page.page > 1:
            row.append(_tap(question, "◀", FormAction.PAGE, str(page.page - 1)))
        place = _("{page} of {pages}").format(page=page.page, pages=page.pages)
        row.append(_tap(question, place, FormAction.PAGE, str(page.page)))
        if page.page < page.pages:
            row.append(_tap(question, "▶", FormAction.PAGE, str(page.page + 1)))
        rows.append(tuple(row))
    if question.draft.memory.search:
        rows.append((_tap(question, texts.show_all(), FormAction.ALL),))
    return tuple(rows)


def _calendar(question: Question, month: Month) -> Rows:
    """A month's days; `value` of the arrows is the distance from the month that the calendar opens with."""
    place = question.draft.memory.page
    head = (
        _tap(question, "◀", FormAction.PAGE, str(place - 1)),
        _tap(question, f"{month.month:02}/{month.year}", FormAction.PAGE, str(place)),
        _tap(question, "▶", FormAction.PAGE, str(place + 1)),
    )
    weeks = calendar.Calendar().monthdayscalendar(month.year, month.month)
    rows = [
        tuple(
            _tap(question, str(day), FormAction.PICK, date(month.year, month.month, day).isoformat())
            if day
            else _tap(question, "·", FormAction.PAGE, str(place))
            for day in week
        )
        for week in weeks
    ]
    return (head, *rows)


def _answers(question: Question, context: OpsContext) -> Rows:
    """Skip, Keep, Done: what a step offers beside its options."""
    step, model, memory = question.step, question.model, question.draft.memory
    match step.kind:
        case StepKind.CONFIRM:
            yes = step.yes(model) if step.yes is not None else _("✅ Yes")
            return ((_tap(question, yes, FormAction.CONFIRM),),)
        case StepKind.FILES:
            files = len(getattr(model, step.name))
            done = (_tap(question, texts.done(files), FormAction.DONE),)
            return (done, (_tap(question, texts.remove_last(), FormAction.REMOVE_LAST),)) if files else (done,)
    rows: list[tuple[Button, ...]] = []
    if step.fills(model) and not memory.is_editing and not step.is_secret:
        value = plain(value_of(step, model, context))
        rows.append((_tap(question, texts.keep(value), FormAction.KEEP),))
    if step.optional and not (memory.is_editing and not step.fills(model)):
        label = texts.leave_empty() if step.fills(model) else texts.skip()
        rows.append((_tap(question, label, FormAction.SKIP),))
    return tuple(rows)


def plain(html: str) -> str:
    """What a button shows of a value that is ready for a message."""
    text = html
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return " ".join(text.translate(_ISOLATES).split())


def _ways_out(question: Question) -> tuple[Button, ...]:
    cancel = _tap(question, texts.cancel(), FormAction.CANCEL)
    if question.step.kind is StepKind.CONFIRM:
        return (_tap(question, texts.change(), FormAction.CHANGE), cancel)
    if question.draft.memory.is_editing:
        return (_tap(question, texts.back_to_all(), FormAction.BACK), cancel)
    before = question.form.before(question.step, question.model)
    if before is None:
        return (cancel,)
    return (_tap(question, texts.back_to(before.label()), FormAction.BACK), cancel)


def _menu_rows(question: Question) -> Rows:
    fields = (step for step in question.form.asked(question.model) if step.kind is not StepKind.CONFIRM)
    buttons = (_tap(question, step.label(), FormAction.CHANGE, step.name) for step in fields)
    ways = (
        _tap(question, texts.back_to_all(), FormAction.BACK),
        _tap(question, texts.cancel(), FormAction.CANCEL),
    )
    return (*in_rows(buttons), ways)


# Beside the questions


def ask_back(question: Question, context: OpsContext, typed: str) -> Screen:
    """Whether what came late is the answer."""
    plain_question = question.step.question(context, question.model).split("\n")[0]
    rows = (
        (
            _tap(question, texts.yes_it_is(), FormAction.IT_IS),
            _tap(question, texts.no_it_is_not(), FormAction.IT_IS_NOT),
        ),
    )
    return Screen(texts.is_this_the_answer(plain_question, typed), rows=rows, form=str(question.draft.id))


def continue_or_delete(draft: Draft, name: str) -> Screen:
    """Before a new form takes the place of one that is not finished."""
    rows = (
        (Button.of(texts.continue_it(name), ContinueDraft(draft.id)),),
        (Button.of(texts.delete_and_start(), DeleteDraft(draft.id)),),
    )
    return Screen(texts.continue_or_delete(name), rows=rows)


def cancelled(draft: Draft, name: str, home: Button) -> Screen:
    """With a way back; `name` is empty where nothing was filled in."""
    back = ((Button.of(texts.bring_back(), BringBack(draft.id)),),) if name else ()
    return Screen(texts.cancelled(name), rows=(*back, (home,)))


def continue_row(draft: Draft, name: str) -> tuple[Button, ...]:
    return (Button.of(texts.continue_it(name), ContinueDraft(draft.id)),)
