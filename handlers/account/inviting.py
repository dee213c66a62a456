"""/invite: a link for a new worker or admin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler
from telegram.helpers import create_deep_linked_url

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation
from bot.screens.screen import Screen
from domain.access import Permission
from domain.accounts.invites import Invited
from domain.accounts.model import Role
from domain.errors import EmailTaken, NotAllowed
from domain.typed_input.names import clean_name
from handlers.account import views
from handlers.account.buttons import Flow, InviteAgain, InviteRole, InviteStep
from handlers.account.capture import TYPED, only_text, step_buttons, typed_text
from handlers.home import handlers as home


@dataclass(frozen=True, slots=True)
class InviteDraft:
    role: Role = Role.WORKER
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Self:
        stored = stored or {}
        return cls(Role(stored.get("role", Role.WORKER)), stored.get("name", ""))


async def begin(_update: Update, context: OpsContext) -> None:
    if not context.actor.may(Permission.MANAGE_PEOPLE):
        # The service would say so too, but only after all of it was typed.
        raise NotAllowed(permission=Permission.MANAGE_PEOPLE.value)
    _move(context, InviteStep.ROLE, InviteDraft())
    context.show(prompt(context))


def prompt(context: OpsContext) -> Screen:
    draft = InviteDraft.from_json(context.conversation.draft)
    return views.invite_step(InviteStep(context.conversation.step), draft.role, draft.name)


async def chosen_role(update: Update, context: OpsContext) -> None:
    if not isinstance(context.payload, InviteRole):
        await home.old_button(update, context)
        return
    _move(context, InviteStep.NAME, InviteDraft(context.payload.role))
    context.show(prompt(context))


async def chosen_too_late(_update: Update, context: OpsContext) -> None:
    context.show(prompt(context).with_toast(views.earlier_step()))


async def typed_name(update: Update, context: OpsContext) -> None:
    draft = InviteDraft.from_json(context.conversation.draft)
    _move(context, InviteStep.EMAIL, InviteDraft(draft.role, clean_name(typed_text(update))))
    context.show(prompt(context))


async def typed_email(update: Update, context: OpsContext) -> None:
    draft = InviteDraft.from_json(context.conversation.draft)
    accounts = context.services.accounts
    try:
        invited = await accounts.invite_user(draft.name, typed_text(update), draft.role, actor=context.actor)
    except EmailTaken as taken:
        # Nothing was written, and the address's owner may be whom the link is for.
        context.show(_taken(taken))
        return
    _show_link(context, invited)


async def again(update: Update, context: OpsContext) -> None:
    if not isinstance(context.payload, InviteAgain):
        await home.old_button(update, context)
        return
    _show_link(context, await context.services.accounts.invite_again(context.payload.user_id, actor=context.actor))


def _taken(taken: EmailTaken) -> Screen:
    facts = taken.facts
    return views.email_taken(str(facts["name"]), UUID(str(facts["user_id"])), is_active=bool(facts["is_active"]))


def _show_link(context: OpsContext, invited: Invited) -> None:
    context.conversation.end()
    link = create_deep_linked_url(context.bot.username, invited.token)
    context.show(views.invite_link(invited, link, context.organization))
    context.show(views.after_invite())


def back(context: OpsContext) -> None:
    draft = InviteDraft.from_json(context.conversation.draft)
    is_email = context.conversation.step == InviteStep.EMAIL
    _move(context, InviteStep.NAME if is_email else InviteStep.ROLE, draft)


def conversation() -> Conversation:
    buttons, others = step_buttons(prompt, back), only_text(prompt)
    late = CallbackQueryHandler(chosen_too_late, pattern=InviteRole.matches)
    return Conversation(
        Flow.INVITE,
        {
            InviteStep.ROLE: [buttons, CallbackQueryHandler(chosen_role, pattern=InviteRole.matches), others],
            InviteStep.NAME: [buttons, late, MessageHandler(TYPED, typed_name), others],
            InviteStep.EMAIL: [buttons, late, MessageHandler(TYPED, typed_email), others],
        },
    )


def _move(context: OpsContext, step: InviteStep, draft: InviteDraft) -> None:
    context.conversation.move(Flow.INVITE, step, draft.to_json())
