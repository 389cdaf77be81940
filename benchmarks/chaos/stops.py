"""Stopped by SIGTERM again and again, in the middle of everything: always cleanly, quickly, and nothing comes twice."""

from __future__ import annotations

import asyncio
import signal
import statistics
from argparse import ArgumentParser, Namespace
from collections import Counter
from random import Random

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.lives import Kill, Lives
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from tests.bot.process import Process

QUICK_S = 10
ROUNDS, LONGEST_WAIT_S = 3, 2.4  # a start is careful for a second: shorter lives would say nothing
IN_FLIGHT = "SELECT count(*) FROM outbox WHERE state = 'sending'"
NEWS_EVERY = 4


def options(parser: ArgumentParser) -> None:
    """How many stops."""
    parser.add_argument("--stops", type=int, default=200)


async def run(place: Place, given: Namespace) -> Verdict:
    """Each stop comes while presses, commands, follow-ups and a broadcast are under way, at a moment of chance."""
    database = place.database()
    async with place.bot() as bot:
        crowd = Crowd(bot, database, place.seed)
        lives = Lives(place, bot, crowd)
        await lives.begin([Kill("recipient.before")])
        bot.environment |= place.plan()
        broken, took_s = Counter[str](), list[float]()
        for number in range(given.stops):
            progress(f"{place.kind}: stop {number + 1} of {given.stops}")
            if number % NEWS_EVERY == 0:
                lives.prepare("recipient")
            await _work(bot, crowd, place.chance)
            code, seconds = await bot.end(signal.SIGTERM)
            crowd.note_kill()
            took_s.append(seconds)
            broken["stops that did not exit with 0"] += code != 0
            broken[f"stops of {QUICK_S} s or more"] += seconds >= QUICK_S
            broken["left in flight by a stop"] += int(str(bot.scalar(IN_FLIGHT)))
        await lives.rest()
        broken.update(lives.broken())
        figures = crowd.figures() | lives.figures()
    crowd.database.close()
    broken["doubled messages"] = int(figures["doubled messages"]) + int(figures["recipients told twice"])
    broken["news of which nobody knows whether they arrived"] = int(figures["recipients unsure"])
    return Verdict(broken, {"stops": given.stops, **_quick(took_s), **figures})


async def _work(bot: Process, crowd: Crowd, chance: Random) -> None:
    """A life until the moment of its stop."""
    crowd.act()
    await bot.start()
    await bot.until_polling()
    for _ in range(ROUNDS):
        crowd.stir()
        await asyncio.sleep(chance.uniform(0, LONGEST_WAIT_S / ROUNDS))


def _quick(took_s: list[float]) -> dict[str, float | int | str]:
    """How long they took, in seconds."""
    cuts = statistics.quantiles(took_s, n=20, method="inclusive") if len(took_s) > 1 else took_s * 19
    return {"p50 s": round(cuts[9], 3), "p95 s": round(cuts[18], 3), "max s": round(max(took_s), 3)}
