"""What the doctor finds at the database: file or server, schema, keys, live content, ledger, disk, backups."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import alone, keeping
from bot.clock import Clock
from bot.finding import Finding
from bot.settings import CURES, DatabaseSettings
from content.load import PackError
from storage import backups, publications, schema
from storage.backups import BackupError
from storage.crypto import KeysError
from storage.database import Database
from storage.ledger import LedgerError
from storage.packs import Packs

OLDEST_BACKUP = timedelta(days=2)
LEAST_FREE_BYTES = 300 * 2**20
MIB = 2**20

SCHEMAS = {
    "current": Finding("database", "is up to date"),
    "empty": Finding("database", "is empty, and will be filled at the first run"),
    "behind": Finding("database", "has an older schema", "stop the bot, then type: stridecheck migrate"),
    "unknown": Finding("database", "was made by a newer version", "run that version, or restore a backup of before"),
}
# What PostgreSQL's driver says, and what that asks for; the rest is the network's.
AWAY = {
    "password authentication failed": "put the right user and password into DATABASE_URL",
    "no password supplied": "put the password into DATABASE_URL",
    "does not exist": "make the database and its user on the server, or put their right names into DATABASE_URL",
    "resolve host": "put the server's right name into DATABASE_URL",
    "Connection refused": "start the server, or put its right host and port into DATABASE_URL",
    "not a database": "put the right file into DATABASE_URL, or restore a backup: stridecheck restore",
    "malformed": "the file is damaged: restore a backup, stridecheck restore",
    "unable to open": "let the bot read and write that file and its folder",
}


def examine(given: DatabaseSettings) -> Iterator[Finding]:
    """Everything about what is kept."""
    yield from _database(given)
    yield _ledger(given)
    yield from _disk(given)
    yield _backups(given)


def _database(given: DatabaseSettings) -> Iterator[Finding]:
    """Its schema, whether the keys are its keys, what new checks would use, and who serves it."""
    url = make_url(given.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield _missing(Path(url.database or ""))
        return
    database = Database(given.database_url, ring=given.ring)
    try:
        state = schema.state(database.engine)
        yield SCHEMAS[state]
        yield Finding("bot", alone.who(database) or "none runs on this database now")
        if state == "current":
            yield from _inside(database)
    except SQLAlchemyError as error:
        cure = next((cure for words, cure in AWAY.items() if words in str(error)), None)
        what = f"cannot be {'opened' if database.is_sqlite else 'reached'} ({type(error).__name__})"
        yield Finding("database", what, cure or "check DATABASE_URL, and that the server runs")
    except KeysError as error:
        what, _, cure = str(error).partition(" Cure: ")
        yield Finding("keys", what, cure)
    finally:
        database.close()


def _missing(file: Path) -> Finding:
    if not file.absolute().parent.is_dir():
        return Finding("database", f"{file} is in a folder that is not there", "make the folder, or mend DATABASE_URL")
    if not os.access(file.absolute().parent, os.W_OK):
        return Finding("database", f"{file} cannot be made", "let the bot write in that folder")
    return Finding("database", f"{file} is not there yet, and will be made at the first run")


def _inside(database: Database) -> Iterator[Finding]:
    database.unlock()
    yield Finding("keys", "open the database")
    try:
        version = database.run_now(_live)
    except PackError as error:
        cure = f"run the version of Stride Check that published it, or publish another.\n{error}"
        yield Finding("live content", "cannot be read by this version of Stride Check", cure)
        return
    yield Finding("live content", f"version {version}" if version else "is published at the first run")


def _live(session: Session) -> str | None:
    """The version that new checks use, if any was ever published."""
    if publications.live_id(session) is None:
        return None
    packs = Packs()
    packs.look(session)
    return packs.live[1].version


def _ledger(given: DatabaseSettings) -> Finding:
    """Looking makes no file: the first run does."""
    ledger = given.ledger
    if ledger.path is None:
        cure = "set ERASURE_LEDGER to a file that is not backed up with the database"
        return Finding("erasures", "would be lost when an older backup is restored", cure)
    try:
        noted = len(ledger.read())
    except LedgerError as error:
        what, _, cure = str(error).partition(" Cure: ")
        return Finding("erasures", what, cure or "let the bot read it")
    if not os.access(ledger.path if ledger.path.exists() else ledger.path.absolute().parent, os.W_OK):
        return Finding("erasures", f"cannot be noted in {ledger.path}", "let the bot write there")
    return Finding("erasures", f"are noted in {ledger.path}, {noted} so far")


def _disk(given: DatabaseSettings) -> Iterator[Finding]:
    """Room for the database to be written anew beside itself, which is what a migration does; and for a backup."""
    url = make_url(given.database_url)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    size = file.stat().st_size if file is not None and file.is_file() else 0
    folders = {file.absolute().parent if file is not None else None, given.backup_folder}
    for folder in sorted(each for each in folders if each is not None and each.is_dir()):
        free = shutil.disk_usage(folder).free
        what = f"{free // MIB} MiB are free in {folder}"
        yield Finding("disk", what, None if free >= max(LEAST_FREE_BYTES, 2 * size) else f"make room in {folder}")


def _backups(given: DatabaseSettings) -> Finding:
    folder = given.backup_folder
    if folder is None:
        return Finding("backups", "are not looked after; set BACKUP_FOLDER to have their age looked at")
    if not folder.is_dir():
        return Finding("backups", f"BACKUP_FOLDER {folder} is not there", CURES["BACKUP_FOLDER"])
    if (newest := keeping.newest(folder)) is None:
        return Finding("backups", f"there is none in {folder}", f"type, and have it done daily: {DAILY}")
    try:
        about = backups.glance(newest)
    except BackupError as error:
        return Finding("backups", f"the newest cannot be used: {error}", f"type: {DAILY}")
    if about.key not in given.ring.ids:
        cure = f"put {about.key} behind the others, or make a new one: {DAILY}"
        return Finding("backups", f"{newest} was sealed with the key {about.key}, which ENCRYPTION_KEYS lacks", cure)
    hours = (Clock().now() - about.made_at) / timedelta(hours=1)
    what = f"the newest is {hours:.0f} hours old: {newest}"
    is_old = hours > OLDEST_BACKUP / timedelta(hours=1)
    return Finding("backups", what, f"look why none was made since, and type: {DAILY}" if is_old else None)


DAILY = "stridecheck backup --keep 14"
