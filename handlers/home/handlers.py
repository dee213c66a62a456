"""/menu, /help, /cancel from anywhere; and the answers to what nothing else understands."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.screens.context import OpsContext
from bot.screens.interface import App
from bot.screens.screen import Screen
from domain.access import Actor
from domain.accounts.model import Role
from domain.accounts.standing import StandingKind
from domain.notifications.queries import DeliveryQueries
from domain.orders.queries import OrderQueries
from domain.unit_of_work import UnitOfWork
from handlers.home import views
from handlers.places import Go, Place


async def home_of(unit: UnitOfWork, actor: Actor) -> Screen:
    """A role's home, with what waits for an admin."""
    if actor.role is not Role.ADMIN:
        return views.home(actor)
    waiting = (await OrderQueries(unit).queue(size=1, actor=actor)).total
    undelivered = await DeliveryQueries(unit).counts(actor=actor)
    return views.home(actor, waiting, undelivered.people + undelivered.messages)


async def show_home(context: OpsContext, *, before: str = "") -> None:
    """A role's home; `before` is said above it."""
    screen = await home_of(context.unit, context.actor)
    context.show(replace(screen, text=f"{before}\n\n{screen.text}") if before else screen)


async def menu(_update: Update, context: OpsContext) -> None:
    context.conversation.end()
    await show_home(context)


async def cancel(_update: Update, context: OpsContext) -> None:
    was_busy = context.conversation.name is not None
    context.conversation.end()
    said = views.cancelled() if was_busy else views.nothing_to_cancel()
    if context.scope.standing.kind is StandingKind.LOGGED_IN:
        await show_home(context, before=said)
    else:
        context.show(replace(views.closed(context.scope.standing.kind), toast=said))


async def show_help(_update: Update, context: OpsContext) -> None:
    actor = context.scope.standing.actor
    context.show(views.help_screen(actor.role if actor is not None else None, context.organization))


async def go(update: Update, context: OpsContext) -> None:
    if isinstance(context.payload, Go) and context.payload.place is Place.HELP:
        await show_help(update, context)
    else:
        await menu(update, context)


async def old_button(_update: Update, context: OpsContext) -> None:
    context.show(views.old_button())


async def not_understood(_update: Update, context: OpsContext) -> None:
    context.show(views.not_understood())


def is_here(data: object) -> bool:
    return Go(Place.HOME).equals(data) or Go(Place.HELP).equals(data)


def register_first(app: App) -> None:
    """What works from anywhere, before any conversation."""
    app.add_handler(CommandHandler("menu", menu))
    app.add_handler(CommandHandler("cancel", cancel))
    app.add_handler(CommandHandler("help", show_help))
    app.add_handler(CallbackQueryHandler(go, pattern=is_here))


def register_last(app: App) -> None:
    """What is left over."""
    app.add_handler(CallbackQueryHandler(old_button))
    app.add_handler(MessageHandler(filters.ALL & filters.UpdateType.MESSAGE, not_understood))
