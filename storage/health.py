"""Is everything being sent that is due? Figures of the queues, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import Session

from content.episode import Json
from content.pack import Review
from storage import outbox, restored
from storage.admin_tables import NoticeRow, UploadRow
from storage.tables import FollowUpRow, OutboxRow, PersonRow, UpdateRow

LATE = timedelta(minutes=10)
LONGEST_RETRY = timedelta(minutes=2)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

STANDSTILL, STUCK, DEAD, CONTENT, PROOF, REVIEW = "standstill", "stuck", "dead", "content", "proof", "review"
RESTORED = "restored"
Wrong = Mapping[str, Mapping[str, Json]]

DATABASE_BYTES = {
    "sqlite": "select page_count * page_size from pragma_page_count(), pragma_page_size()",
    "postgresql": "select pg_database_size(current_database())",
}

# Follow-ups that are still to be taken, of people who can be reached.
TO_BE_TAKEN = (FollowUpRow.state == "planned", PersonRow.blocked_at.is_(None), restored.MAY_GO)


@dataclass(frozen=True, slots=True)
class Health:
    """Follow-ups: `due` now, `late` by ten minutes, `missed` in the last day, `next_hour`'s load. The outbox: `lanes`
    that wait, `overdue` what should have gone ten minutes ago, `dead` of the last day. Moments are None when there
    are none.
    """

    database: str
    size_bytes: int
    due: int
    late: int
    missed: int
    next_hour: int
    lanes: Mapping[int, int]
    overdue: int
    oldest_at: datetime | None
    dead: int
    sent_at: datetime | None
    update_at: datetime | None


def health(session: Session, now: datetime, late: timedelta = LATE) -> Health:
    """How it stands now. `late`: how long is too long, on our (perhaps hurried) clock."""
    return Health(
        database=session.get_bind().dialect.name,
        size_bytes=size_bytes(session),
        due=_planned(session, FollowUpRow.due_at <= now),
        late=_planned(session, FollowUpRow.due_at <= now - late),
        missed=_follow_ups(session, FollowUpRow.state == "missed", FollowUpRow.expires_at > now - DAY),
        next_hour=_planned(session, FollowUpRow.due_at > now, FollowUpRow.due_at <= now + HOUR),
        lanes=lanes(session),
        overdue=_overdue(session, now, late),
        oldest_at=session.scalar(select(func.min(OutboxRow.created_at)).where(waits())),
        dead=_letters(session, OutboxRow.state == "dead", OutboxRow.sent_at > now - DAY),
        sent_at=session.scalar(select(func.max(OutboxRow.sent_at)).where(OutboxRow.state == "sent")),
        update_at=session.scalar(select(func.max(UpdateRow.at)).where(UpdateRow.at < now)),
    )


def size_bytes(session: Session) -> int:
    """How large the database is."""
    return session.scalar(text(DATABASE_BYTES[session.get_bind().dialect.name])) or 0


def wrong(
    found: Health, now: datetime, late: timedelta = LATE, known: frozenset[str] = frozenset()
) -> dict[str, dict[str, Json]]:
    """What is wrong with the queues, by key, with what is told of it.

    `known` was wrong before: a standstill lasts until nothing is late, though admins were sent a word about it.
    """
    problems: dict[str, dict[str, Json]] = {}
    waiting = found.late + found.overdue
    is_silent = found.sent_at is None or found.sent_at <= now - late
    if waiting and (is_silent or STANDSTILL in known):
        problems[STANDSTILL] = {"count": waiting}
    elif found.late:
        problems[STUCK] = {"count": found.late}
    if found.dead:
        problems[DEAD] = {"count": found.dead}
    return problems


def review_problem(review: Review | None, now: datetime) -> dict[str, dict[str, Json]]:
    """Has the day passed until which somebody signed? Content that nobody ever signed says so itself."""
    if review is None or review.ends is None or now.date() <= review.ends:
        return {}
    return {REVIEW: {"by": review.by, "on": review.on}}


def _planned(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Follow-ups that are still to be taken, of people who can be reached."""
    return _follow_ups(session, *TO_BE_TAKEN, *conditions)


def overdue(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many of them are due, and since when the first one is."""
    of_whom = PersonRow.id == FollowUpRow.person_id
    query = select(func.count(), func.min(FollowUpRow.due_at)).select_from(FollowUpRow).join(PersonRow, of_whom)
    count, since = session.execute(query.where(*TO_BE_TAKEN, FollowUpRow.due_at <= now)).one()
    return count, since


def _follow_ups(session: Session, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(FollowUpRow).join(PersonRow, PersonRow.id == FollowUpRow.person_id)
    return session.scalar(query.where(*conditions)) or 0


def _letters(session: Session, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(OutboxRow).outerjoin(PersonRow, PersonRow.id == OutboxRow.person_id)
    return session.scalar(query.where(*conditions)) or 0


def waits() -> ColumnElement[bool]:
    """Of a letter that Telegram has not been given yet."""
    return OutboxRow.state.in_(("waiting", "sending"))


def lanes(session: Session) -> dict[int, int]:
    """How many letters wait in each lane."""
    query = select(OutboxRow.lane, func.count()).where(waits()).group_by(OutboxRow.lane)
    return dict(session.execute(query).all())


def _overdue(session: Session, now: datetime, late: timedelta) -> int:
    """What should have gone long ago: no broadcast, which goes at its own pace, and no chat that Telegram holds."""
    held = and_(PersonRow.not_before.is_not(None), PersonRow.not_before > now)
    soon, old = OutboxRow.not_before <= now + LONGEST_RETRY, OutboxRow.created_at <= now - late
    return _letters(session, waits(), OutboxRow.lane != outbox.BROADCAST, soon, old, ~held)


def proof_problem(session: Session, pack_id: int) -> dict[str, dict[str, Json]]:
    """Did the checks of the live version, when it was uploaded, find why it should not be used?"""
    query = select(UploadRow.verdict).where(UploadRow.pack_id == pack_id).order_by(UploadRow.id.desc()).limit(1)
    verdict = session.scalar(query)
    return {PROOF: {}} if isinstance(verdict, dict) and verdict.get("why") else {}


def restore_problem(session: Session) -> dict[str, dict[str, Json]]:
    """Is something held since an older copy of the database was put in place? Until an operator says: go on."""
    if restored.since(session) is None:
        return {}
    return {RESTORED: {"count": restored.held(session).total}}


def noticed(session: Session) -> frozenset[str]:
    """What admins have been told is wrong, and was not well since."""
    return frozenset(session.scalars(select(NoticeRow.key)))
