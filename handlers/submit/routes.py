"""/submit, and the orders that came back."""

from __future__ import annotations

from bot.screens.context import OpsContext
from bot.screens.form import CONFIRM, Shown
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from bot.screens.screen import Screen
from domain.accounts.model import Role
from domain.errors import Conflict, DomainError, NotFound
from domain.orders.cards import OrderCard
from domain.orders.transitions import Move
from handlers.orders import views as order_views
from handlers.submit import views
from handlers.submit.form import SUBMIT, Resubmission, SubmitDraft, draft_from
from handlers.submit.payloads import StartResubmit, StartSubmit

routes = Routes()
routes.entry(Menu.HOME, Role.WORKER, 10, constant(views.submit_work_button))


@routes.command("submit", views.title_of_submit, Role.WORKER, order=1, in_menu=True)
@routes.button(StartSubmit)
async def submit(context: OpsContext, tapped: StartSubmit = StartSubmit()) -> Shown:
    if not await context.services.order_queries.categories(actor=context.actor):
        return views.no_categories()
    return await context.forms.start(context, SUBMIT, SubmitDraft(), by=tapped)


@routes.button(StartResubmit)
async def resubmit(context: OpsContext, tapped: StartResubmit) -> Shown:
    """An order that was assigned, sent back or rejected, straight to its last step."""
    queries = context.services.order_queries
    card = await queries.order_card(tapped.order, actor=context.actor)
    if not can_submit(card, tapped.version):
        return order_views.card(card, context.organization).with_toast(order_views.changed(), is_alert=True)
    order = Resubmission(order=tapped.order, version=tapped.version, number=card.order.number)
    draft = draft_from(await queries.draft_of(tapped.order, actor=context.actor), order)
    return await context.forms.start(context, SUBMIT, draft, by=tapped, step=CONFIRM)


def can_submit(card: OrderCard, version: int) -> bool:
    """Whether a button from that version still leads anywhere."""
    return Move.SUBMIT in card.moves and card.order.version == version


@routes.truth(StartResubmit)
async def order_now(context: OpsContext, tapped: StartResubmit, error: DomainError) -> Screen | None:
    """The order itself, where it changed while its worker filled in the form."""
    if not isinstance(error, Conflict):
        return None
    try:
        card = await context.services.order_queries.order_card(tapped.order, actor=context.actor)
    except NotFound:
        return None
    return order_views.card(card, context.organization)
