"""A copy of the bot's database, made and put back as an operator would: `stridecheck backup`, and `restore`."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url

from benchmarks.chaos.place import ROOT, Place
from tests.keys import KEYS

COPY = "before.backup"


def make(place: Place) -> None:
    """The database as it is now."""
    _typed(place, "backup", COPY)


def put_back(place: Place) -> None:
    """What came after the copy is gone; what lies beside the database stays. No bot may be in."""
    if place.kind == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{make_url(place.url).database}{ending}").unlink(missing_ok=True)
    else:
        with _maintenance(place) as connection:
            name = make_url(place.url).database
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    _typed(place, "restore", COPY)


def _typed(place: Place, *words: str) -> None:
    """As in a shell in the bot's folder; what it says of a failure ends the scenario."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ENCRYPTION_KEYS": KEYS, "DATABASE_URL": place.url,
                   "ERASURE_LEDGER": str(place.folder / "erased")}  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.chaos.child", *words]
    subprocess.run(command, cwd=place.folder, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=300)  # noqa: S603 - our own words


@contextlib.contextmanager
def _maintenance(place: Place) -> Iterator[Connection]:
    engine = create_engine(make_url(place.url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
