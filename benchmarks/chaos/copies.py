"""A copy of the bot's database, made and put back as an operator would, each kind with its own means."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url

from benchmarks.chaos.place import Place

COPY = "copy_of_before"


def make(place: Place) -> None:
    """The database as it is now. The bot must have ended: PostgreSQL copies no database that somebody is in."""
    if place.kind == "sqlite":
        with sqlite3.connect(_file(place)) as source, sqlite3.connect(place.folder / COPY) as target:
            source.backup(target)
        return
    with _maintenance(place) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {COPY} TEMPLATE {make_url(place.url).database}")


def put_back(place: Place) -> None:
    """What came after the copy is gone; what lies beside the database stays."""
    if place.kind == "sqlite":
        for ending in ("-wal", "-shm"):
            Path(f"{_file(place)}{ending}").unlink(missing_ok=True)
        shutil.copy(place.folder / COPY, _file(place))
        return
    with _maintenance(place) as connection:
        name = make_url(place.url).database
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {COPY}")


def _file(place: Place) -> str:
    return make_url(place.url).database or ""


@contextlib.contextmanager
def _maintenance(place: Place) -> Iterator[Connection]:
    engine = create_engine(make_url(place.url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
