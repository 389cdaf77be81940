"""Broadcasts: drafted, sent to many, paused and cancelled, and counted. Their recipients are rows of the outbox."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from content.episode import Json
from content.hours import awake, is_quiet
from storage import audience, neighbours, outbox, people
from storage.admin_tables import BroadcastRow, ConcernedRow
from storage.audience import NEWS, SAFETY, Audience
from storage.columns import Moment
from storage.tables import OutboxRow, PersonRow

KEPT = timedelta(days=30)
OPEN = ("draft", "scheduled", "sending", "paused")


def draft(session: Session, by: int | None, kind: str, now: datetime) -> BroadcastRow:
    """A new one, without words, for everybody who may get it."""
    row = BroadcastRow(by=by, kind=kind, state="draft", words={}, buttons=[], at=now)
    row.audience = audience.write(Audience())
    session.add(row)
    session.flush()
    return row


def lock(session: Session, broadcast_id: int) -> BroadcastRow | None:
    """The row, held until the transaction ends, so that two who press at once come one after another."""
    query = select(BroadcastRow).where(BroadcastRow.id == broadcast_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def newest(session: Session, most: int) -> list[BroadcastRow]:
    """The last ones, newest first."""
    return list(session.scalars(select(BroadcastRow).order_by(BroadcastRow.id.desc()).limit(most)))


def discard(session: Session, row: BroadcastRow) -> None:
    """Forget a draft, or one that was to be sent later."""
    session.execute(delete(ConcernedRow).where(ConcernedRow.broadcast_id == row.id))
    session.delete(row)


# --- its life ---------------------------------------------------------------------------------------------------------


def start(session: Session, row: BroadcastRow, now: datetime) -> int:
    """Queue everybody who gets it, in one statement; how many. The row must be locked; one under way starts no more."""
    if row.state not in {"draft", "scheduled"}:
        return 0
    row.state, row.started_at = "sending", now
    session.flush()
    who = audience.is_recipient(session, row, now)
    session.execute(insert(OutboxRow).from_select(_COLUMNS, _letters(session, row, who, now)))
    session.execute(delete(ConcernedRow).where(ConcernedRow.broadcast_id == row.id))
    neighbours.ring(session)
    return tally(session, row.id)["waiting"]


_COLUMNS = [
    *("person_id", "broadcast_id", "chat", "lane", "kind", "card", "state", "attempts"),
    *("not_before", "created_at"),
]


def _letters(session: Session, row: BroadcastRow, who: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PersonRow.id,
            literal(row.id),
            PersonRow.mark,
            literal(outbox.BROADCAST),
            literal("send"),
            literal(value=False),
            literal("waiting"),
            literal(0),
            _awake(session, now),
            literal(now, Moment()),
        )
        .where(who)
        .order_by(PersonRow.id)
    )


def _awake(session: Session, now: datetime) -> ColumnElement[datetime]:
    """When each person may be written to, by their own clock and quiet hours."""
    clocks = [(row, people.hours(*row)) for row in session.execute(select(*people.CLOCK).distinct())]
    asleep = [(clock, hours) for clock, hours in clocks if is_quiet(now, hours)]
    nights = [(people.has_clock(*clock), literal(awake(now, hours), Moment())) for clock, hours in asleep]
    return case(*nights, else_=literal(now, Moment())) if nights else literal(now, Moment())


def pause(session: Session, row: BroadcastRow) -> bool:
    """No recipient is taken any more; those under way end."""
    return _moves(session, row, "sending", "paused")


def resume(session: Session, row: BroadcastRow) -> bool:
    """Go on. Whose night has come meanwhile is let sleep when it would be their turn."""
    return _moves(session, row, "paused", "sending")


def cancel(session: Session, row: BroadcastRow, now: datetime) -> bool:
    """Whoever has not got it will not get it."""
    if not (_moves(session, row, "sending", "cancelled") or _moves(session, row, "paused", "cancelled")):
        return False
    mine = (OutboxRow.broadcast_id == row.id) & (OutboxRow.state == "waiting")
    session.execute(update(OutboxRow).where(mine).values(state="cancelled"), execution_options=outbox.PLAINLY)
    return True


def _moves(session: Session, row: BroadcastRow, old: str, new: str) -> bool:
    """False when it is not in that state: somebody else was quicker."""
    if row.state != old:
        return False
    neighbours.ring(session)
    row.state = new
    return True


def due(session: Session, now: datetime) -> list[int]:
    """Those whose appointed time has come."""
    query = select(BroadcastRow.id).where(BroadcastRow.state == "scheduled", BroadcastRow.due_at <= now)
    return list(session.scalars(query.order_by(BroadcastRow.id)))


def under_way(session: Session) -> list[BroadcastRow]:
    """Those that are being sent, or are stopped and not yet reported."""
    alive = BroadcastRow.state.in_(("sending", "paused", "cancelled")) & BroadcastRow.ended_at.is_(None)
    return list(session.scalars(select(BroadcastRow).where(alive).order_by(BroadcastRow.id)))


def is_over(session: Session, broadcast_id: int) -> bool:
    """Does nobody wait any more?"""
    counts = tally(session, broadcast_id)
    return not (counts["waiting"] or counts["sending"])


def end(session: Session, row: BroadcastRow, now: datetime) -> bool:
    """Over, when nobody waits any more; the row must be locked. False: not yet, or somebody else has ended it."""
    if row.ended_at is not None or row.state not in {"sending", "cancelled"} or not is_over(session, row.id):
        return False
    row.ended_at, row.counts = now, dict(tally(session, row.id))
    if row.state == "sending":
        row.state = "done"
    return True


def tally(session: Session, broadcast_id: int) -> Counter[str]:
    """How many recipients are in which state."""
    query = select(OutboxRow.state, func.count()).where(OutboxRow.broadcast_id == broadcast_id)
    found = Counter[str]()
    for state, many in session.execute(query.group_by(OutboxRow.state)):
        found[state] = many
    return found


def due_now(session: Session, broadcast_id: int, now: datetime) -> int:
    """How many wait for nothing but their turn."""
    mine = (OutboxRow.broadcast_id == broadcast_id) & (OutboxRow.state == "waiting")
    return session.scalar(select(func.count()).select_from(OutboxRow).where(mine, OutboxRow.not_before <= now)) or 0


def next_moment(session: Session, after: datetime) -> datetime | None:
    """When, after this moment, the next one wakes or the next broadcast begins."""
    sending = select(BroadcastRow.id).where(BroadcastRow.state == "sending")
    wakes = select(func.min(OutboxRow.not_before)).where(
        OutboxRow.broadcast_id.in_(sending), OutboxRow.state == "waiting", OutboxRow.not_before > after
    )
    begins = select(func.min(BroadcastRow.due_at)).where(BroadcastRow.state == "scheduled", BroadcastRow.due_at > after)
    return min((moment for moment in map(session.scalar, (wakes, begins)) if moment is not None), default=None)


# --- who drops out ----------------------------------------------------------------------------------------------------


def no_news_for(session: Session, person_id: int) -> None:
    """The person wants no more news: what waits for them is not sent. Safety notices still are."""
    news = select(BroadcastRow.id).where(BroadcastRow.kind == NEWS)
    mine = (OutboxRow.person_id == person_id) & (OutboxRow.state == "waiting") & OutboxRow.broadcast_id.in_(news)
    session.execute(update(OutboxRow).where(mine).values(state="dropped", error="no news"))


def release(session: Session) -> None:
    """At the start of the only process: what a dead one was sending. Whether Telegram has it, nobody knows.

    News is then not sent again, so that nobody gets it twice; a safety notice is, so that nobody misses it.
    """
    _let_go(session, OutboxRow.state == "sending")


def give_up(session: Session, now: datetime) -> None:
    """The same for what another process took and never brought back."""
    _let_go(session, (OutboxRow.state == "sending") & (OutboxRow.lease_until <= now))


def _let_go(session: Session, lost: ColumnElement[bool]) -> None:
    safety = select(BroadcastRow.id).where(BroadcastRow.kind == SAFETY)
    again = case((OutboxRow.broadcast_id.in_(safety), "waiting"), else_="unsure")
    query = update(OutboxRow).where(OutboxRow.broadcast_id.is_not(None), lost).values(state=again, lease_until=None)
    session.execute(query, execution_options=outbox.PLAINLY)


def tidy(session: Session, now: datetime) -> None:
    """Forget who got what, 30 days after its end; the counts stay."""
    old = select(BroadcastRow.id).where(BroadcastRow.ended_at < now - KEPT)
    session.execute(delete(OutboxRow).where(OutboxRow.broadcast_id.in_(old)), execution_options=outbox.PLAINLY)


def words_of(row: BroadcastRow) -> dict[str, Json]:
    """What is said, as a say's values."""
    return {"id": row.id, "about": row.kind, "words": row.words, "buttons": row.buttons}
