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

SEALED_SINCE = "0004"
FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Every migration up to `to`, in one transaction; then nothing of what was dropped is left in the files.

    Interrupted before that transaction is over, nothing has happened; after it, repeat it for the rest.
    """
    before = state(database.engine)
    with built(database, to):
        pass
    if before != "empty":
        database.sweep_out()


@contextmanager
def built(database: Database, to: str) -> Iterator[Connection]:
    """Every migration up to `to`, and what the block does then, in one transaction: all of it, or nothing."""
    with _prepared(database) as (connection, config):
        command.upgrade(config, to)
        yield connection


def downgrade(database: Database, to: str) -> None:
    """Back to an earlier schema."""
    with _prepared(database) as (_, config):
        command.downgrade(config, to)


@contextmanager
def _prepared(database: Database) -> Iterator[tuple[Connection, Config]]:
    """On SQLite tables are changed by making them anew, which no foreign key may notice.

    Alembic leaves a transaction alone that it finds begun; by itself it would commit each migration on SQLite.
    """
    config = _config()
    with database.engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
        config.attributes |= {"connection": connection, "ring": database.ring}
        yield connection, config


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
        have = revision(connection)
        if have is None:
            return "empty" if "people" not in inspect(connection).get_table_names() else "unknown"
    if have == script.get_current_head():
        return "current"
    return "behind" if have in {revision.revision for revision in script.walk_revisions()} else "unknown"


def revision(connection: Connection) -> str | None:
    """The schema that is there, if one is."""
    return MigrationContext.configure(connection).get_current_revision()


def is_sealed(engine: Engine) -> bool:
    """Is it of a schema that stores nothing about people in plain, and knows its keys?"""
    known = revisions()
    with engine.connect() as connection:
        have = revision(connection)
    return have in known and known.index(have) >= known.index(SEALED_SINCE)


def to_come(engine: Engine) -> list[tuple[str, str]]:
    """The migrations that a database still needs, oldest first, each with what it does in words."""
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        have = revision(connection)
    found = [(each.revision, each.doc) for each in script.iterate_revisions("head", have)]
    return found[::-1]


def revisions() -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config
