"""The only place that reads a clock. `now` is aware UTC; a moved or hurried clock is a clock like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Our time: real time from a start, hurried by `scale`, pushed by hand.

    `scale` 600 makes ten minutes pass in a second. Who depends on due moments listens with `on_move`.
    """

    def __init__(self, *, scale: float = 1.0, start: datetime | None = None) -> None:
        self.scale = scale
        self._real_start = datetime.now(UTC)
        self._start = start or self._real_start
        self._pushed = timedelta()
        self._listeners: list[Callable[[], None]] = []
        self._sleeping: dict[asyncio.Future[None], datetime] = {}

    def now(self) -> datetime:
        """The present moment on our clock."""
        return self._start + (datetime.now(UTC) - self._real_start) * self.scale + self._pushed

    def push(self, by: timedelta) -> None:
        """Move the clock, and tell those who planned by it."""
        self._pushed += by
        for sleeper in [each for each in self._sleeping if not each.done()]:
            sleeper.set_result(None)
        for listener in self._listeners:
            listener()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call back after every push."""
        self._listeners.append(listener)

    async def until(self, moment: datetime) -> None:
        """Wait until our clock shows the moment, whether time passes or is pushed."""
        while (wait := moment - self.now()) > timedelta():
            pushed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleeping[pushed] = moment
            try:
                await asyncio.wait_for(pushed, self._patience_s(wait))
            except TimeoutError:
                pass
            finally:
                del self._sleeping[pushed]

    def _patience_s(self, wait: timedelta) -> float | None:
        return (wait / self.scale).total_seconds()

    def real_moment(self, moment: datetime) -> datetime:
        """When, in real time, our clock will show `moment`; never in the past."""
        wait = max((moment - self.now()) / self.scale, timedelta())
        return datetime.now(UTC) + wait


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
