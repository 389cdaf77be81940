"""Tallies: the counts that remain when what was counted is removed by age. By week, of nobody in particular."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from storage import upserts
from storage.tables import TallyRow

LEVEL, CAUSE, STOP, PERSON = "level", "cause", "stop", "person"
CHECK_IN, ESCALATED, DELAY = "check_in", "escalated", "delay"
KINDS = (LEVEL, CAUSE, STOP, PERSON, CHECK_IN, ESCALATED, DELAY)

# When, which kind, and its name: a level, a cause, a question, "plan/step/word", a number of minutes.
Fact = tuple[datetime, str, str]


def week(moment: datetime) -> datetime:
    """The Monday of the moment's week, at its beginning (UTC)."""
    day = moment.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)


def add(session: Session, facts: Counter[Fact]) -> None:
    """Count these too. Two processes that do so at once both count."""
    found = Counter[Fact]()
    for (moment, kind, name), many in facts.items():
        found[week(moment), kind, name] += many
    insert = upserts.insert_of(session.get_bind().dialect.name)
    for (monday, kind, name), many in sorted(found.items()):
        row = insert(TallyRow).values(week=monday, kind=kind, name=name, count=many)
        keys = [TallyRow.week, TallyRow.kind, TallyRow.name]
        session.execute(row.on_conflict_do_update(index_elements=keys, set_={"count": TallyRow.count + many}))


def of(session: Session, kind: str, since: datetime | None) -> Mapping[str, int]:
    """How often each name, in the weeks that began since then (None: ever)."""
    wanted = true() if since is None else TallyRow.week >= since
    query = select(TallyRow.name, func.sum(TallyRow.count)).where(TallyRow.kind == kind, wanted)
    return {name: int(many) for name, many in session.execute(query.group_by(TallyRow.name))}
