"""A database of each kind, one without tables, and the first pack published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from content.load import pack_files, parse_pack
from content.shipped import FIRST_PACK
from storage.database import Database
from storage.packs import Packs
from tests.keys import RING
from tests.storage.rows import NOW


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    opened = Database(database_url, ring=RING, threads=4)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """The same on SQLite only."""
    opened = Database(sqlite_url, ring=RING)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database in which nothing was ever made."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'bare.db'}", ring=RING)
        yield opened
        opened.close()
        return
    address = request.getfixturevalue("postgres_server")
    name = f"bare_{os.getpid()}"  # tests run side by side
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    opened = Database(address.replace("/postgres?", f"/{name}?"), ring=RING)
    yield opened
    opened.close()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def bare_sqlite(tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite only."""
    opened = Database(f"sqlite:///{tmp_path / 'bare_one.db'}", ring=RING)
    yield opened
    opened.close()


@pytest.fixture
def packs(database: Database) -> Packs:
    """The first pack, live."""
    files, found = pack_files(FIRST_PACK), Packs()
    database.run_now(found.publish, parse_pack(files), files, NOW)
    return found
