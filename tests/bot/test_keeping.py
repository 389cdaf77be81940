"""`stridecheck backup`, `restore` and `migrate` as typed; a folder of backups; what the doctor says of them."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner, Result

from bot import alone, doctor_database, keeping
from bot.cli import app
from bot.clock import wall
from bot.finding import Finding
from bot.settings import CURES, read_database
from storage import backups, export, migrate, neighbours, schema
from storage.database import Database
from tests.keys import KEYS, RING
from tests.storage.rows import NOW, a_person


@pytest.fixture(autouse=True)
def _a_folder_of_our_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in CURES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    """A database with somebody in it."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    database = Database(sqlite_url, ring=RING)
    database.run_now(lambda session: a_person(session).id)
    database.close()
    return sqlite_url


def typed(*words: str, **env: str) -> Result:
    return CliRunner().invoke(app, list(words), env=env)


# --- backup and restore -----------------------------------------------------------------------------------------------


def test_what_was_backed_up_is_restored_and_the_operator_is_told_what_comes_next(url: str, tmp_path: Path) -> None:
    made = typed("backup", "a.backup")
    assert (made.exit_code, "schema 0005, sealed with test. Read again and compared." in made.output) == (0, True)
    assert "It is whole." in typed("restore", "--check", "a.backup").output
    refused = typed("restore", "a.backup")
    assert (refused.exit_code, "Nothing was restored. The database is not empty" in refused.output) == (1, True)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    done = typed("restore", "a.backup", DATABASE_URL=other)
    assert done.exit_code == 0, done.output
    assert "there is no file" in done.output
    assert "stridecheck resume" in done.output
    database = Database(other, ring=RING)
    assert database.run_now(export.export, 101)
    database.close()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("backup",), "Say where to"),
        (("backup", "a.db"), "is there already"),
        (("backup", "--keep", "3", "nowhere"), "nowhere is not a folder"),
        (("restore", "a.db"), "Nothing was restored. a.db is no backup of Stride Check's"),
        (("restore", "--check", "a.db"), "a.db is no backup of Stride Check's"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(url: str, words: tuple[str, ...], why: str) -> None:
    Path("a.db").write_bytes(b"SQLite format 3")
    result = typed(*words)
    assert result.exit_code in {1, 2}
    assert why in result.output
    assert len(result.output.splitlines()) == 1


def test_nothing_is_restored_or_migrated_while_a_bot_runs(url: str) -> None:
    typed("backup", "a.backup")
    with alone.alone(url, NOW):
        for words in (("restore", "a.backup"), ("migrate",)):
            result = typed(*words)
            assert (result.exit_code, f"process {os.getpid()}" in result.output) == (3, True)


def test_on_postgresql_whoever_is_there_is_waited_for_and_nobody_leads_meanwhile(postgres_url: str) -> None:
    database, there = Database(postgres_url, ring=RING), create_engine(postgres_url)
    with there.connect() as line:
        line.exec_driver_sql(f"SELECT pg_advisory_lock_shared({neighbours.PRESENT}, 7)")
        with (
            pytest.raises(alone.AlreadyRunningError, match="one process of the bot runs"),
            alone.stopped(database, NOW),
        ):
            pass
        assert alone.who(database) == "one process of the bot runs on this database"
        line.exec_driver_sql(f"SELECT pg_advisory_unlock_shared({neighbours.PRESENT}, 7)")
        with alone.stopped(database, NOW):
            assert not neighbours.keep_away(line)
        assert neighbours.keep_away(line)
    there.dispose()
    database.close()


# --- a folder ---------------------------------------------------------------------------------------------------------


def test_of_a_folder_the_newest_stay_and_nothing_that_is_not_ours_is_touched(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    strange = [keeping.path_in(folder, NOW - timedelta(days=9)), folder / "notes.backup", folder / "x.part"]
    for each in strange:
        each.write_text("mine")
    left = folder / f"{keeping.path_in(folder, NOW).name}.abc123.part"
    left.touch()
    os.utime(left, (0, 0))
    database = Database(url, ring=RING)
    removed = [keeping.make(database, folder, NOW + timedelta(days=day), keep=2)[1] for day in range(4)]
    database.close()
    assert removed == [0, 0, 1, 1]
    kept = [keeping.path_in(folder, NOW + timedelta(days=day)) for day in (2, 3)]
    assert sorted(folder.iterdir()) == sorted([*strange, *kept])
    assert keeping.newest(folder) == kept[-1]


# --- migrate ----------------------------------------------------------------------------------------------------------


def test_migrate_backs_up_first_says_where_and_what_it_does(url: str, tmp_path: Path) -> None:
    of_before(url)
    result = typed("migrate", BACKUP_FOLDER=str(tmp_path))
    assert result.exit_code == 0, result.output
    made = keeping.newest(tmp_path)
    assert made is not None
    first, second, third = result.output.splitlines()
    assert str(made) in first
    assert (second[:6], third) == ("0005: ", "The database is up to date (schema 0005).")
    assert backups.look(made, RING).about.schema == "0004"


def test_migrate_without_a_backup_must_be_said(url: str, tmp_path: Path) -> None:
    of_before(url)
    refused = typed("migrate", BACKUP_FOLDER=str(tmp_path / "nowhere"))
    assert refused.exit_code == 1
    assert "Nothing was migrated." in refused.output
    assert "--no-backup" in refused.output
    assert state(url) == "behind"
    assert typed("migrate", "--no-backup").exit_code == 0
    assert (state(url), keeping.newest(tmp_path)) == ("current", None)


def of_before(url: str) -> None:
    database = Database(url, ring=RING)
    migrate.downgrade(database, "0004")
    database.close()


def state(url: str) -> str:
    engine = create_engine(url)
    found = schema.state(engine)
    engine.dispose()
    return found


# --- the doctor -------------------------------------------------------------------------------------------------------


def test_the_doctor_names_a_backup_that_is_missing_old_or_of_a_lost_key(
    monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    monkeypatch.setenv("BACKUP_FOLDER", str(folder))
    assert "is not there" in of_backups().what
    folder.mkdir()
    assert "there is none" in of_backups().what
    database = Database(url, ring=RING)
    made, _ = keeping.make(database, folder, wall() - timedelta(days=3))
    assert "72 hours old" in of_backups().what
    assert "look why" in (of_backups().cure or "")
    fresh, _ = keeping.make(database, folder, wall())
    assert of_backups().cure is None
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS.replace("test", "later"))
    assert "sealed with the key test" in of_backups().what
    shutil.copy(made.about.path, fresh.about.path)
    fresh.about.path.write_bytes(fresh.about.path.read_bytes()[:40])
    assert "has no header" in of_backups().what
    database.close()


def of_backups() -> Finding:
    return found("backups")


def found(about: str) -> Finding:
    return next(each for each in doctor_database.examine(read_database()) if each.about == about)


def test_the_doctor_says_who_runs_on_the_database(url: str) -> None:
    assert found("bot").what == "none runs on this database now"
    with alone.alone(url, NOW):
        assert f"process {os.getpid()} on" in found("bot").what
