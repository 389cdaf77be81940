"""A few APScheduler jobs; never one per person. The table knows when: the scheduler only knocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock

NET_S = 30
TIDY_S = 3600
KNOCK = "knock"
SOON_S = 60
Job = Callable[[], Awaitable[None]]


class _Executor(AsyncIOExecutor):
    """Cancels nothing at its end: APScheduler's own does, takes what it has cancelled for an error, and logs it."""

    def shutdown(self, wait: bool = True) -> None:
        self._pending_futures.clear()


class Schedule:
    """Knocks at the next due moment, every 30 s as a net, and every hour to tidy up.

    It lives in real time: the clock says when, in real time, a moment on ours will come. A lost knock loses nothing,
    because each sweep asks the database what is due.
    """

    def __init__(self, clock: Clock, sweep: Job, tidy: Job) -> None:
        self.clock, self._sweep = clock, sweep
        self._armed_for: datetime | None = None
        self._every: dict[str, int] = {}
        self._doing: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": _Executor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self.every(NET_S, sweep, "net")
        self.every(TIDY_S, tidy, "tidy")
        clock.on_move(self._rearm)

    def every(self, seconds: int, job: Job, name: str) -> None:
        """One more thing to be done again and again, in real time, and the first time soon: it is a period, no delay.

        A bot that is started more often than that would never do it.
        """
        self._every[name] = seconds
        first_at = datetime.now(UTC) + timedelta(seconds=min(seconds, SOON_S))
        self._scheduler.add_job(self._do, "interval", [job], seconds=seconds, id=name, next_run_time=first_at)

    async def _do(self, job: Job) -> None:
        if self._stopping:
            return
        doing = asyncio.ensure_future(job())
        self._doing.add(doing)
        await asyncio.wait({doing})
        self._doing.discard(doing)
        if not doing.cancelled():
            doing.result()

    def anew(self) -> None:
        """The machine's clock was set: every wait begins again, or a job would come after days. And knock now."""
        if not self._scheduler.running:
            return
        for name, seconds in self._every.items():
            self._scheduler.reschedule_job(name, trigger="interval", seconds=seconds)
        self._knock_at(self.clock.real_moment(self.clock.now()))

    def start(self) -> None:
        """Begin to knock, the first time at once: what came due while nobody was there."""
        self._scheduler.start()
        self._knock_at(self.clock.real_moment(self.clock.now()))

    def stop(self) -> None:
        """Knock no more. What is under way is cut off between two of its transactions."""
        self._stopping = True
        for doing in self._doing:
            doing.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def arm(self, due_at: datetime | None) -> None:
        """Knock at this moment on our clock, unless an earlier knock is still to come."""
        if due_at is None or (self._armed_for is not None and self.clock.now() < self._armed_for <= due_at):
            return
        self._armed_for = due_at
        self._knock_at(self.clock.real_moment(due_at))

    def knock(self) -> None:
        """Now: something may be planned that this process does not know of."""
        if self._scheduler.running:
            self._knock_at(self.clock.real_moment(self.clock.now()))

    def _rearm(self) -> None:
        if self._armed_for is not None:
            self._knock_at(self.clock.real_moment(self._armed_for))

    def _knock_at(self, moment: datetime) -> None:
        """Two at once: a sweep's last act is to ask for the next knock, which may be due before it has ended."""
        given = {"args": [self._sweep], "run_date": moment, "replace_existing": True, "max_instances": 2}
        self._scheduler.add_job(self._do, "date", id=KNOCK, **given)
