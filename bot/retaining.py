"""Soon after the start and every hour: what is older than it may be is removed.

Batch by batch, so that no turn waits long for it.
"""

from __future__ import annotations

from datetime import timedelta

from bot import logs
from bot.clock import Clock
from storage import retention
from storage.database import Database

log = logs.get("retention")


class Retaining:
    """Works when told to. `kept`: how long a closed check is."""

    def __init__(self, database: Database, clock: Clock, kept: timedelta) -> None:
        self.database, self.clock, self.kept = database, clock, kept

    async def work(self) -> None:
        """Until nothing old is left. A batch that fails is not removed at all, and tried again in an hour."""
        removed, now = retention.Removed(), self.clock.now()
        try:
            while (found := await self.database.run(retention.batch, now, self.kept)).total():
                removed.update(found)
            await self.database.run(retention.note, removed, now)
        except Exception as error:  # noqa: BLE001 - the job must come again, whatever a row holds
            log.error("cannot remove what is old", error=logs.place(error))
        for sort, many in sorted((+removed).items()):  # without zeros
            log.info("removed what was old", kind=sort, count=many)
