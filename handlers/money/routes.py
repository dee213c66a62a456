"""/money, /earnings, /invoices, and what their buttons lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.context import OpsContext
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from domain.accounts.model import Role
from domain.clock import Month
from domain.pay.earnings import EarningsQueries
from handlers.money import views
from handlers.money.payloads import SendPdf, ShowEarnings, ShowInvoice, ShowInvoices, ShowSources, ShowWhy

if TYPE_CHECKING:
    from bot.screens.form import Shown
    from domain.access import Actor
    from domain.unit_of_work import UnitOfWork

routes = Routes()
routes.entry(Menu.HOME, Role.WORKER, 40, constant(views.money_button), order=2)


@routes.command("money", views.title_of_money, Role.WORKER, order=3, in_menu=True)
@routes.command("earnings", views.title_of_earnings, Role.WORKER, order=31)
@routes.button(ShowEarnings)
async def show_earnings(context: OpsContext, tapped: ShowEarnings = ShowEarnings()) -> Shown:
    this = context.organization.month(context.unit.clock.now())
    month = Month.parse(tapped.month) if tapped.month else this
    shown = await context.services.earnings.my_statement(month, actor=context.actor)
    return views.earnings(shown, tapped.page, this)


@routes.command("invoices", views.title_of_invoices, Role.WORKER, order=32)
@routes.button(ShowInvoices)
async def show_invoices(context: OpsContext, tapped: ShowInvoices = ShowInvoices()) -> Shown:
    return views.invoices(await context.services.invoices.my_invoices(page=tapped.page, actor=context.actor))


@routes.button(ShowInvoice)
async def show_invoice(context: OpsContext, tapped: ShowInvoice) -> Shown:
    return views.invoice(
        await context.services.invoices.my_invoice(tapped.invoice_id, actor=context.actor), tapped.page
    )


@routes.button(SendPdf)
async def send_pdf(context: OpsContext, tapped: SendPdf) -> Shown:
    return views.pdf(await context.services.invoices.my_invoice(tapped.invoice_id, actor=context.actor))


@routes.button(ShowWhy)
async def show_why(context: OpsContext, tapped: ShowWhy) -> Shown:
    return views.why(await context.services.invoices.my_invoice(tapped.invoice_id, actor=context.actor), tapped.page)


@routes.button(ShowSources)
async def show_sources(context: OpsContext, tapped: ShowSources) -> Shown:
    found = context.services.line_sources
    page = await found.my_line_sources(tapped.line_id, page=tapped.page, actor=context.actor)
    return views.sources(tapped, page, context.organization)


async def _so_far(unit: UnitOfWork, actor: Actor) -> str | None:
    month = unit.organization.month(unit.clock.now())
    return views.so_far(await EarningsQueries(unit).my_statement(month, actor=actor))


routes.headline(Role.WORKER, 1, _so_far)
