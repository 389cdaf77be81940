"""Sealed columns: a table lists a `sealed_name` column beside `name = Opened()`, and its rows are used as ever.

What is read opens when it is looked at; what is set is sealed when it is written, because only then is known to whom
it belongs. A sealed column takes nothing but a box: no plain value can slip into it, by no way.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar, overload

from sqlalchemy import Connection, Dialect, LargeBinary, event
from sqlalchemy.orm import Mapped, Mapper, QueryContext, mapped_column, object_session
from sqlalchemy.types import TypeDecorator

from storage import crypto
from storage.columns import Base
from storage.crypto import Keys

T = TypeVar("T")
UID_BYTES = 16
NOT_YET: Any = object()


class Box:
    """What lies in a sealed column, and what is in it once somebody has looked."""

    __slots__ = ("sealed", "value")

    def __init__(self, sealed: bytes, value: Any = NOT_YET) -> None:  # noqa: ANN401 - whatever the column holds
        self.sealed, self.value = sealed, value


class Fresh:
    """What was set and is not sealed yet."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - whatever the column holds
        self.value = value


class Sealed(TypeDecorator[Any]):
    """The type of a sealed column. Raises TypeError for anything that is no box."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401 - only a box passes
        if value is None or isinstance(value, Box):
            return value.sealed if value is not None else None
        raise TypeError("only a box may be stored in a sealed column")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Box | None:
        return None if value is None else Box(bytes(value))


def write_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """A JSON document, the same for equal ones."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def read_json(plain: bytes) -> Any:  # noqa: ANN401 - any JSON
    """The document that was written."""
    return json.loads(plain.decode())  # of bytes, json would guess the encoding, which takes longer than reading


def place(table: str, column: str, owners: Mapping[str, int | bytes | None], uid: bytes) -> bytes:
    """What a box is bound to: table, column, whose it is, and the row. Written so once and for all."""
    whose = ",".join(f"{name}={each.hex() if isinstance(each, bytes) else each}" for name, each in owners.items())
    return f"{table}.{column}|{whose}|{uid.hex()}".encode()


class Opened(Generic[T]):
    """What is in the sealed column of the same name: `data = Opened[Document]()` beside `sealed_data`."""

    def __init__(self, write: Callable[[Any], bytes] = write_json, read: Callable[[bytes], Any] = read_json) -> None:
        self.write, self.read = write, read

    def __set_name__(self, owner: type[SealedRow], name: str) -> None:
        self.owner, self.name, self.column = owner, name, f"sealed_{name}"
        owner.OPENED = (*owner.OPENED, self)

    @overload
    def __get__(self, row: None, owner: type[SealedRow]) -> Opened[T]: ...
    @overload
    def __get__(self, row: SealedRow, owner: type[SealedRow]) -> T: ...
    def __get__(self, row: SealedRow | None, owner: type[SealedRow]) -> Any:
        if row is None:
            return self
        held = getattr(row, self.column)
        if held is None:
            return None
        if held.value is NOT_YET:
            held.value = self.open(row, keys_of(row))
        return held.value

    def __set__(self, row: SealedRow, value: T) -> None:
        if value is None:
            setattr(row, self.column, None)
        elif getattr(row, self.column) is None or self.__get__(row, type(row)) != value:
            setattr(row, self.column, Fresh(value))

    def open(self, row: Any, keys: Keys) -> Any:  # noqa: ANN401 - any row with the columns that a box is bound to
        """What is in the box of this row, or of a plain row of a query for many: uid and OWNERS must be among it."""
        held = getattr(row, self.column)
        return None if held is None else self.read(keys.ring.open(held.sealed, self.place(row)))

    def seal(self, row: SealedRow, keys: Keys) -> None:
        """Put what was set into its box."""
        held = row.__dict__.get(self.column)
        if type(held) is Fresh:
            setattr(row, self.column, self.boxed(row, held.value, keys))

    def boxed(self, row: SealedRow, value: Any, keys: Keys) -> Box:  # noqa: ANN401 - whatever the column holds
        """What is to be written into the sealed column of this row."""
        return Box(keys.ring.seal(self.write(value), self.place(row)), value)

    def place(self, row: Any) -> bytes:  # noqa: ANN401 - as above
        """What the box of this row is bound to."""
        owners = {name: getattr(row, name) for name in self.owner.OWNERS}
        return place(self.owner.__tablename__, self.column, owners, row.uid or b"")


class SealedRow(Base):
    """A row with sealed columns. `uid`: random, made with the row; boxes are bound to it and to the row's OWNERS."""

    __abstract__ = True

    OPENED: ClassVar[tuple[Opened[Any], ...]] = ()
    OWNERS: ClassVar[tuple[str, ...]] = ()

    uid: Mapped[bytes | None] = mapped_column(LargeBinary)


def keys_of(row: SealedRow) -> Keys:
    """The keys of the database that the row came from, also when its session is closed by now."""
    keys = row.__dict__.get(crypto.KEYS)
    if keys is None:
        session = object_session(row)
        if session is None:
            raise crypto.KeysError("a row that came from nowhere cannot be opened")
        keys = row.__dict__[crypto.KEYS] = crypto.of(session)
    assert isinstance(keys, Keys)  # noqa: S101 - for the type; nothing else is put there
    return keys


@event.listens_for(SealedRow, "load", propagate=True)
def _loaded(row: SealedRow, context: QueryContext) -> None:
    row.__dict__[crypto.KEYS] = context.session.info.get(crypto.KEYS)


@event.listens_for(SealedRow, "before_insert", propagate=True)
@event.listens_for(SealedRow, "before_update", propagate=True)
def _seal(mapper: Mapper[Any], connection: Connection, row: SealedRow) -> None:
    if row.uid is None:
        row.uid = secrets.token_bytes(UID_BYTES)
    for each in row.OPENED:
        each.seal(row, keys_of(row))
