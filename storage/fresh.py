"""A database for this run only: the tables as they are now, without the way by which they came to be so."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table, insert
from sqlalchemy.orm import Session

from storage import admin_tables, schema, secret, tables
from storage.columns import Base
from storage.crypto import KeysError
from storage.database import Database

OURS = (tables, admin_tables)  # reading them is what makes the tables known
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))


def make(database: Database) -> None:
    """Every table, and the secret, in an empty database. A third of a second sooner than by all migrations."""
    if database.ring is None:
        raise KeysError("A database without keys cannot have a secret.")
    with Session(database.engine) as session, session.begin():
        Base.metadata.create_all(session.connection())
        VERSION.create(session.connection())
        session.execute(insert(VERSION).values(version_num=schema.revisions()[-1]))
        secret.make(session, database.ring)
