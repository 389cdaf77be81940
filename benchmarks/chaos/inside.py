"""The bot inside this process, with its people: for what needs hundreds of thousands of turns, each the real one.

Everything is real but the socket, the threads and the time: PTB's updates and handlers, the turn, its transaction, the
outbox, the sender, and the strict simulator.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping, MutableSequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from structlog.testing import capture_logs

from benchmarks import inline
from benchmarks.inline import InlineDatabase
from storage import migrate, schema
from storage.database import Database
from tests.keys import RING
from tests.walks.test_random_walks import Heard
from tests.world import World

WORSE = ("warning", "error", "critical")
REMEMBERED = 12  # messages of a chat


class Inside(World):
    """A world whose simulator forgets, so that it can go on for long."""

    def _database(self) -> Database:
        database = InlineDatabase(self.url, ring=RING)
        inline.never_mind_the_disk(database)
        if schema.state(database.engine) == "empty":
            migrate.upgrade(database)
        return database

    async def take(self, after: timedelta) -> None:
        """Time passes, and everything that people have sent is taken and answered; nothing that is due rings."""
        self.clock.push(after)
        while await self.house.intake.poll_once(0):
            await self.house.deliver.drain()

    def forget(self) -> None:
        """Only the last messages of each chat are kept, and nothing of what was called."""
        inner = self.telegram._world
        for chat in inner.messages.values():
            for number in sorted(chat)[:-REMEMBERED]:
                del chat[number]
        for each in (inner.queries, inner.unanswered, inner.answers, inner.diaries, inner.updates._known):
            each.clear()
        self.telegram.journal.clear()


class Complaints:
    """Lines that are warnings or worse, ours and the libraries'."""

    def __init__(self, ours: MutableSequence[MutableMapping[str, Any]], heard: Heard) -> None:
        self._ours, self._heard = ours, heard

    def lines(self) -> list[str]:
        """Those since the last time."""
        lines = [f"{line}" for line in self._ours if line["log_level"] in WORSE] + self._heard.lines
        self._ours.clear()
        self._heard.lines.clear()
        return lines


@contextmanager
def complaints() -> Iterator[Complaints]:
    """Hear them all while this is open."""
    heard = Heard()
    logging.getLogger().addHandler(heard)
    try:
        with capture_logs() as ours:
            yield Complaints(ours, heard)
    finally:
        logging.getLogger().removeHandler(heard)
