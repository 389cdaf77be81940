"""Alembic's entry: the connection comes from storage/migrate.py."""

from alembic import context

import storage.admin_tables  # noqa: F401 - the metadata knows a table once its module was imported
from storage import tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.PersonRow.metadata, render_as_batch=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A migration of a large table may take longer than a turn ever should.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    context.run_migrations()
