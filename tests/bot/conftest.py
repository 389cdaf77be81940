"""An outage at hand for each kind of database, a quick start for real processes, and the log to read."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot import logs
from tests.bot.nursery import Warm, nursery, parent
from tests.bot.process import Spawn
from tests.bot.tools import Outage, Sink
from tests.world import World


@pytest.fixture
def outage(request: pytest.FixtureRequest, world: World) -> Outage:
    """The world's database can go away and come back."""
    sqlite = world.house.database.is_sqlite
    return Outage(world.house.database, world.url, None if sqlite else request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def warm_parent() -> Iterator[Warm]:
    """One for each worker: it imports everything once."""
    with parent() as made:
        yield made


@pytest.fixture
async def warm(warm_parent: Warm) -> AsyncIterator[Spawn]:
    """Begins real processes that are spared the imports."""
    async with nursery(warm_parent) as made:
        yield made.spawn


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The product's own logging at DEBUG, and everything that comes out of it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    logs.configure("DEBUG")
    heard = Sink()
    root.addHandler(heard)
    yield heard
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
