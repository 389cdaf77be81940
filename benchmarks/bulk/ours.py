"""Our own way of sending to many: the bot's sender and broadcaster, a database of people, the strict server."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from benchmarks import recipients
from benchmarks.bulk.strict import ALLOWED, Strict
from benchmarks.inline import InlineDatabase
from benchmarks.telling import resident_mb
from bot.app import House
from bot.clock import Clock
from storage import broadcasts, migrate
from storage.admin_tables import BroadcastRow
from storage.tables import OutboxRow
from tests.keys import RING

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST = 100_000


@dataclass(slots=True)
class Sent:
    """One sender's minute: `share` of the allowed rate, `refused` calls, and who did not get it though it was sent.

    `again`: got it twice.
    """

    who: str
    share: float
    refused: int
    lost: int
    again: int
    busiest: int
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Queued:
    """Everybody put into the outbox, in one INSERT ... SELECT: seconds, and MiB before and after."""

    people: int
    seconds: float
    before_mb: float
    after_mb: float


class People:
    """A database of so many who want news; each sender's minute begins with all of them."""

    def __init__(self, url: str, many: int) -> None:
        self.database = InlineDatabase(url, ring=RING)
        migrate.upgrade(self.database)
        self.many = many
        self.database.run_now(recipients.move_in, range(FIRST, FIRST + many), START)

    def queue(self) -> Queued:
        """The broadcast begins."""
        before, begun = resident_mb(), time.perf_counter()
        self.broadcast = self.database.run_now(recipients.begin, START)
        return Queued(self.many, time.perf_counter() - begun, before, resident_mb())

    async def send(self, seconds: float, jitter_s: float) -> Sent:
        """For so long."""
        self.database.run_now(_all_wait, self.broadcast)
        loop, request, cpu = asyncio.get_running_loop(), Strict(jitter_s), time.process_time()
        clock = Clock(wall=lambda: START + timedelta(seconds=loop.time()), counted_s=loop.time)
        house = House(token="1:bench", database=self.database, clock=clock, request=request, polling=request)  # noqa: S106
        await house.open()
        tasks = [asyncio.create_task(each) for each in (house.deliver.run(), house.broadcaster.run())]
        await asyncio.sleep(seconds)
        cpu_ms = 1000 * (time.process_time() - cpu) / max(len(request.accepted), 1)
        await asyncio.gather(house.deliver.stop(), house.broadcaster.stop())
        for task in tasks:
            task.cancel()
        return self._found(request, cpu_ms)

    def _found(self, request: Strict, cpu_ms: float) -> Sent:
        states = self.database.run_now(_states, self.broadcast)
        missing = states["sent"] - len(request.got)
        return Sent(
            who="ours",
            share=request.rate() / ALLOWED,
            refused=request.refused,
            lost=max(missing, 0) + states["unsure"] + states["dead"] + states["dropped"],
            again=sum(many > 1 for many in request.got.values()),
            busiest=request.busiest(),
            cpu_ms=cpu_ms,
        )


def _all_wait(session: Session, broadcast_id: int) -> None:
    """Nobody has got it."""
    mine = (OutboxRow.broadcast_id == broadcast_id) & (OutboxRow.state != "waiting")
    session.execute(update(OutboxRow).where(mine).values(state="waiting", lease_until=None, attempts=0))
    session.execute(delete(OutboxRow).where(OutboxRow.broadcast_id.is_(None)))
    session.get_one(BroadcastRow, broadcast_id).state = "sending"


def _states(session: Session, broadcast_id: int) -> Counter[str]:
    return broadcasts.tally(session, broadcast_id)
