"""What a backup costs: time, memory and size as people grow, and how long the bot's own writing waits meanwhile.

    uv run python -m benchmarks.backup [people ...] [--database sqlite|postgresql] [--json FILE]

Each person has a check, eight events and a follow-up to come: ten thousand people are 110,000 rows. The backup and the
restore are processes of their own, as an operator's are; meanwhile this one writes a person every 20 ms.
Beside them, on SQLite, its own `VACUUM INTO`, which seals nothing and reads nothing again.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, make_url
from sqlalchemy.orm import Session

from benchmarks.chaos.place import postgresql
from content.person import Person
from storage import copying, migrate, people
from storage.database import Database
from storage.sealed import Box
from storage.tables import EpisodeRow, EventRow, FollowUpRow, PackRow, PersonRow
from tests.keys import KEYS, RING

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SIZES, BATCH, EVENTS, PAUSE_S = (1_000, 10_000, 100_000), 2_000, 8, 0.02
MIB = 2**20
COMMAND = r"""
import pathlib, re, sys, time
from bot.cli import app
began = time.monotonic()
try:
    app(sys.argv[1:])
except SystemExit as end:
    # Not ru_maxrss: what the parent had when it was forked is in that.
    most = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) * 1024
    print(f"took {time.monotonic() - began} {time.process_time()} {most}", file=sys.stderr)
    raise
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One size on one kind. `wait_ms`: the longest that a write of ours waited while it ran, and before."""

    database: str
    rows: int
    database_mib: float
    file_mib: float
    backup_s: float
    backup_cpu_s: float
    backup_rss_mib: float
    wait_ms: float
    wait_before_ms: float
    restore_s: float
    restore_cpu_s: float
    restore_rss_mib: float
    vacuum_into_s: float | None


def main() -> None:
    """Measure, print a table, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = [measure(kind, each) for kind in given.database or ("sqlite", "postgresql") for each in given.people]
    told("\n".join([line(Measured.__slots__), *(line(list(asdict(each).values())) for each in found)]))
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in found], indent=2) + "\n", encoding="utf-8")


def measure(kind: str, count: int) -> Measured:
    """In a place of its own, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="stridecheck-backup-") as name,
        places(kind, Path(name)) as (source, target),
    ):
        file = Path(name) / "a.backup"
        database = Database(source, ring=RING)
        migrate.upgrade(database)
        fill(database, count)
        before = waited(database, 50)
        backup = start(source, "backup", str(file))
        wait_ms = longest_wait(database, backup)
        backup_s, backup_cpu_s, backup_rss = ended(backup)
        restore_s, restore_cpu_s, restore_rss = ended(start(target, "restore", str(file)))
        size = size_of(database)
        vacuum_s = vacuum_into(database, Path(name) / "copy.db") if kind == "sqlite" else None
        database.close()
        sizes = (size / MIB, file.stat().st_size / MIB)
        made, back = (backup_s, backup_cpu_s, backup_rss / MIB), (restore_s, restore_cpu_s, restore_rss / MIB)
        return Measured(kind, count * (3 + EVENTS), *sizes, *made, wait_ms, before, *back, vacuum_s)


@contextmanager
def places(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Where from and where to: two empty databases."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'a.db'}", f"sqlite:///{folder / 'b.db'}"
        return
    with ExitStack() as stack:
        url = make_url(stack.enter_context(postgresql()))
        engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE target")
        engine.dispose()
        there = url.render_as_string(hide_password=False)
        yield there, url.set(database="target").render_as_string(hide_password=False)


def fill(database: Database, count: int) -> None:
    """Rows as large as real ones; what is in them is random, as what is sealed looks."""
    database.run_now(_add_pack)
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        database.run_now(_add_people, numbers)
        shown(f"filling {numbers[-1]:,} of {count:,} people")
    with database.engine.begin() as connection:
        copying.count_on(connection, copying.tables(connection))


def _add_pack(session: Session) -> None:
    session.add(PackRow(id=1, pack="any", version="1", digest="d", files=secrets.token_bytes(300_000), stored_at=NOW))


def _add_people(session: Session, numbers: Sequence[int]) -> None:
    for table, rows in rows_of(numbers).items():
        session.execute(insert(table), rows)


def rows_of(numbers: Sequence[int]) -> dict[Any, list[dict[str, Any]]]:
    """Everything of these people, sealed columns as random bytes under the key's name."""

    def box(size: int) -> Box:
        return Box(RING.head + secrets.token_bytes(size))

    usual = {"language": "en", "zone": "Europe/Vienna", "setup": "ready", "turn": 12, "scale": True, "simple": False}
    mine = [{"uid": secrets.token_bytes(16), "person_id": each} for each in numbers]
    check = {"pack_id": 1, "state": "following", "asking": False, "told": True, "trial": False, "started_at": NOW}
    return {
        PersonRow: [{**usual, "id": each, "uid": secrets.token_bytes(16), "mark": secrets.token_bytes(16),
                     "sealed_telegram_id": box(40), "created_at": NOW, "seen_at": NOW} for each in numbers],
        EpisodeRow: [{**check, **each, "id": each["person_id"], "level_mark": secrets.token_bytes(16),
                      "sealed_data": box(700)} for each in mine],
        EventRow: [{"uid": secrets.token_bytes(16), "episode_id": each, "at": NOW, "sealed_event": box(100)}
                   for each in numbers for _ in range(EVENTS)],
        FollowUpRow: [{**each, "episode_id": each["person_id"], "mark": secrets.token_bytes(16), "sealed_key": box(40),
                       "due_at": NOW, "expires_at": NOW, "urgent": False, "state": "planned"} for each in mine],
    }  # fmt: skip


def start(url: str, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": url, "ENCRYPTION_KEYS": KEYS}
    command = [sys.executable, "-c", COMMAND, *words]
    return subprocess.Popen(  # noqa: S603 - our own words
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> tuple[float, float, float]:
    """Seconds, seconds of the processor, bytes: what it told at its end."""
    _, words = process.communicate(timeout=3600)
    if process.returncode:
        raise SystemExit(words)
    took, cpu, rss = map(float, words.rpartition("took ")[2].split())
    return took, cpu, rss


def longest_wait(database: Database, process: subprocess.Popen[str]) -> float:
    longest = 0.0
    while process.poll() is None:
        longest = max(longest, waited(database, 1))
        time.sleep(PAUSE_S)
    return longest


def waited(database: Database, times: int) -> float:
    """The longest of so many writes, in ms."""
    longest = 0.0
    for _ in range(times):
        began = time.perf_counter()
        database.run_now(_write)
        longest = max(longest, time.perf_counter() - began)
    return longest * 1000


def _write(session: Session) -> None:
    people.add(session, secrets.randbelow(2**40), Person("en", "Europe/Vienna"), NOW)


def vacuum_into(database: Database, copy: Path) -> float:
    began = time.perf_counter()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("VACUUM INTO ?", (str(copy),))
    return time.perf_counter() - began


def size_of(database: Database) -> int:
    statement = {
        True: "select page_count * page_size from pragma_page_count(), pragma_page_size()",
        False: "select pg_database_size(current_database())",
    }[database.is_sqlite]
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(statement).scalar_one())


def line(cells: Sequence[object]) -> str:
    """One of the table."""
    return "  ".join(f"{each:.2f}".rjust(9) if isinstance(each, float) else str(each).rjust(9) for each in cells)


def told(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def shown(words: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{words}   ")


if __name__ == "__main__":
    main()
