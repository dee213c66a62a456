"""/start with and without a link, /login, /logout, /password, and links that are pasted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from bot.screens.context import OpsContext
from bot.screens.form import Shown
from bot.screens.menus import Menu, constant
from bot.screens.received import typed_text
from bot.screens.routes import Routes
from bot.screens.screen import Screen
from domain.accounts.model import Role
from domain.accounts.standing import StandingKind
from domain.errors.invites import InviteRefused
from handlers.account import views
from handlers.account.errors import ERRORS
from handlers.account.form import LOG_IN, PASSWORD, LogInDraft, PasswordDraft, forget_password, show_in
from handlers.account.payloads import AcceptInvite, AskLogOut, DeclineInvite, LogIn, LogOut, SetPassword
from handlers.home import views as home_views

if TYPE_CHECKING:
    from telegram import Message

routes = Routes()
ALL: Final = tuple(Role)
LINK: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/\w+/?\?[\w=&%-]+|tg://resolve/?\?[\w=&%-]+",
    re.ASCII | re.IGNORECASE,
)
"""What may be a link that opens a bot, among other words."""

for each in ALL:
    routes.entry(Menu.MORE, each, 80, constant(views.password_button))
    routes.entry(Menu.MORE, each, 95, constant(views.log_out_button))


# Links


@routes.command("start", views.title_of_start, *ALL, order=80, is_for_strangers=True)
async def start(context: OpsContext) -> Shown:
    token = " ".join(context.args or ())
    if token:
        return await show_invite(context, token)
    kind = context.scope.standing.kind
    return await context.homes.home_of(context) if kind is StandingKind.LOGGED_IN else home_views.closed(kind)


@routes.message(order=10, is_open=True)
async def pasted_link(context: OpsContext, message: Message) -> Shown | None:
    """A link that is pasted counts as opened."""
    token = token_in(typed_text(message), context.bot.username)
    return None if token is None else await show_invite(context, token)


def token_in(text: str, bot: str) -> str | None:
    """What the first link to this bot in a text would start it with."""
    for found in LINK.findall(text):
        address = urlsplit(found if "://" in found else f"https://{found}")
        given = parse_qs(address.query)
        whose = given.get("domain", [""])[0] if address.scheme.lower() == "tg" else address.path.strip("/")
        if whose.lower() == bot.lower() and "start" in given:
            return given["start"][0]
    return None


async def show_invite(context: OpsContext, token: str) -> Screen:
    try:
        invite = await context.services.entrance.look_at_invite(token, context.scope.origin.chat_id)
    except InviteRefused as refusal:
        return _refused(context, refusal)
    return views.invite_preview(invite, token, context.organization)


@routes.button(AcceptInvite, is_open=True)
async def accept(context: OpsContext, tapped: AcceptInvite) -> Shown:
    try:
        entered = await context.services.entrance.accept_invite(tapped.token, context.scope.origin.chat_id)
    except InviteRefused as refusal:
        return _refused(context, refusal)
    return await show_in(context, entered, by_invite=True)


@routes.button(DeclineInvite, is_open=True)
async def decline(context: OpsContext, _tapped: DeclineInvite) -> Shown:
    return views.invite_declined(context.scope.standing.kind)


def _refused(context: OpsContext, refusal: InviteRefused) -> Screen:
    return views.invite_refused(ERRORS.text_of(refusal, context), context.scope.standing.kind)


# In and out


@routes.command("login", views.title_of_log_in, *ALL, order=81, is_for_strangers=True)
@routes.button(LogIn, is_open=True)
async def log_in(context: OpsContext, tapped: LogIn = LogIn()) -> Shown:
    actor = context.scope.standing.actor
    if actor is not None:
        return views.logged_in_already(actor.name)
    return await context.forms.start(context, LOG_IN, LogInDraft(), by=tapped)


@routes.command("logout", views.title_of_log_out, *ALL, order=83)
@routes.button(AskLogOut)
async def ask_log_out(context: OpsContext, _tapped: AskLogOut = AskLogOut()) -> Shown:
    """Without a password there is no way back but a new link: that is said before."""
    card = await context.services.accounts.own_card(actor=context.actor)
    return await log_out(context) if card.has_password else views.log_out_without_password()


@routes.button(LogOut)
async def log_out(context: OpsContext, _tapped: LogOut = LogOut()) -> Shown:
    await context.services.accounts.log_out(actor=context.actor)
    forget_password(context)
    return views.logged_out()


@routes.command("password", views.title_of_password, *ALL, order=82)
@routes.button(SetPassword)
async def set_password(context: OpsContext, tapped: SetPassword = SetPassword()) -> Shown:
    card = await context.services.accounts.own_card(actor=context.actor)
    draft = PasswordDraft(email=card.person.email, is_first=not card.has_password)
    return await context.forms.start(context, PASSWORD, draft, by=tapped)
