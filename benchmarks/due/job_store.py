"""The same thousand through APScheduler's own SQLAlchemyJobStore: a job for each follow-up, as it comes.

Its jobs do nothing: what they would do, a turn and its words, comes on top.
"""

from __future__ import annotations

import asyncio
import pickle
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import create_engine, event, insert, make_url

from benchmarks.due.burst import LEAD, Ticker, until
from benchmarks.due.crowd import BATCH, PRIME, SPAN
from benchmarks.telling import percentile

ASKED = 200
fired_at = list[float]()


@dataclass(frozen=True, slots=True)
class Theirs:
    """Seconds, as in burst.Lateness; milliseconds for `plan` (add a job) and `wake` (what is due, and what is next)."""

    claimed_p50: float
    claimed_p99: float
    standstill: float
    busiest: float
    plan: float
    wake: float


async def fire(number: int) -> None:
    """What a job does."""
    fired_at.append(time.time())


class JobStore:
    """One table of jobs, grown like the crowd."""

    def __init__(self, url: str, now: datetime) -> None:
        self.now, self.size = now, 0
        self.engine = create_engine(url)
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL"))
        self._sample: dict[str, Any] = asyncio.run(self._first())

    def _scheduler(self) -> tuple[AsyncIOScheduler, SQLAlchemyJobStore]:
        store = SQLAlchemyJobStore(engine=self.engine)
        return AsyncIOScheduler(
            jobstores={"default": store}, job_defaults={"misfire_grace_time": None}, timezone=UTC
        ), store

    async def _first(self) -> dict[str, Any]:
        """What a job looks like in the table."""
        scheduler, self.store = self._scheduler()
        scheduler.start(paused=True)
        job = scheduler.add_job(fire, "date", args=[0], id="sample", run_date=self.now + SPAN)
        state: dict[str, Any] = job.__getstate__()
        scheduler.remove_job("sample")
        return state

    def grow(self, size: int, more: Callable[[float], None] = lambda many: None) -> None:
        """That many jobs, at moments of the next three months."""
        for begin in range(self.size, size, BATCH):
            numbers = range(begin, min(begin + BATCH, size))
            with self.engine.begin() as connection:
                connection.execute(insert(self.store.jobs_t), [self._row(number) for number in numbers])
            more(len(numbers))
        self.size = max(self.size, size)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE apscheduler_jobs")

    def _row(self, number: int) -> dict[str, Any]:
        at = self.now + timedelta(days=2) + SPAN * (number * 7919 % PRIME / PRIME)
        return self._at(f"j{number}", number, at)

    def _at(self, name: str, number: int, at: datetime) -> dict[str, Any]:
        trigger = self._sample["trigger"].__class__(at, UTC)
        state = self._sample | {"id": name, "args": (number,), "trigger": trigger, "next_run_time": at}
        return {"id": name, "next_run_time": at.timestamp(), "job_state": pickle.dumps(state)}

    def burst(self, many: int) -> Theirs:
        """So many are due at one moment."""
        return asyncio.run(self._burst(many))

    async def _burst(self, many: int) -> Theirs:
        fired_at.clear()
        scheduler, store = self._scheduler()
        scheduler.start(paused=True)
        plan, wake = self._plan(scheduler), self._wake(store)
        at = datetime.now(UTC) + LEAD
        with self.engine.begin() as connection:
            rows = [self._at(f"due{at.timestamp()}-{number}", number, at) for number in range(many)]
            connection.execute(insert(store.jobs_t), rows)
        ticker = Ticker()
        scheduler.resume()
        async with ticker.watching():
            await until(lambda: len(fired_at) >= many)
        scheduler.shutdown()
        late = [each - at.timestamp() for each in fired_at]
        return Theirs(percentile(late, 0.5), percentile(late, 0.99), ticker.longest, ticker.busiest, plan, wake)

    def _plan(self, scheduler: AsyncIOScheduler) -> float:
        took = list[float]()
        for number in range(ASKED):
            begun = time.perf_counter()
            scheduler.add_job(fire, "date", args=[number], id=f"new{number}", run_date=self.now + 2 * SPAN)
            took.append(1000 * (time.perf_counter() - begun))
        for number in range(ASKED):
            scheduler.remove_job(f"new{number}")
        return statistics.median(took)

    def _wake(self, store: SQLAlchemyJobStore) -> float:
        took = list[float]()
        for _ in range(ASKED):
            begun = time.perf_counter()
            store.get_due_jobs(datetime.now(UTC))
            store.get_next_run_time()
            took.append(1000 * (time.perf_counter() - begun))
        return statistics.median(took)
