"""/submit, the form's steps, and its end: an order Under QA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation, Handler
from bot.screens.interface import App
from bot.screens.screen import Screen
from domain.access import Permission
from domain.errors import Conflict, DomainError, NotAllowed, NotFound
from domain.errors.orders import TooManyFiles
from domain.orders.cards import OrderCard
from domain.orders.queries import CategoryChoice
from domain.orders.transitions import Move
from handlers.family import Family
from handlers.home import views as home_views
from handlers.home.handlers import old_button, show_home
from handlers.orders import views as order_views
from handlers.places import Go, Place
from handlers.submit import views
from handlers.submit.files import MB, TAKEN, file_of, limit_mb
from handlers.submit.form import FIELDS, NAME, TYPED, Form, Resubmission, Step
from handlers.submit.payloads import (
    FORM_BUTTONS,
    Act,
    Action,
    Continue,
    EditField,
    FormButton,
    PickCategory,
    PickRecent,
    ResubmitInstead,
    StartNew,
    StartResubmit,
)
from handlers.submit.words import WORDS

FIRST_PAGE: Final = 1


# Ways in


async def submit(_update: Update, context: OpsContext) -> None:
    """/submit and its button. A draft that is under way is not thrown away unasked."""
    form = current_form(context)
    if form is not None and not form.is_empty:
        context.show(views.under_way(form))
        return
    await _begin(context)


async def start_new(update: Update, context: OpsContext) -> None:
    form, payload = current_form(context), context.payload
    if form is not None and not (isinstance(payload, StartNew) and payload.draft == form.id):
        await submit(update, context)
        return
    await _begin(context)


async def _begin(context: OpsContext) -> None:
    _check_may_submit(context)
    choices = await context.services.order_queries.categories(actor=context.actor)
    if not choices:
        context.conversation.end()
        context.show(views.no_categories())
        return
    await go_to(context, Form(), Step.CATEGORY, choices=choices)


def _check_may_submit(context: OpsContext) -> None:
    """The service refuses it at the end; better that people hear it before they type."""
    if not context.actor.may(Permission.SUBMIT_ORDERS):
        raise NotAllowed(permission=Permission.SUBMIT_ORDERS)


async def go_on(update: Update, context: OpsContext) -> None:
    form = current_form(context)
    if form is None:
        await submit(update, context)
        return
    await go_to(context, form, Step(context.conversation.step))


async def resubmit(_update: Update, context: OpsContext) -> None:
    """An order that was assigned, sent back or rejected, straight to the card."""
    payload = context.payload
    if not isinstance(payload, StartResubmit):
        context.show(home_views.old_button())
        return
    _check_may_submit(context)
    card = await context.services.order_queries.order_card(payload.order, actor=context.actor)
    if not can_submit(card, payload.version):
        context.show(order_views.card(card, context.organization).with_toast(order_views.changed(), is_alert=True))
        return
    order = Resubmission(payload.order, payload.version, card.order.number)
    form = current_form(context)
    if form is not None and form.resubmits == order:
        await go_to(context, form, Step.CARD, as_new=True)
        return
    is_dropped = form is None or form.is_empty or (isinstance(payload, ResubmitInstead) and payload.draft == form.id)
    if form is not None and not is_dropped:
        context.show(views.under_way_instead(form, card.order))
        return
    draft = await context.services.order_queries.draft_of(payload.order, actor=context.actor)
    await go_to(context, Form(order=draft, resubmits=order), Step.CARD, as_new=True)


def can_submit(card: OrderCard, version: int) -> bool:
    """Whether a button from that version still leads anywhere."""
    return Move.SUBMIT in card.moves and card.order.version == version


# Between the steps


def current_form(context: OpsContext) -> Form | None:
    """The draft that is under way."""
    state = context.conversation
    return Form.from_json(state.draft) if state.name == NAME and state.draft is not None else None


async def go_to(
    context: OpsContext,
    form: Form,
    step: Step,
    *,
    choices: Sequence[CategoryChoice] = (),
    said: str = "",
    toast: str = "",
    as_new: bool = False,
) -> None:
    """Moves to a step and asks its question. `choices`: the categories, where they are known already."""
    screen, form = await _screen(context, form, step, said, choices)
    context.conversation.move(NAME, step, form.to_json())
    context.show(replace(screen, toast=toast, as_new=as_new))


async def _screen(
    context: OpsContext, form: Form, step: Step, said: str, choices: Sequence[CategoryChoice] = ()
) -> tuple[Screen, Form]:
    queries = context.services.order_queries
    limit = limit_mb(is_api_local=context.tools.is_api_local)
    if step is Step.CATEGORY:
        choices = choices or await queries.categories(actor=context.actor)
        return views.ask(form, step, limit, choices=choices, said=said), form
    if step is Step.BUSINESS:
        form = replace(form, offered=await queries.recent_businesses(actor=context.actor))
    elif step is Step.FOLDER:
        business = form.order.business_name
        form = replace(form, offered=await queries.recent_folders(business=business, actor=context.actor))
    elif step is not Step.CARD:
        form = replace(form, offered=())
    if step is Step.CARD:
        form = replace(form, is_editing=False, offered=())
    return views.ask(form, step, limit, said=said), form


async def _answered(context: OpsContext, form: Form, step: Step, value: object) -> None:
    await go_to(context, form.with_value(step, value), form.after(step))


# Typed answers


async def typed(update: Update, context: OpsContext) -> None:
    form, step = _here(context)
    text = update.message.text if update.message is not None else None
    read = TYPED.get(step)
    if read is None or text is None:
        said = views.files_or_done() if step is Step.FILES else views.use_buttons()
        await _show_below(context, form, step, said=said)
        return
    await _answered(context, form, step, read(text))


def _here(context: OpsContext) -> tuple[Form, Step]:
    form = current_form(context)
    if form is None:
        raise RuntimeError("a step of the form without the form")
    return form, Step(context.conversation.step)


# Files


async def take_file(update: Update, context: OpsContext) -> None:
    """A photo or a document, at whatever step it comes. Of an album, each file is an update of its own."""
    form, _step = _here(context)
    message = update.message
    file = file_of(message) if message is not None else None
    if message is None or file is None:
        await refuse_kind(update, context)
        return
    limit = limit_mb(is_api_local=context.tools.is_api_local)
    said = views.captions_are_lost() if message.caption else ""
    if file.size > limit * MB:
        said = views.too_large(file.original_name, file.size, limit)
    else:
        try:
            form = replace(form, order=form.order.with_file(file))
        except TooManyFiles:
            said = views.full()
    await _answer_file(context, form, message, said)


async def refuse_kind(update: Update, context: OpsContext) -> None:
    """A video, a voice message, a sticker …"""
    form, _step = _here(context)
    if update.message is not None:
        await _answer_file(context, form, update.message, views.wrong_kind())


async def _answer_file(context: OpsContext, form: Form, message: Message, said: str) -> None:
    """One message counts the files and stays the last one: an album's first file brings it down, the others edit it."""
    step = Step(context.conversation.step)
    album = message.media_group_id or ""
    is_same_album = bool(album) and album == form.album
    counts = step in {Step.FILES, Step.CARD}
    if not counts and not said:
        said = views.kept_for_later()
    if is_same_album:
        said = form.said if said in form.said else f"{form.said}\n{said}".strip()
    is_news = not is_same_album or said != form.said
    form = replace(form, album=album, said=said)
    if counts or is_news:
        await _show_below(context, form, step, said=said, in_place=is_same_album)
    else:
        context.conversation.move(NAME, step, form.to_json())


async def _show_below(context: OpsContext, form: Form, step: Step, *, said: str, in_place: bool = False) -> None:
    """The step's message goes to the end of the chat, so that its buttons are at hand; or is changed where it is."""
    screen, form = await _screen(context, form, step, said)
    shown_at = await context.shown_at(views.CARD, form.id)
    if shown_at is not None and in_place:
        screen = replace(screen, edit_message_id=shown_at)
    elif shown_at is not None:
        screen = replace(screen, delete=(shown_at,))
    context.conversation.move(NAME, step, form.to_json())
    context.show(screen)


# Buttons


async def tapped(update: Update, context: OpsContext) -> None:
    """A button of the form that is open; one from another step or another form shows where we are."""
    form, step = _here(context)
    payload = context.payload
    if not isinstance(payload, FormButton):
        await old_button(update, context)
        return
    if payload.draft != form.id or payload.step is not step:
        await go_to(context, form, step, toast=views.stale())
        return
    if isinstance(payload, PickCategory):
        await _pick_category(context, form, payload.category)
    elif isinstance(payload, PickRecent):
        await _pick_recent(context, form, payload)
    elif isinstance(payload, EditField):
        await _edit_field(context, form, payload.field)
    elif isinstance(payload, Act):
        await _act(context, form, step, payload.action)


async def _pick_category(context: OpsContext, form: Form, category: UUID) -> None:
    choices = await context.services.order_queries.categories(actor=context.actor)
    name = next((each.name for each in choices if each.id == category), None)
    if name is None:
        await go_to(context, form, Step.CATEGORY, toast=views.category_gone())
        return
    await _answered(context, form, Step.CATEGORY, name)


async def _pick_recent(context: OpsContext, form: Form, payload: PickRecent) -> None:
    if not 0 <= payload.index < len(form.offered):
        await go_to(context, form, payload.step, toast=views.stale())
        return
    await _answered(context, form, payload.step, form.offered[payload.index])


async def _edit_field(context: OpsContext, form: Form, field: Step) -> None:
    if field not in {*FIELDS, Step.FILES}:
        await go_to(context, form, Step.EDIT, toast=views.stale())
        return
    await go_to(context, replace(form, is_editing=True), field)


async def _act(context: OpsContext, form: Form, step: Step, action: Action) -> None:
    if action is Action.CANCEL:
        context.conversation.end()
        await show_home(context, before=home_views.cancelled())
    elif action is Action.BACK:
        await go_to(context, form, form.before(step) or step)
    elif action is Action.EDIT:
        await go_to(context, form, Step.EDIT)
    elif action is Action.REMOVE_LAST:
        await go_to(context, form.without_last_file(), Step.FILES, toast=views.removed())
    elif action is Action.SUBMIT:
        await _submit(context, form)
    elif step in FIELDS and action is Action.SKIP:
        await _answered(context, form, step, None)
    else:
        await go_to(context, form, form.after(step))


async def _submit(context: OpsContext, form: Form) -> None:
    orders, again = context.services.orders, form.resubmits
    if again is None:
        card = await orders.submit(form.order, actor=context.actor)
    else:
        card = await orders.resubmit(again.order, again.version, form.order, actor=context.actor)
    context.conversation.end()
    context.show(views.submitted(card.order, again=again is not None and len(card.history) > 1))


async def closed_form(update: Update, context: OpsContext) -> None:
    """A button of a form that is not open any more: after a second tap on Submit, for one."""
    if isinstance(context.payload, FormButton):
        context.show(views.gone())
    else:
        await old_button(update, context)


async def truth(error: DomainError, context: OpsContext) -> Screen | None:
    """The order itself, where it changed while its worker filled in the form."""
    payload = context.payload
    form = current_form(context)
    if not isinstance(error, Conflict) or not isinstance(payload, Act) or form is None or form.resubmits is None:
        return None
    try:
        card = await context.services.order_queries.order_card(form.resubmits.order, actor=context.actor)
    except NotFound:
        return None
    return order_views.card(card, context.organization)


def is_form_button(data: object) -> bool:
    return any(each.matches(data) for each in FORM_BUTTONS)


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("submit", submit, filters.UpdateType.MESSAGE))
    app.add_handler(CallbackQueryHandler(submit, pattern=Go(Place.SUBMIT).equals))
    app.add_handler(CallbackQueryHandler(start_new, pattern=StartNew.matches))
    app.add_handler(CallbackQueryHandler(go_on, pattern=Continue.matches))
    app.add_handler(CallbackQueryHandler(resubmit, pattern=StartResubmit.matches))
    app.add_handler(CallbackQueryHandler(resubmit, pattern=ResubmitInstead.matches))


def add_screens(app: App) -> None:
    message = filters.UpdateType.MESSAGE
    everywhere: list[Handler] = [
        CallbackQueryHandler(tapped, pattern=is_form_button),
        MessageHandler(TAKEN & message, take_file),
        MessageHandler(filters.TEXT & ~filters.COMMAND & message, typed),
        MessageHandler(~filters.COMMAND & message, refuse_kind),
    ]
    app.add_handler(Conversation(NAME, dict.fromkeys(Step, everywhere)))
    app.add_handler(CallbackQueryHandler(closed_form, pattern=is_form_button))


family = Family(add_entrances=add_entrances, add_screens=add_screens, words=WORDS, truths=(truth,))
