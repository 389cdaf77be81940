"""100,000 follow-ups of 100,000 people on the moved clock: none early, none lost, none twice, and memory bounded.

The house itself in this process, on a clock that is pushed from one minute to the next; what is sent is only counted.
"""

from __future__ import annotations

import json
import resource
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from telegram.request import RequestData

from benchmarks import inline
from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.machine import FIRST, START
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from benchmarks.inline import InlineDatabase
from bot import logs
from bot.app import House
from bot.clock import HandClock
from content.episode import Episode
from content.hours import NEVER
from content.person import CONSENT_VERSION, Person
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage import episodes, follow_ups, people
from storage.database import Database
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow
from tests.keys import RING

BATCH = 2000
KEY, LEVEL, PLAN = "FU-NEUROMA/D7", "L5", "FU-NEUROMA"
MINUTE = timedelta(minutes=1)
HIGHEST_MB = 600
# The card of the check-in; and what goes before it when it is asked once more a day later, for nobody answers here.
CARD, ONCE_MORE = "Checking back", "I have not heard from you"


def options(parser: ArgumentParser) -> None:
    """How many people, over how many days of the moved clock."""
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=7)


class Counting(InProcessRequest):
    """Telegram's door, which keeps of a message only whose it was and when: a card, or what asks once more."""

    def __init__(self, telegram: Telegram, clock: HandClock) -> None:
        super().__init__(telegram)
        self.clock, self.told, self.again = clock, dict[int, list[datetime]](), Counter[int]()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> Any:
        """Every message is accepted."""
        if not url.endswith("/sendMessage") or request_data is None:
            return await super().do_request(url, method, request_data, *rest, **more)
        chat = int(str(request_data.parameters["chat_id"]))
        text = str(request_data.parameters["text"])
        if text.startswith(CARD):
            self.told.setdefault(chat, []).append(self.clock.now())
        self.again[chat] += text.startswith(ONCE_MORE)
        sent = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
        return 200, json.dumps({"ok": True, "result": sent}).encode()


async def run(place: Place, given: Namespace) -> Verdict:
    """Everybody's moment is drawn by lot; then the clock goes from minute to minute."""
    for bug in place.bugs:
        BUGS[bug].put_in()
    logs.configure("CRITICAL")
    place.database().close()
    house, request, clock = _house(place)
    await house.open()
    due = _people(house.database, house.packs, place, given)
    begun, before = time.monotonic(), _memory_mb()
    end = START + timedelta(days=given.days) + MINUTE
    while clock.now() < end:
        clock.push(MINUTE)
        await house.sweep()
        await house.deliver.drain()
    took_s = time.monotonic() - begun
    await house.application.shutdown()
    house.database.close()
    return _verdict(due, request, took_s, _memory_mb() - before)


def _house(place: Place) -> tuple[House, Counting, HandClock]:
    clock = HandClock(START)
    telegram = Telegram(now=clock.now)
    request = Counting(telegram, clock)
    database = InlineDatabase(place.url, ring=RING)
    inline.never_mind_the_disk(database)
    house = House(
        token=telegram.token,
        database=database,
        clock=clock,
        request=request,
        polling=InProcessRequest(telegram),
        message_every_s=0,
    )
    return house, request, clock


def _people(database: Database, packs: Packs, place: Place, given: Namespace) -> dict[int, datetime]:
    span_s = given.days * 86_400
    due = {FIRST + each: START + timedelta(seconds=place.chance.uniform(1, span_s)) for each in range(given.people)}
    ids = list(due)
    for begin in range(0, len(ids), BATCH):
        database.run_now(_add, packs, {each: due[each] for each in ids[begin : begin + BATCH]})
    return due


def _add(session: Session, packs: Packs, due: dict[int, datetime]) -> None:
    """People who were told that it is a neuroma, and their check-in: everybody's rows of a table go in together."""
    pack_id, _ = packs.live
    told = Episode("UTC", state="following", level=LEVEL, causes=("neuroma",), plan=PLAN, quiet=NEVER)
    known = [_person(session, telegram_id) for telegram_id in due]
    session.add_all(known)
    session.flush()
    checks = [EpisodeRow(person_id=row.id, pack_id=pack_id, started_at=START, trial=False) for row in known]
    session.add_all(checks)
    for row in checks:
        episodes.save(row, told, START)
    session.flush()
    for row, due_at in zip(checks, due.values(), strict=True):
        found = follow_ups.new(session, row, KEY)
        found.due_at, found.expires_at = due_at, due_at + timedelta(days=3)
        found.urgent, found.state = False, "planned"


def _person(session: Session, telegram_id: int) -> PersonRow:
    """Somebody who has agreed, and who sleeps never."""
    row = PersonRow(mark=people.mark(session, telegram_id), telegram_id=telegram_id, created_at=START, seen_at=START)
    people.save(row, Person("en", "UTC", minor=False, setup="ready", consent_version=CONSENT_VERSION), START)
    row.quiet_from, row.quiet_until = NEVER
    return row


def _verdict(due: dict[int, datetime], request: Counting, took_s: float, grown_mb: float) -> Verdict:
    broken = Counter[str]()
    late = timedelta()
    for person, due_at in due.items():
        moments = request.told.get(person, [])
        broken["lost follow-ups"] += not moments
        broken["doubled follow-ups"] += max(len(moments) - 1 - request.again[person], 0)
        broken["early follow-ups"] += sum(at < due_at for at in moments)
        late = max(late, moments[0] - due_at) if moments else late
    broken["memory not bounded"] = int(grown_mb > HIGHEST_MB)
    figures = {
        "follow-ups": len(due),
        "took s": round(took_s, 1),
        "follow-ups a second": round(len(due) / max(took_s, 0.001)),
        "grown MB": round(grown_mb),
        "most late s on the moved clock": round(late.total_seconds(), 1),
    }
    return Verdict(dict(broken), figures)


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
