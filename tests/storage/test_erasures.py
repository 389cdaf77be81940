"""Who was erased stays erased: the ledger's file, the table, and a backup that is older than both."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from content.person import Person
from handlers import turn
from storage import erasures, outbox, people
from storage.database import Database
from storage.follow_ups import Pending
from storage.ledger import Entry, Ledger, LedgerError
from storage.packs import Packs
from storage.tables import ErasureRow, OutboxRow, PersonRow
from tests.storage.rows import HOUR, NOW, a_letter, a_person

SOMEBODY = Entry(NOW, bytes(range(16)), "1234-5678")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "erased")


@pytest.mark.parametrize("lost", ["the table", "the file"])
def test_either_the_file_or_the_table_is_enough_to_erase_them_again(
    database: Database, ledger: Ledger, lost: str
) -> None:
    database.run_now(lambda session: [a_person(session, each).id for each in (101, 102)])
    assert database.run_now(erasures.erase, ledger, 101, NOW + HOUR)
    if lost == "the table":  # as in an older backup
        database.run_now(lambda session: session.query(ErasureRow).delete())
    elif ledger.path is not None:
        ledger.path.unlink()
    database.run_now(lambda session: a_person(session, 101).id)
    assert len(database.run_now(erasures.replay, ledger, NOW)) == 1
    assert database.run_now(lambda session: [row.telegram_id for row in session.scalars(select(PersonRow))]) == [102]
    [row] = database.run_now(lambda session: list(session.scalars(select(ErasureRow))))
    assert ledger.read() == [Entry(row.at, row.mark, row.receipt)]
    assert len(database.run_now(erasures.replay, ledger, NOW)) == 0


def test_who_came_back_by_themselves_stays(sqlite_database: Database, ledger: Ledger) -> None:
    sqlite_database.run_now(lambda session: a_person(session).id)
    sqlite_database.run_now(erasures.erase, ledger, 101, NOW + HOUR)
    sqlite_database.run_now(lambda session: people.add(session, 101, Person("en"), NOW + 2 * HOUR).id)
    assert len(sqlite_database.run_now(erasures.replay, ledger, NOW)) == 0
    sqlite_database.run_now(erasures.erase, ledger, 101, NOW + 3 * HOUR)
    sqlite_database.run_now(lambda session: people.add(session, 101, Person("en"), NOW + 2 * HOUR).id)
    assert len(sqlite_database.run_now(erasures.replay, ledger, NOW)) == 1


def test_a_stranger_is_not_noted(sqlite_database: Database, ledger: Ledger) -> None:
    assert sqlite_database.run_now(erasures.erase, ledger, 101, NOW) is None
    assert ledger.read() == []


def test_a_line_that_a_crash_cut_off_was_never_confirmed(ledger: Ledger) -> None:
    assert ledger.path is not None
    ledger.append([SOMEBODY])
    ledger.path.write_bytes(ledger.path.read_bytes() + b"2026-11-23T10:0")
    assert ledger.read() == [SOMEBODY]
    ledger.append([SOMEBODY])
    assert ledger.read() == [SOMEBODY, SOMEBODY]


@pytest.mark.parametrize("line", ["", "x", "2026-13-40T09:00:00+00:00 " + "0" * 32 + " 1234-5678", "\N{SKULL}"])
def test_a_broken_line_is_named(ledger: Ledger, line: str) -> None:
    assert ledger.path is not None
    ledger.append([SOMEBODY])
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(LedgerError, match="line 2"):
        ledger.read()


def test_a_follow_up_whose_person_was_erased_meanwhile_is_left_alone(database: Database) -> None:
    assert not database.run_now(turn.take_due, Packs(), Pending(1, 1, 1), NOW)


@pytest.mark.parametrize("end", ["sent", "too late", "gone"])
def test_what_is_said_to_somebody_erased_leaves_no_row_however_it_ends(sqlite_database: Database, end: str) -> None:
    def said() -> None:
        [letter] = sqlite_database.run_now(outbox.claim, NOW + HOUR, 9, ())
        if end == "sent":
            sqlite_database.run_now(outbox.mark_sent, letter, 7, "x", NOW)
        else:
            sqlite_database.run_now(outbox.mark_failed, letter, "dropped", "gone", NOW)

    row_id = sqlite_database.run_now(lambda session: a_letter(session, None, chat_id=101).id)
    if end == "too late":
        sqlite_database.run_now(lambda session: setattr(session.get_one(OutboxRow, row_id), "expires_at", NOW))
        assert sqlite_database.run_now(outbox.claim, NOW + HOUR, 9, ()) == []
    else:
        said()
    assert sqlite_database.run_now(lambda session: session.scalars(select(OutboxRow.id)).all()) == []
