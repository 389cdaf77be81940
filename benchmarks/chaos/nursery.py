"""The bench's warm parent: that of the tests (tests/bot/nursery.py), and what is put in from outside is there too."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from benchmarks.chaos import child
from tests.bot import nursery as general
from tests.bot.nursery import Nursery


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """The parent runs as long as this is open."""
    with general.parent("benchmarks.chaos.nursery") as warm:
        async with general.nursery(warm) as made:
            yield made


if __name__ == "__main__":
    general.main(child.live)
