"""An outage at hand for each kind of database, and a quick start for real processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bot.nursery import Warm, nursery, parent
from tests.bot.process import Spawn
from tests.bot.tools import Outage
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
