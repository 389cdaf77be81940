"""The schema's history can be walked up and down, and leads to exactly the tables that the code expects."""

from __future__ import annotations

from itertools import pairwise

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from storage import fresh, migrate, schema
from storage.columns import Base
from storage.database import Database
from tests.storage.rows import a_person


def test_every_revision_goes_up_and_down_and_up_again(bare_database: Database) -> None:
    engine, steps = bare_database.engine, ["base", *schema.revisions()]
    for before, after in pairwise(steps):
        migrate.upgrade(bare_database, after)
        migrate.downgrade(bare_database, before)
        migrate.upgrade(bare_database, after)
    assert schema.state(engine) == "current"
    for before in reversed(steps[:-1]):
        migrate.downgrade(bare_database, before)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert schema.state(engine) == "empty"


def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_revisions_are_those_that_alembic_walks() -> None:
    walked = ScriptDirectory(str(migrate.FOLDER)).walk_revisions()
    assert schema.revisions() == [each.revision for each in walked][::-1]


def test_a_migrated_database_can_be_used(bare_database: Database) -> None:
    migrate.upgrade(bare_database)
    assert bare_database.run_now(lambda session: a_person(session).id) == 1


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    database.run_now(a_person)
    migrate.upgrade(database)
    assert schema.state(database.engine) == "current"
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 1


def test_a_schema_of_a_newer_program_is_not_taken_for_ours(bare_database: Database) -> None:
    engine = bare_database.engine
    assert schema.state(engine) == "empty"
    migrate.upgrade(bare_database)
    assert schema.state(engine) == "current"
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema.state(engine) == "unknown"


def test_tables_that_no_migration_made_are_not_ours(bare_database: Database) -> None:
    with bare_database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (id INTEGER)"))
    assert schema.state(bare_database.engine) == "unknown"


def test_a_database_for_this_run_only_is_like_a_migrated_one(bare_database: Database) -> None:
    fresh.make(bare_database)
    assert schema.state(bare_database.engine) == "current"
    assert bare_database.run_now(lambda session: a_person(session).id) == 1
    made = described(bare_database)
    Base.metadata.drop_all(bare_database.engine)
    fresh.VERSION.drop(bare_database.engine)
    migrate.upgrade(bare_database)
    assert made == described(bare_database)


def described(database: Database) -> dict[str, object]:
    """Each table's columns, indexes and keys, whatever their order. Only migrations write defaults into the tables."""
    about = inspect(database.engine)
    return {
        table: (
            sorted((each["name"], str(each["type"]), each["nullable"]) for each in about.get_columns(table)),
            sorted((str(each["name"]), *each["column_names"], each["unique"]) for each in about.get_indexes(table)),
            sorted(tuple(each["constrained_columns"]) for each in about.get_foreign_keys(table)),
            sorted(tuple(each["column_names"]) for each in about.get_unique_constraints(table)),
        )
        for table in about.get_table_names()
    }
