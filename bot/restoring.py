"""Once a minute a milestone is passed; at the start it tells whether an older copy of the database was put in place."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.clock import Clock
from storage import milestones, restored
from storage.database import Database
from storage.ledger import Ledger

log = logs.get("restore")


class Restoring:
    """Works when told to. Whatever fails here is told and tried again: it must not keep a healthy bot from working."""

    def __init__(self, database: Database, clock: Clock, ledger: Ledger) -> None:
        self.database, self.clock, self.path = database, clock, milestones.beside(ledger)

    async def look(self) -> None:
        """At the start, before anything is sent: is this an older copy? Then what is not urgent is held."""
        known = await asyncio.to_thread(milestones.read, self.path)
        if await self.database.run(restored.notice, known, self.clock.now()):
            held = (await self.database.run(restored.held)).total
            log.error("the database is an older copy: what is not urgent waits for stridecheck resume", count=held)
        await self.note()

    async def note(self) -> None:
        """Pass a milestone: in the database, and when that is stored, in the file."""
        try:
            passed = await self.database.run(milestones.pass_one, self.clock.now())
            await asyncio.to_thread(milestones.write, self.path, passed)
        except (SQLAlchemyError, OSError) as error:
            log.error("an older copy of the database could not be told from this one", error=logs.place(error))
