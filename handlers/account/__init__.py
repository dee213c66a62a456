"""Getting in and out, one's password, inviting others."""

from __future__ import annotations

from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.screens.interface import App
from handlers.account import entering, inviting, password
from handlers.account.buttons import (
    AcceptInvite,
    DeclineInvite,
    Flow,
    InviteAgain,
    LogInStep,
    LogOut,
    PasswordStep,
    StepButton,
)
from handlers.account.notices import NOTICES
from handlers.account.words import WORDS
from handlers.family import Family
from handlers.places import Go, Place


def _add_entrances(app: App) -> None:
    app.add_handler(CommandHandler("start", entering.start))
    app.add_handler(CommandHandler("login", entering.begin_log_in))
    app.add_handler(CommandHandler("logout", entering.ask_log_out))
    app.add_handler(CommandHandler("password", password.begin))
    app.add_handler(CommandHandler("invite", inviting.begin))
    app.add_handler(CallbackQueryHandler(entering.begin_log_in, pattern=Go(Place.LOG_IN).equals))
    app.add_handler(CallbackQueryHandler(password.begin, pattern=Go(Place.PASSWORD).equals))
    app.add_handler(CallbackQueryHandler(inviting.begin, pattern=Go(Place.INVITE).equals))


def _add_screens(app: App) -> None:
    app.add_handler(entering.log_in_conversation())
    app.add_handler(password.conversation())
    app.add_handler(inviting.conversation())
    app.add_handler(CallbackQueryHandler(entering.accept, pattern=AcceptInvite.matches))
    app.add_handler(CallbackQueryHandler(entering.decline, pattern=DeclineInvite.matches))
    app.add_handler(CallbackQueryHandler(entering.log_out, pattern=LogOut.matches))
    app.add_handler(CallbackQueryHandler(inviting.again, pattern=InviteAgain.matches))


family = Family(
    add_entrances=_add_entrances,
    add_screens=_add_screens,
    words=WORDS,
    notices=NOTICES,
    open_commands=frozenset({"start", "login"}),
    open_conversations=frozenset({Flow.LOG_IN.value}),
    open_payloads=(AcceptInvite, DeclineInvite, StepButton, Go(Place.LOG_IN)),
    secret_steps=frozenset(
        {
            (Flow.LOG_IN.value, LogInStep.PASSWORD.value),
            (Flow.PASSWORD.value, PasswordStep.CURRENT.value),
            (Flow.PASSWORD.value, PasswordStep.NEW.value),
        }
    ),
)
