"""The machine's clock is set three days forward or back, between two looks and while the bot is down.

Nothing comes early or twice, nothing is lost, and every jump is told. Twelve nights in which clocks are changed are
gone through as well, each in its own zone.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from structlog.testing import capture_logs

from benchmarks.chaos import waiting_room
from benchmarks.chaos.machine import FIRST, Machine, sends
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from content.hours import Hours, awake, is_quiet
from content.plan import later
from storage.database import Database

PEOPLE, DAYS, AWAY = 30, timedelta(days=3), "I was away for a while"
STEP, SOONEST, LATEST = timedelta(minutes=7), timedelta(minutes=5), timedelta(hours=18)
CLOCKWISE = ("Europe/London", "America/New_York", "Australia/Sydney", "America/Santiago", "Africa/Cairo",
             "Pacific/Auckland")  # fmt: skip


def options(parser: ArgumentParser) -> None:
    """How many jumps."""
    parser.add_argument("--jumps", type=int, default=60)


async def run(place: Place, given: Namespace) -> Verdict:
    """Each jump: everybody is due at some moment within a day or so; the clock is set, and hours later put right."""
    database = place.database()
    machine = Machine(place)
    await machine.start()
    broken = Counter[str]()
    for number in range(given.jumps):
        broken += await _one(machine, database, place, number)
    broken["wrong moments on nights of change"] = _nights()
    database.close()
    names = ("early follow-ups", "doubled follow-ups", "lost follow-ups", "jumps that nobody was told of")
    every = dict.fromkeys(names, 0) | dict(broken)
    return Verdict(
        every, {"jumps": given.jumps, "follow-ups": given.jumps * PEOPLE, "nights of change": 2 * len(CLOCKWISE)}
    )


async def _one(machine: Machine, database: Database, place: Place, number: int) -> Counter[str]:
    """One jump, in one of four ways, and new people; right again in the end."""
    ids = range(FIRST + number * PEOPLE, FIRST + (number + 1) * PEOPLE)
    database.run_now(waiting_room.put_away, machine.truth)
    rows = database.run_now(waiting_room.move_in, ids, machine.truth)
    waiting_room.come_in(machine.telegram, ids)
    due = {person: machine.truth + place.chance.uniform(0.1, 1) * LATEST for person in rows}
    database.run_now(waiting_room.plan, {rows[person]: at for person, at in due.items()})
    begun_at = machine.truth
    machine.telegram.journal.clear()
    with capture_logs() as lines:
        await _days(machine, place, 10)
        machine.off = DAYS if number % 2 else -DAYS
        if number % 4 >= 2:
            await machine.again()
        machine.look()
        await machine.world.settle()
        await _days(machine, place, 60)
        machine.off = timedelta()
        machine.look()
        await _days(machine, place, 5)
        while machine.truth < begun_at + LATEST + STEP:
            await machine.pass_by(timedelta(hours=1))
    alarms = [line for line in lines if line["log_level"] == "error" and "clock" in line["event"]]
    return _count(machine, due) + Counter({"jumps that nobody was told of": int(not alarms)})


async def _days(machine: Machine, place: Place, steps: int) -> None:
    for _ in range(steps):
        await machine.pass_by(place.chance.uniform(0.5, 1.5) * STEP)


def _count(machine: Machine, due: dict[int, datetime]) -> Counter[str]:
    found = defaultdict(list)
    for chat, at, text in sends(machine.telegram):
        if AWAY not in text:
            found[chat].append(at)
    counts = Counter[str]()
    for person, due_at in due.items():
        counts["lost follow-ups"] += not found[person]
        counts["doubled follow-ups"] += max(len(found[person]) - 1, 0)
        counts["early follow-ups"] += sum(at < due_at for at in found[person])
    return counts


def _nights() -> int:
    """How many check-ins of "tomorrow at this hour", planned on the eve of a change, come early, late or at night."""
    wrong = 0
    for zone in CLOCKWISE:
        hours = Hours(zone)
        for changed_at in _changes(zone):
            for since in (changed_at - number * timedelta(minutes=30) for number in range(48)):
                same_hour = later(since, timedelta(days=1), hours)
                wrong += not timedelta(hours=22) <= same_hour - since <= timedelta(hours=26)
                wrong += is_quiet(awake(same_hour, hours), hours)
    return wrong


def _changes(zone: str) -> list[datetime]:
    """The next two moments at which the clocks of a zone are changed."""
    moment, found = datetime(2026, 11, 23, tzinfo=UTC), list[datetime]()
    while len(found) < 2:
        then, moment = moment, moment + timedelta(hours=1)
        if then.astimezone(ZoneInfo(zone)).utcoffset() != moment.astimezone(ZoneInfo(zone)).utcoffset():
            found.append(moment)
    return found
