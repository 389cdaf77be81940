"""Broadcasts go out: one turn of the common pace, one recipient, one call; whoever has something to say goes before.

A recipient is taken only when it is their turn, so Pause and Cancel hold from the next one on, and a process that dies
leaves no more than the few calls that were on their way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import RetryAfter, TelegramError

from bot import logs
from bot.clock import Clock
from bot.deliver import PATIENCE_S, finish
from bot.neighbours import Neighbours
from bot.pace import Pace
from bot.speaker import Speaker
from bot.transport import Failure, failure, seconds, was_never_sent
from storage import audience, broadcasts, outbox, people, recipients
from storage.admin_tables import BroadcastRow
from storage.database import Database
from storage.letters import Letter

log = logs.get("broadcaster")
P = ParamSpec("P")

MOST_UNDER_WAY = 16
MOST_REFUSALS = 3
LONGEST_NAP_S = 5.0
LONGEST_PAUSE_S = 60.0


class Broadcaster:
    """Runs until stopped, sends while it leads; `wake` it when a broadcast was begun or resumed."""

    def __init__(
        self, speaker: Speaker, database: Database, clock: Clock, pace: Pace, neighbours: Neighbours | None = None
    ) -> None:
        self._neighbours = neighbours or Neighbours()
        self.speaker, self.database, self.clock, self.pace = speaker, database, clock, pace
        self._awake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._failed_in_a_row = 0
        self._refusals = Counter[int]()
        self._stopping = False

    def wake(self) -> None:
        """A recipient may be waiting."""
        self._awake.set()

    async def run(self) -> None:
        """Send while there are recipients, sleep until there are more, until `stop`."""
        while not self._stopping:
            self._awake.clear()
            try:
                if self._neighbours.leads() and await self.database.run(recipients.anybody, self.clock.now()):
                    await self._send_many()
            except Exception as error:  # noqa: BLE001 - what goes wrong with a broadcast must not end the bot
                log.error("recipients cannot be read", error=logs.place(error))
            await self._nap()
        await finish(self._under_way, PATIENCE_S)

    async def stop(self) -> None:
        """Take nobody else; the calls under way end, if Telegram is quick."""
        self._stopping = True
        self.wake()
        await finish(self._under_way, PATIENCE_S)

    def abandon(self) -> list[asyncio.Task[None]]:
        """What is under way, for whoever cuts it off."""
        self._stopping = True
        return list(self._under_way)

    async def drain(self) -> None:
        """Send to everybody who may get something now."""
        await self._send_many()
        await asyncio.gather(*self._under_way)

    async def _send_many(self) -> None:
        while not self._stopping and self._neighbours.leads() and not self._is_held() and await self._send_one():
            if len(self._under_way) >= MOST_UNDER_WAY:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    def _is_held(self) -> bool:
        return self.pace.held_until > self.clock.now()

    async def _send_one(self) -> bool:
        await self.pace.turn(outbox.BROADCAST)
        found = await self.database.run(recipients.claim, self.clock.now())
        if found is None:
            return False
        if self._stopping:  # it was being taken when the stop came
            await self._write(recipients.put_back, found[1].id, self.clock.now())
            return False
        task = asyncio.create_task(self._send(*found))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def _nap(self) -> None:
        """Until woken, until Telegram's wait is over, or until somebody's morning."""
        now = self.clock.now()
        wait_s = LONGEST_NAP_S
        if self.pace.held_until > now:
            wait_s = min(wait_s, (self.pace.held_until - now).total_seconds() / self.clock.scale)
        try:
            await asyncio.wait_for(self._awake.wait(), wait_s)
        except TimeoutError:
            return

    async def _send(self, broadcast: BroadcastRow, letter: Letter) -> None:
        said = {"kind": "broadcast", "values": broadcasts.words_of(broadcast)}
        try:
            screen = self.speaker.draw(replace(letter, say=said))
            message_id = await self.speaker.show(letter, screen) if screen is not None else 0
        except TelegramError as error:
            await self._failed(broadcast, letter, error)
        except Exception as error:  # noqa: BLE001 - what cannot be drawn for one must not stop the others
            log.error("a broadcast cannot be written", broadcast=broadcast.id, error=logs.place(error))
            await self._refused(broadcast, letter, type(error).__name__)
        else:
            self._failed_in_a_row = 0
            self._refusals.pop(broadcast.id, None)
            await self._write(recipients.arrived, letter, message_id, self.clock.now())

    async def _failed(self, broadcast: BroadcastRow, letter: Letter, error: TelegramError) -> None:
        meaning, name = failure(error), type(error).__name__
        log.info("a call failed", broadcast=broadcast.id, state=meaning.value, error=name)
        match meaning:
            case Failure.GONE:
                await self._write(_gone, letter, self.clock.now())
            case Failure.WAIT:
                until = self.clock.now() + self._pause(error)
                self.pace.hold(until)
                await self._write(recipients.put_back, letter.id, until)
            case Failure.AGAIN if was_never_sent(error) or broadcast.kind == audience.SAFETY:
                until = self.clock.now() + self._pause(error)
                self.pace.hold(until)
                await self._write(recipients.put_back, letter.id, until)
            case Failure.AGAIN:
                self.pace.hold(self.clock.now() + self._pause(error))
                await self._mark(letter, "unsure", error=name)
            case _:
                await self._refused(broadcast, letter, name)

    async def _refused(self, broadcast: BroadcastRow, letter: Letter, error: str) -> None:
        """After some in a row the message itself is wrong: nobody else is tried before somebody has looked."""
        await self._mark(letter, "dead", error=error)
        self._refusals[broadcast.id] += 1
        if self._refusals[broadcast.id] >= MOST_REFUSALS:
            log.error("a broadcast is refused again and again, and was paused", broadcast=broadcast.id)
            await self._write(_pause, broadcast.id)

    def _pause(self, error: TelegramError) -> timedelta:
        """As long as Telegram says; else longer with each failure in a row. Real seconds, on our clock."""
        if isinstance(error, RetryAfter):
            return timedelta(seconds=seconds(error)) * self.clock.scale
        self._failed_in_a_row += 1
        return timedelta(seconds=min(2.0 ** (self._failed_in_a_row - 1), LONGEST_PAUSE_S)) * self.clock.scale

    async def _mark(self, letter: Letter, state: str, *, error: str | None = None) -> None:
        await self._write(recipients.mark, letter.id, state, self.clock.now(), error=error)

    async def _write(
        self, work: Callable[Concatenate[Session, P], object], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """When the database is away, the lease runs out: nobody then knows whether Telegram has it."""
        try:
            await self.database.run(work, *args, **kwargs)
        except SQLAlchemyError as error:
            log.error("cannot mark a recipient", error=logs.place(error))


def _pause(session: Session, broadcast_id: int) -> None:
    row = broadcasts.lock(session, broadcast_id)
    if row is not None:
        broadcasts.pause(session, row)


def _gone(session: Session, letter: Letter, now: datetime) -> None:
    """Nobody is there any more: nothing else goes to them until they write."""
    recipients.mark(session, letter.id, "dropped", now, error="blocked")
    if letter.person_id is not None and people.block(session, letter.person_id, now):
        outbox.drop_for(session, letter.person_id)
