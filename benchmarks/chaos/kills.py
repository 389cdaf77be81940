"""Killed again and again, at named points and at random moments: nothing lost, nothing early, hardly anything twice."""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from random import Random
from typing import Any

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from tests.bot.process import Process

# What is reached while people press and wait; the others have scenarios of their own.
ELSEWHERE = {"recipient", "recipient_mark", "publish", "erase", "rotate", "retain"}
LIVELY = tuple(point for point in POINTS if point.partition(".")[0] not in ELSEWHERE)
MOST_HITS = 4
IDLE_S, LIFE_S, ROUND_S = 0.6, 3.0, 0.15


def options(parser: ArgumentParser) -> None:
    """How many kills."""
    parser.add_argument("--kills", type=int, default=60)


async def run(place: Place, given: Namespace) -> Verdict:
    """So many kills of one bot with one crowd; every second one at a named point, the others at a random moment."""
    database = place.database()
    async with place.bot() as bot:
        await bot.start()
        crowd = Crowd(bot, database, place.seed)
        await crowd.meet()
        await bot.end()
        struck, begun = 0, time.monotonic()
        for lap in range(given.kills):
            progress(f"kill {lap + 1} of {given.kills}")
            struck += await _one(bot, crowd, place, place.chance.choice(LIVELY) if lap % 2 else None)
        took_s = time.monotonic() - begun
        bot.environment |= place.plan()
        await bot.start()
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken, doubled = crowd.broken(), crowd.figures()
    database.close()
    figures = {"kills": given.kills, "at a named point": struck, "seconds a kill": round(took_s / given.kills, 2)}
    return Verdict(broken, {**figures, **doubled})


async def _one(bot: Process, crowd: Crowd, place: Place, point: str | None) -> int:
    """One life: started, kept busy, killed. 1 when it ended at the point that was planned."""
    bot.environment |= place.plan(_strike(point, place.chance))
    crowd.act()
    crowd.plan()
    await bot.start()
    if point is None:
        await bot.until_polling()
        crowd.act()
        await asyncio.sleep(place.chance.uniform(0, 0.4))
    struck = point is not None and await _until_struck(bot, crowd)
    await bot.end()
    crowd.note_kill()
    return int(struck)


async def _until_struck(bot: Process, crowd: Crowd) -> bool:
    """Keep it busy until the point is reached; not for long when it is not."""
    end = time.monotonic() + LIFE_S
    while time.monotonic() < end:
        if await bot.ended_within(ROUND_S):
            return True
        crowd.act()
    return await bot.ended_within(IDLE_S)


def _strike(point: str | None, chance: Random) -> list[Mapping[str, Any]]:
    return [{"name": point, "hit": chance.randint(1, MOST_HITS), "do": "kill"}] if point else []
