"""What the account tests share."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.database.models import FormDraft, InboundUpdate
from domain.access import SYSTEM
from domain.accounts.model import Role
from playground.phone import Phone, Screen
from tests.flows.stage import PASSWORD, Member, Stage

CLOSED = "ask your admin for an invite link"
"""What a stranger is told."""
ASKED_FOR_PASSWORD = "Now type the password"


async def token_for(
    stage: Stage, name: str = "Bilal", email: str = "bilal@example.com", role: Role = Role.WORKER
) -> str:
    async with stage.unit() as unit:
        return (await stage.accounts(unit).invite_user(name, email, role, actor=SYSTEM)).token


async def accept(phone: Phone, token: str) -> None:
    """Follows the link of an invite, and says that it is theirs."""
    await phone.open(token)
    await phone.wait_for("✅ Accept")
    await phone.tap("✅ Accept")


async def give_password(stage: Stage, member: Member, password: str = PASSWORD) -> None:
    async with stage.unit() as unit:
        await stage.accounts(unit).set_password(None, password, actor=member.actor)


async def to_password(phone: Phone, email: str) -> Screen:
    """The log-in form up to its password."""
    await phone.say("/login")
    await phone.wait_for("e-mail address")
    await phone.say(email)
    return await phone.wait_for(ASKED_FOR_PASSWORD)


async def type_log_in(phone: Phone, email: str, password: str) -> int:
    await to_password(phone, email)
    return await phone.say(password)


async def kept_in_the_database(stage: Stage) -> str:
    """All that the edge remembers, as text."""
    await stage.settled()
    async with stage.bot.transactions.reading() as session:
        updates = (await session.execute(select(InboundUpdate.body, InboundUpdate.screen, InboundUpdate.error))).all()
        drafts = (await session.execute(select(FormDraft.data, FormDraft.memory))).all()
    return json.dumps([list(row) for row in (*updates, *drafts)], ensure_ascii=False)
