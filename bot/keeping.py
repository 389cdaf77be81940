"""A folder of backups: one file a run, named by its moment, so many of the newest kept; nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import backups, sealed_file
from storage.backups import Backup, BackupError
from storage.database import Database

NAME = re.compile(r"stridecheck-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.backup")
LEFT = re.compile(NAME.pattern + r"\.\w+\.part")
WRITTEN = "%Y-%m-%dT%H-%M-%SZ"
GIVEN_UP_AFTER = timedelta(days=1)


def path_in(folder: Path, now: datetime) -> Path:
    """Where the backup of this moment goes."""
    return folder / f"stridecheck-{now.astimezone(UTC):{WRITTEN}}.backup"


def moment(path: Path) -> datetime | None:
    """When a backup was made, by its name; None for a file that has no name of ours."""
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found[1], WRITTEN).replace(tzinfo=UTC) if found is not None else None


def make(database: Database, folder: Path, now: datetime, keep: int | None = None) -> tuple[Backup, int]:
    """One more in the folder; then, if only so many are to be kept, how many older ones were removed.

    Raises BackupError, and then none was removed.
    """
    if not folder.is_dir():
        raise BackupError(f"{folder} is not a folder that is there. Cure: make it, or name another")
    made = backups.make(database, path_in(folder, now), now)
    return made, 0 if keep is None else _remove_older(folder, keep, now)


def newest(folder: Path) -> Path | None:
    """The newest backup in there, if there is one."""
    return max(_ours(folder), default=None)


def _ours(folder: Path) -> Iterator[Path]:
    """Named as ours, and beginning as ours do."""
    for path in folder.iterdir():
        if moment(path) is not None and path.is_file() and sealed_file.is_one(path):
            yield path


def _remove_older(folder: Path, keep: int, now: datetime) -> int:
    older = sorted(_ours(folder))[:-keep]
    abandoned = [path for path in folder.iterdir() if LEFT.fullmatch(path.name) and _age(path, now) > GIVEN_UP_AFTER]
    try:
        for path in (*older, *abandoned):
            path.unlink()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BackupError(f"The backup was made, but older ones cannot be removed from {folder} ({why})") from None
    return len(older)


def _age(path: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
