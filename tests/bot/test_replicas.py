"""Several processes on one PostgreSQL: one leads, each sends what is its own, and whoever is left goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.line import Line
from storage.database import Database
from tests.bot.tools import until
from tests.keys import RING

PRESENT = "SELECT pid FROM pg_stat_activity WHERE application_name = 'x'"


@asynccontextmanager
async def a_line(url: str) -> AsyncIterator[Line]:
    database = Database(url, ring=RING, threads=1)
    line = Line(database)
    await line.join()
    yield line
    await line.leave()
    database.close()


async def test_one_of_two_leads_and_the_other_takes_over_when_it_leaves(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(a_line(postgres_url))
        second = await stack.enter_async_context(a_line(postgres_url))
        assert first.leads()
        assert not second.leads()
        await until(lambda: first.count == second.count == 2)
        await first.leave()
        await until(second.leads)
        await until(lambda: second.count == 1)
