"""Three bots behind nginx on one PostgreSQL, each killed in turn under load: nothing lost, doubled or out of order.

Every fourth time the leader's line to the database is cut instead of a process being killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from sqlalchemy import create_engine, text

from benchmarks.chaos.balancer import balancer
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from storage import neighbours
from tests.bot.process import PATIENCE_S, Process, Someone, a_webhook
from tests.bot.tools import until

REPLICAS = 3
ROUND_S, BACK_AFTER, EVERY = 1.0, 6, 16  # a round of the crowd; rounds until a killed one is back, and until the next
TAKEN_OVER_WITHIN_S, EMERGENCY_WITHIN_S = 15.0, 15.0
NUMBERS = "Emergency number"
LEADER = text(
    f"SELECT max(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = {neighbours.PRESENT} "  # noqa: S608 - ours
    f"AND objid = {neighbours.LEADER} AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def options(parser: ArgumentParser) -> None:
    """How long."""
    parser.add_argument("--minutes", type=float, default=10)


@dataclass(slots=True)
class Measured:
    """Seconds: from a leader's end to the next one's beginning; from an emergency command to the numbers."""

    kills: int = 0
    cuts: int = 0
    takeovers: list[float] = field(default_factory=list)
    emergencies: list[float] = field(default_factory=list)


async def run(place: Place, given: Namespace) -> Verdict:
    """On PostgreSQL only: an SQLite file has one bot."""
    if place.kind == "sqlite":
        return Verdict({}, {"replicas": 1})
    database = place.database()
    async with _bots(place) as bots:
        crowd, measured = Crowd(bots[0], database, place.seed), Measured()
        asker = Someone(bots[0], 300, "Asker")
        await asyncio.gather(crowd.meet(), asker.meet())
        await _join(bots)
        asking = asyncio.create_task(_ask(asker, measured))
        await _rounds(bots, crowd, measured, int(given.minutes * 60 / ROUND_S))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken, figures = crowd.broken(), crowd.figures()
    database.close()
    broken["takeovers over 15 s"] = sum(each > TAKEN_OVER_WITHIN_S for each in measured.takeovers)
    broken["emergencies over 15 s"] = sum(each > EMERGENCY_WITHIN_S for each in measured.emergencies)
    return Verdict(dict(broken), {**_told(measured), **figures})


@contextlib.asynccontextmanager
async def _bots(place: Place) -> AsyncIterator[list[Process]]:
    """The first one running, at an address that Telegram knows; the others behind the same, and not yet begun."""
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(place.bot())
        url, _ = a_webhook()
        bots, doors = [first], list[str]()
        for number in range(1, REPLICAS):
            bots.append(_another(first, place, number))
            stack.push_async_callback(bots[-1].end)
        for bot in bots:
            _, settings = a_webhook()
            doors.append(settings["LISTEN"])
            bot.environment |= {**settings, "WEBHOOK_URL": url}
        await stack.enter_async_context(balancer(place.folder, url.removeprefix("http://"), doors))
        await first.start()
        await until(lambda: first.calls("setWebhook"), PATIENCE_S)
        yield bots


async def _join(bots: list[Process]) -> None:
    """The others begin, when everybody is where they stay: people who are told things twice would not get there."""
    for bot in bots[1:]:
        await bot.start()
    await until(lambda: len(bots[0].calls("setWebhook")) >= REPLICAS, PATIENCE_S)


def _another(first: Process, place: Place, number: int) -> Process:
    folder = place.folder / f"replica{number}"
    folder.mkdir()
    bot = Process(first.telegram, first.address, first.url, folder)
    bot.command, bot.spawn, bot.environment = first.command, first.spawn, dict(first.environment)
    return bot


async def _rounds(bots: list[Process], crowd: Crowd, measured: Measured, rounds: int) -> None:
    watching = _Leaders(bots[0].url)
    waiting = set[asyncio.Task[None]]()
    down: Process | None = None
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}")
        crowd.act()
        crowd.database.run_now(neighbours.ring)
        strike, phase = divmod(number, EVERY)
        if phase == BACK_AFTER and down is not None:
            await down.start()
            down = None
        if phase == EVERY - 1:
            before = watching.leader()
            if strike % 4 == 3:
                watching.cut(before)
                measured.cuts += 1
            else:
                down = bots[measured.kills % REPLICAS]
                await down.end()
                measured.kills += 1
            crowd.note_kill()
            waiting.add(asyncio.create_task(watching.taken_over(before, measured.takeovers)))
        await asyncio.sleep(ROUND_S)
    if down is not None:
        await down.start()
    await asyncio.gather(*waiting)
    watching.close()


class _Leaders:
    """Who leads, as the database's server sees it."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def leader(self) -> int | None:
        """The server's process that holds the leader's lock."""
        with self._engine.connect() as connection:
            found: int | None = connection.scalar(LEADER)
            return found

    def cut(self, leader: int | None) -> None:
        with self._engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": leader})

    async def taken_over(self, before: int | None, takeovers: list[float]) -> None:
        """How long until another leads. Nothing is noted when it was no leader that ended."""
        begun = time.monotonic()
        while (now := self.leader()) in {None, before}:
            if now is not None and time.monotonic() - begun > 2:
                return
            if time.monotonic() - begun > PATIENCE_S:
                break
            await asyncio.sleep(0.05)
        takeovers.append(time.monotonic() - begun)

    def close(self) -> None:
        self._engine.dispose()


async def _ask(asker: Someone, measured: Measured) -> None:
    """Somebody asks for the emergency numbers every three seconds, for ever."""
    while True:
        known, begun = asker.count(NUMBERS), time.monotonic()
        asker.says("/emergency")
        with contextlib.suppress(TimeoutError):
            await until(partial(_is_answered, asker, known), PATIENCE_S)
        measured.emergencies.append(time.monotonic() - begun)
        await asyncio.sleep(3)


def _is_answered(asker: Someone, known: int) -> bool:
    return asker.count(NUMBERS) > known


def _told(measured: Measured) -> dict[str, float | int | str]:
    emergencies = sorted(measured.emergencies) or [0.0]
    return {
        "replicas": REPLICAS,
        "kills": measured.kills,
        "lines cut": measured.cuts,
        "takeovers": len(measured.takeovers),
        "takeover s, longest": round(max(measured.takeovers, default=0), 1),
        "emergencies asked for": len(emergencies),
        "emergency s, median": round(median(emergencies), 2),
        "emergency s, p99": round(emergencies[int(len(emergencies) * 0.99)], 2),
        "emergency s, longest": round(emergencies[-1], 2),
    }
