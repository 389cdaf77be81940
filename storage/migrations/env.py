"""Alembic's entry: the connection comes from storage/migrate.py."""

from alembic import context

from storage.tables import PersonRow

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=PersonRow.metadata, render_as_batch=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A migration of a large table may take longer than a turn ever should.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    context.run_migrations()
