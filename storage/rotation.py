"""Renewing the key: every box of an older key is sealed again under the first one, while the bot goes on.

A batch is one short transaction that holds its rows, so that no turn's write is lost. It may be stopped at any moment:
what is left is found by the keys' ids at the front of the boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, LargeBinary, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from storage import crypto, secret
from storage.columns import Base
from storage.crypto import KeysError
from storage.database import Database
from storage.sealed import Box, SealedRow
from storage.tables import EpisodeRow, EventRow, FileRow, FollowUpRow, OutboxRow, PersonRow, RunRow, SecretRow

BATCH = 300
TABLES: tuple[type[SealedRow], ...] = (PersonRow, EpisodeRow, EventRow, RunRow, FollowUpRow, OutboxRow, FileRow)


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many rows were sealed again in a table."""

    table: str
    rows: int


def rotate(database: Database, batch: int = BATCH) -> list[Renewed]:
    """Seal again what is not under the first key; what was done, by table. Raises KeysError for a key that is gone."""
    found = [Renewed("secrets", database.run_now(_renew_secret))]
    for table in TABLES:
        rows, last = 0, 0
        while done := database.run_now(_renew, table, last, batch):
            rows, last = rows + len(done), done[-1]
        found.append(Renewed(table.__tablename__, rows))
    return found


def left(session: Session) -> int:
    """How many rows are under an older key: a bot that was not started anew writes with it."""
    counts = (session.scalar(select(func.count()).select_from(each).where(_is_old(session, each))) for each in TABLES)
    return sum(count or 0 for count in counts)


def _renew(session: Session, table: type[SealedRow], after: int, batch: int) -> list[int]:
    """The next rows, by their numbers."""
    number = _number(table)
    query = select(table, number).where(number > after, _is_old(session, table)).order_by(number).limit(batch)
    rows = session.execute(query.with_for_update().execution_options(populate_existing=True)).all()
    for row, found in rows:
        _reseal(session, row, found)
    session.flush()
    return [found for _, found in rows]


def _reseal(session: Session, row: SealedRow, number: int) -> None:
    ring = crypto.of(session).ring
    for each in row.OPENED:
        held = getattr(row, each.column)
        if held is None or held.sealed.startswith(ring.head):
            continue
        place = each.place(row)
        try:
            setattr(row, each.column, Box(ring.seal(ring.open(held.sealed, place), place)))
        except KeysError as error:
            raise KeysError(f"{error} ({row.__tablename__}, row {number})") from None


def _number(table: type[SealedRow]) -> ColumnElement[int]:
    number: ColumnElement[int] = Base.metadata.tables[table.__tablename__].c.id
    return number


def _is_old(session: Session, table: type[SealedRow]) -> ColumnElement[bool]:
    """One of the row's boxes does not begin with the first key's id."""
    head = crypto.of(session).ring.head
    columns = [type_coerce(getattr(table, each.column), LargeBinary) for each in table.OPENED]
    return or_(*(and_(each.is_not(None), func.substr(each, 1, len(head)) != head) for each in columns))


def _renew_secret(session: Session) -> int:
    ring, query = crypto.of(session).ring, select(SecretRow).with_for_update()
    old = [row for row in session.scalars(query) if not row.sealed.startswith(ring.head)]
    for row in old:
        place = secret.place(row.name)
        row.sealed = ring.seal(ring.open(row.sealed, place), place)
    return len(old)
