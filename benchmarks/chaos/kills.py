"""Killed again and again, at named points and at random moments: nothing lost, nothing early, hardly anything twice."""

from __future__ import annotations

import asyncio
import contextlib
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from tests.bot.process import Process

# What is reached while people press and wait; the others have scenarios of their own.
ELSEWHERE = {"recipient", "recipient_mark", "publish", "erase", "rotate", "retain"}
LIVELY = tuple(point for point in POINTS if point.partition(".")[0] not in ELSEWHERE)
MOST_HITS = 4
LONGEST_LIFE_S = 12.0


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
        struck = 0
        for lap in range(given.kills):
            point = place.chance.choice(LIVELY) if lap % 2 else None
            struck += await _one(bot, crowd, place, point)
        bot.environment |= place.plan()
        await bot.start()
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken = Counter(crowd.verdict(given.kills))
    database.close()
    doubled = broken.pop("doubled messages")
    broken["more doubled messages than kills"] = max(doubled - given.kills, 0)
    return Verdict(broken, {"kills": given.kills, "at a named point": struck, "doubled messages": doubled})


async def _one(bot: Process, crowd: Crowd, place: Place, point: str | None) -> int:
    """One life: started, kept busy, killed. 1 when it ended at the point that was planned."""
    await bot.end()
    bot.environment |= place.plan(_strike(point, place.chance))
    crowd.act()
    await bot.start()
    if point is not None:
        return int(await bot.ended_within(LONGEST_LIFE_S))
    await bot.until_polling()
    crowd.act()
    await asyncio.sleep(place.chance.uniform(0, 0.4))
    return 0


def _strike(point: str | None, chance: Random) -> list[Mapping[str, Any]]:
    return [{"name": point, "hit": chance.randint(1, MOST_HITS), "do": "kill"}] if point else []
