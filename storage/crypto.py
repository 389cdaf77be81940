"""Nothing about a person lies in the database in plain: boxes that only our keys open, and marks to look things up by.

A box is AES-256-GCM: `version | length of the key's id | the key's id | nonce (12) | ciphertext and tag (16)`. It is
bound to its place (table, column, owner, row): moved anywhere else it does not open. Random nonces are safe for some
2^32 boxes of one key (NIST SP 800-38D, 8.3); `stridecheck keys rotate` comes long before.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

VERSION = 1
KEY_BYTES, NONCE_BYTES, MARK_BYTES = 32, 12, 16
ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
KEYS = "keys"  # where a session has them


class KeysError(ValueError):
    """The keys cannot be used; the message says why in one sentence, without any of them."""


class ForeignKeyError(KeysError):
    """A box of a key that is not in the ring."""


class BrokenBoxError(KeysError):
    """A box that was changed, or moved to another place."""


class Ring:
    """Keys by their ids: the first one seals, all open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeysError("holds no key")
        self._heads = {_head(name): AESGCM(key) for name, key in keys.items()}
        self.ids = tuple(keys)
        self.head, self._first = next(iter(self._heads.items()))

    @classmethod
    def parse(cls, text: str) -> Ring:
        """The ring of `id:base64 of 32 bytes`, with commas between. Raises KeysError, which quotes nothing."""
        found: dict[str, bytes] = {}
        for number, part in enumerate(text.split(","), start=1):
            name, _, encoded = part.strip().partition(":")
            if not ID.fullmatch(name):
                raise KeysError(
                    f"has no usable id in its part {number} (1 to 16 letters, digits, _ or -, then a colon)"
                )
            if name in found:
                raise KeysError(f"names the same id again in its part {number}")
            found[name] = _decoded(encoded, number)
        return cls(found)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """A box of the first key, for this place only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.head + nonce + self._first.encrypt(nonce, plain, self.head + place)

    def open(self, box: bytes, place: bytes) -> bytes:
        """What is in the box. Raises ForeignKeyError for another ring's, BrokenBoxError for another place's."""
        start = 2 + box[1] if len(box) > 1 else 0
        head = box[:start]
        key = self._heads.get(head)
        if key is None:
            raise ForeignKeyError("something in the database was sealed with a key that is not in ENCRYPTION_KEYS")
        nonce, sealed = box[start : start + NONCE_BYTES], box[start + NONCE_BYTES :]
        try:
            return key.decrypt(nonce, sealed, head + place)
        except InvalidTag:
            raise BrokenBoxError("something in the database was changed, moved, or sealed with another key") from None


@dataclass(frozen=True, slots=True)
class Keys:
    """The ring, and the database's own secret for marks, which outlives every key of the ring."""

    ring: Ring
    index: bytes

    def mark(self, kind: str, *what: object) -> bytes:
        """The same for the same words, telling nothing about them: HMAC-SHA256, the first 16 bytes."""
        message = "\x1f".join([kind, *map(str, what)])
        return hmac.digest(self.index, message.encode(), "sha256")[:MARK_BYTES]


def of(session: Session) -> Keys:
    """The keys that the session's database was opened with."""
    keys = session.info.get(KEYS)
    if not isinstance(keys, Keys):
        raise KeysError("The database was opened without keys.")
    return keys


def mark(session: Session, kind: str, *what: object) -> bytes:
    """What something is looked up by: `mark(session, "person", telegram_id)`."""
    return of(session).mark(kind, *what)


def new_key(known: Ring | None = None) -> tuple[str, str]:
    """An id that is not taken, and 32 fresh random bytes as text."""
    taken = known.ids if known is not None else ()
    name = next(f"k{number}" for number in range(1, len(taken) + 2) if f"k{number}" not in taken)
    return name, base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def for_this_run() -> Ring:
    """A key that nobody keeps."""
    return Ring({"run": secrets.token_bytes(KEY_BYTES)})


def _head(name: str) -> bytes:
    encoded = name.encode()
    return bytes([VERSION, len(encoded)]) + encoded


def _decoded(encoded: str, number: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysError(f"has no key of 32 bytes in base64 in its part {number}")
    return key
