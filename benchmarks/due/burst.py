"""A thousand follow-ups due at one moment, through the whole bot, in real time: how late, and does the loop stand?

Telegram is a stub that takes 50 ms for each call: nothing of it is measured here but when a message reached it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from benchmarks.due.crowd import Crowd
from benchmarks.stub import Stub
from benchmarks.telling import percentile
from bot.app import House
from bot.clock import Clock
from bot.running import keep_what_is_there
from handlers import turn
from storage import follow_ups
from storage.database import Database
from storage.follow_ups import Pending
from storage.tables import OutboxRow

TICK_S = 0.002
LEAD = timedelta(seconds=2)
A_MILLION = timedelta(seconds=20)  # that long, at most, it takes to choose from so many whose moment it is to be
PATIENCE_S = 240


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after the due moment, and the longest that the loop stood still meanwhile (Ticker); `idle_standstill`:
    in the seconds before, when nothing was due.

    `claimed`: the row is in the sweep's hands. `turned`: its turn is committed, its words wait in the outbox.
    `first_sent`: the first of the words reached Telegram; the others follow at Telegram's 30 a second.
    `armed`: from a database that is open to the next knock being planned; `began`: all of the bot's start.
    """

    claimed_p50: float
    claimed_p99: float
    turned_p50: float
    turned_p99: float
    first_sent: float
    standstill: float
    busiest: float
    garbage: float
    idle_standstill: float
    armed: float
    began: float
    cpu_ms: float


class Ticker:
    """Looks every 2 ms whether the loop still turns; `longest` is the longest that it did not.

    `busiest`: the most that the loop's own thread worked in one go. What is above that it waited: for the processor, on
    a machine that does other things, or for another thread. `garbage`: the longest search for garbage, in whichever
    thread, for all of them wait meanwhile.
    """

    def __init__(self) -> None:
        self.longest = self.busiest = self.garbage = 0.0
        self._searching = 0.0

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """As long as this lasts."""
        task = asyncio.create_task(self._tick())
        gc.callbacks.append(self._searched)
        try:
            yield
        finally:
            gc.callbacks.remove(self._searched)
            task.cancel()

    def _searched(self, phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            self._searching = time.perf_counter()
        else:
            self.garbage = max(self.garbage, time.perf_counter() - self._searching)

    async def _tick(self) -> None:
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK_S)
            self.longest = max(self.longest, time.perf_counter() - before - TICK_S)
            self.busiest = max(self.busiest, time.thread_time() - worked)


def ours(crowd: Crowd, many: int) -> Lateness:
    """The bot is started on the crowd's database, and then so many are due."""
    return asyncio.run(_ours(crowd, many))


async def _ours(crowd: Crowd, many: int) -> Lateness:
    clock, request = Clock(), Stub()
    armed = await _armed(crowd, clock)
    house = House(token="1:bench", database=crowd.database, clock=clock, request=request, polling=request)  # noqa: S106
    begun = time.perf_counter()
    await house.begin(poll=False)
    began = time.perf_counter() - begun
    keep_what_is_there()
    try:
        return await _burst(crowd, house, request, many, (armed, began))
    finally:
        await _over(house)


async def _armed(crowd: Crowd, clock: Clock) -> float:
    """From a database that is open, but has not been asked anything, to the first knock being planned."""
    database = Database(crowd.database.engine.url.render_as_string(hide_password=False), ring=crowd.database.ring)
    request = Stub()
    house = House(token="1:bench", database=database, clock=clock, request=request, polling=request)  # noqa: S106
    database.unlock()
    begun = time.perf_counter()
    await house.sweep()
    took = time.perf_counter() - begun
    house.schedule.stop()
    await asyncio.to_thread(database.close)
    return took


async def _burst(crowd: Crowd, house: House, request: Stub, many: int, start: tuple[float, float]) -> Lateness:
    at = datetime.now(UTC) + LEAD + A_MILLION * (crowd.size / 1_000_000)
    with _noted() as (claimed, turned):
        due = set(await asyncio.to_thread(crowd.fall_due, many, at))
        house.schedule.arm(at)  # as the turn that plans something does
        idle = Ticker()
        async with idle.watching():
            await asyncio.sleep(max(0, at.timestamp() - time.time() - 0.2))
        ticker, cpu = Ticker(), time.process_time()
        async with ticker.watching():
            await until(lambda: len(turned) >= many and request.sent[-1:] > [at.timestamp()])
        spent_ms = 1000 * (time.process_time() - cpu) / many
    late = [each - at.timestamp() for number, each in claimed.items() if number in due]
    done = [each - at.timestamp() for each in turned]
    armed, began = start
    return Lateness(
        percentile(late, 0.5),
        percentile(late, 0.99),
        percentile(done, 0.5),
        percentile(done, 0.99),
        min(each for each in request.sent if each >= at.timestamp()) - at.timestamp(),
        ticker.longest,
        ticker.busiest,
        ticker.garbage,
        idle.longest,
        armed,
        began,
        spent_ms,
    )


@contextlib.contextmanager
def _noted() -> Iterator[tuple[dict[int, float], list[float]]]:
    """When each row was read as due, and when each turn was committed."""
    claimed, turned = dict[int, float](), list[float]()
    due, take_due = follow_ups.due, turn.take_due

    def read(*given: Any, **more: Any) -> list[Pending]:
        found = due(*given, **more)
        for each in found:
            claimed.setdefault(each.id, time.time())
        return found

    def taken(session: Session, *given: Any, **more: Any) -> bool:
        session.info["turned"] = done = take_due(session, *given, **more)
        return done

    def committed(session: Session) -> None:
        if session.info.get("turned"):
            turned.append(time.time())

    follow_ups.due, turn.take_due = read, taken
    event.listen(Session, "after_commit", committed)
    try:
        yield claimed, turned
    finally:
        follow_ups.due, turn.take_due = due, take_due
        event.remove(Session, "after_commit", committed)


async def until(so: Callable[[], bool]) -> None:
    """Wait for it, for four minutes at most."""
    async with asyncio.timeout(PATIENCE_S):
        while not so():  # noqa: ASYNC110 - what is waited for happens in other threads
            await asyncio.sleep(0.02)


async def _over(house: House) -> None:
    """Stop, and forget what waits: the next bot would say it."""
    await house.stop()
    await house.database.run(lambda session: session.execute(delete(OutboxRow)))
