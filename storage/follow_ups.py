"""Follow-ups: the table knows when. One row per check-in, unique by (episode, key)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, event, select, update
from sqlalchemy.orm import Mapper, Session, object_session

from content import away, outage
from content.episode import FollowUp
from storage import crypto, neighbours, plain, restored
from storage.tables import EpisodeRow, FollowUpRow, PersonRow

# Asked in every turn: put together once. The least of one person's is found here and not by the database: asked for it,
# or for an order, SQLite goes through everybody's.
NEXT_OF = select(FollowUpRow.due_at).where(
    FollowUpRow.person_id == bindparam("person"), FollowUpRow.state == "planned", restored.MAY_GO
)
# Not the least of all: for that PostgreSQL would look at everybody's.
NEXT = (
    select(FollowUpRow.due_at)
    .join(PersonRow, PersonRow.id == FollowUpRow.person_id)
    .where(FollowUpRow.state == "planned", PersonRow.blocked_at.is_(None), restored.MAY_GO)
    .order_by(FollowUpRow.due_at)
    .limit(1)
)
NEXT_AFTER = NEXT.where(FollowUpRow.due_at > bindparam("moment"))
IF_DUE = (
    select(FollowUpRow)
    .where(
        FollowUpRow.id == bindparam("number"),
        FollowUpRow.state == "planned",
        FollowUpRow.due_at <= bindparam("moment"),
        restored.MAY_GO,
    )
    .execution_options(populate_existing=True)
)
DUE = (
    select(FollowUpRow.id, FollowUpRow.person_id, FollowUpRow.episode_id)
    .join(PersonRow, PersonRow.id == FollowUpRow.person_id)
    .where(
        FollowUpRow.state == "planned",
        FollowUpRow.due_at <= bindparam("moment"),
        PersonRow.blocked_at.is_(None),
        restored.MAY_GO,
    )
    .order_by(FollowUpRow.due_at, FollowUpRow.id)
    .limit(bindparam("most"))
)
DUE_URGENT = DUE.where(FollowUpRow.urgent, FollowUpRow.due_at > bindparam("since"))
BY_KEY = select(FollowUpRow).where(FollowUpRow.episode_id == bindparam("episode"), FollowUpRow.mark == bindparam("key"))


CHANGED = "follow-ups changed"  # a transaction that plans something, or moves it, notes it in its session's `info`


@event.listens_for(FollowUpRow, "after_insert")
@event.listens_for(FollowUpRow, "after_update")
def _changed(mapper: Mapper[FollowUpRow], connection: Connection, row: FollowUpRow) -> None:
    session = object_session(row)
    if session is not None:
        session.info[CHANGED] = True


@dataclass(frozen=True, slots=True)
class Pending:
    """A follow-up that has come due."""

    id: int
    person_id: int
    episode_id: int


def plan(session: Session, episode: EpisodeRow, wanted: Iterable[FollowUp]) -> None:
    """Plan follow-ups; one that is planned again gets its new time."""
    rows = list(wanted)
    for each in rows:
        row = _by_key(session, episode.id, each.key)
        if row is None:
            row = new(session, episode, each.key)
        row.due_at, row.expires_at, row.urgent = each.due_at, each.expires_at, each.urgent
        row.state, row.sent_at, row.answer = "planned", None, None
        neighbours.ring(session)
    if rows:
        session.flush()


def plan_once(session: Session, episode: EpisodeRow, wanted: FollowUp) -> bool:
    """Plan it, unless it was planned before, whatever has become of that."""
    if _by_key(session, episode.id, wanted.key) is not None:
        return False
    plan(session, episode, [wanted])
    return True


def new(session: Session, episode: EpisodeRow, key: str) -> FollowUpRow:
    """A row that is to be filled in before it is flushed."""
    mark = _mark(session, episode.id, key)
    row = FollowUpRow(episode_id=episode.id, person_id=episode.person_id, mark=mark, key=key)
    session.add(row)
    return row


def cancel(session: Session, episode_id: int, patterns: Iterable[str]) -> None:
    """Cancel what is still planned: by key, by prefix ("FU-X/D3/"), or all ("*")."""
    for pattern in patterns:
        query = update(FollowUpRow).where(
            FollowUpRow.episode_id == episode_id, FollowUpRow.state.in_(("planned", "held"))
        )
        if pattern.endswith("/"):
            query = query.where(FollowUpRow.id.in_(_beginning(session, episode_id, pattern)))
        elif pattern != "*":
            query = query.where(FollowUpRow.mark == _mark(session, episode_id, pattern))
        session.execute(query.values(state="cancelled"))


def _beginning(session: Session, episode_id: int, prefix: str) -> list[int]:
    return [row.id for row in of_episode(session, episode_id) if row.key.startswith(prefix)]


def answered(session: Session, episode_id: int, answers: Mapping[str, object]) -> None:
    """Write down what a check-in's answers amounted to."""
    for key, answer in answers.items():
        row = _by_key(session, episode_id, key)
        if row is not None:
            row.state, row.answer = "answered", answer


def lock_due(session: Session, follow_up_id: int, now: datetime) -> FollowUpRow | None:
    """The row, if it is still planned and due, and may go. Its person must be locked already."""
    return session.scalars(IF_DUE, {"number": follow_up_id, "moment": now}).one_or_none()


def due(session: Session, now: datetime, limit: int, urgent_since: datetime | None = None) -> list[Pending]:
    """What has come due and may go, earliest first; nothing for people who have blocked the bot.

    `urgent_since`: only what is urgent and fell due after this.
    """
    query, given = DUE, {"moment": now, "most": limit}
    if urgent_since is not None:
        query, given = DUE_URGENT, given | {"since": urgent_since}
    return [Pending(*row) for row in session.execute(query, given)]


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """The earliest planned moment, `after` another one."""
    if after is None:
        return session.scalar(NEXT)
    return session.scalar(NEXT_AFTER, {"moment": after})


def have_changed(session: Session) -> bool:
    """Did this transaction plan anything, or move it? What it cancels makes no moment earlier."""
    session.flush()
    return CHANGED in session.info


def next_of(session: Session, person_id: int) -> datetime | None:
    """One person's earliest planned moment."""
    session.flush()
    return min(plain.connection(session).scalars(NEXT_OF, {"person": person_id}), default=None)


def planned(session: Session, person_id: int) -> list[FollowUpRow]:
    """What is planned for a person, earliest first; the silent ladder of a check-in is no plan of its own."""
    query = select(FollowUpRow).where(FollowUpRow.person_id == person_id, FollowUpRow.state == "planned")
    rows = sorted(session.scalars(query), key=lambda row: (row.due_at, row.id))
    return [row for row in rows if is_check_in(row.key)]


def waiting(session: Session, episode_id: int) -> list[FollowUpRow]:
    """All that is still to come in an episode, and what was stopped or held and may come back."""
    states = FollowUpRow.state.in_(("planned", "stopped", "held"))
    return list(session.scalars(select(FollowUpRow).where(FollowUpRow.episode_id == episode_id, states)))


def move(session: Session, waiting: Iterable[FollowUpRow], plan: Iterable[FollowUp], dropped: Collection[str]) -> int:
    """What waits gets these new moments, what is dropped comes no more; how many reminders come at another time."""
    wanted = {each.key: each for each in plan}
    moved = 0
    for row in waiting:
        if row.key in dropped:
            row.state = "cancelled"
        elif row.due_at != wanted[row.key].due_at:
            moved += row.state == "planned" and is_check_in(row.key)
            row.due_at, row.expires_at = wanted[row.key].due_at, wanted[row.key].expires_at
    session.flush()
    return moved


def planned_for_all(session: Session, limit: int = 200) -> list[tuple[int, FollowUpRow]]:
    """What is planned for everybody, with their Telegram ids, earliest first."""
    query = (
        select(PersonRow, FollowUpRow)
        .join(PersonRow, PersonRow.id == FollowUpRow.person_id)
        .where(FollowUpRow.state == "planned")
        .order_by(FollowUpRow.due_at, FollowUpRow.id)
        .limit(limit)
    )
    return [(person.telegram_id, row) for person, row in session.execute(query) if is_check_in(row.key)]


def is_check_in(key: str) -> bool:
    """Does a key stand for something a person would call a reminder?"""
    return not outage.is_offer(key) and key.rpartition("/")[2] not in {"again", "stop", "lapse", "off", "late", "away"}


def of_episode(session: Session, episode_id: int) -> list[FollowUpRow]:
    """Every follow-up of an episode, in the order of their times."""
    query = select(FollowUpRow).where(FollowUpRow.episode_id == episode_id)
    return list(session.scalars(query.order_by(FollowUpRow.due_at, FollowUpRow.id)))


def switch(session: Session, person_id: int, old: str, new: str) -> int:
    """Move all of a person's reminders from one state to another (stop and undo, block and unblock); how many.

    The look after a ticked red flag, and the call to take the ice off, are no reminders and cannot be stopped.
    """
    query = select(FollowUpRow).where(FollowUpRow.person_id == person_id, FollowUpRow.state == old)
    rows = [row for row in session.scalars(query) if row.key != away.KEY and not _is_ice_on(row.key)]
    for row in rows:
        row.state = new
    session.flush()
    return len(rows)


def _is_ice_on(key: str) -> bool:
    return key.startswith("ice/") and key.rpartition("/")[2] in {"off", "late"}


def read(row: FollowUpRow) -> FollowUp:
    """The row as the record that decisions are made on."""
    return FollowUp(row.key, row.due_at, row.expires_at, row.urgent)


def of_person(session: Session, person_id: int, follow_up_id: int) -> FollowUpRow | None:
    """The person's own follow-up of that number; another person's is none of theirs."""
    query = select(FollowUpRow).where(FollowUpRow.id == follow_up_id, FollowUpRow.person_id == person_id)
    return session.scalars(query).one_or_none()


def planned_as(session: Session, episode_id: int, key: str) -> FollowUpRow | None:
    """The episode's follow-up of this key, if it is still to come."""
    row = _by_key(session, episode_id, key)
    return row if row is not None and row.state == "planned" else None


def stop_all(session: Session, person_id: int) -> None:
    """Nothing rings any more for somebody who took their yes back, a look after a red flag neither."""
    mine = (FollowUpRow.person_id == person_id, FollowUpRow.state.in_(("planned", "held")))
    session.execute(update(FollowUpRow).where(*mine).values(state="stopped"))


def are_stopped(session: Session, person_id: int) -> bool:
    """Would anything ring, had it not been stopped?"""
    mine = (FollowUpRow.person_id == person_id, FollowUpRow.state == "stopped")
    return session.scalar(select(FollowUpRow.id).where(*mine).limit(1)) is not None


def _by_key(session: Session, episode_id: int, key: str) -> FollowUpRow | None:
    return session.scalars(BY_KEY, {"episode": episode_id, "key": _mark(session, episode_id, key)}).one_or_none()


def _mark(session: Session, episode_id: int, key: str) -> bytes:
    """A key within its episode: two people's same check-in have nothing in common."""
    return crypto.mark(session, "follow_up", episode_id, key)
