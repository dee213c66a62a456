"""The forms that ask for passwords: logging in, and setting one's own. A password goes into no draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from bot.database.models import DraftStatus
from bot.screens.context import OpsContext
from bot.screens.form import SECRET_WITHIN, Declined, Form, Shown, Step, StepKind
from bot.screens.screen import Screen
from domain.access import Permission
from domain.accounts.login_service import Refused
from domain.accounts.sessions import Entered
from domain.accounts.standing import StandingService
from domain.typed_input.emails import clean_email
from handlers.account import views
from handlers.account.errors import ERRORS


async def show_in(context: OpsContext, entered: Entered, *, by_invite: bool) -> Shown:
    """The home of whoever has just come in, with their commands. From here on the chat is theirs."""
    scope, asked = context.scope, context.drafts.open
    forget_password(context)
    if asked is not None and context.forms.is_open_to_strangers(asked):
        context.drafts.close(asked, DraftStatus.DONE)
    scope.standing = await StandingService(context.unit).actor_of_chat(scope.origin.chat_id)
    context.drafts.hand_over(scope.standing.user_id)
    above = views.welcome(entered, context.organization, by_invite=by_invite)
    home = await context.homes.home_of(context, above=above)
    old_question = (asked.message_id,) if by_invite and asked is not None and asked.message_id is not None else ()
    return home, Screen(menu=entered.person.role.value, retire=old_question)


# Log-in


class LogInDraft(BaseModel):
    email: str = ""


async def _log_in(context: OpsContext, draft: LogInDraft, password: str) -> Shown | Declined:
    entered = await context.services.entrance.log_in(draft.email, password, context.scope.origin.chat_id)
    if isinstance(entered, Refused):
        # The question stays, so that the next try is deleted too.
        return Declined(ERRORS.text_of(entered.reason, context))
    return await show_in(context, entered, by_invite=False)


async def _left(context: OpsContext, _draft: LogInDraft) -> Screen:
    return views.log_in_left(context.scope.standing.kind)


LOG_IN: Final = Form(
    name="log_in",
    draft=LogInDraft,
    title=views.log_in_title,
    called=views.log_in_called,
    left=_left,
    sent=views.logged_in,
    steps=(
        Step(
            name="email",
            kind=StepKind.TEXT,
            label=views.label_email,
            question=views.ask_email,
            read=lambda _context, _draft, text: clean_email(text),
        ),
        Step(
            name="password",
            kind=StepKind.SECRET,
            label=views.label_password,
            question=views.ask_password,
            take_secret=_log_in,
        ),
    ),
)


# One's own password


class PasswordDraft(BaseModel):
    email: str = ""
    is_first: bool = False
    """There is none yet, so none is asked for."""


@dataclass(frozen=True, slots=True)
class HeldPassword:
    """The current password, until the new one is typed. In memory alone: a draft is a row of the database. Whoever is
    overtaken by a restart, or puts the phone away, types it again."""

    text: str = field(repr=False)
    until: datetime


def forget_password(context: OpsContext) -> None:
    _memory(context).pop(HeldPassword, None)


async def _hold_current(context: OpsContext, draft: PasswordDraft, password: str) -> PasswordDraft:
    _memory(context)[HeldPassword] = HeldPassword(password, context.unit.clock.now() + SECRET_WITHIN)
    return draft


async def _set_new(context: OpsContext, draft: PasswordDraft, password: str) -> Shown | Declined:
    current = _held(context)
    if current is None and not draft.is_first:
        return Declined(views.current_password_again(), step="current")
    done = await context.services.accounts.set_password(current, password, actor=context.actor)
    if isinstance(done, Refused):
        forget_password(context)
        return Declined(ERRORS.text_of(done.reason, context), step="current")
    forget_password(context)
    return views.password_saved(draft.email, is_first=done.is_first)


def _memory(context: OpsContext) -> dict[Any, Any]:
    """What this process remembers of the chat."""
    return {} if context.chat_data is None else context.chat_data


def _held(context: OpsContext) -> str | None:
    held = _memory(context).get(HeldPassword)
    return held.text if isinstance(held, HeldPassword) and context.unit.clock.now() < held.until else None


PASSWORD: Final = Form(
    name="password",
    draft=PasswordDraft,
    permission=Permission.USE_OWN_ACCOUNT,
    title=views.password_title,
    called=views.password_called,
    sent=views.password_is_set,
    steps=(
        Step(
            name="current",
            kind=StepKind.SECRET,
            label=views.label_current,
            question=views.ask_current,
            take_secret=_hold_current,
            when=lambda draft: not draft.is_first,
        ),
        Step(
            name="new",
            kind=StepKind.SECRET,
            label=views.label_new,
            question=views.ask_new,
            take_secret=_set_new,
        ),
    ),
)
