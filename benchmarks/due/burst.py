"""A thousand follow-ups due at one moment, through the whole bot, in real time: how late, and does the loop stand?

Telegram is a stub that takes 50 ms for each call: nothing of it is measured here but when a message reached it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, event
from sqlalchemy.orm import Session
from telegram.request import BaseRequest, RequestData

from benchmarks.due.crowd import Crowd
from benchmarks.telling import percentile
from bot.app import House
from bot.clock import Clock
from handlers import turn
from storage import follow_ups
from storage.database import Database
from storage.follow_ups import Pending
from storage.tables import OutboxRow

LATENCY_S, TICK_S = 0.05, 0.002
LEAD = timedelta(seconds=2)
PATIENCE_S = 120
ME = {"id": 1, "is_bot": True, "first_name": "Stride", "username": "stride_bot"}


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after the due moment, and the longest that the loop stood still meanwhile.

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
    armed: float
    began: float
    cpu_ms: float


class Stub(BaseRequest):
    """Telegram, always content, after 50 ms; `sent` has when each message came."""

    def __init__(self) -> None:
        self.sent: list[float] = []

    @property
    def read_timeout(self) -> float | None:
        """PTB asks."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> tuple[int, bytes]:
        """What the call wants to hear."""
        name = url.rpartition("/")[2]
        if name == "sendMessage":
            self.sent.append(time.time())
        await asyncio.sleep(LATENCY_S)
        message = {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}}
        said = ME if name == "getMe" else message if name.startswith(("send", "edit")) else True
        return 200, json.dumps({"ok": True, "result": said}).encode()


class Ticker:
    """Looks every 2 ms whether the loop still turns; `longest` is the longest that it did not."""

    def __init__(self) -> None:
        self.longest = 0.0

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """As long as this lasts."""
        task = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            task.cancel()

    async def _tick(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_S)
            self.longest = max(self.longest, time.perf_counter() - before - TICK_S)


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
    at = datetime.now(UTC) + LEAD
    with _noted() as (claimed, turned):
        due = set(await asyncio.to_thread(crowd.fall_due, many, at))
        house.schedule.arm(at)  # as the turn that plans something does
        await asyncio.sleep(max(0, at.timestamp() - time.time() - 0.2))
        ticker, cpu = Ticker(), time.process_time()
        async with ticker.watching():
            await _until(lambda: len(turned) >= many and bool(request.sent))
        spent_ms = 1000 * (time.process_time() - cpu) / many
    late = [each - at.timestamp() for number, each in claimed.items() if number in due]
    done = [each - at.timestamp() for each in turned]
    return Lateness(
        *(percentile(values, share) for values in (late, done) for share in (0.5, 0.99)),
        request.sent[0] - at.timestamp(),
        ticker.longest,
        *start,
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

    follow_ups.due, turn.take_due = read, taken  # type: ignore[assignment] # watched from outside, as the product is
    event.listen(Session, "after_commit", committed)
    try:
        yield claimed, turned
    finally:
        follow_ups.due, turn.take_due = due, take_due
        event.remove(Session, "after_commit", committed)


async def _until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not so():  # noqa: ASYNC110 - what is waited for happens in other threads
            await asyncio.sleep(0.02)


async def _over(house: House) -> None:
    """Stop, and forget what waits: the next bot would say it."""
    await house.stop()
    await house.database.run(lambda session: session.execute(delete(OutboxRow)))
