"""The form of an invite: a link for somebody new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel
from telegram.helpers import create_deep_linked_url

from bot.screens.context import OpsContext
from bot.screens.form import Form, Option, Shown, Step, StepKind
from bot.screens.screen import Rows
from domain.access import Permission
from domain.accounts.invites import Invited
from domain.accounts.model import Role
from domain.errors import DomainError
from domain.errors.accounts import EmailTaken
from domain.typed_input.emails import clean_email
from domain.typed_input.names import clean_name
from handlers.people import views


class InviteDraft(BaseModel):
    role: Role | None = None
    name: str = ""
    email: str = ""


async def _roles(_context: OpsContext, _draft: InviteDraft) -> Sequence[Option]:
    return [Option(role.value, views.role_option(role), {"role": role}) for role in (Role.WORKER, Role.ADMIN)]


async def _invite(context: OpsContext, draft: InviteDraft) -> Shown:
    role = draft.role or Role.WORKER
    invited = await context.services.accounts.invite_user(draft.name, draft.email, role, actor=context.actor)
    return link_for(context, invited)


def link_for(context: OpsContext, invited: Invited) -> Shown:
    """The link, and in a message of its own what comes next: the link is shown once."""
    link = create_deep_linked_url(context.bot.username, invited.token)
    return views.invite_link(invited, link, context.organization), views.after_invite(invited.person)


def _way_round(error: DomainError) -> Rows:
    """The address's owner may be who the link is for."""
    if isinstance(error, EmailTaken) and error.is_active:
        return ((views.new_link_for(error.name, error.user_id),),)
    return ()


INVITE: Final = Form(
    name="invite",
    draft=InviteDraft,
    permission=Permission.MANAGE_PEOPLE,
    title=views.invite_title,
    called=views.invite_called,
    sent=views.invite_made,
    finish=_invite,
    after_refusal=_way_round,
    steps=(
        Step(
            name="role",
            kind=StepKind.CHOICE,
            label=views.label_role,
            question=views.ask_role,
            options=_roles,
            shown=views.role_of,
        ),
        Step(
            name="name",
            kind=StepKind.TEXT,
            label=views.label_name,
            question=views.ask_name,
            read=lambda _context, _draft, text: clean_name(text),
        ),
        Step(
            name="email",
            kind=StepKind.TEXT,
            label=views.label_email,
            question=views.ask_email,
            read=lambda _context, _draft, text: clean_email(text),
        ),
    ),
)
