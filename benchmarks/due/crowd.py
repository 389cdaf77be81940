"""A crowd of any size in a database of either kind: people with a check behind them and a check-in to come.

The first of them answers everything as the bot itself has it; all others are copies of their rows, under numbers, marks
and boxes of their own, put straight into the tables. So a million takes minutes and not days, and every row opens.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from content.hours import NEVER
from content.load import pack_files, parse_pack
from content.shipped import FIRST_PACK
from storage import episodes, migrate, sealed
from storage.columns import Base
from storage.database import Database
from storage.packs import Packs
from storage.sealed import Opened
from storage.tables import EpisodeRow, FollowUpRow, PersonRow
from tests.bot.test_logs import ANSWERS
from tests.walks import headstart

FIRST = 10_000  # Telegram's number of the first of them
BATCH = 20_000
LATER, SPAN = timedelta(days=2), timedelta(days=90)
TABLES = (PersonRow, EpisodeRow, FollowUpRow)
NAMES = tuple(table.__tablename__ for table in TABLES)
PRIME = 1_000_003
Row = dict[str, Any]


class Crowd:
    """Everybody in one database; `key` is the check-in that each of them is to have."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now, self.packs, self.size = database, now, Packs(), 0
        migrate.upgrade(database)
        files = pack_files(FIRST_PACK)
        database.run_now(self.packs.publish, parse_pack(files), files, now)
        self.key = database.run_now(self._first)
        self._samples = {table: self._sample(table) for table in TABLES}
        self._told = database.run_now(
            lambda session: EpisodeRow.data.write(session.scalars(select(EpisodeRow)).one().data)
        )
        self.size = 1

    def grow(self, size: int, more: Callable[[float], None] = lambda many: None) -> None:
        """That many people, each with one pending check-in, at some moment of the three months after two days."""
        free = self.database.run_now(lambda session: [session.scalar(select(func.max(t.id))) or 0 for t in TABLES])
        shift = [last + 1 - self.size for last in free]
        for begin in range(self.size, size, BATCH):
            numbers = range(begin, min(begin + BATCH, size))
            self._put_in(numbers, shift)
            more(len(numbers))
        self.size = max(size, self.size)
        self._count_anew()

    def fall_due(self, many: int, at: datetime) -> list[int]:
        """So many of what is pending, far apart in the tables, is now due at this one moment; their numbers."""
        return self.database.run_now(self._fall_due, many, at)

    # --- the first of them --------------------------------------------------------------------------------------------

    def _first(self, session: Session) -> str:
        headstart.have_met(session, [FIRST], self.now)
        headstart.have_an_outcome(session, self.packs, {FIRST: ANSWERS}, self.now)
        person = session.scalars(select(PersonRow)).one()
        person.quiet_from, person.quiet_until = NEVER
        episode = session.scalars(select(EpisodeRow)).one()
        episodes.save(episode, replace(episodes.read(episode.data), quiet=NEVER), self.now)
        first, *others = session.scalars(select(FollowUpRow).order_by(FollowUpRow.due_at))
        first.due_at, first.expires_at = self.now + LATER, self.now + 2 * SPAN
        for each in others:
            session.delete(each)
        return first.key

    def _sample(self, table: type[Base]) -> Row:
        """The first one's row as it lies in the database."""
        with self.database.engine.connect() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM {table.__tablename__}")  # noqa: S608 - a name of ours
            return dict(found.mappings().one())

    # --- all others ---------------------------------------------------------------------------------------------------

    def _put_in(self, numbers: Iterable[int], shift: Sequence[int]) -> None:
        made = [self._copy(number, *(number + each for each in shift)) for number in numbers]
        with self.database.engine.begin() as connection:
            for table, rows in zip(NAMES, zip(*made, strict=True), strict=True):
                _insert(connection.connection.driver_connection, table, rows)

    def _copy(self, number: int, person_id: int, episode_id: int, follow_up_id: int) -> tuple[Row, Row, Row]:
        """The rows of one person."""
        mine, keys = {"uid": secrets.token_bytes(sealed.UID_BYTES), "person_id": person_id}, self.database.keys
        person = self._samples[PersonRow] | {"id": person_id, "uid": mine["uid"]}
        person["mark"] = keys.mark("person", FIRST + number)
        person["sealed_telegram_id"] = self._box(PersonRow.telegram_id, sealed.write_json(FIRST + number), person)
        episode = self._samples[EpisodeRow] | mine | {"id": episode_id}
        episode["sealed_data"] = self._box(EpisodeRow.data, self._told, episode)
        check_in = self._samples[FollowUpRow] | mine | {"id": follow_up_id, "episode_id": episode_id}
        check_in |= {"mark": keys.mark("follow_up", episode_id, self.key), "due_at": self._raw(self._due_at(number))}
        check_in["sealed_key"] = self._box(FollowUpRow.key, sealed.write_json(self.key), check_in)
        return person, episode, check_in

    def _box(self, opened: Opened[Any], plain: bytes, row: Row) -> bytes:
        owners = {name: row[name] for name in opened.owner.OWNERS}
        place = sealed.place(opened.owner.__tablename__, opened.column, owners, row["uid"])
        return self.database.keys.ring.seal(plain, place)

    def _due_at(self, number: int) -> datetime:
        return self.now + LATER + SPAN * (number * 7919 % PRIME / PRIME)

    def _raw(self, moment: datetime) -> object:
        """As it lies in the database."""
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if self.database.is_sqlite else moment

    def _count_anew(self) -> None:
        """PostgreSQL learns how much there is by now, as it does by itself sooner or later. SQLite is never told."""
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in [] if self.database.is_sqlite else NAMES:
                newest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - ours
                connection.exec_driver_sql(newest)
                connection.exec_driver_sql(f"ANALYZE {table}")
        self.database.scrub()

    def _fall_due(self, session: Session, many: int, at: datetime) -> list[int]:
        first, last = self.now + LATER, self.now + LATER + SPAN
        far = (FollowUpRow.state == "planned", FollowUpRow.due_at.between(first, last))
        numbers = session.scalars(select(FollowUpRow.id).where(*far).order_by(FollowUpRow.id)).all()
        chosen = list(numbers[:: max(1, len(numbers) // many)][:many])
        session.execute(update(FollowUpRow).where(FollowUpRow.id.in_(chosen)).values(due_at=at))
        return chosen


def _insert(raw: Any, table: str, rows: Sequence[Row]) -> None:
    """By the driver itself: SQLAlchemy would take ten times as long."""
    columns = ", ".join(rows[0])
    if isinstance(raw, sqlite3.Connection):
        holes = ", ".join("?" * len(rows[0]))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({holes})"  # noqa: S608 - names of ours
        raw.executemany(insert, [tuple(row.values()) for row in rows])
        return
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))
