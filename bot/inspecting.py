"""Looks at what admins upload: fetch, unpack, check and compare, each in its place, and tell them how far it is.

An upload's turn only writes a row. Here it is claimed, with a lease that is renewed: what a dead process was looking at
is taken up again. Nothing becomes live here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot import apart, inspector, logs
from bot.apart import StoppedError
from bot.clock import Clock
from content import unpacking
from content.unpacking import BadUploadError, Files
from handlers.admin import findings
from storage import uploads
from storage.database import Database
from storage.packs import Packs
from storage.uploads import Job, Sent

log = logs.get("inspecting")

Json = dict[str, Any]
Ask = Callable[[Json, apart.Tell], Awaitable[Json]]

NAP_S = 30.0
RENEW_EVERY_S = 15.0


class Inspecting:
    """Runs until stopped, one upload at a time; `wake` it when something may have been uploaded.

    `ask` does a job of bot/inspector.py; `told` is called when there is something to be sent.
    """

    def __init__(
        self,
        bot: Bot,
        database: Database,
        packs: Packs,
        clock: Clock,
        told: Callable[[], None],
        ask: Ask = apart.ask,
    ) -> None:
        self.bot, self.database, self.packs, self.clock = bot, database, packs, clock
        self._told, self._ask = told, ask
        self._awake, self._stopping = asyncio.Event(), False
        self._awake.set()

    def wake(self) -> None:
        """Something may wait, or be wanted no more."""
        self._awake.set()

    def stop(self) -> None:
        """End what is under way: its lease is given back, and the next process begins it anew."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Look at what waits, sleep until there is more, until `stop`."""
        while not self._stopping:
            try:
                await self.drain()
            except Exception as error:  # noqa: BLE001 - whatever an upload does, the bot goes on; another try comes
                log.error("uploads cannot be looked at", error=logs.place(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), NAP_S)
            self._awake.set()

    async def drain(self) -> bool:
        """Look at everything that waits, if anybody said so; whether there was anything."""
        if not self._awake.is_set():
            return False
        found = False
        while not self._stopping:
            self._awake.clear()
            job = await self.database.run(uploads.claim, self.clock.now(), self._lease)
            if job is None:
                break
            found = True
            await self._while_wanted(job)
        return found

    @property
    def _lease(self) -> timedelta:
        return uploads.LEASE * self.clock.scale

    async def _while_wanted(self, job: Job) -> None:
        """Look at one upload; end at once when it was put aside or replaced, or we are to stop."""
        work = asyncio.create_task(self._inspect(job))
        try:
            while not work.done():
                awake = asyncio.create_task(self._awake.wait())
                await asyncio.wait({work, awake}, timeout=RENEW_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                awake.cancel()
                self._awake.clear()
                if self._stopping or not await self.database.run(uploads.renew, job.id, self.clock.now(), self._lease):
                    work.cancel()
                    break
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if self._stopping:
                await self.database.run(uploads.give_back, job.id)
            self._awake.set()
            self._told()
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("an upload cannot be looked at", error=logs.place(error))
            await self.database.run(findings.refused, job.id, {"why": "stopped", "values": {}}, self.clock.now())
            self._told()

    async def _inspect(self, job: Job) -> None:
        try:
            pack_id, files = await self._passed(job)
        except BadUploadError as error:
            await self._refuse(job, {"why": error.why, "values": error.values})
        except StoppedError as error:
            log.warning("checks were stopped", error=error.why)
            await self._refuse(job, {"why": "memory" if error.why == "memory" else "time", "values": {}})
        else:
            if files is not None:
                await self._compare(job, pack_id, files)

    async def _passed(self, job: Job) -> tuple[int, Files | None]:
        """The number and the files of a pack that holds; no files when there is nothing to go on with."""
        if job.pack_id is not None:
            return job.pack_id, await self.database.run(findings.files_of, job.pack_id)
        live = await self.database.run(findings.files_of, job.live.pack_id)
        files = unpacking.put_together(live, [await self._fetch(each) for each in job.sent])
        found = await self._ask({"do": "check", "files": inspector.write_files(files)}, self._stages(job))
        if found["problems"]:
            await self._refuse(job, {"why": "problems", "values": {}, **found})
            return 0, None
        pack = await asyncio.to_thread(self.packs.read, files)
        pack_id = await self.database.run(findings.passed, job.id, pack, files, found, self.clock.now())
        self.packs.keep(pack_id, pack)
        return pack_id, files

    async def _fetch(self, sent: Sent) -> Files:
        """One file of Telegram's, its size looked at first."""
        most = unpacking.MOST_BYTES
        if sent.size > most:
            raise BadUploadError("large", most=most // 1_000_000)
        try:
            file = await self.bot.get_file(sent.file_id)
            if (file.file_size or 0) > most:
                raise BadUploadError("large", most=most // 1_000_000)
            data = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("a file cannot be fetched", error=type(error).__name__)
            raise BadUploadError("fetch") from None
        return await asyncio.to_thread(unpacking.unpack, sent.name, data)

    async def _compare(self, job: Job, pack_id: int, files: Files) -> None:
        if pack_id == job.live.pack_id:
            await self._refuse(job, {"why": "same", "values": {"number": pack_id}})
            return
        live, open_checks = await self.database.run(findings.to_compare, job.live)
        documents = {"old": inspector.write_files(live), "new": inspector.write_files(files), "episodes": open_checks}
        try:
            found = await self._ask({"do": "compare", **documents}, self._stages(job))
        except StoppedError as error:
            log.warning("comparing was stopped", error=error.why)
            found = inspector.undecided()
        await self.database.run(findings.ready, job, found, self.clock.now())
        self._told()

    async def _refuse(self, job: Job, verdict: Json) -> None:
        await self.database.run(findings.refused, job.id, verdict, self.clock.now())
        self._told()

    def _stages(self, job: Job) -> apart.Tell:
        async def tell(stage: str) -> None:
            await self.database.run(findings.stage, job.id, stage, self.clock.now())
            self._told()

        return tell
