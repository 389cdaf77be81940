"""A small disk in memory under a folder that is there already, which can be filled to the last byte; needs root."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SIZE_MB = 224
PIECES = 1 << 20, 1 << 12
NONE = "no small disk can be mounted here (that takes root)"


class SmallDisk:
    """Everything below `folder` is on it."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Nothing more goes onto it."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in PIECES:
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def make_room(self) -> None:
        """As an operator who deletes something."""
        self._ballast.unlink()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """What is in the folder moves onto the disk, and is gone with it; None where nothing can be mounted.

    Nobody may have a file open in there, at the beginning and at the end.
    """
    aside = folder.with_name(f"{folder.name}-aside")
    _copy(folder, aside)
    try:
        if not _mount(folder):
            yield None
            return
        try:
            _copy(aside, folder)
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607 - our own folder
    finally:
        shutil.rmtree(aside)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603 - our own
    return False


def _copy(source: Path, target: Path) -> None:
    """Owners and modes, too, of the folder itself as well."""
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)  # noqa: S603, S607 - our own folders
