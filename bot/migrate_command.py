"""`stridecheck migrate`: a backup, then every migration that is missing, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.pack_shell import fail

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import DatabaseSettings
    from storage.database import Database

NoBackup = Annotated[bool, typer.Option("--no-backup", help="Make none: you have one that you trust.")]


def migrate(no_backup: NoBackup = False) -> None:
    """Bring the database's schema up to date; before that, back it up. No bot may run on it.

    Exit code: 3 when a bot runs.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot import alone, opening, settings
    from bot.clock import Clock
    from storage.backups import BackupError
    from storage.crypto import KeysError

    try:
        given = settings.read_database()
        database, state = opening.reach(given)
        try:
            if state == "unknown":
                fail(opening.BAD_SCHEMAS[state])
            with alone.stopped(database, now := Clock().now()):
                _migrate(database, state, None if no_backup else given, now)
        finally:
            database.close()
    except alone.AlreadyRunningError as error:
        fail(str(error), 3)
    except (settings.SettingsError, BackupError, KeysError) as error:
        fail(f"Nothing was migrated. {error}")
    except SQLAlchemyError as error:
        fail(f"{opening.trouble(error)}: a migration is done whole or not at all")


def _migrate(database: Database, state: str, given: DatabaseSettings | None, now: datetime) -> None:
    from storage import migrate as migrating
    from storage import schema

    if schema.is_sealed(database.engine):
        database.unlock()
    if state == "behind":
        _back_up(database, given, now)
        for revision, words in migrating.to_come(database.engine):
            typer.echo(f"{revision}: {words}")
    migrating.upgrade(database)
    database.unlock()
    typer.echo(f"The database is up to date (schema {schema.revisions()[-1]}).")


def _back_up(database: Database, given: DatabaseSettings | None, now: datetime) -> None:
    from bot import keeping
    from storage.backups import BackupError

    if given is None:
        typer.echo("No backup is made (--no-backup): there is no way back but a copy of yours.")
        return
    beside = Path(database.engine.url.database or "").parent if database.is_sqlite else Path.cwd()
    try:
        made, _ = keeping.make(database, given.backup_folder or beside, now)
    except BackupError as error:
        raise BackupError(f"{error}; or set BACKUP_FOLDER; or, with a copy of yours at hand, add --no-backup") from None
    typer.echo(f"Backed up first: {made.about.path} ({made.contents.rows} rows, sealed, read again and compared)")
