"""Recipients of broadcasts, one at a time: taken when it is their turn, and marked with what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from content.hours import awake, is_quiet
from storage import audience, broadcasts, letters, outbox, people
from storage.admin_tables import BroadcastRow, ConcernedRow
from storage.audience import NEWS, SAFETY
from storage.letters import Letter
from storage.tables import EpisodeRow, OutboxRow, PersonRow

LEASE = outbox.LEASE
AFTER_A_CHECK, LONGEST_CHECK = timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one recipient. `number` counts within the broadcast: nobody's id."""

    number: int
    language: str
    state: str
    sent_at: datetime | None
    error: str


def claim(session: Session, now: datetime) -> tuple[BroadcastRow, Letter] | None:
    """Take the next recipient of the broadcasts being sent, safety notices first.

    Who sleeps by now is let sleep, who is in a check is not disturbed, and who no longer wants news is left out.
    """
    for broadcast in _sending(session):
        while (found := _next(session, broadcast.id, now)) is not None:
            row, person, in_check = found
            hours = people.read(person).hours
            if is_quiet(now, hours):
                _sleep(session, broadcast.id, person, awake(now, hours))
            elif person.blocked_at is not None or (broadcast.kind == NEWS and not _wants_news(person, now)):
                row.state, row.error = "dropped", "blocked" if person.blocked_at else "no news"
                session.flush()
            elif in_check and now < row.created_at + LONGEST_CHECK:
                row.not_before = now + AFTER_A_CHECK
                session.flush()
            else:
                row.state, row.lease_until, row.attempts = "sending", now + LEASE, row.attempts + 1
                return broadcast, letters.letter(row, person, None)
    return None


def _wants_news(person: PersonRow, now: datetime) -> bool:
    return bool(person.news) and (person.paused_until is None or person.paused_until <= now)


def anybody(session: Session, now: datetime) -> bool:
    """Does a recipient wait for their turn?"""
    return any(_next(session, each.id, now) for each in _sending(session))


def _sending(session: Session) -> Sequence[BroadcastRow]:
    first = case((BroadcastRow.kind == SAFETY, 0), else_=1)
    query = select(BroadcastRow).where(BroadcastRow.state == "sending").order_by(first, BroadcastRow.id)
    return session.scalars(query).all()


def _next(session: Session, broadcast_id: int, now: datetime) -> tuple[OutboxRow, PersonRow, bool] | None:
    query = (
        select(OutboxRow, PersonRow, audience.in_check())
        .join(PersonRow, PersonRow.id == OutboxRow.person_id)
        .where(OutboxRow.broadcast_id == broadcast_id, OutboxRow.state == "waiting", OutboxRow.not_before <= now)
        .order_by(OutboxRow.not_before)
        .limit(1)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1], bool(found[2])) if found is not None else None


def _sleep(session: Session, broadcast_id: int, person: PersonRow, until: datetime) -> None:
    """Everybody with this person's clock at once: their night has come before their turn."""
    there = select(PersonRow.id).where(people.has_clock(person.zone, person.quiet_from, person.quiet_until))
    mine = (OutboxRow.broadcast_id == broadcast_id) & (OutboxRow.state == "waiting") & (OutboxRow.not_before < until)
    query = update(OutboxRow).where(mine, OutboxRow.person_id.in_(there)).values(not_before=until)
    session.execute(query, execution_options=outbox.PLAINLY)


def mark(
    session: Session, row_id: int, state: str, now: datetime, *, message_id: int | None = None, error: str | None = None
) -> bool:
    """What became of it: sent, dropped, dead or unsure. False: its person was erased meanwhile."""
    values = {"state": state, "sent_at": now, "lease_until": None, "message_id": message_id, "error": error}
    query = update(OutboxRow).where(OutboxRow.id == row_id).values(**values).returning(OutboxRow.id)
    return session.scalar(query, execution_options=outbox.PLAINLY) is not None


def arrived(session: Session, letter: Letter, message_id: int, now: datetime) -> None:
    """Telegram has it; where its person was erased meanwhile, it is taken back."""
    if not mark(session, letter.id, "sent", now, message_id=message_id):
        outbox.wipe(session, letter.chat_id, [message_id], now)


def put_back(session: Session, row_id: int, not_before: datetime) -> None:
    """To be tried again later; not when the broadcast was cancelled meanwhile."""
    mine = (OutboxRow.id == row_id) & (OutboxRow.state == "sending")
    cancelled = select(BroadcastRow.id).where(BroadcastRow.state == "cancelled")
    state = case((OutboxRow.broadcast_id.in_(cancelled), "cancelled"), else_="waiting")
    query = update(OutboxRow).where(mine).values(state=state, lease_until=None, not_before=not_before)
    session.execute(query, execution_options=outbox.PLAINLY)


def fates(session: Session, broadcast_id: int) -> Iterator[Fate]:
    """What became of each, in the order in which they were queued."""
    query = (
        select(PersonRow.language, OutboxRow.state, OutboxRow.sent_at, OutboxRow.error)
        .join(PersonRow, PersonRow.id == OutboxRow.person_id)
        .where(OutboxRow.broadcast_id == broadcast_id)
        .order_by(OutboxRow.id)
        .execution_options(yield_per=1000)
    )
    for number, (language, state, sent_at, error) in enumerate(session.execute(query), start=1):
        yield Fate(number, language, state, sent_at, error or "")


# --- whom a change concerns -------------------------------------------------------------------------------------------


def last_checks(session: Session, after: int, limit: int) -> Sequence[EpisodeRow]:
    """The last checks in which people were told something, `limit` people after a person, in their order."""
    newest = (
        select(func.max(EpisodeRow.id))
        .where(EpisodeRow.person_id > after, EpisodeRow.told, EpisodeRow.trial.is_(False))
        .group_by(EpisodeRow.person_id)
        .order_by(EpisodeRow.person_id)
        .limit(limit)
    )
    return session.scalars(select(EpisodeRow).where(EpisodeRow.id.in_(newest)).order_by(EpisodeRow.person_id)).all()


def last_check(session: Session, person_id: int) -> EpisodeRow | None:
    """The person's own last check in which they were told something."""
    told = EpisodeRow.told & EpisodeRow.trial.is_(False)
    query = select(EpisodeRow).where(EpisodeRow.person_id == person_id, told).order_by(EpisodeRow.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def concern(session: Session, broadcast_id: int, person_ids: Sequence[int]) -> None:
    """Remember whose advice changes."""
    session.add_all(ConcernedRow(broadcast_id=broadcast_id, person_id=each) for each in person_ids)


def searched(session: Session, broadcast_id: int, version: int, now: datetime) -> bool:
    """Everybody has been looked at; False when the draft is about something else by now."""
    row = broadcasts.lock(session, broadcast_id)
    if row is None or row.audience.get("version") != version:
        return False
    row.searched_at = now
    return True
