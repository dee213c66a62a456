"""/password: the first one, or another one in place of the current one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from telegram import Update
from telegram.ext import MessageHandler

from bot.screens.context import OpsContext
from bot.screens.conversations import Conversation
from bot.screens.screen import Screen
from domain.accounts.login_service import Refused
from handlers.account import views
from handlers.account.buttons import Flow, PasswordStep
from handlers.account.capture import TYPED, only_text, step_buttons, typed_text
from handlers.account.words import words_of

HELD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PasswordDraft:
    email: str
    is_first: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Self:
        return cls(**stored or {"email": "", "is_first": False})


@dataclass(frozen=True, slots=True)
class HeldPassword:
    """The current password, until the new one is typed. In memory alone: it has no place in a draft, which is a row in
    the database. Whoever is overtaken by a restart, or puts the phone away, types it again."""

    text: str = field(repr=False)
    until: datetime


async def begin(_update: Update, context: OpsContext) -> None:
    card = await context.services.accounts.own_card(actor=context.actor)
    draft = PasswordDraft(card.person.email, is_first=not card.has_password)
    _move(context, PasswordStep.NEW if draft.is_first else PasswordStep.CURRENT, draft)
    context.show(prompt(context))


def prompt(context: OpsContext) -> Screen:
    draft = PasswordDraft.from_json(context.conversation.draft)
    return views.password_step(PasswordStep(context.conversation.step), draft.email, is_first=draft.is_first)


async def typed_current(update: Update, context: OpsContext) -> None:
    _move(context, PasswordStep.NEW, PasswordDraft.from_json(context.conversation.draft))
    _memory(context)[HeldPassword] = HeldPassword(typed_text(update), context.unit.clock.now() + HELD_FOR)
    context.show(prompt(context))


async def typed_new(update: Update, context: OpsContext) -> None:
    draft = PasswordDraft.from_json(context.conversation.draft)
    current = _held(context)
    if current is None and not draft.is_first:
        _move(context, PasswordStep.CURRENT, draft)
        context.show(views.current_password_again())
        return
    done = await context.services.accounts.set_password(current, typed_text(update), actor=context.actor)
    if isinstance(done, Refused):
        _move(context, PasswordStep.CURRENT, draft)
        context.show(views.password_refused(words_of(done.reason, context)))
        return
    _memory(context).clear()
    context.conversation.end()
    context.show(views.password_set(draft.email, is_first=done.is_first))


def back_to_current(context: OpsContext) -> None:
    _move(context, PasswordStep.CURRENT, PasswordDraft.from_json(context.conversation.draft))


def conversation() -> Conversation:
    buttons, others = step_buttons(prompt, back_to_current), only_text(prompt)
    return Conversation(
        Flow.PASSWORD,
        {
            PasswordStep.CURRENT: [buttons, MessageHandler(TYPED, typed_current), others],
            PasswordStep.NEW: [buttons, MessageHandler(TYPED, typed_new), others],
        },
    )


def _move(context: OpsContext, step: PasswordStep, draft: PasswordDraft) -> None:
    context.conversation.move(Flow.PASSWORD, step, draft.to_json())


def _memory(context: OpsContext) -> dict[Any, Any]:
    """What this process remembers of the chat."""
    return {} if context.chat_data is None else context.chat_data


def _held(context: OpsContext) -> str | None:
    held = _memory(context).get(HeldPassword)
    return held.text if isinstance(held, HeldPassword) and context.unit.clock.now() < held.until else None
