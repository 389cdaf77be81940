"""What several tests of the running bot need: to wait for something, to serve an app, to take the database away,
to read the log."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import uvicorn
from sqlalchemy import create_engine, make_url
from starlette.types import ASGIApp

from bot import logs
from bot.listening import without_delay
from storage.database import Database

NOBODY = "WITH ALLOW_CONNECTIONS {}"
READ_ONLY = "SET default_transaction_read_only = {}"


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something that tells nobody when it has happened."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - that is what this function is for
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def served(app: ASGIApp, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """The app on a free port of this machine, in this event loop; its address."""
    door = without_delay(listener or socket.create_server(("127.0.0.1", 0)))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1, ws="none"))
    with door:
        task = asyncio.create_task(server.serve([door]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        await task


class Outage:
    """The database is away: its file cannot be opened, or its server lets nobody in."""

    def __init__(self, database: Database, url: str, maintenance_url: str | None = None) -> None:
        self.database, self.url, self.maintenance_url = database, make_url(url), maintenance_url

    def begin(self, *, read_only: bool = False) -> None:
        if self.database.is_sqlite:
            self.database.engine.dispose()
            # One step each way: were the name free for a moment, the bot would make an empty database there.
            path = Path(self.url.database or "")
            nowhere = path.with_suffix(".nowhere")
            nowhere.symlink_to(path.parent / "no such folder" / path.name)
            path.with_suffix(".away").hardlink_to(path)
            nowhere.replace(path)
            return
        self._tell("ALTER DATABASE {name} " + (READ_ONLY.format("on") if read_only else NOBODY.format("false")))
        self._tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def end(self, *, read_only: bool = False) -> None:
        if self.database.is_sqlite:
            path = Path(self.url.database or "")
            path.with_suffix(".away").replace(path)
            return
        self._tell("ALTER DATABASE {name} " + (READ_ONLY.format("off") if read_only else NOBODY.format("true")))
        if read_only:
            self._tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def _tell(self, command: str) -> None:
        engine = create_engine(self.maintenance_url or "", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(command.format(name=self.url.database))
        engine.dispose()


PORTS = range(20_000, 32_000)
_next_port: Iterator[int] = itertools.cycle([*PORTS[os.getpid() * 37 % len(PORTS) :], *PORTS])


def a_port() -> int:
    """One on which nobody listens, to be taken later, or by nobody.

    The system gives a port of its own choice only above these: no other test is given this one meanwhile.
    """
    for port in _next_port:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError


class Sink(logging.Handler):
    """Keeps every line that leaves the root logger, as the operator would read it, as words and as JSON."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.forms = [logs.formatter(form) for form in (logs.TEXT, logs.JSON)]

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [form.format(record) for form in self.forms]

    def __contains__(self, words: str) -> bool:
        return any(words in line for line in self.lines)
