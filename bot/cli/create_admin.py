"""`create-admin`: makes an admin and a link, while nobody is there who could invite them in the chat."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.helpers import create_deep_linked_url

from bot.database.transactions import Transactions, finish_and_commit
from bot.delivery.http import AiohttpRequest
from bot.settings import TOKEN_HELP, Settings, SettingsError
from bot.startup import StartError
from domain.access import SYSTEM
from domain.accounts.invites import Invited
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.token_hasher import TokenHasher
from domain.clock import SystemClock
from domain.errors import DomainError
from domain.errors.accounts import EmailTaken, InvalidEmail, InvalidName
from domain.orders.beginnings import Beginnings
from domain.persistence.db import create_engine
from domain.persistence.schema import upgrade


@dataclass(frozen=True, slots=True)
class AdminLink:
    name: str
    link: str = field(repr=False)
    expires_at: datetime


async def create_admin(settings: Settings, name: str, email: str) -> AdminLink:
    """Makes an admin and a one-time link, on a database that is brought up to date first.

    Telegram is asked for the bot's name before anything is written: without it there would be an admin and no link.

    Raises:
        SettingsError: There is no token.
        StartError: Telegram or the database does not answer, or a name or address cannot be used.
        SchemaError: The database is of a newer version.
    """
    username = await _username(settings)
    try:
        await asyncio.to_thread(upgrade, settings.database)
        invited = await _invite(settings, name, email)
    except DomainError as error:
        raise StartError(_sentence(error)) from None
    except (DBAPIError, OSError) as error:
        raise StartError(
            f"The database does not answer ({type(error).__name__}). Check DATABASE_URL, or DB_HOST and its companions."
        ) from None
    link = create_deep_linked_url(username, invited.token)
    return AdminLink(invited.person.name, link, invited.expires_at.astimezone(settings.organization.zone))


async def _username(settings: Settings) -> str:
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        raise SettingsError(TOKEN_HELP)
    requests = AiohttpRequest(connections=1), AiohttpRequest(connections=1)
    try:
        base_url = f"{settings.telegram_api_url}/bot"
        async with Bot(token, base_url=base_url, request=requests[0], get_updates_request=requests[1]) as bot:
            return bot.username
    except InvalidToken:
        raise StartError(
            f"{settings.telegram_api_url} does not know this token. Check TELEGRAM_BOT_TOKEN and TELEGRAM_API_URL."
        ) from None
    except TelegramError as error:
        raise StartError(
            f"The link needs the bot's name, and {settings.telegram_api_url} does not tell it ({error}). "
            "Check the connection and TELEGRAM_API_URL; nothing was changed."
        ) from None


async def _invite(settings: Settings, name: str, email: str) -> Invited:
    engine = create_engine(settings.database)
    try:
        async with Transactions(engine, SystemClock(), settings.organization).unit() as unit:
            accounts = AccountService(unit, TokenHasher(settings.secret()), Passwords(settings.bcrypt_rounds))
            invited = await accounts.create_admin(name, email, actor=SYSTEM)
            await Beginnings(unit).make(actor=SYSTEM)
            await finish_and_commit(unit)
    finally:
        await engine.dispose()
    return invited


def _sentence(error: DomainError) -> str:
    if isinstance(error, InvalidEmail):
        return "--email takes an address such as name@example.com."
    if isinstance(error, InvalidName):
        return f"--name takes a name with a letter or a digit, of at most {error.limit} characters."
    if isinstance(error, EmailTaken):
        state = "a worker" if error.is_active else "switched off"
        return (
            f"This address is {error.name}'s, who is {state}: an admin can change that in the chat. "
            "Or give another --email."
        )
    return str(error)
