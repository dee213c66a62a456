"""The form engine: from what a person types, sends and taps to the next question, for the forms of all families."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from bot.database.models import DraftStatus
from bot.screens import form_answers as answers
from bot.screens import form_texts as texts
from bot.screens import form_view as view
from bot.screens.drafts import Draft
from bot.screens.form import AnyForm, AnyStep, Option, OptionPage, Shown, StepKind
from bot.screens.form_payloads import BringBack, ContinueDraft, DeleteDraft, FormAction, FormTap
from bot.screens.formatting import cut, esc
from bot.screens.i18n import _
from bot.screens.menus import home_button
from bot.screens.received import Kind, Received, received_of
from bot.screens.screen import Rows, Screen
from domain.clock import Month, local_day
from domain.errors import DomainError, NotAllowed
from domain.errors.texts import Ambiguous, TextTooLong

if TYPE_CHECKING:
    from telegram import Message

    from bot.screens.context import OpsContext
    from bot.screens.payloads import Payload


class FormEngine:
    """Runs the forms that families have declared."""

    def __init__(self, forms: Iterable[AnyForm]) -> None:
        self._forms: Mapping[str, AnyForm] = {form.name: form for form in forms}

    def form(self, name: str) -> AnyForm | None:
        return self._forms.get(name)

    # What others ask

    def is_secret(self, draft: Draft | None) -> bool:
        """Whether what is typed now is a password, and has to be deleted whatever becomes of it."""
        if draft is None or (form := self._forms.get(draft.form)) is None:
            return False
        return form.step(draft.step, form.load(draft.data)).is_secret

    def is_open_to_strangers(self, draft: Draft | None) -> bool:
        """Whether the form of a draft lets people in who are not logged in."""
        form = self._forms.get(draft.form) if draft is not None else None
        return form is not None and form.permission is None

    def called(self, draft: Draft) -> str | None:
        """What a draft is called among those that are not finished; None: nothing was filled in."""
        form = self._forms.get(draft.form)
        if form is None:
            return None
        model = form.load(draft.data)
        return None if form.is_blank(model) else form.called(model)

    # Ways in

    async def start(
        self, context: OpsContext, form: AnyForm, model: Any, *, by: Payload, step: str | None = None
    ) -> Shown:
        """Opens a form. A draft of it that is not finished is not thrown away unasked.

        Args:
            context: Of the update.
            form: What is opened.
            model: The draft to begin with.
            by: The button that leads here: it is tapped again once the other draft may be deleted.
            step: The question to begin with; None: the first open one.

        Raises:
            NotAllowed: The service would say so too, but only after all of it was typed.
        """
        if form.permission is not None and not context.actor.may(form.permission):
            raise NotAllowed(permission=form.permission)
        unfinished = [draft for draft in await context.drafts.unfinished() if draft.form == form.name]
        for draft in unfinished:
            name = self.called(draft)
            if name is None:
                await self._give_way(context, draft)
                continue
            if draft.data == model.model_dump(mode="json"):
                return await self.resume(context, draft)
            draft.memory.instead = by.pack()
            context.drafts.touch(draft)
            return view.continue_or_delete(draft, name)
        return await self._open(context, form, model, step)

    async def _open(self, context: OpsContext, form: AnyForm, model: Any, step: str | None) -> Shown:
        await self._drop_blank(context)
        first = form.step(step, model) if step is not None else form.first_open(model)
        draft = context.drafts.start(form.name, first.name, model.model_dump(mode="json"))
        return await self._ask(context, form, draft, first, model)

    async def resume(self, context: OpsContext, draft: Draft) -> Shown:
        """The question at which a draft is, below everything else."""
        form = self._forms.get(draft.form)
        if form is None:
            return Screen(toast=texts.earlier_step())
        if context.drafts.open is not None and context.drafts.open.id != draft.id:
            await self._drop_blank(context)
        context.drafts.reopen(draft)
        model = form.load(draft.data)
        return await self._ask_again(context, form, draft, form.step(draft.step, model), model)

    async def continue_draft(self, context: OpsContext, tapped: ContinueDraft) -> Shown:
        return await self._continued(context, await context.drafts.find(tapped.draft))

    async def bring_back(self, context: OpsContext, tapped: BringBack) -> Shown:
        """A cancelled draft as it was."""
        draft = await context.drafts.find(tapped.draft)
        if draft is None or draft.status is not DraftStatus.CANCELLED:
            return await self._continued(context, draft)
        draft.message_id = None
        return await self.resume(context, draft)

    async def _continued(self, context: OpsContext, draft: Draft | None) -> Shown:
        return self._closed(draft) if draft is None or not _is_unfinished(draft) else await self.resume(context, draft)

    async def delete_draft(self, context: OpsContext, tapped: DeleteDraft) -> str | None:
        """Deletes a draft that is in the way; the packed button that is to be tapped again then."""
        draft = await context.drafts.find(tapped.draft)
        if draft is None or not _is_unfinished(draft):
            return None
        await self._give_way(context, draft)
        return draft.memory.instead or None

    async def cancel_open(self, context: OpsContext) -> Shown | None:
        """/cancel; None: no form is open."""
        draft = context.drafts.open
        form = self._forms.get(draft.form) if draft is not None else None
        if draft is None or form is None:
            return None
        return await self._cancel(context, form, draft, form.load(draft.data))

    async def _drop_blank(self, context: OpsContext) -> None:
        """A form in which nothing was filled in gives way to another one without a word."""
        draft = context.drafts.open
        if draft is not None and self.called(draft) is None:
            await self._give_way(context, draft)

    async def leave(self, context: OpsContext, form: AnyForm, is_about: Callable[[Any], bool]) -> None:
        """Closes the open form where its question was answered in another way. What was filled in stays a draft."""
        draft = context.drafts.open
        if draft is None or draft.form != form.name or self.called(draft) is not None:
            return
        if is_about(form.load(draft.data)):
            await self._give_way(context, draft)

    async def _give_way(self, context: OpsContext, draft: Draft) -> None:
        """Closes a draft that something else takes the place of; its message shows again what it was asked on."""
        form = self._forms.get(draft.form)
        context.drafts.close(draft, DraftStatus.REPLACED)
        if draft.message_id == context.scope.origin.message_id:
            return  # what comes instead stands there
        if form is not None and form.left is not None and draft.message_id is not None:
            screen = await form.left(context, form.load(draft.data))
            context.show(replace(screen, edit_message_id=draft.message_id))
        else:
            self._retire(context, draft)

    @staticmethod
    def _retire(context: OpsContext, draft: Draft) -> None:
        """Takes the question of a closed draft away."""
        if draft.message_id is not None:
            context.show(Screen(retire=(draft.message_id,)))

    # Messages

    def takes_messages(self, context: OpsContext) -> bool:
        return context.drafts.open is not None and context.drafts.open.form in self._forms

    async def on_message(self, context: OpsContext, message: Message) -> Shown:
        """What was typed or sent while a form is open."""
        draft = context.drafts.open
        received = received_of(message)
        if draft is None or received is None:
            return ()
        form = self._forms[draft.form]
        model = form.load(draft.data)
        step = form.step(draft.step, model)
        if step.is_secret and context.unit.clock.now() - draft.asked_at > step.lasts:
            return await self._ask_again(context, form, draft, step, model, said=texts.secret_expired())
        if draft.memory.pending and not step.is_secret:
            return await self._more_pending(context, form, draft, step, model, received)
        if not step.is_secret and self._is_to_ask_back(context, form, draft, step, model, received):
            draft.memory.pending = [received]
            return self._show_pending(context, form, draft, step, model)
        return await self._take_all(context, form, draft, step, model, [received])

    @staticmethod
    def _is_to_ask_back(
        context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, received: Received
    ) -> bool:
        """Whether what comes may be meant for something else, or may not be all of it.

        The question is hours old. Or its answer acts at once, and something else was shown since, or it is somebody
        else's message, the first part of a text that the phone cut in two, or an album's caption: its other photos are
        still to come.
        """
        if context.unit.clock.now() - draft.asked_at > step.lasts:
            return True
        is_part = len(received.text) >= answers.SPLIT_FROM or bool(received.album and received.text)
        is_doubtful = draft.memory.is_covered or received.is_forwarded or is_part
        return is_doubtful and _acts_at_once(form, step, model)

    async def _more_pending(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, received: Received
    ) -> Shown:
        typed = received.text.strip().casefold()
        if received.kind is Kind.TEXT and typed in answers.yes_words():
            return await self._pending_is_it(context, form, draft, step, model)
        if received.kind is Kind.TEXT and typed in answers.no_words():
            return self._pending_is_not(context, draft)
        *before, last = draft.memory.pending
        is_album = bool(received.album) and received.album == last.album
        if received.kind is Kind.TEXT and answers.are_parts(last, received):
            received = received.model_copy(update={"text": f"{last.text}\n{received.text}"})
            draft.memory.pending = [*before, received]
        else:
            draft.memory.pending = [*before, last, received]
        context.drafts.touch(draft)
        shown = self._show_pending(context, form, draft, step, model, in_place=is_album)
        return () if is_album and shown.edit_message_id is None else shown

    def _show_pending(
        self,
        context: OpsContext,
        form: AnyForm,
        draft: Draft,
        step: AnyStep,
        model: Any,
        *,
        in_place: bool = False,
    ) -> Screen:
        pending = draft.memory.pending
        words = [f"«{esc(cut(each.text, 300))}»" for each in pending if each.text]
        files = sum(each.kind is not Kind.TEXT for each in pending)
        typed = "\n".join([*words, *([texts.files_sent(files)] if files else [])])
        screen = view.ask_back(view.Question(form, step, draft, model), context, typed)
        if in_place:
            return replace(screen, edit_message_id=draft.message_id)
        return self._placed(context, draft, screen)

    async def _pending_is_it(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any
    ) -> Shown:
        pending, draft.memory.pending = draft.memory.pending, []
        return await self._take_all(context, form, draft, step, model, pending)

    def _pending_is_not(self, context: OpsContext, draft: Draft) -> Screen:
        draft.memory.pending = []
        context.drafts.touch(draft)
        rows = (view.continue_row(draft, self.called(draft) or _("the question")), (home_button(),))
        return self._placed(context, draft, replace(Screen(texts.not_used(), rows=rows), form=str(draft.id)))

    async def _take_all(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, messages: Sequence[Received]
    ) -> Shown:
        taken, said = answers.Taken(model, is_answered=False), ""
        if _acts_at_once(form, step, model):
            # Files first: the words are the answer, and behind that nothing is taken any more.
            messages = sorted(messages, key=lambda each: bool(each.text))
        for received in messages:
            taken = await answers.take(context, form, draft, step, taken.model, received)
            said = taken.said or said
            if taken.is_answered:
                break
        # Another one, where a text's second part came. Its answer may have taken away what the step is asked for.
        step = next((each for each in form.steps if each.name == draft.step), step)
        last = messages[-1]
        is_same_album = bool(last.album) and last.album == draft.memory.album
        if is_same_album and draft.memory.said and said != draft.memory.said:
            said = "\n".join(part for part in dict.fromkeys((draft.memory.said, said)) if part)
        draft.memory.album, draft.memory.said = last.album, said
        if taken.shown is not None:
            return await self._finished(context, form, draft, taken.shown)
        if taken.step:
            return await self._ask(context, form, draft, form.step(taken.step, taken.model), taken.model, said=said)
        if taken.is_answered:
            return await self._answered(context, form, draft, step, taken.model, said=said)
        return await self._ask_again(
            context,
            form,
            draft,
            step,
            taken.model,
            said=said,
            in_place=is_same_album and not answers.said_anew(messages),
        )

    # Edited messages

    async def on_edit(self, context: OpsContext, message: Message) -> Shown:
        """An answer of the open form that was edited changes its field; other edits are not seen."""
        received = received_of(message)
        if received is None or not received.text:
            return ()
        draft = context.drafts.open
        form = self._forms.get(draft.form) if draft is not None else None
        if draft is None or form is None:
            return Screen(texts.edits_are_not_seen(), rows=((home_button(),),), as_new=True)
        name = next((name for name, ids in draft.memory.answers.items() if received.message_id in ids), None)
        model = form.load(draft.data)
        here = form.step(draft.step, model)
        step = form.step(name, model) if name is not None else None
        if step is None or step.name != name:
            return await self._ask_again(context, form, draft, here, model, said=texts.edits_are_not_seen())
        if step.kind is StepKind.FILES:
            model = step.add_caption(model, received.text) if step.add_caption is not None else model
        else:
            taken = await answers.with_text(context, draft, step, model, received, "")
            if not taken.is_answered:
                return await self._ask_again(context, form, draft, here, model, said=taken.said)
            model = taken.model
        value = view.value_of(step, model, context) if step.fills(model) else "–"
        said = texts.changed(step.label(), value)
        return await self._ask_again(context, form, draft, form.step(draft.step, model), model, said=said)

    # Taps

    async def on_tap(self, context: OpsContext, tapped: FormTap) -> Shown:
        """A button of a form: of the question that is open, of an older one, or of a form that is closed."""
        draft = await context.drafts.find(tapped.draft)
        form = self._forms.get(draft.form) if draft is not None else None
        if draft is None or form is None or not _is_unfinished(draft):
            return self._closed(draft)
        if draft.status is DraftStatus.ASIDE:
            await self._drop_blank(context)
            context.drafts.reopen(draft)
        model = form.load(draft.data)
        step = form.step(draft.step, model)
        if tapped.turn != draft.memory.turn:
            again = await self._ask_again(context, form, draft, step, model)
            return _with_toast(again, texts.earlier_step())
        return await self._tapped(context, form, draft, step, model, tapped)

    async def _tapped(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, tapped: FormTap
    ) -> Shown:
        memory = draft.memory
        match tapped.action:
            case FormAction.PICK:
                return await self._picked(context, form, draft, step, model, tapped.value)
            case FormAction.SKIP if step.optional:
                return await self._answered(context, form, draft, step, answers.emptied(model, step))
            case FormAction.KEEP | FormAction.DONE:
                return await self._answered(context, form, draft, step, model)
            case FormAction.REMOVE_LAST if step.kind is StepKind.FILES:
                fewer = model.model_copy(update={step.name: getattr(model, step.name)[:-1]})
                following = form.step(step.name, fewer)
                # A step that is there for the files that it has ends with the last of them.
                ask = self._ask_again if following is step else self._ask
                return await ask(context, form, draft, following, fewer)
            case FormAction.BACK:
                return await self._back(context, form, draft, step, model)
            case FormAction.CANCEL:
                return await self._cancel(context, form, draft, model)
            case FormAction.CONFIRM if step.kind is StepKind.CONFIRM:
                return await self._answered(context, form, draft, step, model)
            case FormAction.CHANGE if step.kind is StepKind.CONFIRM:
                return await self._change(context, form, draft, step, model, tapped.value)
            case FormAction.PAGE if tapped.value.lstrip("-").isdigit():
                memory.page = int(tapped.value) if abs(int(tapped.value)) < 1200 or step.search else 0
                is_calendar = step.calendar and step.search is None
                return await self._ask_again(context, form, draft, step, model, is_calendar=is_calendar)
            case FormAction.ALL:
                memory.search, memory.page = "", 1
                return await self._ask_again(context, form, draft, step, model)
            case FormAction.IT_IS if memory.pending:
                return await self._pending_is_it(context, form, draft, step, model)
            case FormAction.IT_IS_NOT if memory.pending:
                return self._pending_is_not(context, draft)
            case _:
                return _with_toast(await self._ask_again(context, form, draft, step, model), texts.earlier_step())

    async def _picked(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, key: str
    ) -> Shown:
        if step.calendar and key.count("-") == 2:
            return await self._answered(context, form, draft, step, await answers.read(context, step, model, key))
        options, _page = await self._options(context, draft, step, model)
        option = next((each for each in options if each.key == key), None)
        if option is None:
            return _with_toast(await self._ask_again(context, form, draft, step, model), texts.earlier_step())
        return await self._answered(context, form, draft, step, await answers.with_option(context, step, model, option))

    async def _back(self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any) -> Shown:
        if draft.memory.is_editing or step.kind is StepKind.CONFIRM:
            draft.memory.is_editing = False
            return await self._ask(context, form, draft, form.steps[-1], model)
        return await self._ask(context, form, draft, form.before(step, model) or step, model)

    async def _change(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, field: str
    ) -> Shown:
        chosen = next((each for each in form.asked(model) if each.name == field and each is not step), None)
        if chosen is not None:
            draft.memory.is_editing = True
            return await self._ask(context, form, draft, chosen, model)
        question = view.Question(form, step, draft, model, is_menu=True)
        self._shown_now(context, draft)
        return self._placed(context, draft, view.screen_of(question, context))

    async def _cancel(self, context: OpsContext, form: AnyForm, draft: Draft, model: Any) -> Shown:
        context.drafts.close(draft, DraftStatus.CANCELLED)
        if form.left is not None:
            return self._in_its_place(context, draft, await form.left(context, model))
        name = "" if form.is_blank(model) else form.called(model)
        return self._in_its_place(context, draft, view.cancelled(draft, name, home_button()))

    # Questions

    async def _answered(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, *, said: str = ""
    ) -> Shown:
        """Goes on behind an answer: to the next question, back to the last one, or to the end."""
        draft.data = model.model_dump(mode="json")
        following = form.after(step, model)
        if draft.memory.is_editing and form.has_confirm:
            # The change may have opened another question.
            draft.memory.is_editing = bool(view.missing_in(form, model))
            following = form.first_open(model) if draft.memory.is_editing else form.steps[-1]
        if following is not None:
            return await self._ask(context, form, draft, following, model, said=said)
        if view.missing_in(form, model):
            return await self._ask(context, form, draft, form.first_open(model), model, said=said)
        return await self._finish(context, form, draft, model)

    async def _finish(self, context: OpsContext, form: AnyForm, draft: Draft, model: Any) -> Shown:
        if form.finish is None:
            raise RuntimeError(f"the form {form.name} has nothing that finishes it")
        return await self._finished(context, form, draft, await form.finish(context, model))

    async def _finished(self, context: OpsContext, form: AnyForm, draft: Draft, result: Shown) -> Shown:
        if draft.status is DraftStatus.OPEN:
            context.drafts.close(draft, DraftStatus.DONE)
        screens = [result] if isinstance(result, Screen) else list(result)
        others = [each for each in await context.drafts.unfinished() if self.called(each) is not None]
        for place, screen in enumerate(screens):
            # A card is never kept: it changes in place as its record does.
            if screen.text and screen.card is None and form.leaves_receipt:
                rows = screen.rows
                if others and screen is screens[-1]:
                    rows = (*rows, view.continue_row(others[0], self.called(others[0]) or ""))
                screens[place] = replace(screen, keep=True, rows=rows)
        if screens:
            screens[0] = self._in_its_place(context, draft, screens[0])
        return screens

    async def _ask(
        self, context: OpsContext, form: AnyForm, draft: Draft, step: AnyStep, model: Any, *, said: str = ""
    ) -> Shown:
        """Another question: buttons of those before it are old from now on."""
        memory = draft.memory
        memory.turn += 1
        memory.pending = []
        memory.search, memory.page, memory.offered = "", 1, []
        draft.step = step.name
        return await self._ask_again(context, form, draft, step, model, said=said)

    async def _ask_again(
        self,
        context: OpsContext,
        form: AnyForm,
        draft: Draft,
        step: AnyStep,
        model: Any,
        *,
        said: str = "",
        in_place: bool = False,
        is_calendar: bool = False,
    ) -> Shown:
        """The same question, perhaps with a hint above it or with another part of its answers."""
        draft.step, draft.data = step.name, model.model_dump(mode="json")
        options, page = await self._options(context, draft, step, model)
        month = self._calendar_month(context, draft) if is_calendar else None
        facts = await step.facts(context, model) if step.facts is not None else ""
        question = view.Question(
            form, step, draft, model, said=said, facts=facts, options=options, page=page, month=month
        )
        screen = view.screen_of(question, context)
        self._shown_now(context, draft)
        if in_place and draft.message_id is not None:
            return replace(screen, edit_message_id=draft.message_id)
        return self._placed(context, draft, screen)

    async def _options(
        self, context: OpsContext, draft: Draft, step: AnyStep, model: Any
    ) -> tuple[Sequence[Option], OptionPage | None]:
        fixed = await step.options(context, model) if step.options is not None else ()
        fixed = (*answers.readings(context, step, model, draft.memory.offered), *fixed)
        if step.search is None:
            return fixed, None
        page = await answers.search(context, step, model, draft.memory.search, draft.memory.page)
        draft.memory.page = page.page
        return (*(() if draft.memory.search else fixed), *page.options), page

    @staticmethod
    def _calendar_month(context: OpsContext, draft: Draft) -> Month:
        month = Month.containing(local_day(context.unit.clock.now(), context.organization.zone))
        for _step in range(abs(draft.memory.page)):
            month = month.next() if draft.memory.page > 0 else month.previous()
        return month

    def _shown_now(self, context: OpsContext, draft: Draft) -> None:
        draft.asked_at = context.unit.clock.now()
        draft.memory.is_covered = False
        context.drafts.touch(draft)

    # Where it stands in the chat

    def _placed(self, context: OpsContext, draft: Draft, screen: Screen) -> Screen:
        """A question in the message that was tapped, else below everything; its older message goes away."""
        origin = context.scope.origin
        older = draft.message_id
        if origin.message_id is not None and not origin.has_media and not origin.is_kept:
            draft.message_id = origin.message_id
            context.drafts.touch(draft)
            return replace(screen, retire=(older,) if older not in {None, origin.message_id} else ())
        draft.message_id = None
        context.drafts.touch(draft)
        return replace(screen, as_new=True, retire=(older,) if older is not None else ())

    def _in_its_place(self, context: OpsContext, draft: Draft, screen: Screen) -> Screen:
        """What comes after a form: its question is gone."""
        placed = self._placed(context, draft, screen)
        return replace(placed, form="")

    def _closed(self, draft: Draft | None) -> Screen:
        """A button of a form that is open no longer."""
        if draft is None:
            return Screen(toast=_("This button is old. /menu opens the menu."), is_alert=True)
        form = self._forms.get(draft.form)
        if draft.status is DraftStatus.DONE:
            said = (
                form.sent(form.load(draft.data)) if form is not None and form.sent is not None else texts.sent_already()
            )
            return Screen(toast=said, is_alert=True)
        if draft.status is DraftStatus.REPLACED:
            return Screen(toast=texts.was_deleted(), is_alert=True)
        return Screen(toast=texts.was_cancelled(), is_alert=True)

    # Refusals

    async def refused(self, context: OpsContext, error: DomainError, said: str, *, is_tap: bool) -> Shown | None:
        """The question again, below the words of a refusal; None: no form is open."""
        draft = context.drafts.open
        form = self._forms.get(draft.form) if draft is not None else None
        if draft is None or form is None:
            return None
        model = form.load(draft.data)
        draft.memory.pending = []  # it was the answer, and it was refused
        words = "" if is_tap else escape(said, quote=False)
        instead = await form.overtaken(context, model, error) if form.overtaken is not None else None
        if instead is not None:
            context.drafts.close(draft, DraftStatus.CANCELLED)
            text = f"{words}\n\n{instead.text}" if words else instead.text
            again: Shown = self._in_its_place(context, draft, replace(instead, text=text))
        else:
            step = form.step(draft.step, model)
            again = await self._ask_again(context, form, draft, step, model, said=words)
            if form.after_refusal is not None:
                again = _with_rows(again, form.after_refusal(error))
        return _with_toast(again, said, is_alert=True) if is_tap else again

    async def refused_message(
        self, context: OpsContext, message: Message, error: DomainError, said: str
    ) -> Shown | None:
        """The same after a message that could not be read. A long text's first part is remembered: what follows it
        within seconds is its tail."""
        draft = context.drafts.open
        received = received_of(message)
        form = self._forms.get(draft.form) if draft is not None else None
        if draft is not None and form is not None and received is not None:
            model = form.load(draft.data)
            step = form.step(draft.step, model)
            first = draft.memory.long_text
            received, step, _model = answers.joined(form, draft, step, model, received)
            if first is not None and draft.memory.long_text is not None and isinstance(error, TextTooLong):
                said = texts.too_long_in_parts(len(received.text), error.limit)
            draft.step = step.name
            is_edit = context.scope.update.edited_message is not None
            draft.memory.offered = (
                answers.typed_as(error.candidates) if isinstance(error, Ambiguous) and not is_edit else []
            )
        return await self.refused(context, error, said, is_tap=False)


def _acts_at_once(form: AnyForm, step: AnyStep, model: Any) -> bool:
    """Whether the form ends with this answer, and nobody looks at all of it before."""
    return form.after(step, model) is None and step.kind is not StepKind.CONFIRM


def _is_unfinished(draft: Draft) -> bool:
    return draft.status in {DraftStatus.OPEN, DraftStatus.ASIDE}


def _with_rows(shown: Shown, rows: Rows) -> Shown:
    """More buttons, above those of the first screen."""
    return _with_first(shown, lambda screen: replace(screen, rows=(*rows, *screen.rows)))


def _with_toast(shown: Shown, toast: str, *, is_alert: bool = False) -> Shown:
    return _with_first(shown, lambda screen: screen.with_toast(toast, is_alert=is_alert))


def _with_first(shown: Shown, change: Callable[[Screen], Screen]) -> Shown:
    screens = [shown] if isinstance(shown, Screen) else list(shown)
    return [*map(change, screens[:1]), *screens[1:]]
