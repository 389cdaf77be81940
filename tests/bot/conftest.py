"""An outage at hand for each kind of database."""

from __future__ import annotations

import pytest

from tests.bot.tools import Outage
from tests.world import World


@pytest.fixture
def outage(request: pytest.FixtureRequest, world: World) -> Outage:
    """The world's database can go away and come back."""
    sqlite = world.house.database.is_sqlite
    return Outage(world.house.database, world.url, None if sqlite else request.getfixturevalue("postgres_server"))
