"""The database of a command: reached, of our schema, opened with its keys; or a sentence that names the cure."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import DatabaseSettings, SettingsError
from storage import schema
from storage.crypto import KeysError
from storage.database import Database

BAD_SCHEMAS = {
    "empty": "The database is empty. Cure: type: stridecheck migrate",
    "behind": "The database has an older schema. Cure: type: stridecheck migrate (it backs up first)",
    "unknown": "The database was made by a newer Stride Check. Cure: run that version, or restore a copy",
}


def look_into(settings: DatabaseSettings, *, may_be_old: bool = False) -> Database:
    """The bot's database as it is: nothing is made by looking. Raises SettingsError when there is none to look into.

    `may_be_old`: one with an older schema will do; it has keys of its own only since it seals.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise SettingsError(f"There is no database {url.database}. Cure: set DATABASE_URL to the one of the bot")
    database, state = reach(settings)
    if state in BAD_SCHEMAS and not (may_be_old and state == "behind"):
        database.close()
        raise SettingsError(BAD_SCHEMAS[state])
    return unlocked(database) if schema.is_sealed(database.engine) else database


def unlocked(database: Database) -> Database:
    """The same, once its keys are known to be right. Raises SettingsError when they are another database's."""
    try:
        database.unlock()
    except KeysError as error:
        database.close()
        raise SettingsError(str(error)) from None
    return database


def trouble(error: SQLAlchemyError) -> str:
    """What an operator reads when the database gives up in the middle; its own words may hold what is in a row."""
    why = type(error).__name__
    return f"The database gave up ({why}). Cure: look whether its server runs and its disk has room, then repeat"


def reach(settings: DatabaseSettings) -> tuple[Database, str]:
    """The database and the state of its schema. Raises SettingsError when nobody answers there."""
    database = Database(settings.database_url, ring=settings.ring)
    try:
        return database, schema.state(database.engine)
    except SQLAlchemyError as error:
        why = type(error).__name__
        raise SettingsError(
            f"The database cannot be reached ({why}). Cure: check DATABASE_URL, and that the server runs"
        ) from None
