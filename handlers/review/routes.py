"""/check, the cards of orders, and what their buttons do."""

from __future__ import annotations

from typing import Any

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu
from bot.screens.routes import Routes
from bot.screens.screen import Button, Screen
from domain.access import Actor
from domain.accounts.model import Role
from domain.errors import DomainError
from domain.orders.cards import OrderCard
from domain.orders.queries import OrderQueries
from domain.unit_of_work import UnitOfWork
from handlers.review import views
from handlers.review.form import HOW_MANY, TEMPLATE_KINDS, WHY, HowMany, Why, after, next_card, refused
from handlers.review.payloads import (
    Approve,
    ApproveSome,
    AskHowMany,
    AskReason,
    Back,
    CheckWork,
    OrderButton,
    ShowCard,
    ShowFiles,
    ShowPictures,
    ShowTexts,
    Skip,
    Undo,
    UseTemplate,
)

routes = Routes()


# Looking


@routes.command("queue", views.title_of_check)  # as it was called once: in nobody's /help
@routes.command("check", views.title_of_check, Role.ADMIN, order=1, in_menu=True)
@routes.button(CheckWork)
async def check(context: OpsContext, _tapped: CheckWork = CheckWork()) -> Shown:
    return await next_card(context)


@routes.button(Skip)
async def skip(context: OpsContext, tapped: Skip) -> Shown:
    return await next_card(context, behind=tapped.order)


@routes.button(ShowCard)
async def show_card(context: OpsContext, tapped: ShowCard) -> Shown:
    review = await context.services.reviews.review(tapped.order, actor=context.actor)
    return views.card(review, queue=tapped.queue)


@routes.button(ShowFiles, ShowPictures, ShowTexts)
async def show_more(context: OpsContext, tapped: ShowFiles | ShowPictures | ShowTexts) -> Shown:
    """The files or texts first: should Telegram refuse them, the card stays where it is."""
    review = await context.services.reviews.review(tapped.order, actor=context.actor)
    match tapped:
        case ShowFiles():
            shown = [views.album(review.files)]
        case ShowPictures():
            shown = [views.album(review.pictures)]
        case ShowTexts():
            shown = views.whole_texts(review)
    return [*shown, views.moved_down(views.card(review, queue=tapped.queue), context.scope.origin.message_id)]


# Deciding


@routes.button(Approve)
async def approve(context: OpsContext, tapped: Approve) -> Shown:
    card = await context.services.orders.approve(tapped.order, tapped.version, actor=context.actor)
    return await _decided(context, card, views.approved(card.order), tapped)


@routes.button(ApproveSome)
async def approve_some(context: OpsContext, tapped: ApproveSome) -> Shown:
    orders = context.services.orders
    card = await orders.approve(tapped.order, tapped.version, approved=tapped.approved, actor=context.actor)
    return await _decided(context, card, views.approved(card.order), tapped)


@routes.button(UseTemplate)
async def use_template(context: OpsContext, tapped: UseTemplate) -> Shown:
    orders = context.services.orders
    send_back = orders.reject if tapped.back is Back.REJECT else orders.needs_changes
    card = await send_back(tapped.order, tapped.version, template=tapped.template, actor=context.actor)
    return await _decided(context, card, views.sent_back(card.order, tapped.back), tapped)


@routes.button(Undo)
async def undo(context: OpsContext, tapped: Undo) -> Shown:
    card = await context.services.orders.undo(tapped.order, tapped.version, actor=context.actor)
    review = await context.services.reviews.of_card(card, actor=context.actor)
    return views.card(review, queue=tapped.queue).with_toast(views.taken_back(card.order))


@routes.button(AskHowMany)
async def ask_how_many(context: OpsContext, tapped: AskHowMany) -> Shown:
    review = await context.services.reviews.to_decide(tapped.order, tapped.version, actor=context.actor)
    order = review.card.order
    draft = HowMany(**_about(order.number, order.worker_name, tapped), total=order.total_submissions)
    return await context.forms.start(context, HOW_MANY, draft, by=tapped)


@routes.button(AskReason)
async def ask_reason(context: OpsContext, tapped: AskReason) -> Shown:
    review = await context.services.reviews.to_decide(tapped.order, tapped.version, actor=context.actor)
    queries = context.services.order_queries
    templates = await queries.reason_templates(TEMPLATE_KINDS[tapped.back], actor=context.actor)
    order = review.card.order
    words = tuple(each.text for each in templates)
    draft = Why(**_about(order.number, order.worker_name, tapped), back=tapped.back, templates=words)
    return await context.forms.start(context, WHY, draft, by=tapped)


def _about(number: int, worker: str, tapped: AskHowMany | AskReason) -> dict[str, Any]:
    about: dict[str, Any] = {"order": tapped.order, "version": tapped.version, "queue": tapped.queue}
    return about | {"number": number, "worker": worker}


async def _decided(context: OpsContext, card: OrderCard, said: str, tapped: OrderButton) -> Screen:
    """What follows. A question about this order that is open is over."""
    for form in (HOW_MANY, WHY):
        await context.forms.leave(context, form, lambda draft: draft.order == card.order.id)
    return await after(context, card, said, queue=tapped.queue)


@routes.truth(
    ShowCard,
    ShowFiles,
    ShowPictures,
    ShowTexts,
    Skip,
    Approve,
    ApproveSome,
    UseTemplate,
    Undo,
    AskHowMany,
    AskReason,
)
async def order_now(context: OpsContext, tapped: OrderButton, error: DomainError) -> Screen | None:
    """The order itself, as it is now."""
    return await refused(context, tapped.order, error, queue=tapped.queue)


# Home


async def _check_button(unit: UnitOfWork, actor: Actor) -> Button:
    return views.check_button((await OrderQueries(unit).desk_counts(actor=actor)).waiting)


async def _headline(unit: UnitOfWork, actor: Actor) -> str | None:
    counts = await OrderQueries(unit).desk_counts(actor=actor)
    now = unit.clock.now()
    return views.headline(counts, now - (counts.oldest or now))


routes.entry(Menu.HOME, Role.ADMIN, 10, _check_button)
routes.headline(Role.ADMIN, 10, _headline)
