"""The scheduler knocks when the table says so: at the next due moment, earlier when that moves, in hurried time too.

The waits here are real, and short.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import travel
from bot.app import House
from bot.clock import Clock
from bot.schedule import Schedule
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage import export
from storage.database import Database
from storage.tables import EpisodeRow
from tests.bot.tools import until
from tests.keys import RING
from tests.walks import headstart
from tests.world import START, World

HOUR = timedelta(hours=1)
SOON, ENOUGH_S = timedelta(milliseconds=150), 0.4


class Door:
    """Counts the knocks, and keeps when they came."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.knocks = clock, list[float]()
        self.schedule = Schedule(clock, self.knock, self.knock)
        self.began = asyncio.get_running_loop().time()

    async def knock(self) -> None:
        self.knocks.append(asyncio.get_running_loop().time() - self.began)

    async def open(self) -> None:
        """The first knock, for what came due while nobody was there, is over."""
        self.schedule.start()
        await until(lambda: self.knocks)
        self.knocks.clear()
        self.began = asyncio.get_running_loop().time()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    built = Door(Clock())
    await built.open()
    yield built
    built.schedule.stop()


async def test_the_first_knock_comes_at_once() -> None:
    door = Door(Clock())
    door.schedule.start()
    await until(lambda: door.knocks)
    door.schedule.stop()


async def test_a_knock_comes_at_the_due_moment_and_not_before(door: Door) -> None:
    door.schedule.arm(door.clock.now() + SOON)
    await asyncio.sleep(SOON.total_seconds() / 2)
    assert not door.knocks
    await until(lambda: door.knocks)
    assert SOON.total_seconds() * 0.9 <= door.knocks[0] < ENOUGH_S


async def test_an_earlier_moment_moves_the_knock_and_a_later_one_does_not(door: Door) -> None:
    door.schedule.arm(door.clock.now() + HOUR)
    door.schedule.arm(door.clock.now() + SOON)
    door.schedule.arm(door.clock.now() + 2 * HOUR)
    await until(lambda: door.knocks)
    assert door.knocks[0] < ENOUGH_S


async def test_a_later_moment_does_not_take_the_place_of_one_that_has_just_come(door: Door) -> None:
    """As when somebody's press is stored in that very moment: their own next reminder is far away."""
    door.schedule.arm(door.clock.now())
    door.schedule.arm(door.clock.now() + HOUR)
    await until(lambda: door.knocks, 2)


async def test_a_knock_at_once_does_not_take_the_place_of_the_one_that_is_due(door: Door) -> None:
    door.schedule.arm(door.clock.now() + SOON)
    door.schedule.knock()
    await until(lambda: len(door.knocks) == 2, 2)
    assert door.knocks[1] >= SOON.total_seconds() * 0.9


async def test_no_moment_is_no_knock(door: Door) -> None:
    door.schedule.arm(None)
    await asyncio.sleep(0.1)
    assert not door.knocks


async def test_after_a_knock_a_later_moment_counts_again(door: Door) -> None:
    """Even if nobody told of the end of the sweep: the database may have been away."""
    for _ in range(2):
        door.schedule.arm(door.clock.now() + SOON / 3)
        await until(lambda: door.knocks)
        door.knocks.clear()


async def test_a_clock_pushed_past_the_moment_knocks_now(door: Door) -> None:
    door.schedule.arm(door.clock.now() + HOUR)
    door.clock.push(HOUR)
    await until(lambda: door.knocks)
    assert door.knocks[0] < ENOUGH_S


async def test_a_clock_pushed_near_the_moment_shortens_the_wait(door: Door) -> None:
    door.schedule.arm(door.clock.now() + HOUR)
    door.clock.push(HOUR - SOON)
    await asyncio.sleep(SOON.total_seconds() / 2)
    assert not door.knocks
    await until(lambda: door.knocks)


async def test_hurried_time_makes_an_hour_short() -> None:
    door = Door(Clock(scale=36_000))
    await door.open()
    door.schedule.arm(door.clock.now() + HOUR)
    await until(lambda: door.knocks)
    assert 0.09 <= door.knocks[0] < ENOUGH_S
    door.schedule.stop()


async def test_what_is_due_before_the_sweep_has_ended_is_knocked_for_too() -> None:
    """A sweep asks for the next knock while it still counts as running."""
    clock, knocks = Clock(), list[int]()

    async def sweep() -> None:
        knocks.append(1)
        if len(knocks) < 5:
            schedule.arm(clock.now() + timedelta(microseconds=1))

    schedule = Schedule(clock, sweep, sweep)
    schedule.start()
    await until(lambda: len(knocks) == 5)
    schedule.stop()


async def test_a_sweep_that_fails_is_not_the_last(door: Door) -> None:
    failures: list[int] = []

    async def sweep() -> None:
        failures.append(1)
        raise ConnectionError("the database is away")

    schedule = Schedule(door.clock, sweep, sweep)
    schedule.start()
    await until(lambda: len(failures) == 1)
    schedule.arm(door.clock.now() + SOON / 3)
    await until(lambda: len(failures) == 2)
    schedule.stop()


async def test_who_knocks_while_a_sweep_is_under_way_is_answered_after_it() -> None:
    """However many: what they knock for may have fallen due after this sweep has looked."""
    begun, may_end = list[int](), asyncio.Event()

    async def sweep() -> None:
        begun.append(1)
        await may_end.wait()

    schedule = Schedule(Clock(), sweep, sweep)
    schedule.start()
    await until(lambda: begun)
    for _ in range(3):
        schedule.knock()
        await asyncio.sleep(0.02)
    before = len(begun)
    may_end.set()
    await until(lambda: len(begun) > before)
    await asyncio.sleep(0.02)
    assert len(begun) <= before + 1
    schedule.stop()


async def test_after_a_sweep_that_failed_it_knocks_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.schedule.FIRST_PAUSE_S", 0.05)
    looks: list[int] = []

    async def sweep() -> None:
        looks.append(1)
        if len(looks) < 3:
            raise ConnectionError("the database is away")

    schedule = Schedule(Clock(), sweep, sweep)
    schedule.start()
    await until(lambda: len(looks) == 3)
    schedule.stop()


async def test_after_the_stop_nobody_knocks(door: Door) -> None:
    door.schedule.arm(door.clock.now() + SOON)
    door.schedule.stop()
    await asyncio.sleep(SOON.total_seconds() * 1.5)
    assert not door.knocks


async def test_a_stop_in_the_middle_of_a_sweep_cuts_it_off_and_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    begun, ended = list[int](), list[int]()

    async def sweep() -> None:
        begun.append(1)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    schedule = Schedule(Clock(), sweep, sweep)
    schedule.start()
    await until(lambda: begun)
    schedule.knock()
    await asyncio.sleep(0)
    schedule.stop()
    await until(lambda: len(ended) == len(begun))
    await asyncio.sleep(0.05)
    assert not [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING]


async def test_what_is_done_every_hour_is_done_soon_after_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that is started again more often would never do it."""
    monkeypatch.setattr("bot.schedule.SOON_S", SOON.total_seconds())
    door, done = Door(Clock()), list[int]()

    async def work() -> None:
        done.append(1)

    door.schedule.every(3600, work, "hourly")
    door.schedule.start()
    assert not done, "the start has enough to do"
    await until(lambda: done)
    door.schedule.stop()


# --- with the house behind the door -----------------------------------------------------------------------------------


def two_outcomes(world: World) -> tuple[int, int]:
    """Two people who have just been told what it may be, with check-ins planned."""
    people = world.person("One").user_id, world.person("Two").user_id
    answers = dict(headstart.vignettes())["neuroma"]
    database, now = world.house.database, world.clock.now()
    database.run_now(headstart.have_met, people, now)
    database.run_now(headstart.have_an_outcome, world.house.packs, dict.fromkeys(people, answers), now)
    return people


def spoil(session: Session, number: int) -> None:
    """Nobody can read this episode any more."""
    session.get_one(EpisodeRow, number).data = {"form": "?"}


def sent(world: World, telegram_id: int) -> list[str]:
    document = world.house.database.run_now(export.export, telegram_id)
    assert document is not None
    return [each["key"] for row in document["episodes"] for each in row["follow_ups"] if each["sent_at"]]


async def test_a_poisoned_follow_up_does_not_stop_the_others(world: World) -> None:
    _, two = two_outcomes(world)
    world.house.database.run_now(spoil, 1)
    due_at = await travel.next_due(world.house)
    assert due_at is not None
    world.clock.push(due_at + 6 * HOUR - world.clock.now())
    with capture_logs() as lines:
        await world.house.sweep()
    errors = [line for line in lines if line["log_level"] == "error"]
    assert errors
    assert all(line["event"] == "a follow-up cannot be taken" for line in errors)
    assert sent(world, two), "the other person was asked"


async def test_a_poisoned_follow_up_is_left_to_the_net_and_does_not_spin(sqlite_url: str) -> None:
    clock = Clock(start=START)  # by day, whatever the machine's clock says: at night nothing is taken
    telegram, database = Telegram(now=clock.now), Database(sqlite_url, ring=RING)
    doors = InProcessRequest(telegram), InProcessRequest(telegram)
    house = House(token=telegram.token, database=database, clock=clock, request=doors[0], polling=doors[1])
    await house.open()
    telegram.add_person(7, "Kim")
    database.run_now(headstart.have_met, [7], clock.now())
    answers = {7: dict(headstart.vignettes())["neuroma"]}
    database.run_now(headstart.have_an_outcome, house.packs, answers, clock.now())
    database.run_now(spoil, 1)
    looks: list[str] = []
    event.listen(database.engine, "begin", lambda connection: looks.append("begin"))
    clock.push(timedelta(days=3))
    with capture_logs() as lines:
        house.schedule.start()
        await asyncio.sleep(0.6)
        house.schedule.stop()
    errors = [line for line in lines if line["log_level"] == "error"]
    assert 1 <= len(errors) <= 2
    assert len(looks) < 20
    database.close()
