"""Who serves a database: one process an SQLite file, told by a lock on a file beside it; any number a PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.settings import SettingsError
from storage import neighbours
from storage.database import Database

ENDING = ".running"


class AlreadyRunningError(SettingsError):
    """Another process serves this database; the message says which."""


@contextlib.contextmanager
def alone(database_url: str, now: datetime) -> Iterator[None]:
    """Nobody else runs the bot on this SQLite file meanwhile; other kinds of databases may have several.

    Other commands go on beside it. The lock ends with the process, however that ends. Raises AlreadyRunningError, or
    SettingsError when there can be no lock.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    import portalocker  # noqa: PLC0415 - it looks for a place for files, which who may write none does not find

    path = Path(f"{Path(url.database).resolve()}{ENDING}")
    with contextlib.ExitStack() as held:
        try:
            file = held.enter_context(os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+"))
            portalocker.lock(file, portalocker.LOCK_EX | portalocker.LOCK_NB)
            file.truncate()
            file.write(f"process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M:%S} UTC")
            file.flush()
        except portalocker.AlreadyLocked:
            raise AlreadyRunningError(
                f"The database {url.database} is served by another Stride Check: {_who(path)}. Cure: stop that one "
                "first; several may run at once on PostgreSQL only"
            ) from None
        except (OSError, portalocker.LockException) as error:
            raise SettingsError(
                f"The file {path}, which keeps a second bot away, cannot be locked ({type(error).__name__}). Cure: let "
                "the bot write in that folder, on a disk of this machine"
            ) from None
        yield


@contextlib.contextmanager
def stopped(database: Database, now: datetime) -> Iterator[None]:
    """No bot serves this database meanwhile: for what may be done to a whole database. Raises AlreadyRunningError."""
    if database.is_sqlite:
        with alone(database.engine.url.render_as_string(hide_password=False), now):
            yield
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        there = neighbours.others(connection)
        if there or not neighbours.keep_away(connection):
            raise AlreadyRunningError(f"{_several(max(there, 1))} on this database. Cure: stop the bot first")
        try:
            yield
        finally:
            neighbours.let_in(connection)


def who(database: Database) -> str | None:
    """Who serves it now, in words; None when nobody does."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            there = neighbours.others(connection)
        return f"{_several(there)} on this database" if there else None
    import portalocker  # noqa: PLC0415 - as above

    path = Path(f"{Path(database.engine.url.database or '').resolve()}{ENDING}")
    try:
        with path.open("r+", encoding="utf-8") as file:
            portalocker.lock(file, portalocker.LOCK_SH | portalocker.LOCK_NB)
    except portalocker.AlreadyLocked:
        return f"one runs on this database: {_who(path)}"
    except (OSError, portalocker.LockException):
        return None  # where nobody has ever run, or may look
    return None


def _several(there: int) -> str:
    return "one process of the bot runs" if there == 1 else f"{there} processes of the bot run"


def _who(path: Path) -> str:
    """What the holder has written; some systems let nobody read what is locked."""
    try:
        return path.read_text(encoding="utf-8") or "one that has just begun"
    except OSError:
        return "this system does not say which"
