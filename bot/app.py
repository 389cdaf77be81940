"""The only place where parts meet: settings in, a running house out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackContext
from telegram.request import BaseRequest

from bot import apart, logs, transport
from bot import follow_ups as sweeping
from bot.broadcaster import Broadcaster
from bot.clock import Clock
from bot.deliver import PATIENCE_S, Deliver, finish
from bot.inspecting import Ask, Inspecting
from bot.intake import Intake
from bot.notices import Notices
from bot.pace import A_MESSAGE_EVERY_S, Pace
from bot.presence import NOTED_EVERY_S, Presence
from bot.retaining import Retaining
from bot.schedule import Schedule
from bot.timekeeping import Timekeeper
from bot.watch import Watch
from content import words
from content.load import PACKS, pack_files, parse_pack
from handlers import groups, register, turn
from handlers.arrival import Arrival, GroupArrival
from handlers.callback import PersonPress
from handlers.screens import UNNAMED, Operator
from storage import broadcasts, erasures, files, follow_ups, outbox, publications, retention, trials, uploads
from storage.database import Database
from storage.ledger import NOWHERE, Ledger, LedgerError
from storage.packs import Packs

log = logs.get("app")

COMMANDS = (
    *("check", "run", "diary", "summary", "history", "followups", "pause", "stop", "cancel", "help", "privacy"),
    *("emergency", "language", "settings", "export", "delete", "start"),
)
LOOK_EVERY_S, RETAIN_EVERY_S = 60, 3600
FIRST_PACK = PACKS / "leg-tingling"


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
    ) -> None:
        self.database, self.clock, self.packs, self.ledger = database, clock, Packs(), ledger
        self.pack_folder, self.admins = pack_folder, admins
        self.timekeeper = Timekeeper(database, clock, self._clock_set)
        heard = self.timekeeper.heard
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api_url}/bot")
            .request(request or transport.sending(heard))
            .get_updates_request(polling or transport.polling(heard))
            .updater(None)
            .job_queue(None)
            .build()
        )
        self.application.add_error_handler(self._on_error)
        register.register(self.application, self)
        self.presence = Presence(database, self.packs, clock, self.timekeeper, self._arm)
        self.intake = Intake(self.application, self.presence)
        self.pace = Pace(clock, message_every_s)
        self.deliver = Deliver(self.application.bot, database, self.packs, clock, self.pace, operator)
        self.broadcaster = Broadcaster(self.deliver.speaker, database, clock, self.pace)
        self.watch = Watch(database, self.packs, clock, self._wake)
        for part in (self.broadcaster, self.watch):
            clock.on_move(part.wake)
        self.inspecting = Inspecting(self.application.bot, database, self.packs, clock, self.deliver.wake, ask)
        self.schedule = Schedule(clock, self.sweep, self.tidy)
        self.notices = Notices(database, self.packs, clock, admins, self.deliver.wake)
        self.schedule.every(LOOK_EVERY_S, self.notices.look, "notices")
        self.retaining = Retaining(database, clock, kept)
        self.schedule.every(RETAIN_EVERY_S, self.retaining.work, "retention")
        self._running: list[asyncio.Task[None]] = []

    # --- what the doors call ------------------------------------------------------------------------------------------

    async def take(self, arrival: Arrival) -> None:
        """One person's update: decided and committed when this returns."""
        now = self.clock.now()
        planned = await self.database.run(turn.take_turn, self.packs, arrival, now, self.admins, self.ledger)
        self.schedule.arm(planned)
        self.deliver.wake()
        if isinstance(arrival.what, PersonPress) and arrival.what.name == "erase":
            await self.database.tidy()
        if arrival.telegram_id in self.admins:
            self.inspecting.wake()
            self.watch.wake()

    async def take_group(self, arrival: GroupArrival) -> None:
        """A message in a group."""
        await self.database.run(groups.take, arrival, self.clock.now())
        self.deliver.wake()

    def _wake(self) -> None:
        self.deliver.wake()
        self.broadcaster.wake()

    def _arm(self, moment: datetime) -> None:
        self.schedule.arm(moment)

    def _clock_set(self) -> None:
        self.schedule.anew()
        self.deliver.wake()

    async def sweep(self) -> None:
        """What is due becomes turns; then wait for the next moment. A clock in doubt begins only what cannot wait."""
        urgent_since = self.timekeeper.urgent_since
        looked_at = await sweeping.sweep(self.database, self.packs, self.clock, urgent_since)
        self.deliver.wake()
        self.schedule.arm(await self.database.run(follow_ups.next_due, looked_at))

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

        Whoever was erased and came back with an older backup is erased again before anything else. Raises LedgerError
        when the erasure ledger cannot be used.
        """
        again = await self.database.run(erasures.replay, self.ledger)
        if again:
            log.warning("people who were erased came back with an older backup, and were erased again", count=again)
        await self.database.run(_prepare, self.packs, pack_files(self.pack_folder), self.clock.now())
        await self.timekeeper.open()
        await self.application.initialize()

    async def start(self, *, poll: bool = True) -> None:
        """Everything runs: intake (a webhook brings its own), sending, knocking."""
        await self.open()
        parts = (
            self.deliver.run(),
            self.broadcaster.run(),
            self.watch.run(),
            self.inspecting.run(),
            self.timekeeper.run(),
        )
        self._running = [asyncio.create_task(part) for part in parts]
        if poll:
            self._running.append(asyncio.create_task(self.intake.run()))
        else:
            self.schedule.every(NOTED_EVERY_S, self.presence.here, "here")
            await self.presence.here()
        self.schedule.start()
        await self.introduce()

    async def introduce(self) -> None:
        """The command menu and the description, per language. Nice to have: a failure is only logged."""
        bot = self.application.bot
        try:
            for language in words.languages():
                code = None if language == words.FIRST else language
                commands = [BotCommand(name, words.say(language, f"command.{name}")) for name in COMMANDS]
                await bot.set_my_commands(commands, language_code=code)
                await bot.set_my_description(words.say(language, "bot.description"), language_code=code)
                await bot.set_my_short_description(words.say(language, "bot.short"), language_code=code)
            await self._introduce_to_admins()
        except TelegramError as error:
            log.warning("the command menu could not be set", error=type(error).__name__)

    async def _introduce_to_admins(self) -> None:
        """Their menu has one more command. It protects nothing: handlers/admin/door.py does."""
        for admin in sorted(self.admins):
            commands = [BotCommand(name, words.say(words.FIRST, f"command.{name}")) for name in (*COMMANDS, "admin")]
            try:
                await self.application.bot.set_my_commands(commands, scope=BotCommandScopeChat(admin))
            except TelegramError as error:  # an admin who never wrote to the bot has no chat with it yet
                log.info("an admin's menu could not be set", error=type(error).__name__)

    async def wait(self) -> None:
        """Until a part ends: on `stop`, or because the token is refused."""
        await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        for task in self._running:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def stop(self) -> None:
        """Take no more, finish what is under way; what waits is in the database."""
        self.intake.stop()
        self.schedule.stop()
        for part in (self.watch, self.inspecting, self.timekeeper):
            part.stop()
        await asyncio.gather(self.deliver.stop(), self.broadcaster.stop())
        await finish(self._running, PATIENCE_S)
        await self.application.shutdown()

    async def kill(self) -> None:
        """Cut off where it stands, as if the process had died: nothing is finished, nothing is put back."""
        self.schedule.stop()
        self.pace.stop()
        tasks = [*self._running, *self.deliver.abandon(), *self.broadcaster.abandon()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
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
    outbox.release(session)
    uploads.release(session)
    broadcasts.release(session)
