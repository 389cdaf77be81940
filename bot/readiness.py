"""Does the bot do its work, and if not, which part of it? Who may ask, and where: asked.py."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.pulse import LONGEST_S, Pulse, Silence
from content.load import PackError
from storage import publications
from storage.database import Database
from storage.packs import Packs

DATABASE_PATIENCE_S = 3.0

Json = dict[str, Any]


class Readiness:
    """Looks at every part when it is asked; one look at a time, however many ask."""

    def __init__(self, pulse: Pulse, database: Database, packs: Packs) -> None:
        self.pulse, self.database, self.packs = pulse, database, packs
        self._looking: asyncio.Task[Json] | None = None

    async def look(self) -> Json:
        """{"ready": ..., "parts": {name: {"ok": ..., and why}}}. "ready" is true only when every part is well."""
        database = dict(await self._database())
        known, pack = self.packs.live
        live = database.pop("live", known)
        silences = self.pulse.silences()
        resting = Silence(0.0, LONGEST_S["telegram"])
        parts = {name: _line(each) for name, each in sorted({"telegram": resting, **silences}.items())}
        unstored = parts.pop("database", {"ok": True})
        parts["database"] = {**database, "ok": database["ok"] and unstored["ok"]}
        parts["content"] = {"ok": live == known, "version": pack.version}
        return {"ready": all(part["ok"] for part in parts.values()), "parts": parts}

    async def _database(self) -> Json:
        """One transaction, with a limit: one that hangs is not asked for again beside the first."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._looking}, timeout=DATABASE_PATIENCE_S)
        return self._looking.result() if done else {"ok": False, "error": "no answer"}

    async def _ask(self) -> Json:
        try:
            return {"ok": True, "live": await self.database.run(_live, self.packs)}
        except (SQLAlchemyError, LookupError, PackError) as error:
            return {"ok": False, "error": type(error).__name__}


def _line(silence: Silence) -> Json:
    return {"ok": silence.is_well, "silent_s": round(silence.silent_s, 1), "longest_s": silence.longest_s}


def _live(session: Session, packs: Packs) -> int | None:
    """The number of the live version, the process's own knowledge brought up to date."""
    packs.look(session)
    return publications.live_id(session)
