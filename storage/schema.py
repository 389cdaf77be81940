"""Which schema a database has, and whether it is ours: asked at every start, so without the library that changes it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

SEALED_SINCE = "0004"
VERSIONS = Path(__file__).parent / "migrations" / "versions"
HAVE = text("SELECT version_num FROM alembic_version")


def revisions() -> list[str]:
    """Every revision, oldest first: each file's name begins with its own."""
    return [path.name.partition("_")[0] for path in sorted(VERSIONS.glob("[0-9]*_*.py"))]


def revision(connection: Connection) -> str | None:
    """The schema that is there, if one is."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(HAVE)
    return found


def state(engine: Engine) -> str:
    """`current`, `empty` (no tables of ours yet), `behind` (migrate), or `unknown` (made by a newer program)."""
    with engine.connect() as connection:
        have = revision(connection)
        if have is None:
            return "unknown" if inspect(connection).has_table("people") else "empty"
    known = revisions()
    if have == known[-1]:
        return "current"
    return "behind" if have in known else "unknown"


def is_sealed(engine: Engine) -> bool:
    """Is it of a schema that stores nothing about people in plain, and knows its keys?"""
    known = revisions()
    with engine.connect() as connection:
        have = revision(connection)
    return have in known and known.index(have) >= known.index(SEALED_SINCE)
