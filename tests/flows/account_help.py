"""What the account tests share."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.database.models import Conversation, InboundUpdate
from domain.access import SYSTEM
from domain.accounts.model import Role
from playground.phone import Phone
from tests.flows.stage import PASSWORD, Member, Stage


async def token_for(
    stage: Stage, name: str = "Bilal", email: str = "bilal@example.com", role: Role = Role.WORKER
) -> str:
    async with stage.unit() as unit:
        return (await stage.accounts(unit).invite_user(name, email, role, actor=SYSTEM)).token


async def accept(phone: Phone, token: str) -> None:
    """Follows the link of an invite, and says that it is theirs."""
    await phone.open(token)
    await phone.wait_for("Is that you?")
    await phone.tap("✅ Accept")


async def give_password(stage: Stage, member: Member, password: str = PASSWORD) -> None:
    async with stage.unit() as unit:
        await stage.accounts(unit).set_password(None, password, actor=member.actor)


async def kept_in_the_database(stage: Stage) -> str:
    """All that the edge remembers, as text."""
    await stage.settled()
    async with stage.bot.transactions.reading() as session:
        updates = (await session.execute(select(InboundUpdate.body, InboundUpdate.screen))).all()
        drafts = (await session.scalars(select(Conversation.data))).all()
    return json.dumps([*(list(row) for row in updates), *drafts])
