"""Startup checks: the database's schema is brought up to date, and the file store takes files."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bot.retry import retrying
from domain.files.storage import Storage, StorageSettingsError
from domain.persistence.schema import upgrade

logger = logging.getLogger(__name__)

START_PAUSE: Final = 3.0
"""Seconds between two tries to reach the database or Telegram before the bot runs."""
_LASTING: Final = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
"""A user, password or database that does not exist: waiting does not mend it."""


class StartError(Exception):
    """The bot cannot start; `str(error)` says what to do."""


async def migrate_when_there(url: URL) -> None:
    """Brings the schema up to date. A PostgreSQL that is not there yet is waited for.

    Raises:
        StartError: the database refuses, or the file cannot be opened.
        SchemaError: it was made by a newer version.
    """

    async def migrate() -> None:
        try:
            await asyncio.to_thread(upgrade, url)
        except (DBAPIError, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            cause = reason.__cause__ if reason is not None and reason.__cause__ is not None else reason
            if url.get_backend_name() != "postgresql" or isinstance(cause, _LASTING):
                raise StartError(
                    f"The database cannot be used: {cause}. Check DATABASE_URL, or DB_HOST and its companions."
                ) from None
            raise

    await retrying(
        migrate,
        on=(DBAPIError, OSError),
        pauses=(START_PAUSE,),
        say="The database does not answer",
        say_over="The database answers",
    )


async def check_storage(storage: Storage) -> None:
    """Finds a wrong bucket or key at the start. A store that is away is not waited for: orders are safe without it.

    Raises:
        StartError: it will take no file until a setting is changed.
    """
    try:
        await storage.check()
    except StorageSettingsError as error:
        raise StartError(str(error)) from None
    except OSError as error:
        logger.warning("Files wait, orders do not: %s", error)
