"""Statements that go straight to the connection: built once, and no object of the session is looked at or made.

What is written so, the session does not know: whoever does it says in the same place what a loaded row is to show.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from storage import crypto
from storage.columns import Base
from storage.sealed import UID_BYTES, Box, SealedRow, place

# Where a session of storage/database.py has it: asking the session is dearer than a statement.
CONNECTION = "connection"


def connection(session: Session) -> Connection:
    """The connection of the transaction under way."""
    found = session.info.get(CONNECTION)
    return found if isinstance(found, Connection) else session.connection()


def forget(session: Session, table: type[Base], number: int | None, columns: Sequence[str]) -> None:
    """These columns were written past the session: if it has the row, it reads them again once they are asked for."""
    row = session.identity_map.get(identity_key(table, number))
    if row is not None:
        session.expire(row, columns)


def sealed_row(session: Session, table: type[SealedRow], values: Mapping[str, Any]) -> dict[str, Any]:
    """A new row for a plain INSERT: what is to be sealed lies in boxes, bound to the row's OWNERS and a fresh uid.

    `values` has every column but these by its name, and what is sealed by the name under which it is opened.
    """
    row, ring = {**values, "uid": secrets.token_bytes(UID_BYTES)}, crypto.of(session).ring
    owners = {name: row[name] for name in table.OWNERS}
    for each in table.OPENED:
        value = row.pop(each.name, None)
        bound_to = place(table.__tablename__, each.column, owners, row["uid"])
        row[each.column] = None if value is None else Box(ring.seal(each.write(value), bound_to))
    return row
