"""Versions of packs as they were published, so that an episode stays on the one it began with."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.load import parse_pack
from content.pack import Pack
from storage.tables import PackRow


class Packs:
    """Every pack version that is in use, parsed once. `live` is what new checks use."""

    def __init__(self) -> None:
        self._parsed: dict[int, Pack] = {}
        self._live: int | None = None
        self._lock = threading.Lock()

    def publish(self, session: Session, pack: Pack, files: Mapping[str, bytes], now: datetime) -> int:
        """Store these files, unless the very same are stored already, and let new checks use them."""
        row = session.scalars(select(PackRow).where(PackRow.digest == pack.digest)).one_or_none()
        if row is None:
            row = PackRow(pack=pack.id, version=pack.version, digest=pack.digest, files=_write(files), stored_at=now)
            session.add(row)
            session.flush()
        with self._lock:
            self._parsed[row.id] = pack
            self._live = row.id
        return row.id

    @property
    def live(self) -> tuple[int, Pack]:
        """The row and the pack that new checks use."""
        if self._live is None:
            raise LookupError("no pack has been published")
        return self._live, self._parsed[self._live]

    def known(self, pack_id: int) -> Pack:
        """A version that is parsed already: every turn of an episode has loaded its own."""
        return self._parsed[pack_id]

    def load(self, session: Session, pack_id: int) -> Pack:
        """The pack of a stored version."""
        with self._lock:
            if pack_id in self._parsed:
                return self._parsed[pack_id]
        row = session.get_one(PackRow, pack_id)
        pack = parse_pack(_read(row.files))
        with self._lock:
            self._parsed[pack_id] = pack
        return pack


def _write(files: Mapping[str, bytes]) -> bytes:
    return json.dumps({name: base64.b64encode(data).decode() for name, data in sorted(files.items())}).encode()


def _read(stored: bytes) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in json.loads(stored).items()}
