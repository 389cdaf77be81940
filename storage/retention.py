"""Retention: what is older than it may be is removed, in short batches, each with its counts in one transaction.

Of a check that is removed only tallies remain; of a person nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from storage import export, responses, stats, tallies
from storage.admin_tables import AdminRow
from storage.tables import EpisodeRow, EventRow, FollowUpRow, OutboxRow, PersonRow, RemovalRow, RunRow
from storage.tallies import Fact

UNFINISHED = timedelta(days=7)
USUAL = timedelta(days=90)
AWAY = timedelta(days=365)
NOTED = timedelta(days=30)
BATCH = 50
HOUR_MIN, DAY_MIN = 60, 24 * 60
Removed = Counter[str]


def batch(session: Session, now: datetime, kept: timedelta) -> Removed:
    """Remove the next few of each sort; how many of which. Nothing found: all is done."""
    return Removed(
        {
            "unfinished": _checks(session, _is_unfinished(now)),
            "checks": _checks(session, _is_over(now, kept)),
            "runs": _old(session, RunRow, RunRow.at < now - kept),
            "letters": _old(session, OutboxRow, _is_dead(now, kept)),
            "people": _people(session, now, kept),
        }
    )


def note(session: Session, removed: Mapping[str, int], now: datetime) -> None:
    """Write down that the job ran, and what it removed."""
    session.execute(delete(RemovalRow).where(RemovalRow.at < now - NOTED))
    session.add(RemovalRow(at=now, counts={sort: many for sort, many in removed.items() if many}))


def last(session: Session, now: datetime) -> tuple[datetime | None, Removed]:
    """When the job last ran, and what was removed in the last 30 days."""
    found = Removed()
    rows = session.scalars(select(RemovalRow).where(RemovalRow.at >= now - NOTED)).all()
    for row in rows:
        found.update(row.counts)
    return max((row.at for row in rows), default=None), found


# --- checks -----------------------------------------------------------------------------------------------------------


def _is_unfinished(now: datetime) -> ColumnElement[bool]:
    """Nobody has touched it for a week, and it was never answered to the end."""
    limit = now - UNFINISHED
    return and_(EpisodeRow.state == "asking", EpisodeRow.started_at < limit, ~_touched(limit), ~_awaited())


def _is_over(now: datetime, kept: timedelta) -> ColumnElement[bool]:
    """Closed for so long; or left behind for so long with nothing planned, by somebody who may have blocked the bot."""
    limit = now - kept
    idle = and_(EpisodeRow.started_at < limit, ~_touched(limit))
    gone = and_(PersonRow.blocked_at.is_not(None), PersonRow.blocked_at < limit)
    closed = and_(EpisodeRow.state == "closed", EpisodeRow.closed_at < limit)
    return or_(and_(closed, ~_awaited()), and_(EpisodeRow.state == "following", idle, ~_awaited()), and_(gone, idle))


def _touched(limit: datetime) -> ColumnElement[bool]:
    """Something has happened in it since."""
    return exists().where(EventRow.episode_id == EpisodeRow.id, EventRow.at >= limit)


def _awaited() -> ColumnElement[bool]:
    """Something of it is still to come."""
    return exists().where(FollowUpRow.episode_id == EpisodeRow.id, FollowUpRow.state == "planned")


def _checks(session: Session, which: ColumnElement[bool]) -> int:
    """Remove the oldest of these checks, people in the middle of a turn left out; their counts remain."""
    query = (
        select(EpisodeRow)
        .join(PersonRow, PersonRow.id == EpisodeRow.person_id)
        .where(which, EpisodeRow.trial.is_(False))
        .order_by(EpisodeRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(query).all()
    if not rows:
        return 0
    tallies.add(session, _facts(session, rows))
    old = [row.id for row in rows]
    for table in (OutboxRow, FollowUpRow, EventRow):
        session.execute(delete(table).where(table.episode_id.in_(old)))
    session.execute(delete(EpisodeRow).where(EpisodeRow.id.in_(old)))
    return len(old)


def _facts(session: Session, rows: Sequence[EpisodeRow]) -> Counter[Fact]:
    """All that is counted of these checks."""
    check_ins: dict[int, list[FollowUpRow]] = {row.id: [] for row in rows}
    for each in session.scalars(select(FollowUpRow).where(FollowUpRow.episode_id.in_(check_ins))):
        if each.sent_at is not None and each.state in {"sent", "answered"} and responses.is_counted(each.key):
            check_ins[each.episode_id].append(each)
    return Counter(fact for row in rows for fact in _readable(row, check_ins[row.id]))


def _readable(row: EpisodeRow, check_ins: Sequence[FollowUpRow]) -> list[Fact]:
    """A check that cannot be read counts for nothing; it is removed all the same."""
    try:
        return list(_of_check(row, check_ins))
    except (KeyError, TypeError, ValueError, IndexError):
        return []


def _of_check(row: EpisodeRow, check_ins: Sequence[FollowUpRow]) -> Iterator[Fact]:
    for kind, name in stats.facts(row.data, is_old=True):
        yield row.started_at, kind, name
    sent = {each.key: each.sent_at for each in check_ins if each.sent_at is not None}
    for each in check_ins:
        yield sent[each.key], tallies.CHECK_IN, responses.fact(each.key, each.state, each.answer)
    answered = {each.key: sent[each.key] for each in check_ins if each.state == "answered"}
    for at, step, is_more_urgent, minutes in responses.reactions(row.data, answered):
        yield at, tallies.DELAY, str(_about(minutes))
        if is_more_urgent:
            yield at, tallies.ESCALATED, step


def _about(minutes: int) -> int:
    """How long an answer took, no finer than the figures ask: after an hour in hours, after a day in days."""
    step = 1 if minutes < HOUR_MIN else HOUR_MIN if minutes < DAY_MIN else DAY_MIN
    return minutes - minutes % step


# --- all else ---------------------------------------------------------------------------------------------------------


def _is_dead(now: datetime, kept: timedelta) -> ColumnElement[bool]:
    """What could never be sent; what was sent is forgotten within days (storage/outbox.py)."""
    return and_(OutboxRow.broadcast_id.is_(None), OutboxRow.state == "dead", OutboxRow.created_at < now - kept)


def _old(session: Session, table: type[RunRow | OutboxRow], which: ColumnElement[bool]) -> int:
    old = session.scalars(select(table.id).where(which).limit(BATCH)).all()
    session.execute(delete(table).where(table.id.in_(old)))
    return len(old)


def _people(session: Session, now: datetime, kept: timedelta) -> int:
    """Forget people who have nothing here any more and gave no sign for a year, or never agreed to anything."""
    is_ready = PersonRow.setup == "ready"
    away = or_(and_(is_ready, PersonRow.seen_at < now - AWAY), and_(~is_ready, PersonRow.seen_at < now - kept))
    waits_for_news = and_(PersonRow.news.is_(True), PersonRow.blocked_at.is_(None), is_ready)
    query = (
        select(PersonRow)
        .where(away, ~waits_for_news, ~_has(EpisodeRow), ~_has(RunRow), ~_has(OutboxRow))
        .where(PersonRow.id.not_in(select(AdminRow.person_id)))
        .order_by(PersonRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(query).all()
    tallies.add(session, Counter((row.created_at, tallies.PERSON, stats.came_to(row.setup)) for row in rows))
    for row in rows:
        export.erase(session, row.telegram_id)
    return len(rows)


def _has(table: type[EpisodeRow | RunRow | OutboxRow]) -> ColumnElement[bool]:
    return exists().where(table.person_id == PersonRow.id)
