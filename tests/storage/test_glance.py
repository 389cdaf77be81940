"""A look at the tables changes nothing, waits for nobody who writes, and is given up in time."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.glance import glance

COUNT = text("SELECT count(*) FROM people")
ENDLESS = {
    "sqlite": text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"),
    "postgresql": text("SELECT pg_sleep(60)"),
}


def count(session: Session) -> object:
    return session.scalar(COUNT)


def test_it_is_answered_while_somebody_writes(database: Database) -> None:
    def writes(session: Session) -> object:
        session.execute(text("DELETE FROM people"))
        return glance(database.engine, count, 5)

    assert database.run_now(writes) == 0


def test_it_can_change_nothing_and_leaves_no_trace_of_that(database: Database) -> None:
    with pytest.raises(SQLAlchemyError):
        glance(database.engine, lambda session: session.execute(text("DELETE FROM people")), 5)
    database.run_now(lambda session: session.execute(text("DELETE FROM people")))


def test_it_is_given_up_in_time_and_the_next_one_is_not(database: Database) -> None:
    endless = ENDLESS[database.engine.dialect.name]
    with pytest.raises(OperationalError):
        glance(database.engine, lambda session: session.scalar(endless), 0.05)
    assert glance(database.engine, count, 5) == 0
