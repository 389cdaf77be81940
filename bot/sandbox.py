"""A bot with its simulated Telegram in one process: what `stridecheck try` shows and what the browser tests drive.

The bot can be killed and comes back on the same database; its clock can be pushed; its pack is read again when it
changes on disk. Nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import TelegramError

from bot import inside, logs, travel
from bot.app import House
from bot.author import Author
from bot.clock import Clock
from bot.pace import A_MESSAGE_EVERY_S
from content.load import parse_pack
from simulator.host import Clock as PageClock
from simulator.host import Host
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage import crypto, fresh, outbox
from storage.database import Database
from storage.packs import Packs

log = logs.get("sandbox")

LOOK_EVERY_S = 0.7
ANOTHER_TRY_S = 0.5
ADMIN = 1003
PEOPLE = (
    (1001, "Robin", "en", "Europe/London"),
    (1002, "Ana", "es", "America/Bogota"),
    (ADMIN, "Kim", "en", "Europe/Vienna"),
)
GROUP, GROUP_TITLE = -5001, "Sunday runners"


class Sandbox:
    """`folder` is for the database and the good copy of the pack; whoever gave it clears it away.

    `message_every_s`: 0 where the clock stands still, or no message would ever have its turn.
    """

    def __init__(
        self,
        folder: Path,
        pack_folder: Path,
        clock: Clock | None = None,
        *,
        message_every_s: float = A_MESSAGE_EVERY_S,
    ) -> None:
        self.folder, self.clock, self.message_every_s = folder, clock or Clock(), message_every_s
        self.author = Author(pack_folder)
        self.telegram = Telegram(now=self.clock.now)
        for user_id, name, language, zone in PEOPLE:
            self.telegram.add_person(user_id, name, language, zone=zone, admin=user_id == ADMIN)
        self._ring = crypto.for_this_run()
        self._file, self._good = folder / "try.db", folder / "last-good-pack"
        self._copy_pack()
        self._open_eyes()
        fresh.make(self._eyes)
        self.house: House | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._coming = asyncio.Lock()

    # --- life

    async def start(self) -> None:
        """The bot runs, the folder is watched."""
        await self._bring_up()
        self._task(self._watch())

    async def stop(self) -> None:
        """The bot finishes what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.house is not None:
            await self.house.stop()
            self.house.database.close()
        self._eyes.close()

    async def kill(self, seconds: float) -> None:
        """Cut the bot off where it stands; another one comes up on the same database after so long."""
        async with self._coming:
            house, self.house = self.house, None
            if house is not None:
                await house.kill()
        self.telegram.tell("bot")
        if seconds > 0:
            self._task(self._come_back(seconds))
        else:
            await self._come_back(0)

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._bring_up()
        self.telegram.tell("bot")

    async def _bring_up(self) -> None:
        """Another try every half second while Telegram is away."""
        async with self._coming:
            while self.house is None:
                house = self._build()
                try:
                    await house.start()
                    self.house = house
                except TelegramError:
                    house.database.close()
                    await asyncio.sleep(ANOTHER_TRY_S)

    def _build(self) -> House:
        return House(
            token=self.telegram.token,
            database=Database(self._address, ring=self._ring),
            clock=self.clock,
            request=InProcessRequest(self.telegram),
            polling=InProcessRequest(self.telegram),
            pack_folder=self._good,
            admins=frozenset({ADMIN}),
            message_every_s=self.message_every_s,
        )

    @property
    def _address(self) -> str:
        return f"sqlite:///{self._file}"

    def _open_eyes(self) -> None:
        """The page looks into the database by itself, so that it sees a dead bot's too."""
        self._eyes, self._packs = Database(self._address, ring=self._ring), Packs()

    def _task(self, work: Any) -> None:  # noqa: ANN401 - a coroutine of any kind
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- the pack on disk

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with suppress(SQLAlchemyError):
                if await asyncio.to_thread(self.author.look):
                    await self._use_pack()
                    self.telegram.tell("pack")

    async def _use_pack(self) -> None:
        if self.author.news.problems:
            return
        self._copy_pack()
        if self.house is not None:
            files = self.author.files
            await self.house.database.run(_publish, self.house.packs, files, self.clock.now())

    def _copy_pack(self) -> None:
        """What a bot that comes up again publishes, whatever is on the author's disk by then."""
        shutil.rmtree(self._good, ignore_errors=True)
        self._good.mkdir(parents=True)
        for name, content in self.author.files.items():
            (self._good / name).parent.mkdir(exist_ok=True)
            (self._good / name).write_bytes(content)

    # --- what the page asks

    def host(self) -> Host:
        """Everything the page may ask of us."""
        return Host(
            clock=PageClock(self.advance, self.to_next, self.clock_state),
            idle=self.idle,
            inside=self.inside,
            kill=self.kill,
            about=self.about,
            keep=self.keep,
            bring_back=self.bring_back,
        )

    async def advance(self, seconds: float) -> None:
        """Push the clock, stopping at every reminder on the way. Time passes for a dead bot too."""
        moment = self.clock.now() + timedelta(seconds=seconds)
        if self.house is not None:
            await travel.until(self.house, moment, self._settle)
        else:
            self.clock.push(moment - self.clock.now())

    async def to_next(self) -> None:
        """To the next reminder."""
        if self.house is not None and (due_at := await travel.next_due(self.house)) is not None:
            await travel.until(self.house, max(due_at, self.clock.now()), self._settle)

    async def _settle(self) -> None:
        """What is due is said, unless Telegram is away: then it waits in the outbox as long as it must."""
        if self.house is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await self.house.catch_up()

    async def clock_state(self) -> dict[str, Any]:
        """The time, and what is planned for whom."""
        planned, zones = await self._eyes.run(self._look_ahead)
        return {"now": self.clock.now().isoformat(), "planned": planned, "zones": zones}

    def _look_ahead(self, session: Session) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        self._packs.look(session)
        return inside.planned(session, self._packs, self.clock.now()), inside.zones(session)

    async def inside(self, user_id: int) -> dict[str, Any]:
        """What the bot knows of a person."""
        found = await self._eyes.run(inside.sections, self._packs, user_id, self.clock.now())
        return {**found, "alive": self.house is not None}

    async def idle(self) -> bool:
        """Nothing waits to be sent."""
        return self.house is not None and await self._eyes.run(outbox.waiting) == 0

    def about(self) -> dict[str, Any]:
        """Which pack is played, and what became of the last change on disk."""
        pack = self.author.pack
        known = {"pack": pack.id, "version": pack.version, "folder": self.author.place}
        return {**known, "alive": self.house is not None, "news": asdict(self.author.news)}

    # --- snapshots

    async def keep(self) -> tuple[datetime, Path]:
        """The clock and a copy of the database."""
        copy = self.folder / f"kept-{len(list(self.folder.glob('kept-*')))}.db"
        await asyncio.to_thread(_copy_database, self._eyes, copy)
        return self.clock.now(), copy

    async def bring_back(self, kept: tuple[datetime, Path]) -> None:
        """The bot dies and comes back in the kept database, at the kept moment."""
        async with self._coming:
            if self.house is not None:
                await self.house.kill()
            self.house = None
            self._eyes.close()
            for name in ("try.db-wal", "try.db-shm"):
                (self.folder / name).unlink(missing_ok=True)
            shutil.copy(kept[1], self._file)
            self._open_eyes()
            self.clock.push(kept[0] - self.clock.now())
        await self._bring_up()


def _publish(session: Session, packs: Packs, files: Mapping[str, bytes], now: datetime) -> None:
    packs.publish(session, parse_pack(files), files, now)


def _copy_database(database: Database, copy: Path) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - a connection that is open has a driver
        if raw.in_transaction:
            raw.rollback()
        raw.execute("VACUUM INTO ?", (str(copy),))
