"""/people and a person's card, /invite and new links."""

from __future__ import annotations

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu, constant
from bot.screens.routes import Routes
from domain.accounts.model import Role
from handlers.people import views
from handlers.people.form import INVITE, InviteDraft, link_for
from handlers.people.payloads import InviteAgain, InvitePerson, ShowPeople, ShowPerson

routes = Routes()
routes.entry(Menu.HOME, Role.ADMIN, 40, constant(views.people_button), order=2)


@routes.command("people", views.title_of_people, Role.ADMIN, order=3, in_menu=True)
@routes.button(ShowPeople)
async def show_people(context: OpsContext, tapped: ShowPeople = ShowPeople()) -> Shown:
    page = await context.services.accounts.list_people(tapped.page - 1, actor=context.actor)
    return views.people(page)


@routes.button(ShowPerson)
async def show_person(context: OpsContext, tapped: ShowPerson) -> Shown:
    card = await context.services.accounts.card(tapped.user_id, actor=context.actor)
    return views.card(card, tapped.page, context.organization)


@routes.command("invite", views.title_of_invite, Role.ADMIN, order=40)
@routes.button(InvitePerson)
async def invite(context: OpsContext, tapped: InvitePerson = InvitePerson()) -> Shown:
    return await context.forms.start(context, INVITE, InviteDraft(), by=tapped)


@routes.button(InviteAgain)
async def invite_again(context: OpsContext, tapped: InviteAgain) -> Shown:
    return link_for(context, await context.services.accounts.invite_again(tapped.user_id, actor=context.actor))
