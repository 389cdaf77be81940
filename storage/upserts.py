"""INSERT ... ON CONFLICT, which each database writes in its own way."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert  # PostgreSQL's has what we use of it as well


def insert_of(dialect: str) -> Callable[[Any], Insert]:
    """The `insert` of this kind of database. The other one's is not even read: PostgreSQL's takes 2 MB."""
    found: Callable[[Any], Insert] = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return found
