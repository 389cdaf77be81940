"""The database's own secret: what marks are made with, sealed under the ring. Who cannot open it has the wrong keys."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.crypto import KEY_BYTES, KeysError, Ring
from storage.tables import SecretRow

INDEX = "index"
WRONG = (
    "ENCRYPTION_KEYS does not open this database. Cure: set the keys that it was written with (all of them, with "
    "commas between)"
)


class WrongKeysError(KeysError):
    """These keys are not the database's."""


def index_key(session: Session, ring: Ring) -> bytes:
    """The secret for marks; made when the database is opened for the first time. Raises WrongKeysError."""
    found = _sealed(session)
    if found is None:
        found = _make(session, ring)
    try:
        return ring.open(found, place(INDEX))
    except KeysError:
        raise WrongKeysError(WRONG) from None


def place(name: str) -> bytes:
    """What the secret's box is bound to."""
    return f"secrets.sealed|{name}".encode()


def _sealed(session: Session) -> bytes | None:
    return session.scalar(select(SecretRow.sealed).where(SecretRow.name == INDEX))


def _make(session: Session, ring: Ring) -> bytes:
    """A fresh one, or the one of whoever was quicker."""
    box = ring.seal(secrets.token_bytes(KEY_BYTES), place(INDEX))
    try:
        with session.begin_nested():
            session.add(SecretRow(name=INDEX, sealed=box))
    except IntegrityError:
        return _sealed(session) or box
    return box
