"""/earnings and /invoices."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.screens.context import OpsContext
from bot.screens.interface import App
from domain.clock import Month
from handlers.home.handlers import old_button
from handlers.pay import worker_views as views
from handlers.pay.payloads import SendPdf, ShowEarnings, ShowInvoice, ShowInvoices, ShowSources, ShowWhy
from handlers.places import Go, Place


async def earnings(_update: Update, context: OpsContext) -> None:
    """The month so far, from the command or a button that names a month."""
    payload = context.payload
    month, page = context.organization.month(context.unit.clock.now()), 1
    if isinstance(payload, ShowEarnings):
        month, page = Month.parse(payload.month), payload.page
    else:
        context.conversation.end()
    shown = await context.services.earnings.my_statement(month, actor=context.actor)
    context.show(views.earnings(shown, page))


async def invoices(_update: Update, context: OpsContext) -> None:
    page = 1
    if isinstance(context.payload, ShowInvoices):
        page = context.payload.page
    else:
        context.conversation.end()
    context.show(views.invoices(await context.services.invoices.my_invoices(page=page, actor=context.actor)))


async def invoice(update: Update, context: OpsContext) -> None:
    """One invoice: as a card, as a PDF, or its lines to look into."""
    payload = context.payload
    if not isinstance(payload, ShowInvoice | SendPdf | ShowWhy):
        await old_button(update, context)
        return
    shown = await context.services.invoices.my_invoice(payload.invoice_id, actor=context.actor)
    match payload:
        case ShowInvoice(page=page):
            context.show(views.invoice(shown, page))
        case SendPdf():
            context.show(views.pdf(shown))
        case ShowWhy(page=page):
            context.show(views.why(shown, page))


async def sources(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, ShowSources):
        await old_button(update, context)
        return
    line, actor = payload.line_id, context.actor
    page = await context.services.line_sources.my_line_sources(line, page=payload.page, actor=actor)
    context.show(views.sources(line, page, context.organization))


def add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("earnings", earnings))
    app.add_handler(CommandHandler("invoices", invoices))
    app.add_handler(CallbackQueryHandler(earnings, pattern=Go(Place.EARNINGS).equals))
    app.add_handler(CallbackQueryHandler(invoices, pattern=Go(Place.INVOICES).equals))


def add_screens(app: App) -> None:
    app.add_handler(CallbackQueryHandler(earnings, pattern=ShowEarnings.matches))
    app.add_handler(CallbackQueryHandler(invoices, pattern=ShowInvoices.matches))
    for payload in (ShowInvoice, SendPdf, ShowWhy):
        app.add_handler(CallbackQueryHandler(invoice, pattern=payload.matches))
    app.add_handler(CallbackQueryHandler(sources, pattern=ShowSources.matches))
