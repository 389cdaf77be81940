"""What one press and one follow-up cost the bot's process, with this many people in its database."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.due.crowd import FIRST, Crowd
from content.episode import FollowUp
from handlers import turn
from handlers.arrival import Arrival, Command
from handlers.callback import EpisodePress
from storage import episodes, follow_ups, outbox, people
from storage.tables import EpisodeRow

PRESSES, CHECKS, FOLLOW_UPS, ASKED = 5, 30, 50, 200
UPDATES = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians, in milliseconds. CPU is this process's: on PostgreSQL the server's comes on top.

    A press and a follow-up are their turn, and their words taken from the outbox and marked sent: all that they ask of
    the database, without Telegram. `plan`, `next` and `nothing`: what was waited for to plan one, to find the next due
    moment, and to ask for what is due when nothing is.
    """

    people: int
    press_cpu: float
    press: float
    follow_up_cpu: float
    follow_up: float
    plan: float
    next: float
    nothing: float


@dataclass(slots=True)
class Times:
    """How long each took, and how much of it was CPU."""

    took: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """What is done meanwhile is one of them."""
        begun, cpu = time.perf_counter(), time.process_time()
        yield
        self.took.append(1000 * (time.perf_counter() - begun))
        self.cpu.append(1000 * (time.process_time() - cpu))


def measure(crowd: Crowd) -> Cost:
    """Of the crowd as large as it is."""
    pressed, followed = _presses(crowd), _follow_ups(crowd)
    run, now = crowd.database.run_now, crowd.now
    told = run(_told)
    planned = _asked([partial(run, _plan, crowd, told[each]) for each in _spread(crowd, ASKED) if each < len(told)])
    found = _asked([lambda: run(follow_ups.next_due)] * ASKED)
    nothing = _asked([lambda: run(follow_ups.due, now, 1000)] * ASKED)
    return Cost(
        crowd.size,
        *map(statistics.median, (pressed.cpu, pressed.took, followed.cpu, followed.took, planned, found, nothing)),
    )


def _spread(crowd: Crowd, many: int) -> Sequence[int]:
    """People from all over those who were not there when the crowd was a tenth of this."""
    first = crowd.size // 10 + 1
    return [first + each * (crowd.size - first) // many for each in range(min(many, crowd.size // 2))]


def _presses(crowd: Crowd) -> Times:
    """Some people begin a check and say five times that there is no danger."""
    times = Times()
    for number in _spread(crowd, CHECKS):
        person = FIRST + number
        _take(crowd, Arrival(next(UPDATES), person, Command("check")))
        for _ in range(PRESSES):
            row = crowd.database.run_now(_open, person)
            press = EpisodePress(row.id, row.data["turn"], "=none")
            with times.taken():
                _take(crowd, Arrival(next(UPDATES), person, press, "en", 7, f"{person} {row.id} {row.data['turn']}"))
    return times


def _take(crowd: Crowd, arrival: Arrival) -> None:
    crowd.database.run_now(turn.take_turn, crowd.packs, arrival, crowd.now)
    _send(crowd)


def _send(crowd: Crowd) -> None:
    for letter in crowd.database.run_now(outbox.claim, crowd.now, 100, ()):
        crowd.database.run_now(outbox.mark_sent, letter, 7, "looks", crowd.now)


def _open(session: Session, telegram_id: int) -> EpisodeRow:
    person = people.find(session, telegram_id)
    row = episodes.running(session, person.id)[0] if person is not None else EpisodeRow()
    assert row.data["question"], "a press did not lead to the next question"  # noqa: S101 - a benchmark's own check
    return row


def _follow_ups(crowd: Crowd) -> Times:
    """Some have come due."""
    times = Times()
    crowd.fall_due(min(FOLLOW_UPS, crowd.size // 2), crowd.now)
    for each in crowd.database.run_now(follow_ups.due, crowd.now, FOLLOW_UPS):
        with times.taken():
            crowd.database.run_now(turn.take_due, crowd.packs, each, crowd.now)
            _send(crowd)
    return times


def _told(session: Session) -> Sequence[int]:
    return session.scalars(select(EpisodeRow.id).where(EpisodeRow.state == "following").order_by(EpisodeRow.id)).all()


def _plan(session: Session, crowd: Crowd, episode_id: int) -> None:
    row = session.get_one(EpisodeRow, episode_id)
    due_at = crowd.now + timedelta(days=100)
    follow_ups.plan(session, row, [FollowUp("bench/again", due_at, due_at + timedelta(days=1))])


def _asked(works: Sequence[Callable[[], object]]) -> list[float]:
    times = Times()
    for work in works:
        with times.taken():
            work()
    return times.took
