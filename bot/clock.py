"""The only place that reads a clock. `now` is aware UTC; a moved or hurried clock is a clock like any other.

The machine's clock may be set while we run. A second one, which only counts (suspended or not) and which nobody sets,
goes on beside it: where the two part by more than five minutes, we stay with the second until somebody confirms the
first (bot/timekeeping.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MOST_OFF = timedelta(minutes=5)


def wall() -> datetime:
    """What the machine's clock shows. It may be wrong, and may be set at any moment."""
    return datetime.now(UTC)


def counted_s() -> float:
    """Seconds since some moment, those of a closed laptop among them (on Linux; elsewhere as the system has it)."""
    boottime: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class Clock:
    """Our time: real time from a start, hurried by `scale`, pushed by hand.

    `scale` 600 makes ten minutes pass in a second. Who depends on due moments listens with `on_move`. `wall` and
    `counted_s` are the machine's two clocks.
    """

    def __init__(
        self,
        *,
        scale: float = 1.0,
        start: datetime | None = None,
        wall: Callable[[], datetime] = wall,
        counted_s: Callable[[], float] = counted_s,
    ) -> None:
        self.scale, self.wall, self.counted_s = scale, wall, counted_s
        self._real_start = wall()
        self._trusted, self._trusted_s = self._real_start, counted_s()
        self._start = start or self._real_start
        self._pushed = timedelta()
        self._listeners: list[Callable[[], None]] = []
        self._sleeping: dict[asyncio.Future[None], datetime] = {}

    def now(self) -> datetime:
        """The present moment on our clock."""
        return self._start + (self.real() - self._real_start) * self.scale + self._pushed

    def real(self) -> datetime:
        """The present moment outside: the machine's clock, as long as it has not jumped."""
        shown, by_count = self.wall(), self._by_count()
        return shown if abs(shown - by_count) <= MOST_OFF else by_count

    def jumped(self) -> timedelta:
        """How far the machine's clock has been set since it was trusted last, forward or back."""
        return self.wall() - self._by_count()

    def trust(self) -> None:
        """The machine's clock is right: from here on it is followed, wherever it has jumped to."""
        self._trusted, self._trusted_s = self.wall(), self.counted_s()
        self._moved()

    def _by_count(self) -> datetime:
        return self._trusted + timedelta(seconds=self.counted_s() - self._trusted_s)

    def push(self, by: timedelta) -> None:
        """Move the clock, and tell those who planned by it."""
        self._pushed += by
        self._moved()

    def _moved(self) -> None:
        for sleeper in [each for each in self._sleeping if not each.done()]:
            sleeper.set_result(None)
        for listener in self._listeners:
            listener()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call back after every push."""
        self._listeners.append(listener)

    async def until(self, moment: datetime) -> None:
        """Wait until our clock shows the moment, whether time passes or is pushed."""
        while moment > self.now():
            await self.nap(moment)

    async def nap(self, moment: datetime) -> None:
        """The same, but only until the clock is moved, wherever to: it may have been set back."""
        pushed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleeping[pushed] = moment
        try:
            await asyncio.wait_for(pushed, self._patience_s(moment - self.now()))
        except TimeoutError:
            pass
        finally:
            del self._sleeping[pushed]

    def _patience_s(self, wait: timedelta) -> float | None:
        return (wait / self.scale).total_seconds()

    def real_moment(self, moment: datetime) -> datetime:
        """When, by the machine's clock, ours will show `moment`; never in the past."""
        wait = max((moment - self.now()) / self.scale, timedelta())
        return self.wall() + wait


class HandClock(Clock):
    """A clock that stands still until it is pushed: for tests, where time is moved and never slept."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start=start)

    def now(self) -> datetime:
        return self._start + self._pushed

    def _patience_s(self, wait: timedelta) -> float | None:
        return None

    @property
    def awaited(self) -> datetime | None:
        """The earliest moment that somebody waits for: whoever pushes the clock may push it to there."""
        return min(self._sleeping.values(), default=None)
