"""Times are aware and UTC, documents are documents, whatever the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import EpisodeRow, OutboxRow, PersonRow, UpdateRow
from tests.storage.rows import NOW, a_letter, a_person, an_episode


def test_a_naive_time_is_refused(database: Database) -> None:
    def keep(session: Session) -> None:
        session.add(UpdateRow(update_id=1, at=datetime(2026, 11, 23, 9, 0)))  # noqa: DTZ001 - what must not pass

    with pytest.raises(StatementError, match="without a zone"):
        database.run_now(keep)


def test_a_naive_time_is_refused_in_a_question_too(database: Database) -> None:
    def ask(session: Session) -> None:
        session.scalars(select(UpdateRow).where(UpdateRow.at < datetime(2026, 11, 23))).all()  # noqa: DTZ001

    with pytest.raises(StatementError, match="without a zone"):
        database.run_now(ask)


def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    vienna = timezone(timedelta(hours=1))

    def keep(session: Session) -> None:
        session.add(UpdateRow(update_id=1, at=datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=vienna)))

    database.run_now(keep)
    found = database.run_now(lambda session: session.get_one(UpdateRow, 1).at)
    assert found == datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    assert found.tzinfo == UTC


def test_a_document_comes_back_as_it_was(database: Database) -> None:
    document = {"ä": [1, 2.5, None, True], "nested": {"\N{RUNNER}": "x"}}

    def keep(session: Session) -> int:
        row = a_letter(session, None, chat_id=-5)
        row.say = document
        return row.id

    number = database.run_now(keep)
    assert database.run_now(lambda session: session.get_one(OutboxRow, number).say) == document


def test_large_telegram_ids_fit(database: Database) -> None:
    database.run_now(a_person, 2**52 - 1)
    assert database.run_now(lambda session: session.scalars(select(PersonRow)).one().telegram_id) == 2**52 - 1


def test_an_episode_of_nobody_is_refused(database: Database) -> None:
    def orphan(session: Session) -> None:
        person = a_person(session)
        row = an_episode(session, person)
        row.person_id = person.id + 1

    with pytest.raises(IntegrityError):
        database.run_now(orphan)
    assert database.run_now(lambda session: session.scalars(select(EpisodeRow)).all()) == []


def test_the_same_update_cannot_be_kept_twice(database: Database) -> None:
    def keep(session: Session) -> None:
        session.add(UpdateRow(update_id=1, at=NOW))

    database.run_now(keep)
    with pytest.raises(IntegrityError):
        database.run_now(keep)
