"""/months and /close: look first, then close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.context import OpsContext
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from domain.accounts.model import Role
from domain.clock import Month
from handlers.months import views
from handlers.months.payloads import CloseMonth, ShowPreview

if TYPE_CHECKING:
    from bot.screens.form import Shown
    from bot.screens.screen import Screen
    from domain.errors import DomainError

routes = Routes()
routes.entry(Menu.HOME, Role.ADMIN, 50, constant(views.months_button), order=2)


@routes.command("months", views.title_of_months, Role.ADMIN, order=5, in_menu=True)
@routes.command("close", views.title_of_close, Role.ADMIN, order=51)
@routes.button(ShowPreview)
async def preview(context: OpsContext, tapped: ShowPreview = ShowPreview()) -> Shown:
    """The last month, or the one that the button names."""
    return await _preview(context, tapped.month, tapped.page)


async def _preview(context: OpsContext, month: str, page: int = 1) -> Screen:
    this = context.organization.month(context.unit.clock.now())
    about = Month.parse(month) if month else this.previous()
    shown = await context.services.closing.preview(about, actor=context.actor)
    lacking = await context.services.rate_list.unpriced_categories(actor=context.actor)
    return views.preview(shown, lacking, this, context.organization.currency, page)


@routes.button(CloseMonth)
async def close(context: OpsContext, tapped: CloseMonth) -> Shown:
    result = await context.services.month_end.close(Month.parse(tapped.month), actor=context.actor)
    lacking = await context.services.rate_list.unpriced_categories(actor=context.actor)
    return views.closed(result, lacking, context.organization.currency)


@routes.truth(CloseMonth)
async def month_now(context: OpsContext, tapped: CloseMonth, _error: DomainError) -> Screen | None:
    return await _preview(context, tapped.month)
