"""All families of screens: adding one takes a line here."""

from __future__ import annotations

from typing import Final

from bot.screens.context import Kit
from bot.screens.form_engine import FormEngine
from bot.screens.gate import Gate
from bot.screens.homes import Homes
from bot.screens.interface import App, Interface
from bot.screens.router import Router
from bot.screens.routes import Family
from domain.notifications.kinds import NotificationKind
from handlers import account, delivery, home, money, months, pay, people, submit
from handlers.home import notices as home_notices
from handlers.home import views

FAMILIES: Final[tuple[Family, ...]] = (
    home.family,
    submit.family,
    money.family,
    pay.family,
    months.family,
    account.family,
    people.family,
    delivery.family,
)


def register(app: App) -> Interface:
    """Builds the kit from what the families declare, and adds its handlers to the application."""
    engine = FormEngine(form for family in FAMILIES for form in family.forms)
    router = Router(FAMILIES, engine)
    homes = Homes(FAMILIES, engine)
    app.bot_data["kit"] = Kit(engine, homes)
    router.register(app)
    notices = {kind.value: view for family in FAMILIES for kind, view in family.notices.items()}
    notices[NotificationKind.WELCOME.value] = home_notices.welcome(homes)
    return Interface(
        gate=Gate(
            commands=router.open_commands,
            closed_commands=router.closed_commands,
            payloads=router.open_payloads,
            is_open_form=engine.is_open_to_strangers,
            closed=views.closed,
        ),
        notices=notices,
        menus=homes.command_menus,
        description=views.description,
        failure=views.failure,
        explain=router.explain,
        is_secret=engine.is_secret,
    )
