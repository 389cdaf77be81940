"""A look at the tables that nobody waits for: it reads beside whoever writes, and is given up after a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from storage.database import READS

T = TypeVar("T")
OPERATIONS_BETWEEN_LOOKS = 10_000  # of SQLite's machine: less than a millisecond


def glance(engine: Engine, work: Callable[[Session], T], within_s: float) -> T:
    """What `work` finds, in one transaction that can change nothing. No keys: what is sealed stays so.

    Raises OperationalError when one of its statements takes longer than `within_s` seconds (SQLite: all of it).
    """
    with Session(engine.execution_options(**{READS: True})) as session, session.begin():
        if engine.dialect.name == "sqlite":
            return _on_sqlite(session, work, within_s)
        session.execute(text("SET TRANSACTION READ ONLY"))
        limit = text("SELECT set_config('statement_timeout', :limit, true)")
        session.execute(limit, {"limit": f"{round(within_s * 1000)}ms"})
        return work(session)


def _on_sqlite(session: Session, work: Callable[[Session], T], within_s: float) -> T:
    raw = session.connection().connection.driver_connection
    assert raw is not None  # noqa: S101 - the session has just begun on it
    until = time.monotonic() + within_s
    raw.set_progress_handler(lambda: time.monotonic() > until, OPERATIONS_BETWEEN_LOOKS)
    raw.execute("PRAGMA query_only=ON")
    try:
        return work(session)
    finally:
        raw.set_progress_handler(None, 0)
        raw.execute("PRAGMA query_only=OFF")
