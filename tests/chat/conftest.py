"""After every chat test: nothing was refused, nothing stayed unanswered, no limit was broken.

`ana` has been told of a neuroma already: each kind of database lives through that once, because it takes half a second.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.chat.stories import neuroma
from tests.world import Chat, Past, World

_numbers = itertools.count(1)
Told = tuple[str, Past]


@pytest.fixture
async def world(world: World) -> AsyncIterator[World]:
    """A bot on each kind of database; clean when the test is over."""
    yield world
    world.clean()


@pytest.fixture
async def small_world(small_world: World) -> AsyncIterator[World]:
    """A bot on SQLite only; clean when the test is over."""
    yield small_world
    small_world.clean()


@pytest.fixture(scope="session")
def told_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A file in which Ana has just been told, and what Telegram knew then."""
    path = tmp_path_factory.mktemp("told") / "bot.db"
    shutil.copy(sqlite_template, path)
    return str(path), asyncio.run(_tell(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def told_on_postgres(postgres_server: str) -> Told:
    """A PostgreSQL database in which Ana has just been told, and what Telegram knew then."""
    name = f"told_{os.getpid()}"
    _create(postgres_server, name, "template_ours")
    return name, asyncio.run(_tell(postgres_server.replace("/postgres?", f"/{name}?")))


async def _tell(url: str) -> Past:
    world = await World(url).open()
    await neuroma(world)
    await world.close()
    return world.past()


@pytest.fixture
async def ana(told_on_sqlite: Told, tmp_path: Path) -> AsyncIterator[Chat]:
    """Ana, told of a neuroma at 09:00 in London (FU-NEUROMA; ice may be safe), in a world of her own on SQLite."""
    path, past = told_on_sqlite
    shutil.copy(path, tmp_path / "ana.db")
    async for chat in _live_on(f"sqlite:///{tmp_path / 'ana.db'}", past):
        yield chat


@pytest.fixture
async def ana_on_both(told_url: Told) -> AsyncIterator[Chat]:
    """The same on each kind of database."""
    async for chat in _live_on(*told_url):
        yield chat


@pytest.fixture(params=["sqlite", "postgresql"])
def told_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    """A copy of the database in which Ana has been told, of both kinds in turn."""
    if request.param == "sqlite":
        path, past = request.getfixturevalue("told_on_sqlite")
        shutil.copy(path, tmp_path / "ana.db")
        yield f"sqlite:///{tmp_path / 'ana.db'}", past
        return
    address, (template, past) = request.getfixturevalue("postgres_server"), request.getfixturevalue("told_on_postgres")
    name = f"told_{os.getpid()}_{next(_numbers)}"
    _create(address, name, template)
    yield address.replace("/postgres?", f"/{name}?"), past
    _run(address, f"DROP DATABASE {name} WITH (FORCE)")


async def _live_on(url: str, past: Past) -> AsyncIterator[Chat]:
    world = await World(url, past=copy.deepcopy(past)).open()
    yield Chat(world, world.telegram.people()[0].user_id)
    world.clean()
    await world.close()


def _create(address: str, name: str, template: str) -> None:
    _run(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")


def _run(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
