"""Is the machine's clock right? Asked every ten seconds, of a clock that only counts and of Telegram.

A jump of more than five minutes is not followed until Telegram, whose every answer carries the time, agrees with it.
Meanwhile an operator is told, and follow-ups wait, but for those that cannot: ice on the skin, a red flag.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.clock import MOST_OFF, Clock
from handlers import outages
from storage import signs
from storage.database import Database

log = logs.get("clock")

LOOK_EVERY_S, HEARD_EVERY_S = 10, 10
A_STEP = timedelta(seconds=2)
CURE = "Cure: set it (NTP), then see that `stridecheck doctor` agrees"
WRONG = {
    "telegram": f"this machine's clock is not Telegram's. {CURE}",
    "jumped": f"this machine's clock has jumped. {CURE}",
    "behind": f"this machine's clock is behind what the bot wrote down before. {CURE}",
}


class Timekeeper:
    """`doubted`: nobody knows what the time is, so nothing that can wait is begun. `stepped` is told of every jump."""

    def __init__(self, database: Database, clock: Clock, stepped: Callable[[], None]) -> None:
        self.database, self.clock, self._stepped = database, clock, stepped
        self.doubted = False
        self._seen = timedelta()
        self._telegrams: timedelta | None = None
        self._heard_s: float | None = None
        self._last_sign: datetime | None = None
        self._said = ""
        self._agreed = False
        self._opened_at = clock.now()
        self._stopping = asyncio.Event()

    @property
    def urgent_since(self) -> datetime | None:
        """In doubt: what cannot wait goes on, if it fell due after this moment; None: everything goes on.

        A clock that was right once still counts rightly. One that nobody has confirmed since the start may be days
        ahead: what seems long overdue to it waits, what was planned by it and comes due now does not.
        """
        if not self.doubted:
            return None
        return datetime.min.replace(tzinfo=UTC) if self._agreed else self._opened_at

    async def open(self) -> None:
        """Compare with the newest sign of the processes before: time does not go back."""
        try:
            sign = await self.database.run(signs.seen, outages.HERE)
        except SQLAlchemyError:
            return
        self._last_sign = sign.at if sign is not None else None
        self.look()

    async def run(self) -> None:
        """Look now and then, until `stop`."""
        while not self._stopping.is_set():
            self.look()
            try:
                await asyncio.wait_for(self._stopping.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def heard(self, date: str | None) -> None:
        """Telegram's answer says what time it is there. It is read now and then, and at once while in doubt."""
        counted_s = self.clock.counted_s()
        if not date or (not self.doubted and self._heard_s is not None and counted_s - self._heard_s < HEARD_EVERY_S):
            return
        try:
            self._telegrams = self.clock.wall() - parsedate_to_datetime(date)
        except (ValueError, TypeError):  # no date, or one without a zone
            return
        self._heard_s = counted_s
        self._agreed = self._agreed or abs(self._telegrams - self._ours_behind()) <= MOST_OFF
        self.look()

    def look(self) -> None:
        """Compare, and say what has changed."""
        jumped = self.clock.jumped()
        if abs(jumped - self._seen) > A_STEP:
            self._telegrams = None if abs(jumped - self._seen) > MOST_OFF else self._telegrams
            self._seen = jumped
            self._stepped()
        if abs(jumped) > MOST_OFF and self._telegrams is not None and abs(self._telegrams) <= MOST_OFF:
            self._follow(jumped)
        self._judge()

    def _follow(self, jumped: timedelta) -> None:
        log.error("the machine's clock jumped, and Telegram agrees with it: it is followed", off_s=_seconds(jumped))
        self._seen = timedelta()
        self.clock.trust()
        self._stepped()

    def _judge(self) -> None:
        before, wrong = self.doubted, self._wrong()
        self.doubted = bool(wrong) and not self._confirmed_by_count()
        if wrong and wrong != self._said:
            off = self._seen if self._telegrams is None else self._telegrams
            log.error(WRONG[wrong], off_s=_seconds(off), state="held" if self.doubted else "goes on")
        elif self._said and not wrong:
            log.warning("the clock is right again; what has waited comes now")
        self._said = wrong
        if before and not self.doubted:
            self._stepped()

    def _wrong(self) -> str:
        if self._telegrams is not None and abs(self._telegrams) > MOST_OFF:
            return "telegram"
        if self._telegrams is not None:
            return ""
        if abs(self._seen) > MOST_OFF:
            return "jumped"
        if self._last_sign is not None and self.clock.now() < self._last_sign - MOST_OFF * self.clock.scale:
            return "behind"
        return ""

    def _confirmed_by_count(self) -> bool:
        """The machine's clock is wrong, but ours did not follow it, and Telegram has the same time as ours."""
        return self._telegrams is not None and abs(self._telegrams - self._ours_behind()) <= MOST_OFF

    def _ours_behind(self) -> timedelta:
        return self.clock.wall() - self.clock.real()


def _seconds(off: timedelta) -> int:
    return round(off.total_seconds())
