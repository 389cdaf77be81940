"""Messages go evenly, the most urgent first, on a clock moved by hand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.clock import Clock, HandClock
from bot.pace import WINDOW, Pace
from storage.outbox import BROADCAST, FOLLOW_UP, REPLY, URGENT
from tests.world import START

EVERY_S = 0.1
EVERY = timedelta(seconds=EVERY_S)


class Queue:
    """Notes who went, and when."""

    def __init__(self) -> None:
        self.clock = HandClock(START - WINDOW)
        self.pace = Pace(self.clock, EVERY_S)
        self.clock.push(WINDOW)
        self.went: list[tuple[str, datetime]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def join(self, name: str, lane: int = REPLY) -> None:
        self.tasks.append(asyncio.create_task(self._go(name, lane)))

    async def _go(self, name: str, lane: int) -> None:
        await self.pace.turn(lane)
        self.went.append((name, self.clock.now()))

    async def later(self, by: timedelta) -> None:
        await settled()
        self.clock.push(by)
        await settled()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.went]


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def queue() -> Queue:
    return Queue()


async def test_one_goes_at_once_and_one_each_moment_after(queue: Queue) -> None:
    for name in "abc":
        queue.join(name)
    await queue.later(EVERY)
    assert queue.names == ["a", "b"]
    await queue.later(EVERY)
    assert [at - START for _, at in queue.went] == [0 * EVERY, EVERY, 2 * EVERY]


async def test_an_urgent_one_waits_behind_nobody_who_has_not_gone(queue: Queue) -> None:
    for name in "abcdefgh":
        queue.join(name, BROADCAST)
    queue.join("reply", REPLY)
    await queue.later(EVERY)
    queue.join("urgent", URGENT)
    for _ in range(3):
        await queue.later(EVERY)
    assert queue.names == ["reply", "a", "urgent", "b", "c"]


async def test_what_was_missed_is_never_caught_up(queue: Queue) -> None:
    queue.join("a")
    await queue.later(timedelta(hours=1))
    for name in "bcdef":
        queue.join(name)
    await queue.later(timedelta())
    assert queue.names == ["a", "b"]
    await queue.later(0.9 * EVERY)
    assert len(queue.names) == 3, "a late wake-up of some milliseconds is made good"
    await queue.later(0.8 * EVERY)
    assert len(queue.names) == 3, "and no more than that"


async def test_somebody_who_no_longer_waits_costs_no_turn(queue: Queue) -> None:
    for name in "abc":
        queue.join(name)
    await settled()
    queue.tasks[1].cancel()
    await queue.later(EVERY)
    assert queue.names == ["a", "c"]


async def test_a_hurried_clock_does_not_hurry_telegram() -> None:
    clock = Clock(scale=600)
    pace = Pace(clock, 0.02)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(4):
        await pace.turn(REPLY)
    assert loop.time() - began >= 0.045


async def test_a_slow_machine_between_turn_and_call_makes_no_burst(queue: Queue) -> None:
    calls = [asyncio.create_task(queue.pace.gate()) for _ in range(31)]
    await settled()
    assert sum(call.done() for call in calls) == 30
    await queue.later(timedelta(seconds=1.03))
    assert all(call.done() for call in calls)


async def test_a_clock_that_is_set_back_by_days_holds_nobody_for_days(queue: Queue) -> None:
    for name in "ab":
        queue.join(name)
    await settled()
    queue.clock.push(-timedelta(days=3))
    queue.join("urgent", URGENT)
    await queue.later(EVERY)
    await queue.later(EVERY)
    assert set(queue.names) == {"a", "b", "urgent"}
    calls = [asyncio.create_task(queue.pace.gate()) for _ in range(31)]
    await settled()
    queue.clock.push(-timedelta(days=3))
    await settled()
    assert all(call.done() for call in calls)


async def test_at_the_start_only_what_is_urgent_goes_for_a_second() -> None:
    queue = Queue()
    queue.pace = Pace(queue.clock, EVERY_S)
    queue.join("follow-up", FOLLOW_UP)
    queue.join("reply")
    await queue.later(0.9 * WINDOW)
    assert not queue.names
    queue.join("urgent", URGENT)
    await settled()
    assert queue.names == ["urgent"]
    await queue.later(0.1 * WINDOW)
    await queue.later(EVERY)
    assert queue.names == ["urgent", "reply", "follow-up"]


async def test_edits_pass_until_telegram_refuses_something_and_again_a_minute_later(queue: Queue) -> None:
    assert queue.pace.lets_edits_pass()
    queue.pace.hold(queue.clock.now() + timedelta(seconds=3))
    assert not queue.pace.lets_edits_pass()
    queue.clock.push(timedelta(seconds=59))
    assert not queue.pace.lets_edits_pass()
    queue.clock.push(timedelta(seconds=1))
    assert queue.pace.lets_edits_pass()
