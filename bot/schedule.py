"""A few APScheduler jobs; never one per person. The table knows when: the scheduler only knocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock

NET_S = 30
FIRST_PAUSE_S = 2
TIDY_S = 3600
ARMED, NOW = "armed", "now"  # two jobs, so that neither takes the other's place
SOON_S = 60
Job = Callable[[], Awaitable[None]]


class Schedule:
    """Knocks at the next due moment, every 30 s as a net, and every hour to tidy up.

    It lives in real time: the clock says when, in real time, a moment on ours will come. Each sweep asks the database
    what is due, so whoever knocks during one is answered by one more, and after one that failed it knocks again itself.
    """

    def __init__(self, clock: Clock, sweep: Job, tidy: Job) -> None:
        self.clock, self._sweep = clock, sweep
        self._armed_for: datetime | None = None
        self._sweeping = self._again = False
        self._pause_s = FIRST_PAUSE_S
        self._every: dict[str, int] = {}
        self._doing: set[asyncio.Future[None]] = set()
        self._stopping = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self.every(NET_S, self._answer, "net")
        self.every(TIDY_S, tidy, "tidy")
        clock.on_move(self._rearm)

    def every(self, seconds: int, job: Job, name: str) -> None:
        """One more thing to be done again and again, in real time, and the first time soon: it is a period, no delay.

        A bot that is started more often than that would never do it.
        """
        self._every[name] = seconds
        first_at = self.clock.wall() + timedelta(seconds=min(seconds, SOON_S))
        self._scheduler.add_job(self._do, "interval", [job], seconds=seconds, id=name, next_run_time=first_at)

    async def _armed(self) -> None:
        """The moment has come: from here on another one counts."""
        self._armed_for = None
        await self._answer()

    async def _answer(self) -> None:
        """One sweep at a time, and one more for whoever knocked meanwhile."""
        self._again = True
        if self._sweeping:
            return
        self._sweeping = True
        try:
            while self._again and not self._stopping:
                self._again = False
                await self._sweep()
                self._pause_s = FIRST_PAUSE_S
        except Exception:
            self._knock_after(self._pause_s)
            self._pause_s = min(self._pause_s * 2, NET_S)
            raise
        finally:
            self._sweeping = False

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
        self._rearm()
        self._knock_after(0)

    def start(self) -> None:
        """Begin to knock, the first time at once: what came due while nobody was there."""
        self._scheduler.start()
        self._knock_after(0)

    def stop(self) -> None:
        """Knock no more. What is under way is cut off between two of its transactions.

        APScheduler's own end would log each job that it cuts off as an error: it only pauses.
        """
        self._stopping = True
        for doing in self._doing:
            doing.cancel()
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()
            self._scheduler.pause()

    def arm(self, due_at: datetime | None) -> None:
        """Knock at this moment on our clock, unless an earlier knock is still to come.

        One whose moment has come is still to come until it is there: a later one must not take its place.
        """
        if due_at is None or (self._armed_for is not None and self._armed_for <= due_at):
            return
        self._armed_for = due_at
        self._rearm()

    def knock(self) -> None:
        """Now: something may be planned that this process does not know of."""
        if self._scheduler.running:
            self._knock_after(0)

    def _rearm(self) -> None:
        if self._armed_for is not None:
            self._knock_at(self.clock.real_moment(self._armed_for), ARMED, self._armed)

    def _knock_after(self, real_s: float) -> None:
        """Unless one is to come before."""
        moment = self.clock.wall() + timedelta(seconds=real_s)
        if (planned := self._scheduler.get_job(NOW)) is None or planned.next_run_time > moment:
            self._knock_at(moment, NOW, self._answer)

    def _knock_at(self, moment: datetime, name: str, job: Job) -> None:
        # However many at once: APScheduler drops what would be one too many.
        given = {"args": [job], "run_date": moment, "replace_existing": True, "max_instances": 100}
        self._scheduler.add_job(self._do, "date", id=name, **given)
