"""/menu, /help, /cancel, and the menus below the home."""

from __future__ import annotations

from telegram import Message

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu, OpenMenu, ShowHelp, constant
from bot.screens.routes import Routes
from domain.access import Actor
from domain.accounts.model import Role
from domain.accounts.standing import StandingKind
from domain.unit_of_work import UnitOfWork
from handlers.home import views

routes = Routes()
ALL = tuple(Role)


@routes.command("menu", views.title_of_menu, *ALL, order=6, in_menu=True)
async def menu(context: OpsContext) -> Shown:
    return await context.homes.home_of(context)


@routes.button(OpenMenu)
async def open_menu(context: OpsContext, tapped: OpenMenu) -> Shown:
    if tapped.menu is Menu.HOME:
        return await menu(context)
    title = views.menu_title(tapped.menu)
    return await context.homes.menu(tapped.menu, title, context.unit, context.actor)


@routes.command("help", views.title_of_help, *ALL, order=7, in_menu=True, is_open=True)
@routes.button(ShowHelp, is_open=True)
async def show_help(context: OpsContext, _tapped: ShowHelp | None = None) -> Shown:
    actor = context.scope.standing.actor
    return context.homes.help_screen(actor.role if actor is not None else None, context.organization)


@routes.command("cancel", views.title_of_cancel, *ALL, order=90, is_open=True)
async def cancel(context: OpsContext) -> Shown:
    cancelled = await context.forms.cancel_open(context)
    if cancelled is not None:
        return cancelled
    if context.scope.standing.kind is not StandingKind.LOGGED_IN:
        return views.closed(context.scope.standing.kind)
    return await context.homes.home_of(context, above=views.nothing_to_cancel())


@routes.message(order=1000, is_open=True)
async def stranger_wrote(context: OpsContext, _message: Message) -> Shown | None:
    """How to get in, to whoever is not."""
    kind = context.scope.standing.kind
    return None if kind is StandingKind.LOGGED_IN else views.closed(kind)


async def _hello(_unit: UnitOfWork, actor: Actor) -> str:
    return views.hello(actor.name)


async def _office(unit: UnitOfWork, _actor: Actor) -> str:
    return views.office(unit.organization, unit.clock.now())


routes.headline(Role.WORKER, 0, _hello)
routes.headline(Role.ADMIN, 0, _office)
for each in Role:
    routes.entry(Menu.HOME, each, 90, constant(views.more_button))
    routes.entry(Menu.MORE, each, 90, constant(views.help_button))
routes.entry(Menu.HOME, Role.ADMIN, 50, constant(views.pay_button))
