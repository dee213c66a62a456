"""/close: look first, then close."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.screens.context import OpsContext
from bot.screens.interface import App
from domain.clock import Month
from handlers.home.handlers import old_button
from handlers.pay import closing_views as views
from handlers.pay.payloads import CloseMonth, ShowPreview
from handlers.places import Go, Place


async def preview(_update: Update, context: OpsContext) -> None:
    """The last month, or the one that a button names."""
    payload = context.payload
    this = context.organization.month(context.unit.clock.now())
    month, page = this.previous(), 1
    if isinstance(payload, ShowPreview):
        month, page = Month.parse(payload.month), payload.page
    else:
        context.conversation.end()
    shown = await context.services.closing.preview(month, actor=context.actor)
    context.show(views.preview(shown, this, context.organization.currency, page))


async def close(update: Update, context: OpsContext) -> None:
    """Closes, in transactions of its own: a second tap, or another admin's, finds nothing left to do."""
    payload = context.payload
    if not isinstance(payload, CloseMonth):
        await old_button(update, context)
        return
    month = Month.parse(payload.month)
    result = await context.unit.outside(context.tools.month_end.close(month, actor=context.actor))
    context.show(views.closed(result, context.organization.currency))


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("close", preview))
    app.add_handler(CallbackQueryHandler(preview, pattern=Go(Place.CLOSE).equals))


def add_screens(app: App) -> None:
    app.add_handler(CallbackQueryHandler(preview, pattern=ShowPreview.matches))
    app.add_handler(CallbackQueryHandler(close, pattern=CloseMonth.matches))
