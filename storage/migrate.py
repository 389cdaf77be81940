"""The schema's version: bring a database up to date, or say that it is not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, to: str = "head") -> None:
    """Every migration up to `to`, each in its own transaction."""
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def downgrade(engine: Engine, to: str) -> None:
    """Back to an earlier schema."""
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()


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
