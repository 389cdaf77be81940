"""Killed again and again, at named points and at random moments: nothing lost, nothing early, hardly anything twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.failpoints import POINTS
from storage import migrate
from storage.database import Database
from tests.bot.process import Process, process
from tests.keys import KEYS, RING

ROOT = Path(__file__).resolve().parents[2]
# What is reached while people press and wait; the others have scenarios of their own.
ELSEWHERE = {"recipient", "recipient_mark", "publish", "erase", "rotate", "retain"}
LIVELY = tuple(point for point in POINTS if point.partition(".")[0] not in ELSEWHERE)
MOST_HITS = 4
LONGEST_LIFE_S = 12.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a run came to."""

    kills: int
    struck: int
    broken: dict[str, int]
    hits: frozenset[str]

    @property
    def holds(self) -> bool:
        """Every promise; a kill may double one message in a chat."""
        return all(not count for name, count in self.broken.items() if name != "doubled messages") and (
            self.broken["doubled messages"] <= self.kills
        )


async def run(url: str, folder: Path, kills: int, seed: int, bugs: Sequence[str] = ()) -> Told:
    """So many kills of one bot with one crowd; every second one at a named point, the others at a random moment."""
    chance, hits = random.Random(seed), folder / "hits"
    database = Database(url, ring=RING)
    if migrate.state(database.engine) == "empty":
        migrate.upgrade(database)
    async with process(url, folder) as bot:
        bot.command = (sys.executable, "-m", "benchmarks.chaos.child")
        bot.environment = {
            "PYTHONPATH": str(ROOT),
            "ENCRYPTION_KEYS": KEYS,
            "CHAOS_HITS": str(hits),
            **_chaos({"bugs": list(bugs)}),
        }
        await bot.start()
        crowd = Crowd(bot, database, seed)
        await crowd.meet()
        struck = 0
        for lap in range(kills):
            point = chance.choice(LIVELY) if lap % 2 else None
            plan = {"bugs": list(bugs), **_strike(point, chance)}
            struck += await _one(bot, crowd, plan, chance)
        bot.environment |= _chaos({"bugs": list(bugs)})
        await bot.start()
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken = Counter(crowd.verdict(kills))
        seen = frozenset(hits.read_text().split()) if hits.exists() else frozenset()
    database.close()
    return Told(kills, struck, dict(broken), seen)


async def _one(bot: Process, crowd: Crowd, plan: dict[str, object], chance: random.Random) -> int:
    """One life: started, kept busy, killed. 1 when it ended at the point that was planned."""
    await bot.end()
    bot.environment |= _chaos(plan)
    crowd.act()
    await bot.start()
    if "points" in plan:
        return int(await bot.ended_within(LONGEST_LIFE_S))
    await bot.until_polling()
    crowd.act()
    await asyncio.sleep(chance.uniform(0, 0.4))
    return 0


def _strike(point: str | None, chance: random.Random) -> dict[str, object]:
    return {"points": [{"name": point, "hit": chance.randint(1, MOST_HITS), "do": "kill"}]} if point else {}


def _chaos(plan: dict[str, object]) -> dict[str, str]:
    return {"CHAOS": json.dumps(plan)}
