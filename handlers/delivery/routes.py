"""/undelivered, and what its buttons lead to."""

from __future__ import annotations

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu
from bot.screens.routes import Routes
from bot.screens.screen import Button
from domain.access import Actor
from domain.accounts.model import Role
from domain.notifications.queries import DeliveryQueries
from domain.unit_of_work import UnitOfWork
from handlers.delivery import views
from handlers.delivery.payloads import ShowGivenUp, ShowUndelivered, TryAgain

routes = Routes()


@routes.command("undelivered", views.title, Role.ADMIN, order=60)
@routes.button(ShowUndelivered)
async def show_people(context: OpsContext, tapped: ShowUndelivered = ShowUndelivered()) -> Shown:
    """Who is out of reach, and how many messages were given up for other reasons."""
    queries = context.services.delivery_queries
    people = await queries.out_of_reach(page=tapped.page, actor=context.actor)
    counts = await queries.counts(actor=context.actor)
    return views.people(people, counts.messages, context.organization)


@routes.button(ShowGivenUp)
async def show_messages(context: OpsContext, tapped: ShowGivenUp) -> Shown:
    page = await context.services.delivery_queries.given_up(page=tapped.page, actor=context.actor)
    return views.messages(page, context.organization)


@routes.button(TryAgain)
async def try_again(context: OpsContext, tapped: TryAgain) -> Shown:
    await context.services.delivery.try_again(tapped.notification, actor=context.actor)
    page = await context.services.delivery_queries.given_up(page=tapped.page, actor=context.actor)
    return views.messages(page, context.organization).with_toast(views.on_its_way())


async def _home_button(unit: UnitOfWork, actor: Actor) -> Button | None:
    """Only while somebody or something needs a look."""
    counts = await DeliveryQueries(unit).counts(actor=actor)
    waiting = counts.people + counts.messages
    return views.home_button(waiting) if waiting else None


routes.entry(Menu.HOME, Role.ADMIN, 20, _home_button, order=3)
