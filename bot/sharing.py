"""The pace of everything sent is one for all processes, a little slower than one alone would go.

They are not on each other's clocks, and a call may be on its way a tenth of a second longer than another's.
"""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.neighbours import Neighbours
from bot.pace import A_MESSAGE_EVERY_S
from storage import signs
from storage.database import Database

log = logs.get("sharing")

A_MESSAGE_OF_ALL_EVERY_S = A_MESSAGE_EVERY_S * 1.1
SLACK_S = 0.02


class Sharing:
    """Each takes the next moment for one message, just before it: whoever is most urgent by then gets it."""

    def __init__(self, database: Database, neighbours: Neighbours) -> None:
        self._database, self._neighbours = database, neighbours

    async def next_turn_s(self) -> float | None:
        """In how many seconds; None when nobody else is there, or the database is away: then nobody else sends."""
        if self._neighbours.count == 1:
            return None
        try:
            return await self._database.run(signs.next_turn_s, A_MESSAGE_OF_ALL_EVERY_S, SLACK_S)
        except SQLAlchemyError as error:
            log.error("the pace cannot be shared", error=logs.place(error))
            return None
