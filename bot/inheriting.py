"""What a neighbour was sending when it died is sent by those who are left."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from storage import neighbours, outbox
from storage.database import Database

log = logs.get("inheriting")


class Inheriting:
    """Looks when told to, every few seconds. `wake` is called when there is something to send."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self.database, self._wake = database, wake
        self._before = frozenset[int]()

    async def look(self) -> None:
        """Whom two looks in a row have missed is dead: one may only have lost its line, and be making another."""
        try:
            missing = await self.database.run(neighbours.missing)
            gone = missing & self._before
            self._before = missing - gone
            if gone and (count := await self.database.run(outbox.release, gone)):
                log.warning("a neighbour is gone, what it was sending waits again", count=count)
                self._wake()
        except SQLAlchemyError as error:
            log.error("cannot look after the neighbours", error=logs.place(error))
