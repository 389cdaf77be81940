"""`stridecheck stats`: the figures of the admin's rooms, from a shell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import Clock
from content import words
from storage import health, responses, stats
from storage.database import Database
from storage.health import Health
from storage.responses import KINDS, CheckIns, Effects
from storage.stats import Checks
from storage.suppression import FEW, HIDDEN, Cell

PUBLISHED = ("1", "2", "3")
COLUMNS = ("asked", *reversed(KINDS))


@dataclass(frozen=True, slots=True)
class Found:
    """All figures, since so many days (0: ever)."""

    days: int
    checks: Checks
    check_ins: CheckIns
    effects: Effects
    health: Health
    wrong: Mapping[str, Mapping[str, object]]


def count(database: Database, days: int) -> Found:
    """The figures now."""
    return database.run_now(_count, days, Clock().now())


def _count(session: Session, days: int, now: datetime) -> Found:
    since, found = now - timedelta(days=days) if days else None, health.health(session, now)
    wrong = health.wrong(found, now, known=health.noticed(session))
    asked, led_to = responses.check_ins(session, since, now), responses.effects(session, since, now)
    return Found(days, stats.checks(session, since, now), asked, led_to, found, wrong)


def as_json(found: Found) -> dict[str, Any]:
    """The same as a JSON document: hidden counts as "<5" and "*", moments in ISO."""
    kept = {name: _plain(value) for name, value in asdict(found.health).items()}
    return {
        "days": found.days,
        "checks": asdict(found.checks),
        "check_ins": asdict(found.check_ins),
        "effects": asdict(found.effects),
        "health": {**kept, "wrong": {key: dict(values) for key, values in found.wrong.items()}},
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def text(found: Found) -> str:
    """The same to read."""
    since = f"the last {found.days} days" if found.days else "all days since the beginning"
    return "\n".join([f"Stride Check, {since}", *_checks(found.checks), *_check_ins(found), *_health(found)])


def _checks(found: Checks) -> Iterator[str]:
    started = {"started": found.started} if found.started is not None else {}
    yield from _section("People", {"came": found.met, **found.people})
    yield from _section("Checks", {**started, **found.ended})
    yield from _section("Levels", found.levels)
    yield from _section("Leading causes", found.causes)
    yield from _section("Stopped at", found.stops)


def _check_ins(everything: Found) -> Iterator[str]:
    found, led_to = everything.check_ins, everything.effects
    yield from ("", "Check-ins sent at least three days ago", _row("step", COLUMNS))
    for step, cells in found.steps.items():
        yield _row(step, [found.asked[step], *(cells[kind] for kind in reversed(KINDS))])
    if found.all_asked:
        low, high = (round(100 * answered / found.all_asked) for answered in found.all_answered)
        yield f"  answered: {low if low == high else f'{low} to {high}'} % of {found.all_asked}, where it may be told"
    yield from (f"    published: {words.say(words.FIRST, f'admin.published.{each}')}" for each in PUBLISHED)
    yield f"    {words.say(words.FIRST, 'admin.published.caveat')}"
    if led_to.delay is not None:
        yield f"  half of the answers come within {led_to.delay.half_within_min} minutes"
    yield from _section("Made more urgent by a check-in", led_to.escalated)
    yield from ("", f'"{FEW}" is fewer than five; "{HIDDEN}" is not shown, so that no small number can be worked out.')


def _health(found: Found) -> Iterator[str]:
    kept = found.health
    waiting: dict[str, Cell] = {"due now": kept.due, "late": kept.late, "missed in a day": kept.missed}
    yield from _section("Reminders", {**waiting, "in the next hour": kept.next_hour})
    yield from _section("Outbox", {"waiting": sum(kept.lanes.values()), "never to be sent, in a day": kept.dead})
    yield ""
    if not found.wrong:
        yield words.say(words.FIRST, "admin.well")
    yield from (words.say(words.FIRST, f"admin.wrong.{key}", **values) for key, values in found.wrong.items())


def _section(title: str, cells: Mapping[str, Cell]) -> Iterator[str]:
    yield from ("", title)
    yield from (f"  {name:28}{cell:>6}" for name, cell in cells.items())


def _row(name: str, cells: Iterable[Cell]) -> str:
    return f"  {name:10}" + "".join(f"{cell:>10}" for cell in cells)
