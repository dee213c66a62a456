"""/orders, and what its buttons lead to. All of it is stateless: a button works weeks later."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.screens.context import OpsContext
from bot.screens.interface import App
from bot.screens.screen import Screen
from domain.errors import DomainError, NotFound
from handlers.family import Family
from handlers.home.handlers import old_button
from handlers.orders import views
from handlers.orders.payloads import AboutOrder, OrdersPage, ReadTexts, ShowFiles, ViewOrder
from handlers.places import Go, Place
from handlers.submit.form import NAME as FORM
from handlers.submit.payloads import StartResubmit


async def my_orders(_update: Update, context: OpsContext) -> None:
    """The list. To look something up in it is no reason to lose the draft of an order; any other conversation ends."""
    if context.conversation.name != FORM:
        context.conversation.end()
    context.show(views.orders(await context.services.order_queries.my_orders(actor=context.actor)))


async def turn_page(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, OrdersPage):
        await old_button(update, context)
        return
    page = await context.services.order_queries.my_orders(page=payload.page, actor=context.actor)
    context.show(views.orders(page))


async def view_order(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, ViewOrder):
        await old_button(update, context)
        return
    card = await context.services.order_queries.order_card(payload.order, actor=context.actor)
    context.show(views.card(card, context.organization, page=payload.page))


async def show_files(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, ShowFiles):
        await old_button(update, context)
        return
    card = await context.services.order_queries.order_card(payload.order, actor=context.actor)
    context.show(views.files(card, payload.version, payload.page))


async def read_texts(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, ReadTexts):
        await old_button(update, context)
        return
    card = await context.services.order_queries.order_card(payload.order, actor=context.actor)
    for screen in views.texts(card, context.organization, payload.page):
        context.show(screen)


async def truth(_error: DomainError, context: OpsContext) -> Screen | None:
    """The order that the tapped button is about, as it is now; None where there is none that the person may see."""
    payload = context.payload
    if not isinstance(payload, AboutOrder | StartResubmit):
        return None
    try:
        card = await context.services.order_queries.order_card(payload.order, actor=context.actor)
    except NotFound:
        return None
    return views.card(card, context.organization)


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("orders", my_orders, filters.UpdateType.MESSAGE))
    app.add_handler(CallbackQueryHandler(my_orders, pattern=Go(Place.ORDERS).equals))
    app.add_handler(CallbackQueryHandler(turn_page, pattern=OrdersPage.matches))
    app.add_handler(CallbackQueryHandler(view_order, pattern=ViewOrder.matches))
    app.add_handler(CallbackQueryHandler(show_files, pattern=ShowFiles.matches))
    app.add_handler(CallbackQueryHandler(read_texts, pattern=ReadTexts.matches))


def add_screens(app: App) -> None:
    """None: each button works from anywhere."""


family = Family(add_entrances=add_entrances, add_screens=add_screens, truths=(truth,))
