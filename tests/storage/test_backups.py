"""A backup holds everything, and comes back whole or not at all, on either kind of database."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import backups, export, follow_ups, restored, schema, signs
from storage.backups import BackupError
from storage.crypto import Ring
from storage.database import Database
from storage.milestones import Milestone
from storage.tables import PackRow, PersonRow
from tests.keys import RING
from tests.storage.rows import NOW, a_letter, a_person, an_episode, follow_up

OTHER = Ring({"other": b"o" * 32})
BOTH = Ring({"new": b"n" * 32, "test": bytes(range(32))})


def a_life(session: Session) -> None:
    """Somebody who is in the middle of a check, and somebody whose number is far ahead."""
    person = a_person(session, 101)
    follow_ups.plan(session, an_episode(session, person), [follow_up("FU-A/D1")])
    a_letter(session, person)
    session.add(PersonRow(id=7000, telegram_id=102, mark=b"m", language="en", setup="ready", turn=0,
                          created_at=NOW, seen_at=NOW))  # fmt: skip


def what_is_kept(session: Session) -> object:
    return export.export(session, 101)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.backup"


@pytest.mark.parametrize(
    ("database_url", "bare_database"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True
)
def test_everything_comes_back_on_the_other_kind_and_numbers_go_on(
    database: Database, bare_database: Database, file: Path
) -> None:
    database.run_now(a_life)
    made = backups.make(database, file, NOW)
    assert (made.contents.tables["people"].rows, sorted(made.contents.keys), made.about.key) == (2, ["test"], "test")
    assert file.stat().st_mode & 0o777 == 0o600
    assert backups.restore(bare_database, file, NOW).contents == made.contents
    assert schema.state(bare_database.engine) == "current"
    kept = database.run_now(what_is_kept)
    assert kept
    assert bare_database.run_now(what_is_kept) == kept
    assert bare_database.run_now(signs.seen, restored.COPIED)
    assert bare_database.run_now(a_person, 103).id == 7001
    assert [path.name for path in file.parent.glob("a.backup*")] == ["a.backup"]


def test_it_is_of_one_moment_and_keeps_nobody_waiting(database: Database) -> None:
    with database.still() as connection:
        count = select(func.count()).select_from(PersonRow)
        assert connection.scalar(count) == 0
        database.run_now(a_person)
        assert connection.scalar(count) == 0
    assert database.run_now(lambda session: session.scalar(count)) == 1


def test_what_was_restored_where_no_file_tells_is_taken_for_an_older_copy_once(sqlite_database: Database) -> None:
    for known, is_old in ((None, True), (Milestone(0, NOW), False)):
        sqlite_database.run_now(a_person, 101 + is_old)
        sqlite_database.run_now(restored.mark, NOW)
        assert [sqlite_database.run_now(restored.notice, each, NOW) for each in (known, None)] == [is_old, False]


def test_a_database_that_holds_something_is_left_as_it_is(
    sqlite_database: Database, database: Database, file: Path
) -> None:
    backups.make(sqlite_database, file, NOW)
    database.run_now(a_person)
    with pytest.raises(BackupError, match=r"not empty, and nothing is written over\. Cure: stop the bot"):
        backups.restore(database, file, NOW)
    assert database.run_now(what_is_kept)


def test_a_renewed_key_still_opens_and_another_one_is_told_which_is_wanted(
    sqlite_database: Database, bare_sqlite: Database, file: Path
) -> None:
    sqlite_database.run_now(a_life)
    backups.make(sqlite_database, file, NOW)
    assert backups.look(file, BOTH).about.key == "test"
    with pytest.raises(BackupError, match=r"sealed with the key test, and ENCRYPTION_KEYS has other\. Cure: put"):
        backups.look(file, OTHER)
    bare_sqlite.ring = OTHER
    with pytest.raises(BackupError, match="the key test"):
        backups.restore(bare_sqlite, file, NOW)
    assert schema.state(bare_sqlite.engine) == "empty"


def test_rows_of_an_older_key_are_told_before_anything_is_restored(
    sqlite_database: Database, bare_sqlite: Database, file: Path
) -> None:
    sqlite_database.run_now(a_life)
    sqlite_database.ring = BOTH
    assert backups.make(sqlite_database, file, NOW).about.key == "new"
    bare_sqlite.ring = Ring({"new": b"n" * 32})
    with pytest.raises(BackupError, match="sealed with the key test, which ENCRYPTION_KEYS does not have"):
        backups.restore(bare_sqlite, file, NOW)
    assert schema.state(bare_sqlite.engine) == "empty"


def test_a_key_of_the_same_name_is_not_taken_for_the_same_key(sqlite_database: Database, file: Path) -> None:
    backups.make(sqlite_database, file, NOW)
    with pytest.raises(BackupError, match="or its key test is another one than yours"):
        backups.look(file, Ring({"test": b"x" * 32}))


def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(sqlite_database: Database, file: Path) -> None:
    file.write_bytes(b"mine")
    with pytest.raises(BackupError, match="is there already"):
        backups.make(sqlite_database, file, NOW)
    assert file.read_bytes() == b"mine"
    assert backups.make(sqlite_database, file, NOW, replace=True) == backups.look(file, RING)


def test_a_full_disk_leaves_the_older_backup_and_nothing_half(sqlite_database: Database, file: Path) -> None:
    backups.make(sqlite_database, file, NOW)
    before = file.read_bytes()
    sqlite_database.run_now(something_large)
    with files_of_at_most(100_000), pytest.raises(BackupError, match=r"cannot be written .*Cure: make room"):
        backups.make(sqlite_database, file, NOW, replace=True)
    assert (file.read_bytes(), list(file.parent.glob("*.part"))) == (before, [])


def test_a_folder_that_is_not_there_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file"):
        backups.make(sqlite_database, tmp_path / "nowhere" / "a.backup", NOW)


def something_large(session: Session) -> None:
    """Nothing that can be pressed together."""
    content = RING.seal(bytes(300_000), b"")
    session.add(PackRow(pack="large", version="1", digest="large", files=content, stored_at=NOW))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system lets no file grow beyond this, as a full disk would not."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
