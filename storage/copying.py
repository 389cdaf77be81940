"""Every row of our tables as lines of JSON, and back again: the same from both kinds of databases, at every schema.

    {"table":"people","columns":{"id":"plain","mark":"bytes","created_at":"moment",...}}
    [1,"q83vEjRWeJA=","2026-11-21T18:40:00+00:00",...]           a row as it lies there: what is sealed stays sealed
    {"rows":1,"digest":"9f86d0..."}                              the end of the table
    {"keys":["k1"]}                                              the end: what the rows were sealed with

Rows come in the order of their primary keys, columns in that of their names, so that equal tables have equal digests.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from storage import admin_tables  # noqa: F401 - the metadata knows a table once its module was imported
from storage.tables import PersonRow

BATCH = 500
PLAIN, BYTES, MOMENT = "plain", "bytes", "moment"
OURS = frozenset(PersonRow.metadata.tables)
Put = Callable[[str, Mapping[str, str], list[bytes]], None]


class CopyError(ValueError):
    """What was read is not what was written; the message says in which table."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows a table had, and a digest of all of them."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds, table by table, and the ids of the keys that its rows were sealed with."""

    tables: Mapping[str, Copied]
    keys: frozenset[str]

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(each.rows for each in self.tables.values())


def tables(connection: Connection) -> list[Table]:
    """Our tables as they are there, those first that others point to."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in OURS)
    return found.sorted_tables


def lines(connection: Connection, ours: Iterable[Table]) -> Iterator[bytes]:
    """The whole copy of our tables, read as it goes."""
    keys = set[str]()
    for table in ours:
        yield from _lines(connection, table, keys)
    yield _line({"keys": sorted(keys)})


def _lines(connection: Connection, table: Table, keys: set[str]) -> Iterator[bytes]:
    columns = sorted(table.columns, key=lambda each: each.name)
    kinds = [_kind(each) for each in columns]
    boxes = [place for place, each in enumerate(columns) if _is_box(table.name, each.name)]
    yield _line({"table": table.name, "columns": {each.name: kind for each, kind in zip(columns, kinds, strict=True)}})
    counting = _Counting()
    for row in _rows(connection, table, columns):
        keys.update(_key(row[place]) for place in boxes if row[place] is not None)
        line = _line([WRITE[kind](value) for kind, value in zip(kinds, row, strict=True)])
        counting.add(line)
        yield line
    yield _line(dataclasses.asdict(counting.found()))


class _Counting:
    """A table's rows as they go by."""

    def __init__(self) -> None:
        self._rows, self._digest = 0, hashlib.sha256()

    def add(self, line: bytes) -> None:
        self._rows += 1
        self._digest.update(line)

    def found(self) -> Copied:
        return Copied(self._rows, self._digest.hexdigest())


def _rows(connection: Connection, table: Table, columns: Sequence[sa.Column[Any]]) -> Iterator[Sequence[Any]]:
    """In an order that is the same everywhere: of texts, that of their bytes."""
    is_postgres = connection.dialect.name == "postgresql"
    order = [sa.collate(each, "C") if is_postgres and isinstance(each.type, sa.Text) else each
             for each in table.primary_key]  # fmt: skip
    query = sa.select(*columns).order_by(*order)
    yield from connection.execute(query, execution_options={"yield_per": BATCH})


def read(found: Iterable[bytes], put: Put = lambda *_: None) -> Contents:
    """What the lines hold; each table's rows go to `put(table, columns, lines)`, some hundred at a time.

    Raises CopyError where count or digest is not what was written, or where the end is missing.
    """
    copied, source = dict[str, Copied](), iter(found)
    for line in source:
        told = json.loads(line)
        if "keys" in told:
            return Contents(copied, frozenset(told["keys"]))
        copied[told["table"]] = _read_table(told["table"], told["columns"], source, put)
    raise CopyError("the copy has no end")


def _read_table(name: str, columns: Mapping[str, str], source: Iterator[bytes], put: Put) -> Copied:
    counting, waiting = _Counting(), list[bytes]()
    for line in source:
        is_end = line.startswith(b"{")
        if is_end or len(waiting) == BATCH:
            put(name, columns, waiting)
            waiting = []
        if is_end:
            return _agreed(name, counting.found(), Copied(**json.loads(line)))
        counting.add(line)
        waiting.append(line)
    raise CopyError(f"the rows of {name} have no end")


def _agreed(name: str, found: Copied, written: Copied) -> Copied:
    if found != written:
        raise CopyError(f"the rows of {name} are not those that were written")
    return found


def insert(connection: Connection, ours: Iterable[Table]) -> Put:
    """Puts rows into the tables that are there. Raises CopyError for a table that is not."""
    there = {each.name: each for each in ours}

    def put(name: str, columns: Mapping[str, str], lines: list[bytes]) -> None:
        if name not in there:
            raise CopyError(f"it has a table {name}, which this schema does not have")
        if lines:
            connection.execute(sa.insert(there[name]), [_row(columns, json.loads(each)) for each in lines])

    return put


def _row(columns: Mapping[str, str], told: list[Any]) -> dict[str, Any]:
    return {name: READ[kind](value) for (name, kind), value in zip(columns.items(), told, strict=True)}


def count_on(connection: Connection, ours: Iterable[Table]) -> None:
    """What PostgreSQL numbers by itself goes on after the highest number; SQLite does that anyway."""
    if connection.dialect.name != "postgresql":
        return
    for table in ours:
        for column in table.primary_key:
            if isinstance(column.type, sa.Integer):
                sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(sequence, highest, sa.false())))


def _kind(column: sa.Column[Any]) -> str:
    if isinstance(column.type, sa.LargeBinary):
        return BYTES
    return MOMENT if isinstance(column.type, sa.DateTime) else PLAIN


def _is_box(table: str, column: str) -> bool:
    return column.startswith("sealed_") or (table, column) == ("secrets", "sealed")


def _key(box: bytes) -> str:
    """The id that a box begins with (storage/crypto.py)."""
    return box[2 : 2 + box[1]].decode("ascii", "replace")


def _utc(moment: datetime) -> str:
    """SQLite's moments have no zone, and are UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat()


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    return value


def _or_none(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)


WRITE = {PLAIN: _same, BYTES: _or_none(lambda value: base64.b64encode(value).decode()), MOMENT: _or_none(_utc)}
READ = {PLAIN: _same, BYTES: _or_none(base64.b64decode), MOMENT: _or_none(datetime.fromisoformat)}


def _line(told: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
