"""What can be wrong with the machine of a bot and is put in from outside: a clock that is ahead, a disk that is full.

`pushed_s`: its clock is so far ahead. `disk`: a file in which one word says what is wrong with its database file just
now: "full" (it may not grow) or "read-only"; nothing while there is no such file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.chaos import patching
from benchmarks.chaos.patching import AnyFunction

WELL = ("PRAGMA max_page_count = 1073741823", "PRAGMA query_only = OFF")
ILL: Mapping[str, str] = {"full": "PRAGMA max_page_count = 1", "read-only": "PRAGMA query_only = ON"}


def put_in(wanted: Mapping[str, Any]) -> None:
    """From here on this process has them."""
    if pushed_s := wanted.get("pushed_s"):
        patching.replace("bot.clock", "Clock.__init__", partial(_ahead, timedelta(seconds=pushed_s)))
    if disk := wanted.get("disk"):
        event.listen(Engine, "begin", partial(_look, Path(disk)), insert=True)


def _ahead(pushed: timedelta, begin: AnyFunction) -> AnyFunction:
    def begun(clock: Any, *args: Any, **kwargs: Any) -> None:
        begin(clock, *args, **kwargs)
        clock.push(pushed)

    return begun


def _look(disk: Path, connection: Any) -> None:
    """SQLite takes a limit below the file's size as the file's size: it may not grow."""
    word = disk.read_text().strip() if disk.exists() else ""
    for pragma in (*WELL, *([ILL[word]] if word else [])):
        connection.exec_driver_sql(pragma)
