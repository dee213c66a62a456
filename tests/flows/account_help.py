"""What the account tests share."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.tables import Conversation, InboundUpdate
from domain.access import SYSTEM
from domain.accounts.model import Role
from domain.accounts.service import AccountService
from domain.unit import Unit
from playground.phone import Screen
from tests.flows.stage import PASSWORD, Member, Stage


def commands(screen: Screen) -> list[str]:
    return [command["command"] for command in screen.json["commands"]]


def accounts_of(stage: Stage, unit: Unit) -> AccountService:
    tools = stage.bot.application.bot_data["tools"]
    return AccountService(unit, tools.keys, tools.passwords)


async def token_for(
    stage: Stage, name: str = "Bilal", email: str = "bilal@example.com", role: Role = Role.WORKER
) -> str:
    async with stage.unit() as unit:
        return (await accounts_of(stage, unit).invite_user(name, email, role, actor=SYSTEM)).token


async def give_password(stage: Stage, member: Member, password: str = PASSWORD) -> None:
    async with stage.unit() as unit:
        await accounts_of(stage, unit).set_password(None, password, actor=member.actor)


async def kept_in_the_database(stage: Stage) -> str:
    """All that the edge remembers, as text."""
    await stage.settled()
    async with stage.bot.transactions.reading() as session:
        updates = (await session.execute(select(InboundUpdate.body, InboundUpdate.screen))).all()
        drafts = (await session.scalars(select(Conversation.data))).all()
    return json.dumps([*(list(row) for row in updates), *drafts])


def shows(screen: Screen, message_id: int) -> bool:
    return any(message.id == message_id for message in screen.messages)
