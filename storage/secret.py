"""The database's own secret: what marks are made with, sealed under the ring. Who cannot open it has the wrong keys."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.crypto import KEY_BYTES, KeysError, Ring
from storage.tables import SecretRow

INDEX = "index"
WRONG = (
    "ENCRYPTION_KEYS does not open this database. Cure: set the keys that it was written with (all of them, with "
    "commas between)"
)
LOST = "The database has lost the secret that people are found by. Cure: restore a copy of it"


class WrongKeysError(KeysError):
    """These keys are not the database's."""


def index_key(session: Session, ring: Ring) -> bytes:
    """The secret for marks. Raises WrongKeysError when these keys do not open it."""
    found = session.scalar(select(SecretRow.sealed).where(SecretRow.name == INDEX))
    if found is None:
        raise WrongKeysError(LOST)
    try:
        return ring.open(found, place(INDEX))
    except KeysError:
        raise WrongKeysError(WRONG) from None


def make(session: Session, ring: Ring) -> bytes:
    """A fresh one, once in a database's life: another one, and nobody would be found any more."""
    key = secrets.token_bytes(KEY_BYTES)
    session.add(SecretRow(name=INDEX, sealed=ring.seal(key, place(INDEX))))
    session.flush()
    return key


def place(name: str) -> bytes:
    """What the secret's box is bound to."""
    return f"secrets.sealed|{name}".encode()
