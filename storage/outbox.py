"""The outbox: what is to be said waits here until Telegram has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, true, update
from sqlalchemy.orm import Session

from storage.tables import EpisodeRow, OutboxRow, PersonRow, UpdateRow

URGENT, REPLY, FOLLOW_UP, BROADCAST = 0, 1, 2, 3
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=2)
PLAINLY = {"synchronize_session": False}  # one statement, no objects looked at


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed row with what is needed to word and address it."""

    id: int
    person_id: int | None
    episode_id: int | None
    pack_id: int | None
    chat_id: int
    lane: int
    kind: str
    say: dict[str, Any]
    card: bool
    message_id: int | None
    callback_id: str | None
    language: str
    zone: str | None
    country: str | None
    card_message_id: int | None
    card_hash: str | None
    attempts: int


def add(session: Session, row: OutboxRow, now: datetime) -> None:
    """Put one row in, unless its `dedupe` key is there already."""
    if row.dedupe and session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe == row.dedupe)) is not None:
        return
    row.state, row.attempts, row.created_at = "waiting", 0, now
    row.not_before = now
    session.add(row)


def said_since(session: Session, chat_id: int, moment: datetime) -> bool:
    """Was anything put in for this chat after the moment?"""
    query = select(OutboxRow.id).where(OutboxRow.chat_id == chat_id, OutboxRow.created_at > moment).limit(1)
    return session.scalar(query) is not None


def claim(session: Session, now: datetime, limit: int, busy: Iterable[int]) -> list[Letter]:
    """Take rows to send: urgent first, each chat in order, none of the `busy` chats. They are leased for a minute.

    The recipients of broadcasts are not among them: storage/recipients.py takes those one at a time.
    """
    query = (
        select(OutboxRow, PersonRow, EpisodeRow)
        .outerjoin(PersonRow, PersonRow.id == OutboxRow.person_id)
        .outerjoin(EpisodeRow, EpisodeRow.id == OutboxRow.episode_id)
        .where(
            OutboxRow.state.in_(("waiting", "sending")),
            OutboxRow.lane < BROADCAST,
            or_(OutboxRow.state == "waiting", OutboxRow.lease_until <= now),
            OutboxRow.not_before <= now,
            or_(PersonRow.not_before.is_(None), PersonRow.not_before <= now),
            OutboxRow.chat_id.not_in(list(busy)),
        )
        .order_by(OutboxRow.lane, OutboxRow.id)
        .limit(limit)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )
    letters = []
    for row, person, episode in session.execute(query):
        if row.expires_at is not None and row.expires_at <= now:
            row.state = "dropped"
            continue
        row.state, row.lease_until, row.attempts = "sending", now + LEASE, row.attempts + 1
        letters.append(letter(row, person, episode))
    return letters


def letter(row: OutboxRow, person: PersonRow | None, episode: EpisodeRow | None) -> Letter:
    """A row with what is needed to word and address it."""
    holder = episode or person
    return Letter(
        id=row.id,
        person_id=row.person_id,
        episode_id=row.episode_id,
        pack_id=episode.pack_id if episode else None,
        chat_id=row.chat_id,
        lane=row.lane,
        kind=row.kind,
        say=row.say,
        card=row.card,
        message_id=row.message_id,
        callback_id=row.callback_id,
        language=person.language if person else "en",
        zone=person.zone if person else None,
        country=person.country if person else None,
        card_message_id=holder.card_message_id if holder else None,
        card_hash=holder.card_hash if holder else None,
        attempts=row.attempts,
    )


def mark_sent(session: Session, letter: Letter, message_id: int | None, digest: str | None, now: datetime) -> None:
    """Telegram has it. A card's message is remembered, with what it shows."""
    done: dict[str, object] = {"state": "sent", "sent_at": now, "lease_until": None, "say": None}
    if message_id is None:
        _set(session, letter, **done)
        return
    _set(session, letter, **done, message_id=message_id)
    holder = EpisodeRow if letter.episode_id is not None else PersonRow
    is_it = holder.id == (letter.episode_id or letter.person_id)
    shows_it = true() if letter.card else holder.card_message_id == message_id
    query = update(holder).where(is_it, shows_it).values(card_message_id=message_id, card_hash=digest)
    session.execute(query, execution_options=PLAINLY)


def mark_failed(session: Session, letter: Letter, state: str, error: str, now: datetime) -> None:
    """It will never be sent: `dropped` (nobody to read it) or `dead` (an operator should look)."""
    _set(session, letter, state=state, error=error[:500], lease_until=None, sent_at=now)


def put_back(session: Session, letter: Letter, not_before: datetime, *, hold_chat: bool = False) -> None:
    """To be tried again later, unless it was dropped meanwhile. `hold_chat`: nothing goes to this chat before."""
    _set(session, letter, OutboxRow.state == "sending", state="waiting", lease_until=None, not_before=not_before)
    if hold_chat and letter.person_id is not None:
        query = update(PersonRow).where(PersonRow.id == letter.person_id).values(not_before=not_before)
        session.execute(query, execution_options=PLAINLY)


def send_instead(session: Session, letter: Letter, now: datetime) -> None:
    """The message to edit is gone: say it as a new one."""
    _set(session, letter, state="waiting", kind="send", message_id=None, lease_until=None, not_before=now)


def _set(session: Session, letter: Letter, *only_if: ColumnElement[bool], **values: object) -> None:
    query = update(OutboxRow).where(OutboxRow.id == letter.id, *only_if).values(**values)
    session.execute(query, execution_options=PLAINLY)


def release(session: Session) -> int:
    """At the start of the only process: what a dead one was sending waits again; how many."""
    query = update(OutboxRow).where(OutboxRow.state == "sending", OutboxRow.lane < BROADCAST)
    query = query.values(state="waiting", lease_until=None)
    return len(session.execute(query.returning(OutboxRow.id)).all())


def drop_for(session: Session, person_id: int) -> None:
    """The person has blocked the bot: nothing waits for them any more."""
    states = ("waiting", "sending")
    query = update(OutboxRow).where(OutboxRow.person_id == person_id, OutboxRow.state.in_(states))
    session.execute(query.values(state="dropped", say=None, error="blocked"))


def next_moment(session: Session, busy: Iterable[int] = ()) -> datetime | None:
    """When the earliest waiting row may go, its chat not being held; the `busy` chats will tell by themselves."""
    held_longer = PersonRow.not_before > OutboxRow.not_before
    may_go = case((held_longer, PersonRow.not_before), else_=OutboxRow.not_before)
    idle = OutboxRow.chat_id.not_in(list(busy)) & (OutboxRow.lane < BROADCAST)
    waits = select(func.min(may_go)).select_from(OutboxRow).outerjoin(PersonRow, PersonRow.id == OutboxRow.person_id)
    held = session.scalar(waits.where(OutboxRow.state == "waiting", idle))
    leased = session.scalar(select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == "sending", idle))
    return min((moment for moment in (held, leased) if moment is not None), default=None)


def waiting(session: Session) -> int:
    """How many rows Telegram has not been given yet."""
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(("waiting", "sending")))
    return session.scalar(query) or 0


def first_time(session: Session, update_id: int, now: datetime) -> bool:
    """Is this update new? It is remembered in the same transaction as its turn."""
    if session.get(UpdateRow, update_id) is not None:
        return False
    session.add(UpdateRow(update_id=update_id, at=now))
    session.flush()
    return True


def tidy(session: Session, now: datetime) -> None:
    """Forget updates and letters that can no longer matter."""
    session.query(UpdateRow).where(UpdateRow.at < now - KEPT).delete()
    done = OutboxRow.state.in_(("sent", "dropped"))
    mine = OutboxRow.broadcast_id.is_(None)  # storage/broadcasts.py keeps its own for the report
    session.query(OutboxRow).where(mine, done, OutboxRow.created_at < now - KEPT).delete()
