"""Whatever version wrote a row, the newest has it; a migration that is killed in the middle has not begun."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from storage import backups, migrate, milestones, schema, sealed
from storage.database import Database
from storage.tables import ErasureRow, PersonRow, RunRow, TallyRow
from tests.keys import RING
from tests.storage.rows import NOW
from tests.storage.test_sealing_old_rows import ANA, AT, ROWS, everything_is_there, live_before, write

UID = b"u" * 16
RUN = RING.seal(b'{"score":7}', sealed.place("runs", "sealed_data", {"person_id": 1}, UID))
LATER = ("audit", "admins", "broadcasts", "files", "outbox 2")
OF_LATER = {name: row for name, row in ROWS.items() if name.startswith(LATER)}
# What each released schema was the first to write: its own tables and columns, in its own way.
FIRST: dict[str, Mapping[str, Mapping[str, object]]] = {
    "0001": {name: {column: each for column, each in row.items() if column != "trial"}
             for name, row in ROWS.items() if name not in OF_LATER},
    "0002": OF_LATER,
    "0003": {
        "runs": {"id": 1, "person_id": 1, "at": AT, "data": '{"score":4}'},
        "tallies": {"week": AT, "kind": "level", "name": "L5", "count": 6},
        "erasures": {"mark": b"m" * 16, "at": AT, "receipt": "4031-7752"},
    },
    "0004": {"runs": {"id": 2, "person_id": 1, "at": AT, "uid": UID, "sealed_data": RUN}},
    "0005": {"signs": {"name": milestones.SIGN, "at": AT, "by": "7"}},
}  # fmt: skip


def lives(database: Database) -> Iterator[str]:
    """A database that was there from the first version on; each writes what it was the first to write."""
    for revision in schema.revisions():
        migrate.upgrade(database, revision)
        write(database, FIRST[revision])
        yield revision


def is_there(session: Session, written_by: str) -> None:
    """Everything that the versions up to this one wrote, in the words of the newest."""
    if written_by >= "0002":
        everything_is_there(session)
    assert session.get_one(PersonRow, 1).telegram_id == ANA
    runs = [row.data["score"] for row in session.scalars(select(RunRow).order_by(RunRow.id))]
    assert runs == [4, 7][: max(0, int(written_by) - 2)]
    counted = [(row.week, row.name, row.count) for row in session.scalars(select(TallyRow))]
    receipts = list(session.scalars(select(ErasureRow.receipt)))
    assert (counted, receipts) == (([(NOW, "L5", 6)], ["4031-7752"]) if written_by >= "0003" else ([], []))
    assert milestones.newest(session) == (7 if written_by >= "0005" else 0)


def test_rows_of_every_released_version_are_carried_to_the_newest(bare_database: Database) -> None:
    assert list(lives(bare_database)) == list(FIRST), "a new schema wants rows of its own here"
    bare_database.run_now(is_there, "0005")


def test_a_backup_of_every_released_version_comes_back_up_to_date(bare_sqlite: Database, tmp_path: Path) -> None:
    for revision in lives(bare_sqlite):
        made = backups.make(bare_sqlite, tmp_path / revision, NOW + timedelta(days=1))
        assert (made.about.schema, made.contents.rows) == (revision, rows_of(bare_sqlite))
        if revision == "0001":
            restored = Database(f"sqlite:///{tmp_path / revision}.db", ring=RING)
            backups.restore(restored, tmp_path / revision, NOW)
            restored.run_now(is_there, revision)
            restored.close()


def rows_of(database: Database) -> object:
    """In all tables there are, whoever made them."""
    with database.engine.connect() as connection:
        names = [name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in names]  # noqa: S608
    return sum(counts) - 1  # alembic's own


# --- killed -----------------------------------------------------------------------------------------------------------


def killed_at(words: str, database: Database) -> int:
    """A process of its own migrates, and kills itself when it would say this to the database: the signal it died of."""

    def kill(connection: object, cursor: object, statement: str, *_: object) -> None:
        if words in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no lock of another thread is wanted by the child
        child = os.fork()
    if child == 0:
        try:
            opened = Database(database.engine.url.render_as_string(hide_password=False), ring=RING)
            event.listen(opened.engine, "before_cursor_execute", kill)
            migrate.upgrade(opened)
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def test_a_migration_that_is_killed_between_two_steps_has_not_begun(bare_database: Database) -> None:
    live_before(bare_database)
    bare_database.engine.dispose()
    # The last of the migrations: everything is sealed by then.
    assert killed_at("CREATE TABLE signs", bare_database) == signal.SIGKILL
    with bare_database.engine.connect() as connection:
        assert schema.revision(connection) == "0002"
    migrate.upgrade(bare_database)
    bare_database.run_now(everything_is_there)
