"""A backup: everything of ours in one sealed file, made while the bot runs, read again before it counts.

What is inside is storage/copying.py's, how it is sealed storage/sealed_file.py's.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from storage import copying, restored, schema, sealed_file, secret
from storage.copying import Contents, CopyError
from storage.crypto import Ring
from storage.database import Database
from storage.sealed_file import FileError

PART = ".part"
EMPTIED = {
    True: "stop the bot, move the file of DATABASE_URL elsewhere, those with -wal and -shm behind it too, repeat",
    False: "stop the bot, make an empty database (createdb), have DATABASE_URL name it, repeat",
}


class BackupError(ValueError):
    """Nothing was backed up, or nothing restored; the message says why, and the cure."""


@dataclass(frozen=True, slots=True)
class About:
    """One file: when it was made, of which kind of database, at which schema, and under which key."""

    path: Path
    made_at: datetime
    database: str
    schema: str
    key: str


@dataclass(frozen=True, slots=True)
class Backup:
    """The same, and what is in it."""

    about: About
    contents: Contents


def make(database: Database, path: Path, now: datetime, *, replace: bool = False) -> Backup:
    """Everything as it is at this moment; the file is there once it was read again and found whole, or not at all.

    Raises BackupError: no room, a file that is there already (unless it is to be replaced), no schema of ours.
    """
    if path.exists() and not replace:
        raise BackupError(f"{path} is there already. Cure: choose another name, or add --replace")
    if database.ring is None:
        raise BackupError("A backup is sealed. Cure: set ENCRYPTION_KEYS")
    try:
        with _written(path) as file:
            _write(database, database.ring, file, now)
            file.seek(0)
            made = _read(file, path, database.ring)
            os.fsync(file.fileno())
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BackupError(f"{path} cannot be written ({why}). Cure: make room there, or choose another place") from None
    return made


@contextlib.contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file beside it, for nobody else to read, which takes its place in one step when all went well."""
    number, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=PART, dir=path.absolute().parent)
    part = Path(name)
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
        part.replace(path)
        _on_disk(path.absolute().parent)
    finally:
        part.unlink(missing_ok=True)


def _on_disk(folder: Path) -> None:
    """The name, too, outlives the machine's crash; some systems open no folder."""
    with contextlib.suppress(PermissionError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _write(database: Database, ring: Ring, file: BinaryIO, now: datetime) -> None:
    with database.still() as connection:
        about = {
            "version": importlib.metadata.version("stridecheck"),
            "schema": schema.revision(connection),
            "made_at": now.isoformat(),
            "database": connection.dialect.name,
        }
        writer = sealed_file.Writer(file, ring, about)
        for line in copying.lines(connection, copying.tables(connection)):
            writer.write(line)
    writer.finish()


def glance(path: Path) -> About:
    """What the file says of itself, for which no key is needed. Raises BackupError."""
    with _open(path) as file, _told():
        return _about(sealed_file.Reader(file, path), path)


def look(path: Path, ring: Ring) -> Backup:
    """What is in the file, every chunk of it opened and compared. Raises BackupError."""
    with _open(path) as file:
        return _read(file, path, ring)


def _read(file: BinaryIO, path: Path, ring: Ring) -> Backup:
    with _told():
        reader = sealed_file.Reader(file, path)
        try:
            return Backup(_about(reader, path), copying.read(reader.lines(ring)))
        except CopyError as error:
            raise BackupError(f"{path} is damaged: {error}. Cure: take another backup") from None


def _about(reader: sealed_file.Reader, path: Path) -> About:
    told = reader.header
    try:
        return About(path, datetime.fromisoformat(told["made_at"]), told["database"], told["schema"], told["key"])
    except (KeyError, ValueError, TypeError):
        raise BackupError(f"{path} has no header. Cure: take another backup") from None


@contextlib.contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BackupError(f"{path} cannot be read ({error.strerror or type(error).__name__})") from None


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What is wrong with the file is what is wrong with the backup."""
    try:
        yield
    except FileError as error:
        raise BackupError(str(error)) from None


def restore(database: Database, path: Path, now: datetime) -> Backup:
    """Everything in the file is in this database, which was empty; nothing is when it fails. Then up to date.

    Raises BackupError: a database that is not empty, a newer schema, a file that cannot be read, other keys.
    """
    from storage import migrate  # noqa: PLC0415 - the bot looks at backups too, and needs no Alembic for that

    if database.ring is None:
        raise BackupError("A backup is sealed. Cure: set ENCRYPTION_KEYS")
    found = look(path, database.ring)
    _fits(database, database.ring, found)
    with migrate.built(database, found.about.schema) as connection:
        _fill(connection, path, database.ring, found)
    if schema.state(database.engine) == "behind":
        migrate.upgrade(database)
    database.unlock()
    database.run_now(restored.mark, now)
    return found


def _fits(database: Database, ring: Ring, found: Backup) -> None:
    if found.about.schema not in schema.revisions():
        raise BackupError(
            f"{found.about.path} was made by a newer Stride Check (schema {found.about.schema}). Cure: restore it with "
            "that version"
        )
    missing = sorted(found.contents.keys - set(ring.ids))
    if missing:
        raise BackupError(
            f"Rows in {found.about.path} were sealed with the key {', '.join(missing)}, which ENCRYPTION_KEYS does not "
            "have. Cure: put it behind the others, with a comma between"
        )
    if schema.state(database.engine) != "empty":
        raise BackupError(
            f"The database is not empty, and nothing is written over. Cure: {EMPTIED[database.is_sqlite]}"
        )


def _fill(connection: Connection, path: Path, ring: Ring, found: Backup) -> None:
    """Into tables that were just made: one transaction, with what it read counted and compared."""
    ours = copying.tables(connection)
    for table in reversed(ours):
        connection.execute(sa.delete(table))  # a fresh schema has a secret of its own
    with path.open("rb") as file:
        copying.read(sealed_file.Reader(file, path).lines(ring), copying.insert(connection, ours))
    if copying.read(copying.lines(connection, ours)) != found.contents:
        raise BackupError("What was restored is not what is in the backup, and was taken back. Please report it")
    if "secrets" in found.contents.tables and found.contents.tables["secrets"].rows:
        with Session(connection) as session:
            secret.index_key(session, ring)  # the keys are those of the rows, not only named like them
    copying.count_on(connection, ours)
