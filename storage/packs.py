"""Every pack version that is in use, parsed once, so that an episode stays on the one it began with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from content.load import PackError, parse_pack
from content.pack import Pack
from storage import publications


class Packs:
    """Versions by our numbers. `live` is what new checks use, as of the last look into the database."""

    def __init__(self) -> None:
        self._parsed: dict[int, Pack] = {}
        self._live: int | None = None
        self._unreadable = set[int]()
        self._lock = threading.Lock()

    def look(self, session: Session) -> int:
        """Which version is live now, whoever published it, in this process or another; ready to be used.

        One that a newer program published, and this one cannot read, leaves us with the version that we had: people
        wait for what was planned. Raises PackError when there was none.
        """
        pack_id = publications.live_id(session)
        if pack_id is None:
            raise LookupError("no pack has been published")
        if pack_id not in self._unreadable:
            self._live = self._readable(session, pack_id)
        return self.live[0]

    def _readable(self, session: Session, pack_id: int) -> int:
        """This version, or the one that we had."""
        try:
            self.load(session, pack_id)
        except PackError:
            if self._live is None:
                raise
            self._unreadable.add(pack_id)
            return self._live
        return pack_id

    def publish(self, session: Session, pack: Pack, files: Mapping[str, bytes], now: datetime) -> int:
        """Let new checks use these files; nothing happens when they are live already. Returns our number of them."""
        pack_id = publications.store(session, pack, files, now)
        if publications.live_id(session) != pack_id:
            publications.publish(session, pack_id, now)
        return self.look(session)

    @property
    def live(self) -> tuple[int, Pack]:
        """Our number and the pack that new checks use."""
        if self._live is None:
            raise LookupError("no pack has been published")
        return self._live, self._parsed[self._live]

    def known(self, pack_id: int) -> Pack:
        """A version that is parsed already: every turn of an episode has loaded its own."""
        return self._parsed[pack_id]

    def read(self, files: Mapping[str, bytes]) -> Pack:
        """The pack of these files; it takes half a second, so read it before a turn needs it."""
        return parse_pack(files)

    def keep(self, pack_id: int, pack: Pack) -> None:
        """Have a stored version at hand."""
        with self._lock:
            self._parsed[pack_id] = pack

    def load(self, session: Session, pack_id: int) -> Pack:
        """The pack of a stored version."""
        with self._lock:
            if pack_id in self._parsed:
                return self._parsed[pack_id]
        pack = self.read(publications.files(session, pack_id))
        self.keep(pack_id, pack)
        return pack
