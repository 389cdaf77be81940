"""A machine's clock that is set while the bot runs: followed only when it is known to be right, and always told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.clock import Clock
from bot.timekeeping import Timekeeper
from storage import signs
from storage.database import Database
from tests.keys import RING

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAYS, MINUTE = timedelta(days=3), timedelta(minutes=1)


class Machine:
    """Its clocks, and Telegram's, as a test has them."""

    def __init__(self, url: str) -> None:
        self.wall, self.counted_s, self.truth = START, 1000.0, START
        self.steps = 0
        self.database = Database(url, ring=RING)
        self.clock = Clock(wall=lambda: self.wall, counted_s=lambda: self.counted_s)
        self.timekeeper = Timekeeper(self.database, self.clock, self._stepped)

    def _stepped(self) -> None:
        self.steps += 1

    def pass_by(self, time: timedelta) -> None:
        self.wall, self.truth = self.wall + time, self.truth + time
        self.counted_s += time.total_seconds()

    def answer(self) -> None:
        """Telegram says what time it is, after a while."""
        self.pass_by(MINUTE)
        self.timekeeper.heard(format_datetime(self.truth, usegmt=True))


@pytest.fixture
def machine(sqlite_url: str) -> Iterator[Machine]:
    built = Machine(sqlite_url)
    yield built
    built.database.close()


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    with capture_logs() as found:
        yield found


def told(lines: list[EventDict]) -> list[str]:
    return [line["event"].partition(".")[0] for line in lines]


@pytest.mark.parametrize("by", [DAYS, -DAYS])
def test_a_jump_is_told_and_not_followed_and_what_can_wait_waits_until_telegram_has_spoken(
    machine: Machine, lines: list[EventDict], by: timedelta
) -> None:
    machine.wall += by
    machine.timekeeper.look()
    assert (machine.clock.now(), machine.timekeeper.doubted) == (START, True)
    machine.answer()
    assert (machine.clock.now(), machine.timekeeper.doubted) == (START + MINUTE, False)
    assert told(lines) == ["this machine's clock has jumped", "this machine's clock is not Telegram's"]
    machine.wall -= by
    machine.timekeeper.look()
    assert told(lines)[2:] == ["the clock is right again; what has waited comes now"]
    assert machine.steps >= 2, "who waits by the machine's clock is told of every step"


def test_a_clock_that_was_wrong_and_is_set_right_is_followed_when_telegram_agrees(
    machine: Machine, lines: list[EventDict]
) -> None:
    machine.truth += DAYS
    machine.answer()
    assert machine.timekeeper.doubted, "nobody knows who is right"
    machine.wall += DAYS
    machine.timekeeper.look()
    assert machine.timekeeper.doubted
    machine.answer()
    assert (machine.clock.now(), machine.timekeeper.doubted) == (machine.truth, False)
    assert "the machine's clock jumped, and Telegram agrees with it: it is followed" in told(lines)


def test_a_closed_laptop_is_no_jump(machine: Machine, lines: list[EventDict]) -> None:
    machine.pass_by(DAYS)
    machine.timekeeper.look()
    assert (machine.clock.now(), machine.timekeeper.doubted, lines) == (START + DAYS, False, [])


def test_a_small_correction_is_followed_without_a_word(machine: Machine, lines: list[EventDict]) -> None:
    machine.wall += 4 * MINUTE
    machine.timekeeper.look()
    assert (machine.clock.now(), machine.timekeeper.doubted, lines) == (START + 4 * MINUTE, False, [])


async def test_a_clock_behind_what_was_written_down_before_is_doubted_until_telegram_agrees(
    machine: Machine, lines: list[EventDict]
) -> None:
    machine.database.run_now(signs.note, "here", START + DAYS)
    await machine.timekeeper.open()
    assert machine.timekeeper.doubted
    machine.answer()
    assert not machine.timekeeper.doubted
    assert told(lines)[0] == "this machine's clock is behind what the bot wrote down before"


def test_a_date_that_is_none_says_nothing(machine: Machine) -> None:
    for date in (None, "", "yesterday"):
        machine.timekeeper.heard(date)
    assert not machine.timekeeper.doubted
