"""`stridecheck check` as it runs: how long it takes, and how much memory its processes hold together at their fullest.

    uv run python benchmarks/check.py [FOLDER] [--follow-ups]

Memory is Pss, which counts what processes share once, summed over the whole tree and looked at ten times a second.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

EVERY_S = 0.1
STRIDECHECK = Path(sys.executable).with_name("stridecheck")


def main() -> int:
    """Runs the command, prints what it said, and the two figures."""
    began, fullest, most = time.monotonic(), 0, 0
    command = subprocess.Popen([STRIDECHECK, "check", *sys.argv[1:]])  # noqa: S603 - our own command
    while command.poll() is None:
        family = list(tree(command.pid))
        held = sum(map(pss_kib, family))
        fullest, most = max(fullest, held), max(most, len(family))
        time.sleep(EVERY_S)
    print(f"{time.monotonic() - began:.1f} s, {fullest / 1024:.0f} MiB at its fullest, in up to {most} processes")
    return command.returncode


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from (each for child in read(children).split() for each in tree(int(child)))


def pss_kib(pid: int) -> int:
    """What this process holds, its share of what it shares; 0 when it is gone."""
    lines = read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def read(path: Path) -> str:
    """A file of /proc; nothing when its process has ended in between."""
    try:
        return path.read_text()
    except (OSError, ProcessLookupError):
        return ""


if __name__ == "__main__":
    sys.exit(main())
