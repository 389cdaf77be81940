"""An older copy of the database is put back: nobody is asked again unasked, and who was erased stays erased.

Everybody is told of an emergency; for some the check-in after it is made routine. A copy is made; then the check-ins
ring, somebody is erased, others press; the bot is killed, the copy put back, the bot started, twice. Then the operator
says `stridecheck resume`, and each check-in that was held comes, once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos import copies
from benchmarks.chaos.crowd import CALLED, FAR, Crowd, Waiter
from benchmarks.chaos.crowd import _presses as presses
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from storage.tables import FollowUpRow, PersonRow
from tests.bot.process import Process
from tests.bot.tools import until

SOON_S, LOOKED_S, PATIENCE_S = 8, 10, 240
RECEIPT = "Receipt"


def options(parser: ArgumentParser) -> None:
    """How many people of each sort."""
    parser.add_argument("--people", type=int, default=4)


async def run(place: Place, given: Namespace) -> Verdict:
    """The story above."""
    async with place.bot() as bot:
        bot.environment["ERASURE_LEDGER"] = str(place.folder / "erased")
        story = Story(place, bot, given.people)
        await story.until_the_copy()
        await story.until_the_restore()
        return Verdict(*await story.after_it())


class Story:
    """`calm` have a routine check-in to come, `urgent` an urgent one, `gone` will be erased."""

    def __init__(self, place: Place, bot: Process, people: int) -> None:
        self.place, self.bot, self.people = place, bot, people
        self.database = place.database()
        self.crowd = Crowd(bot, self.database, place.seed, tickers=people, waiters=2 * people + 1)
        *others, self.gone = self.crowd.waiters
        self.calm, self.urgent = others[:people], others[people:]

    async def until_the_copy(self) -> None:
        """Everybody where they stay, their check-ins due in a moment; the bot ends well, and a copy is made."""
        await self.bot.start()
        await self.crowd.meet()
        for each in self.crowd.tickers:
            each.tick()
        await until(lambda: not self.bot.telegram.waiting(), PATIENCE_S)
        await self.bot.until_all_is_said()
        await self.bot.end(signal.SIGTERM)
        due_at = datetime.now(UTC) + timedelta(seconds=SOON_S)
        for waiter in self.crowd.waiters:
            self.database.run_now(_due, waiter.episode, due_at, waiter in self.urgent)
        copies.make(self.place)

    async def until_the_restore(self) -> None:
        """The check-ins ring, people press, one is erased; the bot is killed, and the copy put back."""
        await self.bot.start()
        await until(lambda: all(map(_asked, self.crowd.waiters)), PATIENCE_S)
        for each in self.crowd.tickers:
            each.tick()
        self.gone.someone.says("/delete")
        await self.gone.someone.press("Yes, erase everything")
        await self.gone.someone.reads(RECEIPT)
        await until(lambda: not self.bot.telegram.waiting(), PATIENCE_S)
        await self.bot.until_all_is_said()
        await self.bot.end()
        self._nobody_inside()
        copies.put_back(self.place)

    async def after_it(self) -> tuple[dict[str, int], dict[str, float | int | str]]:
        """Started twice, looked at, and then the operator's word."""
        gone_had, receipts, held = len(self.gone.someone.from_bot), self.gone.someone.count(RECEIPT), len(self.calm)
        for _ in range(2):
            polled = len(self.bot.calls("getUpdates"))
            await self.bot.start()
            await until(partial(self._has_polled, polled), PATIENCE_S)
            await asyncio.sleep(LOOKED_S)  # the first knock comes at once; what it would send is sent by then
            await self.bot.end()
        await self.bot.start()
        broken, before = Counter[str](), sum(map(_asked, self.calm))
        broken["sent before the operator's word"] = before - held
        broken["urgent ones held"] = sum(_asked(each) < 2 for each in self.urgent)
        broken["erased people revived"] = self.database.run_now(_known, self.gone.someone.user_id)
        again = self.gone.someone.count(RECEIPT) - receipts  # a note of the last hour is told once more
        broken["erased people written to"] = len(self.gone.someone.from_bot) - gone_had - min(again, 1)
        broken["updates taken twice"] = self._taken_twice()
        said = await self._resume()
        await self._until_asked_again()
        broken["held and never sent"] = sum(_asked(each) < 2 for each in self.calm)
        broken["held and sent twice"] = sum(_asked(each) > 2 for each in self.calm)
        await self.bot.end(signal.SIGTERM)
        broken["not told in the log"] = "the database is an older copy" not in self.bot.log.read_text()
        self.database.close()
        return dict(broken), {"check-ins held": held, "people": len(self.crowd.waiters), "stridecheck resume": said}

    def _has_polled(self, before: int) -> bool:
        return len(self.bot.calls("getUpdates")) > before

    def _taken_twice(self) -> int:
        """Every ticker had pressed once when the copy was made: what came later is gone, and must not come again."""
        return sum(len(self.database.run_now(presses, each.episode)) != 1 for each in self.crowd.tickers)

    async def _until_asked_again(self) -> None:
        try:
            await until(lambda: sum(map(_asked, self.calm)) >= 2 * len(self.calm), PATIENCE_S)
        except TimeoutError:
            return  # what is missing is counted

    async def _resume(self) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.chaos.child", "resume"),
            env={**os.environ, "DATABASE_URL": self.place.url, **self.bot.environment},
            cwd=self.place.folder,
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
        return told.decode().strip()

    def _nobody_inside(self) -> None:
        """PostgreSQL drops no database that somebody is in, and SQLite's file is replaced."""
        self.database.engine.dispose()
        self.bot.engine.dispose()


def _asked(waiter: Waiter) -> int:
    return waiter.someone.count(CALLED)


def _due(session: Session, episode: int, due_at: datetime, urgent: bool) -> None:
    """The check-in is due then, whatever hour of the day it is; nothing else is."""
    rows = session.scalars(select(FollowUpRow).where(FollowUpRow.episode_id == episode))
    row = next(row for row in rows if row.key.endswith("/m10"))
    row.due_at, row.expires_at, row.urgent = due_at, due_at + FAR, urgent
    person = session.get_one(PersonRow, row.person_id)
    person.quiet_from = person.quiet_until = 0


def _known(session: Session, telegram_id: int) -> int:
    return sum(row.telegram_id == telegram_id for row in session.scalars(select(PersonRow)))
