"""The bot is away for longer than Telegram keeps a press: each open question comes again, once, and nobody else's.

It dies once more in the middle of that, and is away again before anybody has pressed.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Literal, get_args

from sqlalchemy.orm import Session

from benchmarks.chaos import waiting_room
from benchmarks.chaos.machine import FIRST, Machine, sends
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from content.decide import start
from content.hours import NEVER
from content.person import CONSENT_VERSION, Person, Setup
from storage import episodes, people
from storage.packs import Packs
from storage.tables import PersonRow

State = Literal["open", "meeting", "old", "closed", "blocked", "paused"]
OWED: tuple[State, ...] = ("open", "meeting")
WORDS, EACH = "I was away for a while", 5
DAY, LONG, SHORT = timedelta(days=1), timedelta(seconds=150), timedelta(seconds=70)


def options(parser: ArgumentParser) -> None:
    """How many outages."""
    parser.add_argument("--outages", type=int, default=40)


async def run(place: Place, given: Namespace) -> Verdict:
    """Each outage meets new people, some of each kind."""
    database = place.database()
    machine = Machine(place)
    await machine.start()
    broken, owed = Counter[str](), 0
    for number in range(given.outages):
        first = FIRST + number * EACH * len(get_args(State))
        states = {first + each: get_args(State)[each % len(get_args(State))] for each in range(EACH * 6)}
        waiting_room.come_in(machine.telegram, list(states))
        await machine.pass_by(timedelta(minutes=1))
        database.run_now(_come, machine.world.house.packs, states, machine.truth, place.chance)
        machine.telegram.journal.clear()
        await _go_and_come_back(machine, place.chance)
        broken += _count(machine, states)
        owed += sum(state in OWED for state in states.values())
        database.run_now(_put_off, list(states))
    database.close()
    names = ("questions not asked again", "questions asked twice", "people asked who should not be")
    return Verdict(dict.fromkeys(names, 0) | dict(broken), {"outages": given.outages, "open questions": owed})


async def _go_and_come_back(machine: Machine, chance: Random) -> None:
    """Away for 3 minutes to 12 hours; dead again after the first poll; and away once more before anybody pressed."""
    machine.truth += timedelta(seconds=chance.uniform(LONG.total_seconds() + 30, 12 * 3600))
    await machine.again()
    if chance.random() < 0.5:
        await machine.world.house.intake.poll_once(0)
        await machine.again()
    await machine.world.settle()
    machine.truth += SHORT
    await machine.again()
    await machine.world.settle()
    await machine.pass_by(timedelta(minutes=5))


def _count(machine: Machine, states: dict[int, State]) -> Counter[str]:
    told = Counter(chat for chat, _, text in sends(machine.telegram) if WORDS in text)
    counts = Counter[str]()
    for person, state in states.items():
        if state not in OWED:
            counts["people asked who should not be"] += told[person] > 0
            continue
        counts["questions not asked again"] += told[person] == 0
        counts["questions asked twice"] += max(told[person] - 1, 0)
    return counts


def _come(session: Session, packs: Packs, states: dict[int, State], now: datetime, chance: Random) -> None:
    """They were here some hours ago, the old ones more than a day."""
    packs.look(session)
    for telegram_id, state in states.items():
        hours = chance.uniform(24.5, 90) if state == "old" else chance.uniform(0.01, 11)
        _add(session, packs, telegram_id, state, now - timedelta(hours=hours), now)


def _add(session: Session, packs: Packs, telegram_id: int, state: State, at: datetime, now: datetime) -> None:
    met: Setup = "age" if state == "meeting" else "ready"
    person = Person("en", waiting_room.ZONE, minor=False, setup=met, consent_version=CONSENT_VERSION)
    row = people.add(session, telegram_id, person, at)
    row.consent_at, (row.quiet_from, row.quiet_until) = at, NEVER
    row.blocked_at = at if state == "blocked" else None
    row.paused_until = now + 5 * DAY if state == "paused" else None
    if state != "meeting":
        pack_id, pack = packs.live
        found = episodes.add(session, row.id, pack_id, start(pack, waiting_room.ZONE, quiet=NEVER), at)
        found.state, found.open_at = ("closed", None) if state == "closed" else (found.state, found.open_at)


def _put_off(session: Session, telegram_ids: list[int]) -> None:
    """Nobody of these is there any more when the next outage comes."""
    for each in telegram_ids:
        row = people.find(session, each)
        if isinstance(row, PersonRow):
            row.blocked_at = row.seen_at
