"""Bring a database's schema up to date. Which one it has: storage/schema.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage import schema
from storage.database import Database

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Every migration up to `to`, in one transaction; then nothing of what was dropped is left in the files.

    Interrupted before that transaction is over, nothing has happened; after it, repeat it for the rest.
    """
    before = schema.state(database.engine)
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


def to_come(engine: Engine) -> list[tuple[str, str]]:
    """The migrations that a database still needs, oldest first, each with what it does in words."""
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        have = schema.revision(connection)
    found = [(each.revision, each.doc) for each in script.iterate_revisions("head", have)]
    return found[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config
