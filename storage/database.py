"""One database, two kinds: whole transactions as plain functions, each run in a worker thread.

SQLite has one writer thread, BEGIN IMMEDIATE, WAL and synchronous=FULL; PostgreSQL a pool of threads. Nothing inside
a transaction may wait for a network.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storage import crypto, plain, secret
from storage.crypto import Keys, KeysError, Ring

P = ParamSpec("P")
T = TypeVar("T")
# Told of each transaction: how long it waited for a thread, how long it took (seconds), whether it was committed.
Told = Callable[[float, float, bool], None]

# A transaction notes it in its session's `info`: once committed, what it deleted is swept out of the log of changes.
ERASED = "erased"
TRIES = 5
FIRST_PAUSE_S = 0.05
PAUSE_GROWTH = 3
SERIALIZATION_FAILURES = {"40001", "40P01"}
# PostgreSQL's name for a row that is there already: another process may have made it in this very moment, as when
# somebody who is new writes twice at once.
THERE_ALREADY = "23505"
READS = "reads"  # a connection's option: it only reads, and keeps no writer waiting
# The database takes nothing now, whatever it is: away, full, read-only after a fail-over, no connection free.
AWAY = (OperationalError, InterfaceError, InternalError, NoConnectionError)


class Database:
    """Runs `work(session, ...)` as one transaction: committed whole, or not at all.

    `ring`: the keys that open what is sealed; without them there is only the schema to look at.
    """

    def __init__(self, url: str, *, ring: Ring | None = None, threads: int = 8) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.threads = 1 if self.is_sqlite else threads
        self.engine = _sqlite(url) if self.is_sqlite else _postgres(url, threads)
        self.ring = ring
        self._keys: Keys | None = None
        self.told: Told | None = None
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="database")

    async def run(self, work: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of one transaction, run in a worker thread."""
        loop, asked_at = asyncio.get_running_loop(), time.perf_counter()
        return await loop.run_in_executor(self._pool, lambda: self._timed(asked_at, work, *args, **kwargs))

    def _timed(
        self, asked_at: float, work: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        begun_at, is_done = time.perf_counter(), False
        try:
            done = self.run_now(work, *args, **kwargs)
            is_done = True
        finally:
            if self.told is not None:
                self.told(begun_at - asked_at, time.perf_counter() - begun_at, is_done)
        return done

    def run_now(self, work: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, in this thread. A transaction that the database gave up on is tried again, as a whole."""
        pause_s = FIRST_PAUSE_S
        for tried in range(1, TRIES + 1):
            try:
                done, session = self._once(lambda session: work(session, *args, **kwargs))
                break
            except DBAPIError as error:
                if tried == TRIES or not (_is_passing(error) or (tried == 1 and _is_there_already(error))):
                    raise
                time.sleep(pause_s)
                pause_s *= PAUSE_GROWTH
        if session.info.get(ERASED):
            self.scrub()
        return done

    def _once(self, work: Callable[[Session], T]) -> tuple[T, Session]:
        """What came of it once it is committed, and the session it was done in, closed."""
        keys = self._keys or (self.unlock() if self.ring else None)
        with Session(self.engine, expire_on_commit=False, info={crypto.KEYS: keys}) as session, session.begin():
            session.info[plain.CONNECTION] = session.connection()
            return work(session), session

    def unlock(self) -> Keys:
        """The keys, which are those of this database. Raises WrongKeysError when they are another one's."""
        if self.ring is None:
            raise KeysError("The database was opened without keys.")
        with Session(self.engine) as session, session.begin():
            self._keys = Keys(self.ring, secret.index_key(session, self.ring))
        return self._keys

    @property
    def keys(self) -> Keys:
        """The same, once opened."""
        return self._keys or self.unlock()

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """The database as it is at this moment, however long one reads; nobody who writes waits for that."""
        whole = {READS: True} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**whole) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(select(*(func.set_config(name, "0", True) for name in POSTGRES_LIMITS)))
            yield connection

    def sweep_out(self) -> None:
        """What was deleted or dropped is not in the database's files any more. Takes a while; nobody else may be in."""
        if self.is_sqlite:
            self._alone("VACUUM")
        else:
            usual = POSTGRES_LIMITS["statement_timeout"]
            self._alone("SET statement_timeout = 0", "VACUUM FULL", f"SET statement_timeout = '{usual}'")
        self.scrub()

    def scrub(self) -> None:
        """What was deleted is not in SQLite's log of changes either, unless somebody reads just now. Cheap.

        It waits for no reader, whoever wants to write would wait with it: a backup may read for minutes.
        """
        if self.is_sqlite:
            self._alone("PRAGMA busy_timeout=100", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout=10000")

    async def tidy(self) -> None:
        """The same, in a worker thread."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self.scrub)

    def _alone(self, *statements: str) -> None:
        """Outside any transaction. (SQLAlchemy would begin one on SQLite: see `_sqlite`.)"""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if (raw := connection.connection.driver_connection) is not None:
                for each in statements:
                    raw.execute(each)

    def close(self) -> None:
        """Waits for the transactions under way and lets the database go."""
        self._pool.shutdown(wait=True)
        self.engine.dispose()


def _is_passing(error: DBAPIError) -> bool:
    """May the same transaction succeed in a moment: a lost connection, a deadlock, a busy file?"""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state in SERIALIZATION_FAILURES or "database is locked" in str(error.orig)


def _is_there_already(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == THERE_ALREADY


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 10}, pool_size=1, max_overflow=4
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _configure_sqlite(connection: Any, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


# A server that went away without a word, or a lock that nobody gives back, must not hold a thread for ever.
POSTGRES_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# A connection that was used just now is there, or the transaction is tried again: to ask would take as long as a press
# waits for two statements.
IDLE_S, USED_AT = 5.0, "used_at"
POSTGRES_LIMITS = {"lock_timeout": "20s", "statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}


def _postgres(url: str, threads: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=threads,
        max_overflow=2,
        pool_use_lifo=True,
        connect_args=POSTGRES_PATIENCE,
    )
    event.listen(engine, "connect", _configure_postgres)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine.dialect))
    return engine


def _note_use(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    record.info[USED_AT] = time.monotonic()


def _ping_if_idle(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:  # noqa: ANN401
    """Somebody may have cut a connection that was not used for a while. The pool then takes new ones."""
    if time.monotonic() - record.info.get(USED_AT, math.inf) <= IDLE_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _configure_postgres(connection: Any, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    with connection.cursor() as cursor:
        for name, limit in POSTGRES_LIMITS.items():
            cursor.execute(f"SET {name} = '{limit}'")
    connection.commit()
