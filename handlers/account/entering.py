"""How a chat gets in and out: /start with and without a link, /login, /logout."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from telegram import Update
from telegram.ext import MessageHandler

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation
from bot.screens.screen import Screen
from domain.accounts.login_service import Refused
from domain.accounts.sessions import Entered
from domain.accounts.standing import StandingKind, StandingService
from domain.errors import InviteRefused
from domain.typed_input.emails import clean_email
from handlers.account import views
from handlers.account.buttons import AcceptInvite, Flow, LogInStep
from handlers.account.capture import TYPED, chat_id_of, only_text, step_buttons, typed_text
from handlers.account.words import words_of
from handlers.home import handlers as home
from handlers.home import views as home_views


@dataclass(frozen=True, slots=True)
class LogInDraft:
    email: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Self:
        return cls(**stored or {})


# Links


async def start(update: Update, context: OpsContext) -> None:
    context.conversation.end()
    token = " ".join(context.args or ())
    if token:
        await _show_invite(update, context, token)
    elif context.scope.standing.kind is StandingKind.LOGGED_IN:
        await home.show_home(context)
    else:
        context.show(home_views.closed(context.scope.standing.kind))


async def _show_invite(update: Update, context: OpsContext, token: str) -> None:
    try:
        invite = await context.services.entrance.look_at_invite(token, chat_id_of(update))
    except InviteRefused as refusal:
        _show_refused_invite(context, refusal)
    else:
        context.show(views.invite_preview(invite, token, context.organization))


async def accept(update: Update, context: OpsContext) -> None:
    payload = context.payload
    if not isinstance(payload, AcceptInvite):
        await home.old_button(update, context)
        return
    try:
        entered = await context.services.entrance.accept_invite(payload.token, chat_id_of(update))
    except InviteRefused as refusal:
        _show_refused_invite(context, refusal)
    else:
        await _welcome(update, context, entered, by_invite=True)


async def decline(_update: Update, context: OpsContext) -> None:
    context.show(views.invite_declined(context.scope.standing.kind))


def _show_refused_invite(context: OpsContext, refusal: InviteRefused) -> None:
    """In the chat rather than in a box that goes away: strangers have no other screen to look at."""
    context.show(views.invite_refused(words_of(refusal, context), context.scope.standing.kind))


async def _welcome(update: Update, context: OpsContext, entered: Entered, *, by_invite: bool) -> None:
    context.conversation.end()
    context.scope.standing = await StandingService(context.unit).actor_of_chat(chat_id_of(update))
    await home.show_home(context, before=views.welcome(entered, context.organization, by_invite=by_invite))
    context.show(Screen(menu=entered.person.role.value))


# Log-in


async def begin_log_in(update: Update, context: OpsContext) -> None:  # noqa: ARG001
    standing = context.scope.standing
    if standing.actor is not None:
        context.conversation.end()
        context.show(views.logged_in_already(standing.actor.name))
        return
    context.conversation.move(Flow.LOG_IN, LogInStep.EMAIL, LogInDraft().to_json())
    context.show(log_in_prompt(context))


def log_in_prompt(context: OpsContext) -> Screen:
    draft = LogInDraft.from_json(context.conversation.draft)
    return views.log_in_step(LogInStep(context.conversation.step), draft.email)


async def typed_email(update: Update, context: OpsContext) -> None:
    draft = LogInDraft(clean_email(typed_text(update)))
    context.conversation.move(Flow.LOG_IN, LogInStep.PASSWORD, draft.to_json())
    context.show(log_in_prompt(context))


async def typed_password(update: Update, context: OpsContext) -> None:
    draft = LogInDraft.from_json(context.conversation.draft)
    entrance = context.services.entrance
    entered = await entrance.log_in(draft.email, typed_text(update), chat_id_of(update))
    if isinstance(entered, Refused):
        # The step stays, so that the next try is deleted too.
        context.show(views.log_in_refused(words_of(entered.reason, context)))
    else:
        await _welcome(update, context, entered, by_invite=False)


def back_to_email(context: OpsContext) -> None:
    context.conversation.move(Flow.LOG_IN, LogInStep.EMAIL, LogInDraft().to_json())


def log_in_conversation() -> Conversation:
    buttons, others = step_buttons(log_in_prompt, back_to_email), only_text(log_in_prompt)
    return Conversation(
        Flow.LOG_IN,
        {
            LogInStep.EMAIL: [buttons, MessageHandler(TYPED, typed_email), others],
            LogInStep.PASSWORD: [buttons, MessageHandler(TYPED, typed_password), others],
        },
    )


# Log-out


async def ask_log_out(update: Update, context: OpsContext) -> None:
    """Without a password there is no way back but a new link: that is said before."""
    card = await context.services.accounts.own_card(actor=context.actor)
    if card.has_password:
        await log_out(update, context)
    else:
        context.conversation.end()
        context.show(views.log_out_without_password())


async def log_out(_update: Update, context: OpsContext) -> None:
    await context.services.accounts.log_out(actor=context.actor)
    context.conversation.end()
    context.show(views.logged_out())
