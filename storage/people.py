"""People: found by their Telegram id, locked for the length of a turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from content.hours import USUAL, Hours, Quiet
from content.person import Person, Setup
from storage import crypto
from storage.tables import PersonRow

HELD = "held"  # where a session has who is locked already
HINT_PAUSE = timedelta(seconds=30)
A_SIGN = timedelta(days=1)
# Every turn begins with one of these: put together once.
BY_TELEGRAM = select(PersonRow).where(PersonRow.mark == bindparam("known_as"))
HELD_BY_TELEGRAM = BY_TELEGRAM.with_for_update()
BY_ID = select(PersonRow).where(PersonRow.id == bindparam("known_as"))
HELD_BY_ID, FREE_BY_ID = BY_ID.with_for_update(), BY_ID.with_for_update(skip_locked=True)


def mark(session: Session, telegram_id: int) -> bytes:
    """What a person, and any chat of Telegram's, is found by."""
    return crypto.mark(session, "person", telegram_id)


def lock(session: Session, telegram_id: int) -> PersonRow | None:
    """The person's row, held until the transaction ends, so that their turns come one after another."""
    known_as, held = mark(session, telegram_id), session.info.pop(HELD, None)
    if isinstance(held, PersonRow) and held.mark == known_as:
        return held
    return session.scalars(HELD_BY_TELEGRAM, {"known_as": known_as}).one_or_none()


def lock_ahead(session: Session, telegram_id: int) -> None:
    """The same, for the turn that comes next in this transaction: it need not ask again."""
    session.info[HELD] = lock(session, telegram_id)


def lock_by_id(session: Session, person_id: int, *, patient: bool = True) -> PersonRow | None:
    """The same, by our own id; None for somebody whose data is erased already.

    Not `patient`: None, too, for somebody whom another transaction holds.
    """
    return session.scalars(HELD_BY_ID if patient else FREE_BY_ID, {"known_as": person_id}).one_or_none()


def block(session: Session, person_id: int, now: datetime) -> bool:
    """Nobody is there any more; False for somebody whose data is erased already."""
    row = session.scalars(select(PersonRow).where(PersonRow.id == person_id).with_for_update()).one_or_none()
    if row is not None:
        row.blocked_at = now
    return row is not None


def find(session: Session, telegram_id: int) -> PersonRow | None:
    """The person's row, not held."""
    return session.scalars(BY_TELEGRAM, {"known_as": mark(session, telegram_id)}).one_or_none()


def known(session: Session, person_id: int | None) -> PersonRow | None:
    """The same, by our own id; None for nobody, and for somebody whose data is erased."""
    return session.get(PersonRow, person_id) if person_id is not None else None


def add(session: Session, telegram_id: int, person: Person, now: datetime) -> PersonRow:
    """A person who is new to us."""
    row = PersonRow(mark=mark(session, telegram_id), telegram_id=telegram_id, created_at=now, seen_at=now)
    save(row, person, now)
    session.add(row)
    session.flush()
    return row


def read(row: PersonRow) -> Person:
    """The row as the record that decisions are made on."""
    return Person(
        language=row.language,
        zone=row.zone,
        country=row.country,
        minor=row.minor,
        setup=_setup(row.setup),
        turn=row.turn,
        consent_version=row.consent_version,
        offset_min=row.offset_min,
        quiet=quiet(row.quiet_from, row.quiet_until),
    )


def quiet(since: int | None, until: int | None) -> Quiet:
    """A person's quiet hours, as they are stored; the usual ones where nothing is."""
    return USUAL if since is None or until is None else Quiet(since, until)


CLOCK = (PersonRow.zone, PersonRow.quiet_from, PersonRow.quiet_until)


def hours(zone: str | None, since: int | None, until: int | None) -> Hours:
    """The clock of everybody who has these stored."""
    return Hours(zone or "UTC", quiet(since, until))


def has_clock(*clock: str | int | None) -> ColumnElement[bool]:
    """People who have exactly these stored, nothing where it is None."""
    return and_(*(column.is_not_distinct_from(value) for column, value in zip(CLOCK, clock, strict=True)))


def save(row: PersonRow, person: Person, now: datetime) -> None:
    """Write a decided person back."""
    row.language, row.zone, row.country = person.language, person.zone, person.country
    row.minor, row.setup, row.turn = person.minor, person.setup, person.turn
    row.consent_version, row.offset_min = person.consent_version, person.offset_min
    row.seen_at = now


def seen(row: PersonRow, now: datetime) -> None:
    """A sign of them, noted once a day: people without one are forgotten after a year (storage/retention.py)."""
    if now - row.seen_at >= A_SIGN:
        row.seen_at = now


def may_hint(row: PersonRow, now: datetime) -> bool:
    """At most one hint in 30 seconds; saying yes counts as one given."""
    if row.hinted_at is not None and now - row.hinted_at < HINT_PAUSE:
        return False
    row.hinted_at = now
    return True


def _setup(text: str) -> Setup:
    known: dict[str, Setup] = {
        "hello": "hello", "clock": "clock", "place": "place", "age": "age",
        "consent": "consent", "refused": "refused", "ready": "ready",
    }  # fmt: skip
    return known[text]
