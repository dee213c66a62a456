"""/orders, and what the buttons of orders lead to. All of it works weeks later: a button carries what it is about."""

from __future__ import annotations

from typing import Final

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from bot.screens.screen import Button
from domain.access import Actor, Permission
from domain.accounts.model import Role
from domain.orders.model import OrderStatus
from domain.orders.queries import TO_DO, OrderQueries
from domain.unit_of_work import UnitOfWork
from handlers.orders import views
from handlers.orders.payloads import AllOrders, MyOrders, ReadTexts, ShowOrderFiles, ViewOrder, Which

routes = Routes()
WAITING: Final = (OrderStatus.UNDER_QA,)
APPROVED: Final = (OrderStatus.APPROVED, OrderStatus.COMPLETED)
MINE: Final = {Which.ALL: (), Which.TO_DO: TO_DO, Which.WAITING: WAITING, Which.APPROVED: APPROVED}
EVERYONES: Final = MINE | {Which.TO_DO: (OrderStatus.IN_PROGRESS,)}
"""A rejected order is its worker's turn, but nobody may be at work on it."""


@routes.command("orders", views.title_of_orders, *Role, order=2, in_menu=True)
async def orders(context: OpsContext) -> Shown:
    """Those that the person may see."""
    if context.actor.may(Permission.SEE_ALL_ORDERS):
        return await all_orders(context, AllOrders())
    return await my_orders(context, MyOrders())


@routes.button(MyOrders)
async def my_orders(context: OpsContext, tapped: MyOrders) -> Shown:
    queries = context.services.order_queries
    page = await queries.my_orders(page=tapped.page, statuses=MINE[tapped.which], actor=context.actor)
    return views.my_orders(page, tapped.which)


@routes.button(AllOrders)
async def all_orders(context: OpsContext, tapped: AllOrders) -> Shown:
    queries = context.services.order_queries
    page = await queries.orders(page=tapped.page, statuses=EVERYONES[tapped.which], actor=context.actor)
    return views.all_orders(page, tapped.which)


@routes.button(ViewOrder)
async def view_order(context: OpsContext, tapped: ViewOrder) -> Shown:
    card = await context.services.order_queries.order_card(tapped.order, actor=context.actor)
    return views.card(card, context.organization, which=tapped.which, page=tapped.page)


@routes.button(ShowOrderFiles)
async def show_files(context: OpsContext, tapped: ShowOrderFiles) -> Shown:
    card = await context.services.order_queries.order_card(tapped.order, actor=context.actor)
    return views.files(card, tapped)


@routes.button(ReadTexts)
async def read_texts(context: OpsContext, tapped: ReadTexts) -> Shown:
    card = await context.services.order_queries.order_card(tapped.order, actor=context.actor)
    return views.texts(card, context.organization, tapped.which, tapped.page)


# Home


async def _to_do(unit: UnitOfWork, actor: Actor) -> Button | None:
    """Only while there is something to do."""
    counts = await OrderQueries(unit).my_counts(actor=actor)
    return views.to_do_button(counts.to_do) if counts.to_do else None


async def _headline(unit: UnitOfWork, actor: Actor) -> str | None:
    return views.headline(await OrderQueries(unit).my_counts(actor=actor))


routes.entry(Menu.HOME, Role.WORKER, 30, _to_do)
routes.entry(Menu.HOME, Role.WORKER, 40, constant(views.my_orders_button), order=1)
routes.entry(Menu.HOME, Role.ADMIN, 40, constant(views.all_orders_button), order=1)
routes.headline(Role.WORKER, 10, _headline)
