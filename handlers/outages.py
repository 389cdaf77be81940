"""After a long outage everybody with an open question gets it again, once: found, planned and noted in one transaction.

An open check's question is a follow-up like any other from then on: taken in a turn of its own, not at night, not for
somebody who has pressed since. Somebody in the first meeting has no check yet: their card waits in the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content import outage
from content.episode import FollowUp
from content.person import setup_say
from handlers.record import Reply, strip
from storage import episodes, follow_ups, outbox, people, signs
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow

HERE = "here"
MEETING = ("hello", "clock", "place", "age", "consent")


def note(
    session: Session, packs: Packs, now: datetime, *, broken: bool, longest: timedelta = outage.FORGOTTEN
) -> int | None:
    """The bot is here and has what Telegram had for it. How many people get their question again; None: no outage.

    `broken`: it may have been away since the last such note, whichever process wrote that; `longest` is how long it
    may have been away without a press being lost (on our, perhaps hurried, clock).
    """
    before = signs.seen(session, HERE, lock=True)
    began_at = before.at if before is not None else now
    signs.note(session, HERE, now)
    if not broken or now - began_at < longest:
        return None
    packs.look(session)
    return _checks(session, packs, began_at, now) + _meetings(session, began_at, now)


def _checks(session: Session, packs: Packs, began_at: datetime, now: datetime) -> int:
    """Of a person's open checks the one that cannot wait, else the newest."""
    found: dict[int, tuple[EpisodeRow, FollowUp]] = {}
    for row in _open(session, began_at, now):
        planned = outage.offer(packs.load(session, row.pack_id), episodes.read(row.data), began_at, now)
        known = found.get(row.person_id)
        if planned is not None and (known is None or (planned.urgent and not known[1].urgent)):
            found[row.person_id] = row, planned
    return sum(follow_ups.plan_once(session, row, planned) for row, planned in found.values())


def _open(session: Session, began_at: datetime, now: datetime) -> Iterator[EpisodeRow]:
    query = (
        select(EpisodeRow)
        .join(PersonRow, PersonRow.id == EpisodeRow.person_id)
        .where(*_untouched(EpisodeRow.open_at, began_at, now), EpisodeRow.trial.is_(False))
        .where(PersonRow.setup == "ready", PersonRow.consent_version.is_not(None), *_reachable(now))
        .order_by(EpisodeRow.id.desc())
    )
    return iter(session.scalars(query))


def _meetings(session: Session, began_at: datetime, now: datetime) -> int:
    """The card of the first meeting."""
    wanted = (*_untouched(PersonRow.seen_at, began_at, now), PersonRow.setup.in_(MEETING), *_reachable(now))
    rows = session.scalars(select(PersonRow).where(*wanted).order_by(PersonRow.id)).all()
    for row in rows:
        _greet_again(session, row, began_at, now)
    return len(rows)


def _greet_again(session: Session, row: PersonRow, began_at: datetime, now: datetime) -> None:
    """The old card keeps its buttons for the night: whoever is up may go on there."""
    person = people.read(row)
    rings_at = outage.may_ring(row.seen_at, row.zone, person.hours, now)
    if rings_at <= now and row.card_message_id is not None:
        strip(session, row, row.card_message_id, now)
    says = (outage.apologising(setup_say(person, rings_at, new=True)),)
    reply = Reply(outbox.FOLLOW_UP, not_before=rings_at)
    reply.post(session, row, says, now, dedupe=f"{outage.key(began_at)}:{row.id}")


def _untouched(
    touched_at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    began_at: datetime,
    now: datetime,
) -> tuple[ColumnElement[bool], ...]:
    """Used in the last day, and not since the outage began."""
    return touched_at > now - outage.TOUCHED, touched_at <= began_at + outage.LEEWAY


def _reachable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return PersonRow.blocked_at.is_(None), or_(PersonRow.paused_until.is_(None), PersonRow.paused_until <= now)
