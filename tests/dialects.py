"""Each kind of database speaks one dialect for the whole run, so that a statement is put into SQL once, not per test.

SQLAlchemy keeps what it has compiled with an engine and its dialect. A bot has one engine for its whole life; the tests
make thousands of them, and spent a third of their time on the same few hundred statements.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_COMPILED: dict[Any, Any] = {}


class _Once(type):
    """A class of which there is one object for the same arguments."""

    @cache  # noqa: B019 - it is meant to keep them
    def __call__(cls, **given: Any) -> Any:
        return super().__call__(**given)


class OneSQLite(SQLiteDialect_pysqlite, metaclass=_Once):
    """SQLAlchemy's own."""

    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """It shares what others have compiled."""
        engine.update_execution_options(compiled_cache=_COMPILED)


class OnePostgres(PGDialect_psycopg, metaclass=_Once):
    """SQLAlchemy's own."""

    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """It shares what others have compiled."""
        engine.update_execution_options(compiled_cache=_COMPILED)


def share() -> None:
    """From here on every new engine of this process."""
    registry.register("sqlite", __name__, OneSQLite.__name__)
    registry.register("postgresql.psycopg", __name__, OnePostgres.__name__)
