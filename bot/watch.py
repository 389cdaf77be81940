"""Looks after broadcasts: begins those whose time has come, shows how they go, reports at the end.

The tables hold the truth; what is remembered here (how fast it goes) may be lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import broadcast_report, concerned, logs
from bot.clock import Clock
from bot.drawing import drawn
from content.episode import Json, Say
from handlers.admin import broadcast_card
from handlers.record import Reply
from storage import broadcasts, outbox, people, said
from storage.admin_tables import BroadcastRow
from storage.database import Database
from storage.packs import Packs
from storage.tables import OutboxRow, PersonRow

log = logs.get("watch")

SHOWN_EVERY = timedelta(seconds=3)
LOOKED_BACK = timedelta(seconds=60)
NAP_S, LONG_NAP_S = 1.0, 15.0


class Watch:
    """Runs until stopped; `wake` it after an admin's press."""

    def __init__(self, database: Database, packs: Packs, clock: Clock, said: Callable[[], None]) -> None:
        self.database, self.packs, self.clock, self._said = database, packs, clock, said
        self._awake = asyncio.Event()
        self._speeds: dict[int, Speed] = {}
        self._stopping = False

    def wake(self) -> None:
        """Something about a broadcast may have changed."""
        self._awake.set()

    def stop(self) -> None:
        """Look no more."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Look every second while something goes on, now and then while nothing does, until `stop`."""
        while not self._stopping:
            self._awake.clear()
            busy = False
            try:
                busy = await self.look()
            except Exception as error:  # noqa: BLE001 - what goes wrong with a broadcast must not end the bot
                log.error("broadcasts cannot be looked after", error=logs.place(error))
            await self._nap(NAP_S if busy else LONG_NAP_S)

    async def look(self) -> bool:
        """Do what is to be done now; is something going on?"""
        now = self.clock.now()
        searched = await concerned.search(self.database, self.packs, now)
        begun = await self.database.run(_begin, now)
        rows = await self.database.run(broadcasts.under_way)
        for row in rows:
            if not await self._end(row):
                await self._show(row)
        self._speeds = {row.id: self._speeds[row.id] for row in rows if row.id in self._speeds}
        if rows or searched or begun:
            self._said()
        return bool(rows or searched or begun)

    async def _end(self, row: BroadcastRow) -> bool:
        """The report, once: pictures are drawn before the transaction, by whoever then wins it."""
        if row.state == "paused" or not await self.database.run(broadcasts.is_over, row.id):
            return False
        found = await self.database.run(broadcast_report.read, row.id)
        files = await drawn(broadcast_report.draw, row.id, found)
        return await self.database.run(broadcast_report.post, row.id, found, files, self.clock.now())

    async def _show(self, row: BroadcastRow) -> None:
        speed = self._speeds.setdefault(row.id, Speed(self.clock.scale))
        now = self.clock.now()
        if speed.is_due(now, row.state):
            await self.database.run(_show, row.id, speed, now)

    async def _nap(self, wait_s: float) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), wait_s)
        except TimeoutError:
            return


class Speed:
    """How fast a broadcast went in the last minute, in people a (real) second."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._seen: deque[tuple[datetime, int]] = deque()
        self._shown: tuple[datetime, str] | None = None

    def is_due(self, now: datetime, state: str) -> bool:
        """Is it time to show it again? At once when it was paused or resumed."""
        if self._shown is not None and self._shown[1] == state and now - self._shown[0] < SHOWN_EVERY * self._scale:
            return False
        if self._shown is None or self._shown[1] != state:
            self._seen.clear()
        self._shown = now, state
        return True

    def rate(self, now: datetime, done: int) -> float:
        """With so many done by now; 0 when nobody can say yet."""
        self._seen.append((now, done))
        while now - self._seen[0][0] > LOOKED_BACK * self._scale:
            self._seen.popleft()
        began, before = self._seen[0]
        passed_s = (now - began).total_seconds() / self._scale
        return (done - before) / passed_s if passed_s else 0.0


def _begin(session: Session, now: datetime) -> int:
    """Those whose appointed time has come; and what a dead process was sending is given up."""
    broadcasts.give_up(session, now)
    due = broadcasts.due(session, now)
    for broadcast_id in due:
        row = broadcasts.lock(session, broadcast_id)
        if row is not None:
            broadcasts.start(session, row, now)
    return len(due)


def _show(session: Session, broadcast_id: int, speed: Speed, now: datetime) -> None:
    row = broadcasts.lock(session, broadcast_id)
    if row is None or row.ended_at is not None:
        return
    values = broadcast_card.progress(session, row, now)
    counts = values["counts"]
    assert isinstance(counts, dict)  # noqa: S101 - broadcast_card.progress makes it
    done = sum(int(str(many)) for state, many in counts.items() if state not in {"waiting", "sending"})
    rate = speed.rate(now, done)
    due = int(str(values["due"]))
    shown = {**counts, "state": row.state}
    if rate or row.counts != shown:  # what a card shows already, Telegram refuses to show again
        row.counts = shown
        values |= {"rate": round(rate, 1), "left_s": round(due / rate) if rate else None}
        post_progress(session, row, values, now)


def post_progress(session: Session, row: BroadcastRow, values: dict[str, Json], now: datetime) -> None:
    """On the card of whoever watches it; without a card yet, as a message whose number is learnt once it is sent."""
    admin = people.known(session, row.by)
    if admin is None:
        return
    first = f"broadcast:{row.id}"
    if row.message_id is None:
        row.message_id = said.sent_as(session, f"{first}:broadcast_progress")
    if row.message_id is None:
        Reply(outbox.FOLLOW_UP).post(session, admin, [Say("broadcast_progress", values)], now, dedupe=first)
        return
    _overtake(session, admin, row.message_id)
    Reply(outbox.FOLLOW_UP, row.message_id).post(session, admin, [Say("broadcast_progress", values, where="edit")], now)


def _overtake(session: Session, admin: PersonRow, message_id: int) -> None:
    """An edit that still waits would show what is past."""
    mine = (OutboxRow.person_id == admin.id) & (OutboxRow.message_id == message_id)
    waits = (OutboxRow.kind == "edit") & (OutboxRow.state == "waiting")
    query = update(OutboxRow).where(mine, waits).values(state="dropped", sealed_say=None)
    session.execute(query, execution_options=outbox.PLAINLY)
