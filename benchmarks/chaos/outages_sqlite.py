"""What happens to an SQLite file: full, read-only, held by another program, copied, moved away."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.chaos.place import Place
from tests.bot.process import Process

Trouble = Callable[[Random], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Machine:
    """`troubles`: what can happen; `lasts`: for how many seconds, when it is not 1 to 6; `left_out`: what and why."""

    troubles: Mapping[str, Trouble]
    lasts: Mapping[str, tuple[float, float]]
    left_out: str = ""


@contextlib.asynccontextmanager
async def machine(place: Place, bot: Process) -> AsyncIterator[Machine]:
    """The machine of this bot."""
    file, disk = place.folder / "bot.db", place.folder / "disk"
    bot.environment |= {"CHAOS": json.dumps({**json.loads(bot.environment["CHAOS"]), "disk": str(disk)})}
    troubles: dict[str, Trouble] = {
        "disk full": lambda _: _while(_word(disk, "full")),
        "read-only": lambda _: _while(_word(disk, "read-only")),
        "held by another program": lambda _: _while(_held(file)),
        "being copied": lambda chance: _while(_copied(file, place.folder / f"copy-{chance.random()}.db")),
        "moved away": lambda _: _while(_moved(file)),
    }
    yield Machine(troubles, {"held by another program": (12, 25)})


@contextlib.asynccontextmanager
async def _while(trouble: AbstractContextManager[None]) -> AsyncIterator[None]:
    with trouble:
        yield


@contextlib.contextmanager
def _word(disk: Path, word: str) -> Iterator[None]:
    disk.write_text(word)
    yield
    disk.unlink()


@contextlib.contextmanager
def _held(file: Path) -> Iterator[None]:
    """Longer than SQLite's own patience of ten seconds."""
    other = sqlite3.connect(file, timeout=10, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextlib.contextmanager
def _copied(file: Path, copy: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(file, timeout=10)) as other:
        other.execute("VACUUM INTO ?", [str(copy)])
    yield
    copy.unlink()


@contextlib.contextmanager
def _moved(file: Path) -> Iterator[None]:
    away = file.with_suffix(".away")
    file.rename(away)
    yield
    away.rename(file)
