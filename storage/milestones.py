"""Milestones: how the bot knows that its database is older than the one it had.

The bot passes one every minute: a number that only grows, in the database and then in a file that no backup of the
database holds (beside the erasure ledger). A database whose number is smaller than the file's was put back from a copy.
Numbers, not moments: a clock may be set back. One line:

    1842 2026-11-21T18:40:00+00:00         the number, and when it was passed
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from storage import signs
from storage.ledger import Ledger

ENDING = ".newest"
LINE = re.compile(r"(\d{1,15}) (\S+)\n")
SIGN = "milestone"
# Further than replicas are apart from each other, each of which has a file of its own.
LEAP = 1_000_000


@dataclass(frozen=True, slots=True)
class Milestone:
    """`at` is for people to read; `number` decides."""

    number: int
    at: datetime


def beside(ledger: Ledger) -> Path | None:
    """The file for the newest milestone; None where there is no ledger either."""
    return ledger.path.with_name(f"{ledger.path.name}{ENDING}") if ledger.path is not None else None


def read(path: Path | None) -> Milestone | None:
    """What the file says; None when there is none, or when a crash of the machine left no whole line in it."""
    try:
        found = LINE.fullmatch(path.read_text(encoding="utf-8")) if path is not None else None
        return Milestone(int(found[1]), datetime.fromisoformat(found[2])) if found is not None else None
    except (FileNotFoundError, ValueError):
        return None


def write(path: Path | None, newest: Milestone) -> None:
    """The file says this from now on, whole: never half of it. Raises OSError."""
    if path is None:
        return
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(f"{newest.number} {newest.at.isoformat()}\n", encoding="utf-8")
    fresh.replace(path)


def newest(session: Session) -> int:
    """The number of the newest one that this database knows."""
    row = signs.seen(session, SIGN, lock=True)
    return int(row.by) if row is not None else 0


def pass_one(session: Session, now: datetime, after: int = 0) -> Milestone:
    """One more, beyond `after` as well."""
    passed = Milestone(max(newest(session), after) + 1, now)
    signs.note(session, SIGN, now, str(passed.number))
    return passed
