"""Before the bot runs: the database at this version's schema, as soon as there is one, and a store that takes files."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from domain.files.storage import Storage, StorageSettingsError
from domain.persistence.schema import upgrade

logger = logging.getLogger(__name__)

TRY_EVERY: Final = 3.0
_WRONG: Final = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
"""A user, password or database that does not exist: waiting does not mend it."""


class StartError(Exception):
    """The bot cannot start; `str(error)` says what to do."""


async def migrate_when_there(url: URL) -> None:
    """Brings the schema up to date; a PostgreSQL that is not there yet is waited for.

    Raises:
        StartError: the database refuses, or the file cannot be opened.
        SchemaError: it was made by a newer version.
    """
    is_told = False
    while True:
        try:
            return await asyncio.to_thread(upgrade, url)
        except (DBAPIError, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            cause = reason.__cause__ if reason is not None and reason.__cause__ is not None else reason
            if url.get_backend_name() != "postgresql" or isinstance(cause, _WRONG):
                raise StartError(
                    f"The database cannot be used: {cause}. Check DATABASE_URL, or DB_HOST and its companions."
                ) from None
            if not is_told:
                logger.warning("The database does not answer (%s); waiting for it", type(error).__name__)
                is_told = True
            await asyncio.sleep(TRY_EVERY)


async def check_storage(storage: Storage) -> None:
    """Finds a wrong bucket or key now. A store that is away is not waited for: orders are safe without it.

    Raises:
        StartError: it will take no file until a setting is changed.
    """
    try:
        await storage.check()
    except StorageSettingsError as error:
        raise StartError(str(error)) from None
    except OSError as error:
        logger.warning("Files wait, orders do not: %s", error)
