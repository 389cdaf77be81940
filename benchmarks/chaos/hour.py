"""One real hour: follow-ups fall due at random beside presses. How long from due until Telegram has it?

The bot is a real process; the moment at which Telegram accepted a message is the simulator's. Nobody is killed and
nothing fails: this is how it is on a good day.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import quantiles

from benchmarks.chaos import waiting_room
from benchmarks.chaos.crowd import Ticker
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from storage.database import Database
from tests.bot.process import PATIENCE_S, Process, Someone
from tests.bot.tools import until

FIRST = 10_000
A_PERSON_EVERY_S = 60
# A bot that plans a follow-up itself knows when to wake up. Of ours it learns at its next sweep.
SOONEST_S, LATEST_S, FIRST_ALONE_S = 10.0, 30.0, 35.0
STEP_S, A_START_S = 1.0, 300
MOST_LATE_S = 2.0


def options(parser: ArgumentParser) -> None:
    """How long, how many, and how many presses beside them."""
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--a-second", type=float, default=5.0, help="follow-ups that fall due")
    parser.add_argument("--presses", type=float, default=2.0, help="a second")


@dataclass(slots=True)
class Plan:
    """Whose turn it is, and when each of their follow-ups was due."""

    rows: dict[int, int]
    chance: Random
    due: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    planned: int = 0

    def next(self, many: int) -> dict[int, datetime]:
        """So many more, each of another person: follow-up -> when."""
        ids, now = list(self.rows), datetime.now(UTC)
        found = {}
        for number in range(self.planned, self.planned + many):
            person = ids[number % len(ids)]
            due_at = now + timedelta(seconds=self.chance.uniform(SOONEST_S, LATEST_S))
            self.due[person].append(due_at)
            found[self.rows[person]] = due_at
        self.planned += many
        return found


async def run(place: Place, given: Namespace) -> Verdict:
    """So long; then everything that was due must have been said."""
    database = place.database()
    people = range(FIRST, FIRST + max(int(given.a_second * A_PERSON_EVERY_S), 1))
    plan = Plan(database.run_now(waiting_room.move_in, people, datetime.now(UTC)), place.chance)
    async with place.bot() as bot:
        waiting_room.come_in(bot.telegram, people)
        await bot.start()
        await until(lambda: bot.calls("getUpdates"), A_START_S)
        ticker = Ticker(Someone(bot, 100, "Ticker"))
        await ticker.someone.meet()
        await _through(database, plan, given, ticker)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await until(lambda: _told(bot) >= plan.planned, LATEST_S + PATIENCE_S)
        verdict = _verdict(bot, plan, ticker)
        code, _ = await bot.end(15)
    database.close()
    return Verdict({**verdict.broken, "not stopped in good order": int(code != 0)}, verdict.figures)


async def _through(database: Database, plan: Plan, given: Namespace, ticker: Ticker) -> None:
    """Until the time is over: follow-ups for whoever is next, and presses."""
    begun, pressed = time.monotonic(), 0
    while (passed_s := time.monotonic() - begun) < given.minutes * 60:
        if (many := int(passed_s * given.a_second) - plan.planned) > 0:
            moments = plan.next(many)
            await asyncio.to_thread(database.run_now, waiting_room.plan, moments)
        while pressed < passed_s * given.presses:
            ticker.tick()
            pressed += 1
        await asyncio.sleep(STEP_S)


def _accepted(bot: Process) -> dict[int, list[datetime]]:
    """When each of them was told something."""
    found = defaultdict(list)
    for call in bot.calls("sendMessage"):
        if call.ok and call.params["chat_id"] >= FIRST:
            found[call.params["chat_id"]].append(call.at)
    return found


def _told(bot: Process) -> int:
    return sum(map(len, _accepted(bot).values()))


def _verdict(bot: Process, plan: Plan, ticker: Ticker) -> Verdict:
    told = _accepted(bot)
    late = sorted(_late_s(plan, told))
    cuts = quantiles(late, n=100) if len(late) > 1 else [0.0] * 99
    missing = {each: len(due) - len(told.get(each, ())) for each, due in plan.due.items()}
    broken = {
        "lost follow-ups": sum(max(each, 0) for each in missing.values()),
        "doubled follow-ups": sum(max(-each, 0) for each in missing.values()),
        "early follow-ups": sum(each < 0 for each in late),
        "p99 not under 2 s": int(cuts[98] >= MOST_LATE_S),
        "unanswered presses": len(bot.telegram.unanswered()),
        "limits of Telegram's": len(bot.telegram.violations),
    }
    figures = {
        "follow-ups": plan.planned,
        "presses": len(ticker.pressed),
        "late p50 s": round(cuts[49], 3),
        "late p95 s": round(cuts[94], 3),
        "late p99 s": round(cuts[98], 3),
        "late most s": round(late[-1], 3) if late else 0.0,
        "counted": len(late),
    }
    return Verdict(broken, figures)


def _late_s(plan: Plan, told: dict[int, list[datetime]]) -> Iterator[float]:
    """Each follow-up's; not of those that fell due before the bot could know of them, which its net finds."""
    begun = min((each[0] for each in plan.due.values()), default=datetime.now(UTC))
    for person, moments in plan.due.items():
        for due_at, at in zip(moments, told.get(person, ()), strict=False):
            if due_at > begun + timedelta(seconds=FIRST_ALONE_S):
                yield (at - due_at).total_seconds()
