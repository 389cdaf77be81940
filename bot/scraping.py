"""/metrics: what the process counts itself, and how its tables stand, asked for when somebody looks.

A look costs the tables little: it reads beside whoever writes, has a limit in time, and is used for some seconds by
everybody who asks. While the database is away the process's own figures are there all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import gauges, keeping
from bot.app import House
from bot.gauges import Look, Process
from bot.metrics import Metrics
from bot.readiness import Json
from storage import queues
from storage.glance import glance
from storage.queues import Queues, Size

FRESH_S, SIZE_FRESH_S = 5.0, 300.0
WITHIN_S, PATIENCE_S = 2.0, 3.0

STATM = Path("/proc/self/statm")

Found = tuple[Queues, Size]


def route(house: House, backups: Path | None) -> Route:
    """The place to ask at. A house that counts nothing says at least how it stands."""
    metrics = house.meter if isinstance(house.meter, Metrics) else Metrics()
    return Scraping(house, metrics.registry, backups).route()


def backup_age_s(folder: Path, now: datetime) -> float:
    """The age of the newest backup in there; infinite when there is none, or no such folder."""
    with contextlib.suppress(OSError):
        newest = keeping.newest(folder)
        made_at = keeping.moment(newest) if newest is not None else None
        if made_at is not None:
            return (now - made_at).total_seconds()
    return float("inf")


def memory_bytes() -> int | None:
    """What this process has of the memory, as Linux says it."""
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None


class Scraping(Collector):
    """Answers whoever asks. `backups`: the folder where they should be; `monotonic` says how old a look is."""

    def __init__(
        self,
        house: House,
        registry: CollectorRegistry,
        backups: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.house, self.registry, self._backups, self._now = house, registry, backups, monotonic
        self._started_at = house.clock.wall()
        self._look: Look | None = None
        self._looked_at = self._sized_at = float("-inf")
        self._size: Size | None = None
        self._looking: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[Found | None] | None = None
        self.registry.register(self)

    def route(self) -> Route:
        """The place to ask at."""
        return Route("/metrics", self._answer)

    async def _answer(self, _: Request) -> Response:
        """Whoever asks while somebody looks gets what that one finds."""
        if self._now() - self._looked_at >= FRESH_S:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look_again())
            await asyncio.shield(self._looking)
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

    def collect(self) -> Iterable[Metric]:
        """What the last look has found."""
        return gauges.gauges(self._look) if self._look is not None else ()

    async def _look_again(self) -> None:
        backup = asyncio.to_thread(self._backup_s)
        readiness, found, backup_s = await asyncio.gather(self.house.readiness.look(), self._tables(), backup)
        self._look, self._looked_at = self._seen(readiness, found, backup_s), self._now()

    def _seen(self, readiness: Json, found: Found | None, backup_s: float | None) -> Look:
        house = self.house
        return Look(
            process=Process(self._started_at, time.process_time(), memory_bytes()),
            readiness=readiness,
            inbox_s=house.intake.oldest_s(),
            leads=house.neighbours.leads(),
            processes=house.neighbours.count,
            queues=found[0] if found else None,
            size=self._size,
            disk_free_bytes=self._disk_free_bytes(),
            backup_s=backup_s,
            pack=house.packs.live[1],
            now=house.clock.now(),
            scale=house.clock.scale,
        )

    async def _tables(self) -> Found | None:
        """None when the database does not answer in time: it is not asked again beside the first."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=PATIENCE_S)
        return self._asking.result() if done else None

    async def _ask(self) -> Found | None:
        try:
            found = await asyncio.to_thread(glance, self.house.database.engine, self._find, WITHIN_S)
        except SQLAlchemyError:
            return None
        if found[1] is not self._size:
            self._sized_at, self._size = self._now(), found[1]
        return found

    def _find(self, session: Session) -> Found:
        known = self._size if self._now() - self._sized_at < SIZE_FRESH_S else None
        return queues.queues(session, self.house.clock.now()), known or queues.size(session)

    def _backup_s(self) -> float | None:
        return None if self._backups is None else backup_age_s(self._backups, self.house.clock.wall())

    def _disk_free_bytes(self) -> int | None:
        """Where the database is a file of this machine."""
        file = self.house.database.engine.url.database
        if not self.house.database.is_sqlite or not file:
            return None
        try:
            return shutil.disk_usage(Path(file).absolute().parent).free
        except OSError:
            return None
