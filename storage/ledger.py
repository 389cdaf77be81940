"""The erasure ledger: a file beside the database, only ever appended to, that says who was erased, and when.

A restored backup holds people who were erased after it was made. This file does not come from the backup, so it knows.
It names nobody: a mark tells nothing without the database's own secret (storage/crypto.py). One line each:

    2026-11-21T18:40:00+00:00 5f0c...e1 4031-7752         when, the mark, the number on the person's receipt
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url

ENDING = ".erased"
LINE = re.compile(r"(\S+) ([0-9a-f]{32}) (\d{4}-\d{4})")


class LedgerError(RuntimeError):
    """The file cannot be written, or not be read; the message names it and the cure."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody was erased."""

    at: datetime
    mark: bytes
    receipt: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The file; without a path nothing is written, and only the database's own table knows."""

    path: Path | None = None

    def append(self, entries: Iterable[Entry]) -> None:
        """On the disk when this returns. Raises LedgerError, and then nothing was noted."""
        lines = "".join(f"{each.at.isoformat()} {each.mark.hex()} {each.receipt}\n" for each in entries)
        if self.path is None or not lines:
            return
        try:
            with _held(self.path) as file:
                file.seek(_end_of_lines(file))
                file.truncate()
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerError(self._unwritable(error)) from error

    def check(self) -> None:
        """Raises LedgerError when nothing could be noted; an empty file is made where there is none."""
        if self.path is None:
            return
        try:
            with _held(self.path):
                pass
        except OSError as error:
            raise LedgerError(self._unwritable(error)) from error

    def read(self) -> list[Entry]:
        """Everybody noted. Raises LedgerError naming the line that is none.

        A last line without its end was cut off by a crash; that erasure was never confirmed, and it is left out.
        """
        if self.path is None or not self.path.exists():
            return []
        try:
            *lines, _ = self.path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise LedgerError(f"The erasure ledger {self.path} cannot be read ({type(error).__name__})") from error
        return [self._entry(number, line) for number, line in enumerate(lines, start=1)]

    def _entry(self, number: int, line: str) -> Entry:
        found = LINE.fullmatch(line)
        try:
            if found is not None:
                return Entry(datetime.fromisoformat(found[1]), bytes.fromhex(found[2]), found[3])
        except ValueError:
            pass
        raise LedgerError(
            f"The erasure ledger {self.path} is broken in line {number}. Cure: put that line right from another copy; "
            "without it somebody who was erased may come back with an old backup"
        )

    def _unwritable(self, error: OSError) -> str:
        why = error.strerror or type(error).__name__
        cure = "let the bot write there, or set ERASURE_LEDGER to a file that it may write"
        return f"The erasure ledger {self.path} cannot be written ({why}). Cure: {cure}"


NOWHERE = Ledger()


def beside(database_url: str) -> Ledger:
    """The ledger next to an SQLite file; nowhere for a database that is no file."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return NOWHERE
    return Ledger(Path(f"{url.database}{ENDING}"))


def _held(path: Path) -> BinaryIO:
    """The file, open and ours alone until it is closed; readable by nobody else."""
    import portalocker  # noqa: PLC0415 - 70 ms that a command which only reads settings need not wait

    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        portalocker.lock(file, portalocker.LOCK_EX)
    except portalocker.LockException as error:
        file.close()
        raise OSError("the system gives no lock on it") from error
    return file


def _end_of_lines(file: BinaryIO) -> int:
    """Where the last whole line ends."""
    return file.read().rfind(b"\n") + 1
