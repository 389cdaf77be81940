"""The only place where parts meet: settings in, a running house out."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.orm import Session
from telegram.error import InvalidToken
from telegram.ext import Application, ApplicationBuilder, CallbackContext
from telegram.request import BaseRequest

from bot import apart, greeting, logs, taking, transport
from bot import follow_ups as sweeping
from bot.broadcaster import Broadcaster
from bot.clock import Clock
from bot.deliver import PATIENCE_S, Deliver, finish
from bot.inheriting import Inheriting
from bot.inspecting import Ask, Inspecting
from bot.intake import Intake
from bot.meter import GROUP, KINDS, Meter
from bot.neighbours import Neighbours
from bot.notices import Notices
from bot.pace import A_MESSAGE_EVERY_S, Pace
from bot.presence import NOTED_EVERY_S, Presence
from bot.pulse import PartEndedError, Pulse
from bot.readiness import Readiness
from bot.restoring import Restoring
from bot.retaining import Retaining
from bot.schedule import Schedule
from bot.sharing import Sharing
from bot.timekeeping import Timekeeper
from bot.watch import Watch
from content.load import pack_files, parse_pack
from content.shipped import FIRST_PACK
from handlers import erasing, groups, register, turn
from handlers.arrival import Arrival, GroupArrival
from handlers.screens import UNNAMED, Operator
from storage import broadcasts, files, follow_ups, outbox, publications, retention, trials, uploads
from storage.database import Database
from storage.ledger import NOWHERE, Ledger, LedgerError
from storage.packs import Packs

log = logs.get("app")

LOOK_EVERY_S, RETAIN_EVERY_S, INHERIT_EVERY_S = 60, 3600, 5
WAKE_EVERY = 20  # turns of one sweep: Telegram takes fewer in the time that they need


class House:
    """A bot with its database, clock and parts, wired but not yet running."""

    def __init__(
        self,
        *,
        token: str,
        database: Database,
        clock: Clock,
        api_url: str = "https://api.telegram.org",
        request: BaseRequest | None = None,
        polling: BaseRequest | None = None,
        pack_folder: Path = FIRST_PACK,
        admins: frozenset[int] = frozenset(),
        message_every_s: float = A_MESSAGE_EVERY_S,
        ask: Ask = apart.ask,
        kept: timedelta = retention.USUAL,
        operator: Operator = UNNAMED,
        ledger: Ledger = NOWHERE,
        neighbours: Neighbours | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.meter = meter or Meter()
        database.told = self.meter.transacted
        self.neighbours = neighbours or Neighbours()
        self.neighbours.on_news(self.look_around)
        self.database, self.clock, self.packs, self.ledger = database, clock, Packs(), ledger
        self.pack_folder, self.admins = pack_folder, admins
        self.pulse = Pulse()
        self.readiness = Readiness(self.pulse, database, self.packs)
        self.timekeeper = Timekeeper(database, clock, self._clock_set)
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api_url}/bot")
            .request(request or transport.sending(self._heard))
            .get_updates_request(polling := polling or transport.polling(self._heard))
            .updater(None)
            .job_queue(None)
            .build()
        )
        self.application.add_error_handler(self._on_error)
        register.register(self.application, self)
        self.presence = Presence(database, self.packs, clock, self.timekeeper, self._arm)
        self.intake = Intake(self.application, polling, self.pulse, self.presence)
        self.pace = Pace(clock, message_every_s, Sharing(database, self.neighbours).next_turn_s)
        bot = self.application.bot
        self.deliver = Deliver(bot, database, self.packs, clock, self.pace, self.pulse, operator, self.neighbours)
        self.broadcaster = Broadcaster(self.deliver.speaker, database, clock, self.pace, self.neighbours)
        self.watch = Watch(database, self.packs, clock, self._wake)
        for part in (self.broadcaster, self.watch):
            clock.on_move(part.wake)
        self.inspecting = Inspecting(bot, database, self.packs, clock, self.deliver.wake, ask)
        self.schedule = Schedule(clock, self.sweep, self.tidy)
        self.notices = Notices(database, self.packs, clock, admins, self.deliver.wake)
        self.schedule.every(LOOK_EVERY_S, self.neighbours.by_leader(self.notices.look), "notices")
        self.retaining = Retaining(database, clock, kept)
        self.schedule.every(RETAIN_EVERY_S, self.neighbours.by_leader(self.retaining.work), "retention")
        if self.neighbours.me is not None:
            self.inheriting = Inheriting(database, self.deliver.wake)
            self.schedule.every(INHERIT_EVERY_S, self.inheriting.look, "inheriting")
        self.restoring = Restoring(database, clock, ledger)
        self.schedule.every(LOOK_EVERY_S, self.restoring.note, "milestone")
        self._running: list[asyncio.Task[None]] = []

    # --- what the doors call ------------------------------------------------------------------------------------------

    async def take(self, arrival: Arrival) -> None:
        """One person's update: decided and committed when this returns."""
        with self.meter.turn(KINDS[type(arrival.what)]):
            given = (self.packs, arrival, self.clock.now(), self.admins, self.ledger)
            self.schedule.arm(await taking.take(self.deliver, arrival, lambda s: turn.take_turn(s, *given)))
        if arrival.telegram_id in self.admins:
            self.inspecting.wake()
            self.watch.wake()

    async def take_group(self, arrival: GroupArrival) -> None:
        """A message in a group."""
        with self.meter.turn(GROUP):
            await self.database.run(groups.take, arrival, self.clock.now())
        self.deliver.wake()

    def _wake(self) -> None:
        self.deliver.wake()
        self.broadcaster.wake()

    def look_around(self) -> None:
        """There may be something to do anywhere, for a neighbour or a command has said so."""
        self._wake()
        self.watch.wake()
        self.inspecting.wake()
        self.schedule.knock()

    def _heard(self, method: str, status: int, date: str | None, seconds: float) -> None:
        """Telegram answered at its own time, or did not (0)."""
        self.meter.called(method, status, seconds)
        if 0 < status < transport.SERVER_ERROR:
            self.pulse.rest("telegram")
        else:
            self.pulse.expect("telegram")
        if status:
            self.timekeeper.heard(date)

    def _arm(self, moment: datetime) -> None:
        self.schedule.arm(moment)

    def _clock_set(self) -> None:
        self.schedule.anew()
        self.deliver.wake()

    async def sweep(self) -> None:
        """What is due becomes turns; then wait for the next moment. A clock in doubt begins only what cannot wait."""
        self.pulse.come("sweeping")
        swept, since = partial(self._swept, itertools.count()), self.timekeeper.urgent_since
        looked_at = await sweeping.sweep(self.database, self.packs, self.clock, swept, since, self.meter)
        self.deliver.wake()
        self.schedule.arm(await self.database.run(follow_ups.next_due, looked_at))
        self.pulse.beat("sweeping")

    def _swept(self, count: Iterator[int]) -> None:
        """One more was taken. Its words need not wait until all are."""
        self.pulse.beat("sweeping")
        if next(count) % WAKE_EVERY == 0:
            self.deliver.wake()

    async def tidy(self) -> None:
        """Forget what can no longer matter, and look whether erasing could still be noted."""
        try:
            await asyncio.to_thread(self.ledger.check)
        except LedgerError as error:
            log.error("nobody can be erased now", error=logs.place(error))
        await self.database.run(outbox.tidy, self.clock.now())
        for tidy in (broadcasts.tidy, files.tidy, trials.tidy, uploads.tidy):
            await self.database.run(tidy, self.clock.now())
        await self.database.tidy()

    async def _on_error(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if context.error is not None:
            self.intake.note_failure(update, context.error)

    # --- life ---------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Publish the pack, take back what a dead process was sending, and greet Telegram.

        Whoever was noted as erased and is there still is erased before anything else, and what an older
        backup would send again is held. Raises LedgerError when the erasure ledger cannot be used.
        """
        again = await self.database.run(erasing.replay, self.ledger, self.clock.now())
        if again:
            log.warning("people whose erasing was noted were still there, and were erased now", count=again)
        await self.restoring.look()
        await self.database.run(_prepare, self.packs, pack_files(self.pack_folder), self.clock.now())
        if self.neighbours.count == 1:
            await self.database.run(_take_back)
        await self.timekeeper.open()
        await greeting.greet(self.application)

    async def start(self, *, poll: bool = True) -> None:
        """Everything runs, and Telegram knows our menu."""
        await self.begin(poll=poll)
        await greeting.introduce(self.application.bot, self.admins)

    async def begin(self, *, poll: bool = True) -> None:
        """Everything runs: intake (a webhook brings its own), sending, knocking."""
        await self.neighbours.join()
        await self.open()
        parts: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "sending": self.deliver.run,
            "broadcasts": self.broadcaster.run,
            "watching broadcasts": partial(self.neighbours.while_leading, self.watch.run),
            "looking at uploads": self.inspecting.run,
            "watching the clock": self.timekeeper.run,
            "the line to the neighbours": self.neighbours.keep,
            **({"polling": partial(self.neighbours.while_leading, self.intake.run)} if poll else {}),
        }
        self._running = [asyncio.create_task(run(), name=name) for name, run in parts.items()]
        if not poll:
            self.schedule.every(NOTED_EVERY_S, self.presence.here, "here")
            await self.presence.here()
        self.pulse.expect("sweeping")
        self.schedule.start()

    async def wait(self) -> NoReturn:
        """Until a part ends, which none does before `stop`. Raises InvalidToken, or PartEndedError naming the part."""
        done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = None if task.cancelled() else task.exception()
            if isinstance(error, InvalidToken):
                raise error
            raise PartEndedError(task.get_name(), error) from error
        raise AssertionError("unreachable")

    async def stop(self) -> None:
        """Take no more, finish what is under way; what waits is in the database."""
        self.neighbours.stop()
        self.intake.stop()
        self.schedule.stop()
        for part in (self.watch, self.inspecting, self.timekeeper):
            part.stop()
        await asyncio.gather(self.deliver.stop(), self.broadcaster.stop())
        await finish(self._running, PATIENCE_S)
        await self.neighbours.leave()
        await self.application.shutdown()

    async def kill(self) -> None:
        """Cut off where it stands, as if the process had died: nothing is finished, nothing is put back."""
        self.schedule.stop()
        self.pace.stop()
        tasks = [*self._running, *self.deliver.abandon(), *self.broadcaster.abandon()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.neighbours.cut()
        self.database.close()

    async def catch_up(self) -> None:
        """What is due now, and what waits to be sent now, is done when this returns."""
        await self.sweep()
        await self.watch.look()
        await self.drain()

    async def drain(self) -> None:
        """What may be sent now is sent, to everybody, when this returns."""
        await self.deliver.drain()
        await self.broadcaster.drain()

    async def settle(self) -> None:
        """Take what Telegram offers and what is due, and send what waits, until there is nothing left to do now."""
        while await self.intake.poll_once(0):
            await self.deliver.drain()
        await self.catch_up()


def _prepare(session: Session, packs: Packs, contents: Mapping[str, bytes], now: datetime) -> None:
    uploads.offer(session, publications.ship(session, parse_pack(contents), contents, now), now)
    packs.look(session)


def _take_back(session: Session) -> None:
    outbox.release(session)
    uploads.release(session)
    broadcasts.release(session)
