"""The schema's version: bring a database up to date, or say that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from storage.database import Database

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Every migration up to `to`, in one transaction; then nothing of what was dropped is left in the files.

    Interrupted after the first, repeat it for the second.
    """
    before = state(database.engine)
    with _prepared(database) as config:
        command.upgrade(config, to)
    if before != "empty":
        database.sweep_out()


def downgrade(database: Database, to: str) -> None:
    """Back to an earlier schema."""
    with _prepared(database) as config:
        command.downgrade(config, to)


@contextmanager
def _prepared(database: Database) -> Iterator[Config]:
    """On SQLite tables are changed by making them anew, which no foreign key may notice."""
    config = _config()
    with database.engine.connect() as connection, _without_foreign_keys(connection):
        config.attributes |= {"connection": connection, "ring": database.ring}
        yield config
        connection.commit()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    raw = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def state(engine: Engine) -> str:
    """`current`, `empty` (no tables of ours yet), `behind` (migrate), or `unknown` (made by a newer program)."""
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
        if have is None:
            return "empty" if "people" not in inspect(connection).get_table_names() else "unknown"
    if have == script.get_current_head():
        return "current"
    return "behind" if have in {revision.revision for revision in script.walk_revisions()} else "unknown"


def revisions() -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config
