"""/undelivered, and what its buttons lead to. All of it is stateless."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.screens.context import OpsContext
from bot.screens.interface import App
from handlers.delivery import views
from handlers.delivery.payloads import MessagesPage, PeoplePage, TryAgain
from handlers.home.handlers import old_button
from handlers.places import Go, Place


async def show_people(_update: Update, context: OpsContext) -> None:
    """Who is out of reach, and how many messages were given up for other reasons."""
    payload = context.payload
    if not isinstance(payload, PeoplePage):
        context.conversation.end()
    page = payload.page if isinstance(payload, PeoplePage) else 1
    queries = context.services.delivery_queries
    people = await queries.out_of_reach(page=page, actor=context.actor)
    counts = await queries.counts(actor=context.actor)
    context.show(views.people(people, counts.messages, context.organization))


async def show_messages(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, MessagesPage):
        await old_button(update, context)
        return
    page = await context.services.delivery_queries.given_up(page=payload.page, actor=context.actor)
    context.show(views.messages(page, context.organization))


async def try_again(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, TryAgain):
        await old_button(update, context)
        return
    await context.services.delivery.try_again(payload.notification, actor=context.actor)
    page = await context.services.delivery_queries.given_up(page=payload.page, actor=context.actor)
    context.show(views.messages(page, context.organization).with_toast(views.on_its_way()))


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("undelivered", show_people, filters.UpdateType.MESSAGE))
    app.add_handler(CallbackQueryHandler(show_people, pattern=Go(Place.UNDELIVERED).equals))


def add_screens(app: App) -> None:
    app.add_handler(CallbackQueryHandler(show_people, pattern=PeoplePage.matches))
    app.add_handler(CallbackQueryHandler(show_messages, pattern=MessagesPage.matches))
    app.add_handler(CallbackQueryHandler(try_again, pattern=TryAgain.matches))
