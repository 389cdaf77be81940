"""A transaction happens whole or not at all, and one that the database gave up on is tried again."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable

import pytest
from psycopg.errors import SerializationFailure
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from storage import people
from storage.database import TRIES, USED_AT, Database
from storage.tables import PersonRow
from tests.keys import RING
from tests.storage.rows import a_person

CUT_THE_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PersonRow)) or 0


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail(session: Session) -> None:
        a_person(session)
        raise ValueError("after the insert")

    with pytest.raises(ValueError, match="after the insert"):
        database.run_now(fail)
    assert database.run_now(count) == 0


@pytest.mark.parametrize(
    "reason", [SerializationFailure("could not serialize"), sqlite3.OperationalError("database is locked")]
)
def test_what_may_pass_is_tried_again_as_a_whole(database: Database, reason: Exception) -> None:
    tried: list[int] = []

    def work(session: Session) -> int:
        a_person(session, 100 + len(tried))
        tried.append(count(session))
        if len(tried) < 3:
            raise OperationalError("COMMIT", None, reason)
        return len(tried)

    assert database.run_now(work) == 3
    assert tried == [1, 1, 1]
    assert database.run_now(count) == 1


def test_it_is_not_tried_for_ever(database: Database) -> None:
    tried: list[int] = []

    def work(session: Session) -> None:
        tried.append(1)
        raise OperationalError("COMMIT", None, SerializationFailure("again"))

    with pytest.raises(OperationalError):
        database.run_now(work)
    assert len(tried) == TRIES


def test_a_rule_that_stays_broken_is_not_tried_again_and_again(database: Database) -> None:
    tried: list[int] = []

    def work(session: Session) -> None:
        tried.append(1)
        a_person(session, 7)
        a_person(session, 7)

    with pytest.raises(IntegrityError):
        database.run_now(work)
    assert len(tried) == (1 if database.is_sqlite else 2)  # there, another process may have been quicker


def test_a_deadlock_ends_with_both_done(postgres_url: str) -> None:
    database = Database(postgres_url, ring=RING, threads=2)
    database.run_now(lambda session: (a_person(session, 1), a_person(session, 2)))
    meet, tries = threading.Barrier(2), list[int]()

    def lock_both(session: Session, first: int, second: int) -> None:
        people.lock(session, first)
        tries.append(first)
        if len(tries) <= 2:
            meet.wait(10)
        other = people.lock(session, second)
        assert other is not None
        other.turn += 1

    side_by_side(lambda: database.run_now(lock_both, 1, 2), lambda: database.run_now(lock_both, 2, 1))
    assert len(tries) == 3, "one of them was the database's victim, and came again"
    assert database.run_now(lambda session: list(session.scalars(select(PersonRow.turn)))) == [2, 2]
    database.close()


def test_a_connection_lost_in_the_middle_is_made_again(postgres_url: str) -> None:
    database, tried = Database(postgres_url, ring=RING), list[int]()

    def work(session: Session) -> None:
        tried.append(1)
        a_person(session)
        if len(tried) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    database.run_now(work)
    assert len(tried) == 2
    assert database.run_now(count) == 1
    database.close()


def test_connections_that_died_in_the_pool_are_not_noticed(postgres_url: str) -> None:
    database, other = Database(postgres_url, ring=RING), Database(postgres_url, ring=RING)
    assert database.run_now(count) == 0
    other.run_now(lambda session: session.execute(CUT_THE_OTHERS))
    assert database.run_now(count) == 0
    database.close()
    other.close()


def test_a_connection_that_was_idle_is_looked_at_before_it_is_used(postgres_url: str) -> None:
    database, tried = Database(postgres_url, ring=RING), list[int]()

    def work(session: Session) -> None:
        tried.append(1)
        session.execute(text("SELECT 1"))

    database.run_now(work)
    event.listen(database.engine, "checkin", lambda _, record: record.info.update({USED_AT: float("-inf")}))
    database.run_now(work)
    other = Database(postgres_url, ring=RING)
    other.run_now(lambda session: session.execute(CUT_THE_OTHERS))
    database.run_now(work)
    assert len(tried) == 3
    database.close()
    other.close()


@pytest.mark.parametrize(("name", "limit"), [("lock_timeout", "20s"), ("statement_timeout", "1min")])
def test_postgresql_holds_no_thread_for_ever(postgres_url: str, name: str, limit: str) -> None:
    database = Database(postgres_url, ring=RING, threads=1)
    assert database.run_now(lambda session: session.scalar(text(f"SHOW {name}"))) == limit
    database.close()


def test_sqlite_is_safe_against_power_loss_and_waits_for_others(sqlite_url: str) -> None:
    database = Database(sqlite_url, ring=RING)

    def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [session.scalar(text(f"PRAGMA {name}")) for name in names]

    assert database.run_now(pragmas) == ["wal", 2, 1, 10_000]
    database.close()


def test_two_programs_write_to_one_file_in_turn(sqlite_url: str) -> None:
    ours, theirs = Database(sqlite_url, ring=RING), Database(sqlite_url, ring=RING)
    for number in range(20):
        (ours if number % 2 else theirs).run_now(a_person, 100 + number)
    assert ours.run_now(count) == 20
    ours.close()
    theirs.close()


async def test_work_runs_beside_the_event_loop(database: Database) -> None:
    loop_thread = threading.get_ident()
    assert await database.run(lambda session: threading.get_ident()) != loop_thread


async def test_read_modify_write_loses_nothing(database: Database) -> None:
    database.run_now(a_person, 1)

    def add_one(session: Session) -> None:
        row = people.lock(session, 1)
        assert row is not None
        row.turn += 1

    await asyncio.gather(*(database.run(add_one) for _ in range(100)))
    assert database.run_now(lambda session: session.scalars(select(PersonRow.turn)).one()) == 101


def side_by_side(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
