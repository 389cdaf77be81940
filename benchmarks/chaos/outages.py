"""The database's outages: nothing lost, nothing confirmed that was not stored, and working again within a minute.

PostgreSQL killed and started again, connections ended, cut while COMMIT is under way, frozen, read-only, full, locked;
SQLite full, read-only, locked by another program, its file moved away. The bot is not killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping

from benchmarks.chaos import outages_postgresql, outages_sqlite
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.place import Place
from benchmarks.chaos.recovery import Recovery, figures, recovery
from benchmarks.chaos.verdict import Verdict
from tests.bot.process import Process

STIRRED_EVERY_S = 2.0
MOST_LINES = 20  # a second
FELT = ("cannot take updates now", "cannot be read", "cannot mark", "cannot look", "could not be stored")


def options(parser: ArgumentParser) -> None:
    """How often each thing happens."""
    parser.add_argument("--restarts", type=int, default=3, help="how often PostgreSQL is killed and started again")
    parser.add_argument("--times", type=int, default=1, help="how often each other trouble comes")
    parser.add_argument("--only", help="nothing but this trouble")


async def run(place: Place, given: Namespace) -> Verdict:
    """Each trouble so many times, in an order of chance, people pressing and asking all the while."""
    room = outages_sqlite if place.kind == "sqlite" else outages_postgresql
    found: list[Recovery] = []
    broken, loudest, felt = Counter[str](), 0.0, 0
    database = place.database()
    async with place.bot(warm=False) as bot, room.machine(place, bot) as machine:
        names = [name for name in machine.troubles for _ in range(_times(name, given))]
        await bot.start()
        crowd = Crowd(bot, database, place.seed)
        await crowd.meet()
        for name in place.chance.sample(names, len(names)):
            crowd.act()
            written, begun = bot.log.stat().st_size, time.monotonic()
            async with machine.troubles[name](place.chance):
                await _busy(crowd, begun + place.chance.uniform(*machine.lasts.get(name, (1, 6))))
            found.append(await recovery(name, bot, crowd))
            lines = bot.log.read_bytes()[written:].decode(errors="replace").splitlines()
            loudest = max(loudest, len(lines) / (time.monotonic() - begun))
            felt += any(words in line for line in lines for words in FELT)
            broken["ended by itself"] += await _began_anew(bot)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        told: dict[str, float | int | str] = {"log lines a second, worst": round(loudest, 1), "felt by the bot": felt}
        left_out = {"left out": machine.left_out} if machine.left_out else {}
        return _verdict(broken, crowd, found, {**told, **left_out})


def _times(name: str, given: Namespace) -> int:
    if given.only and name != given.only:
        return 0
    return int(given.restarts if name == outages_postgresql.KILLED else given.times)


async def _busy(crowd: Crowd, end: float) -> None:
    """The bench's own look into the database would wait as long as the bot's: nobody looks."""
    while time.monotonic() < end:
        crowd.stir()
        await asyncio.sleep(STIRRED_EVERY_S)


async def _began_anew(bot: Process) -> bool:
    ended = await bot.ended_within(0)
    if ended:
        await bot.start()
    return ended


def _verdict(
    broken: Counter[str], crowd: Crowd, found: list[Recovery], told: Mapping[str, float | int | str]
) -> Verdict:
    broken.update(crowd.verdict(0))
    doubled = broken.pop("doubled messages")
    people = len(crowd.tickers) + len(crowd.waiters)
    broken["more than one doubled message a chat and outage"] = max(doubled - people * len(found), 0)
    broken["not working again within 60 s"] = sum(each.is_slow for each in found)
    broken["a log without end"] = int(float(told["log lines a second, worst"]) > MOST_LINES)
    return Verdict(dict(broken), {"doubled messages": doubled, **told, **figures(found)})
