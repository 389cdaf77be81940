"""`stridecheck backup` and `restore`: the words on the command line; storage/backups.py does the work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.pack_shell import fail

if TYPE_CHECKING:
    from storage.backups import Backup
    from storage.ledger import Ledger

Place = Annotated[Path | None, typer.Argument(help="A new file, or a folder; none: BACKUP_FOLDER.")]
Keep = Annotated[int | None, typer.Option(min=1, help="In a folder: keep so many of the newest, remove older ones.")]
Replace = Annotated[bool, typer.Option("--replace", help="Write over the file if it is there already.")]
Source = Annotated[Path, typer.Argument(help="A file that `stridecheck backup` wrote.", exists=True, dir_okay=False)]
Check = Annotated[bool, typer.Option("--check", help="Only open and count everything in it; restore nothing.")]

TOLD = "{path}: {rows} rows in {tables} tables, of {at} UTC, schema {schema}, sealed with {key}. {verdict}"
NEXT = """\
Restored: {rows} rows in {tables} tables, counted and compared.
When the bot starts, {ledger}
What is not urgent and was due by then is held, where this was not the newest state: stridecheck resume lets it go on.
Then look whether all is well: stridecheck doctor"""
LEDGER = "whoever was erased after {at} UTC is erased again, by {path}."
NO_LEDGER = "nobody is erased again: set ERASURE_LEDGER to the file of the lost database first, if there was one."
LOST_LEDGER = "whoever was erased after {at} UTC is back: there is no file {path}. Put its newest state there first."


def backup(place: Place = None, keep: Keep = None, replace: Replace = False) -> None:
    """Write everything into one sealed file, read it again, and compare. The bot may run."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot import keeping, opening, settings
    from bot.clock import Clock
    from storage import backups

    try:
        given = settings.read_database()
        folder = given.backup_folder if place is None else place if place.is_dir() or keep else None
        if place is None and folder is None:
            fail("Say where to: stridecheck backup FILE, or a folder, or set BACKUP_FOLDER", 2)
        database, now, removed = opening.look_into(given, may_be_old=True), Clock().now(), 0
        try:
            if folder is not None:
                made, removed = keeping.make(database, folder, now, keep)
            elif place is not None:
                made = backups.make(database, place, now, replace=replace)
        finally:
            database.close()
    except (settings.SettingsError, backups.BackupError) as error:
        fail(str(error))
    except SQLAlchemyError as error:
        fail(opening.trouble(error))
    typer.echo(_told(made, "Read again and compared."))
    if removed:
        typer.echo(f"{removed} older ones were removed.")


def restore(file: Source, check: Check = False) -> None:
    """Put a backup into an empty database; no bot may run on it. Another kind of database will do.

    Exit code: 3 when a bot runs.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot import alone, opening, settings
    from bot.clock import Clock
    from storage import backups
    from storage.crypto import KeysError

    try:
        given = settings.read_database()
        if check:
            typer.echo(_told(backups.look(file, given.ring), "It is whole."))
            return
        database, _ = opening.reach(given)
        try:
            with alone.stopped(database, now := Clock().now()):
                done = backups.restore(database, file, now)
        finally:
            database.close()
    except alone.AlreadyRunningError as error:
        fail(str(error), 3)
    except (settings.SettingsError, backups.BackupError, KeysError) as error:
        fail(str(error) if check else f"Nothing was restored. {error}")
    except SQLAlchemyError as error:
        fail(f"Nothing was restored. {opening.trouble(error)}")
    typer.echo(
        NEXT.format(rows=done.contents.rows, tables=len(done.contents.tables), ledger=_ledger(given.ledger, done))
    )


def _told(found: Backup, verdict: str) -> str:
    return TOLD.format(
        path=found.about.path,
        rows=found.contents.rows,
        tables=len(found.contents.tables),
        at=f"{found.about.made_at:%Y-%m-%d %H:%M}",
        schema=found.about.schema,
        key=found.about.key,
        verdict=verdict,
    )


def _ledger(ledger: Ledger, done: Backup) -> str:
    if ledger.path is None:
        return NO_LEDGER
    words = LEDGER if ledger.path.exists() else LOST_LEDGER
    return words.format(at=f"{done.about.made_at:%Y-%m-%d %H:%M}", path=ledger.path)
