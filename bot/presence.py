"""Knows whether the bot was away for so long that Telegram has forgotten what people pressed, and makes it good.

Each time that Telegram's updates are stored, at most every 30 s, it is written down that somebody was here: whichever
process comes next reads there how long nobody was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.clock import Clock
from bot.timekeeping import Timekeeper
from content import outage
from handlers import outages
from storage.database import Database
from storage.packs import Packs

log = logs.get("presence")

NOTED_EVERY_S = 30


class Presence:
    """`planned` is told when a question is to be asked again."""

    def __init__(
        self,
        database: Database,
        packs: Packs,
        clock: Clock,
        timekeeper: Timekeeper,
        planned: Callable[[datetime], None],
    ) -> None:
        self.database, self.packs, self.clock = database, packs, clock
        self._timekeeper, self._planned = timekeeper, planned
        self._noted_at: datetime | None = None
        self._broken = True

    def lost(self) -> None:
        """Telegram or the database cannot be reached: the bot may be away from here on."""
        self._broken = True

    async def here(self) -> None:
        """Everything that Telegram had for us is stored. When the database is away the next time will do.

        A clock in doubt notes nothing: the next process would believe it.
        """
        now = self.clock.now()
        if self._timekeeper.doubted:
            return
        if not self._broken and self._noted_at is not None and self._is_fresh(self._noted_at, now):
            return
        longest = outage.FORGOTTEN * self.clock.scale
        try:
            many = await self.database.run(outages.note, self.packs, now, broken=self._broken, longest=longest)
        except SQLAlchemyError as error:
            self.lost()
            log.warning("cannot note that the bot is here", error=logs.place(error))
            return
        self._broken, self._noted_at = False, now
        if many is not None:
            log.warning("was away for so long that presses were lost; open questions are asked again", count=many)
            self._planned(now)

    def _is_fresh(self, noted_at: datetime, now: datetime) -> bool:
        return timedelta() <= now - noted_at < timedelta(seconds=NOTED_EVERY_S) * self.clock.scale
