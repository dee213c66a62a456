"""Answers to the questions of forms: a text, a file, the name of a button, a part of a name; and what each changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from bot.screens import form_texts as texts
from bot.screens import form_view as view
from bot.screens.drafts import Draft, LongText
from bot.screens.form import AnyForm, AnyStep, Declined, Option, OptionPage, Shown, StepKind
from bot.screens.formatting import isolated
from bot.screens.i18n import _
from bot.screens.received import Kind, Received
from domain.errors.orders import TooManyFiles

if TYPE_CHECKING:
    from bot.screens.context import OpsContext


SPLIT_FROM: Final = 2048
"""Characters from which a text may be the first part of a longer one: phones split near 4,096, at a word's end."""
SPLIT_WITHIN: Final = timedelta(seconds=2)
"""The second part of a split text leaves the phone right behind the first."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer does: the draft with it, and whether the question is answered."""

    model: Any
    is_answered: bool = True
    said: str = ""
    shown: Shown | None = None
    """The form is finished, and this comes after it."""
    step: str = ""
    """The step at which it goes on instead."""


async def take(
    context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, received: Received
) -> Taken:
    """One message as an answer to a step.

    Raises:
        InvalidInput: It cannot be read; the question stays.
    """
    received, step, model = joined(form, draft, step, model, received)
    said = ""
    if received.file is not None and (files := form.files_step) is not None:
        model, said = _with_file(context, files, step, model, received)
        if step is files or not received.text:
            _note_answer(draft, files, received)
            return Taken(model, is_answered=False, said=said)
    elif received.kind is not Kind.TEXT and not received.text:
        hint = texts.video_as_file() if step.kind is StepKind.FILES else texts.not_taken(received.kind, step)
        return Taken(model, is_answered=False, said=hint)
    return await with_text(context, draft, step, model, received, said)


def _with_file(context: OpsContext, files: AnyStep, step: AnyStep, model: Any, received: Received) -> tuple[Any, str]:
    limit = context.tools.file_limit_mb
    if received.file is None or files.add_file is None:
        return model, ""
    if received.file.size > limit * texts.MB:
        return model, texts.too_large(received.file.original_name, received.file.size, limit)
    try:
        model = files.add_file(model, received.file)
    except TooManyFiles:
        return model, texts.too_many(files.max_files)
    if received.text and step is files and files.add_caption is not None:
        model = files.add_caption(model, received.text)
    return model, "" if step is files or step.kind is StepKind.CONFIRM else texts.kept_for_later()


async def with_text(
    context: OpsContext,
    draft: Draft,
    step: AnyStep,
    model: Any,
    received: Received,
    said: str,
) -> Taken:
    """Text: the name of a button first, then what the step reads."""
    if step.take_secret is not None:
        return _taken_secret(await step.take_secret(context, model, received.text), model)
    typed = words(received.text)
    if step.kind is StepKind.FILES:
        if typed in no_words() | _done_words():
            return Taken(model)
        return Taken(model, is_answered=False, said=texts.not_taken(Kind.TEXT, step))
    if step.kind is StepKind.CONFIRM:
        yes = words(step.yes(model)) if step.yes is not None else ""
        if typed in yes_words() | {yes}:
            return Taken(model)
        return Taken(model, is_answered=False, said=said or texts.not_taken(Kind.TEXT, step))
    if step.optional and typed in no_words():
        _note_answer(draft, step, received)
        return Taken(emptied(model, step), said=said)
    options = await step.options(context, model) if step.options is not None else ()
    chosen = _chosen(options, typed, is_only=step.read is None and step.search is None)
    if chosen is not None:
        _note_answer(draft, step, received)
        return Taken(await with_option(context, step, model, chosen), said=said)
    if step.search is not None:
        return await _searched(context, draft, step, model, received.text)
    if step.read is None and step.fill is None:
        return Taken(model, is_answered=False, said=texts.no_such_choice(received.text))
    model = await read(context, step, model, received.text)
    _note_answer(draft, step, received)
    _note_long(draft, step, received)
    return Taken(model, said=said)


async def read(context: OpsContext, step: AnyStep, model: Any, text: str) -> Any:
    """The draft with what was typed."""
    if step.fill is not None:
        return model.model_copy(update=dict(await step.fill(context, model, text)))
    return model.model_copy(update={step.name: step.read(context, model, text)}) if step.read is not None else model


async def with_option(context: OpsContext, step: AnyStep, model: Any, option: Option) -> Any:
    """The draft with what was chosen."""
    if option.says:
        return await read(context, step, model, option.says)
    return model.model_copy(update=dict(option.update))


async def _searched(context: OpsContext, draft: Draft, step: AnyStep, model: Any, text: str) -> Taken:
    """Part of a name: the only one who has it in theirs is chosen."""
    found = await search(context, step, model, text, 1)
    if found.total == 1 and found.options:
        return Taken(model.model_copy(update=dict(found.options[0].update)))
    if not found.total:
        return Taken(model, is_answered=False, said=texts.nobody_found(text))
    draft.memory.search, draft.memory.page = text, 1
    return Taken(model, is_answered=False)


async def search(context: OpsContext, step: AnyStep, model: Any, text: str, page: int) -> OptionPage:
    return await step.search(context, model, text, page) if step.search is not None else OptionPage(())


# Texts that the phone cuts in two


def joined(form: AnyForm, draft: Draft, step: AnyStep, model: Any, received: Received) -> tuple[Received, AnyStep, Any]:
    """The text with the part before it, where the phone has split one: at the step that the first part answered."""
    first = draft.memory.long_text
    draft.memory.long_text = None
    if received.kind is not Kind.TEXT:
        return received, step, model
    if first is None or received.sent_at - first.sent_at > SPLIT_WITHIN.total_seconds():
        if len(received.text) >= SPLIT_FROM:
            _note_long(draft, step, received)
        return received, step, model
    joined = received.model_copy(update={"text": f"{first.text}\n{received.text}"})
    step = form.step(first.step, model)
    draft.step = step.name
    _note_long(draft, step, joined)
    return joined, step, emptied(model, step)


def _note_long(draft: Draft, step: AnyStep, received: Received) -> None:
    if len(received.text) >= SPLIT_FROM and not step.is_secret:
        draft.memory.long_text = LongText(
            step=step.name, text=received.text, message_id=received.message_id, sent_at=received.sent_at
        )


def _note_answer(draft: Draft, step: AnyStep, received: Received) -> None:
    if step.is_secret:
        return
    of_step = draft.memory.answers.get(step.name, []) if step.kind is StepKind.FILES else []
    draft.memory.answers[step.name] = [*of_step, received.message_id]


def are_parts(first: Received, second: Received) -> bool:
    """Whether the phone cut one text in two."""
    is_next = second.sent_at - first.sent_at <= SPLIT_WITHIN.total_seconds()
    return first.kind is Kind.TEXT and len(first.text) >= SPLIT_FROM and is_next


def said_anew(messages: Sequence[Received]) -> bool:
    return any(each.kind is Kind.TEXT for each in messages)


def typed_as(candidates: Iterable[object]) -> list[str]:
    """Readings of an ambiguous answer, each as it is typed to have no other reading."""
    return [f"{each:f}" if isinstance(each, Decimal) else str(each) for each in candidates]


def readings(context: OpsContext, step: AnyStep, model: Any, offered: Sequence[str]) -> list[Option]:
    """A button for each: what is ambiguous is asked back, never guessed."""
    labels = [
        isolated(text if step.read is None else view.plain(view.written(step.read(context, model, text), context)))
        for text in offered
    ]
    return [Option(f"r{place}", label, says=offered[place]) for place, label in enumerate(labels)]


def emptied(model: Any, step: AnyStep) -> Any:
    return model.model_copy(
        update={step.name: type(model).model_fields[step.name].get_default(call_default_factory=True)}
    )


def _taken_secret(result: BaseModel | Shown | Declined, model: Any) -> Taken:
    if isinstance(result, Declined):
        return Taken(model, is_answered=False, said=escape(result.said, quote=False), step=result.step)
    if isinstance(result, BaseModel):
        return Taken(result)
    return Taken(model, shown=result)


def words(text: str) -> str:
    """A text as it is compared with buttons: letters and digits alone, in one case."""
    letters = "".join(char if char.isalnum() else " " for char in text.casefold())
    return " ".join(letters.split()) or text.strip()


def _chosen(options: Sequence[Option], typed: str, *, is_only: bool) -> Option | None:
    """The option that a text names: whole, or, where nothing else can be meant, by its beginning."""
    names = [(words(name), option) for option in options for name in (option.label, *option.words)]
    exact = [option for name, option in names if name == typed]
    if exact:
        return exact[0]
    part = {option.key: option for name, option in names if typed and is_only and name.startswith(typed)}
    return next(iter(part.values())) if len(part) == 1 else None


def no_words() -> set[str]:
    return {"no", "skip", "none", "nothing", "-", "–", "—", words(_("skip")), words(_("no"))}


def yes_words() -> set[str]:
    return {"yes", "ok", "okay", "y", words(_("yes"))}


def _done_words() -> set[str]:
    return {"done", "ready", "finished", "ok", words(_("done"))}
