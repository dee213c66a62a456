"""Finding people by part of their name, in any spelling that `fold` takes for the same."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.model import User
from domain.typed_input.names import fold


async def is_named(session: AsyncSession, text: str) -> ColumnElement[bool]:
    """The condition on users that their name holds `text`. Without anything readable in it: everybody's does.

    Names that another program wrote have no key, and are compared here.
    """
    wanted = fold(text)
    if not wanted:
        return true()
    keyless = await session.execute(select(User.id, User.name).where(User.name_key.is_(None)))
    found = [user_id for user_id, name in keyless if wanted in fold(name)]
    holds = User.name_key.contains(wanted, autoescape=True)
    return holds | User.id.in_(found) if found else holds
