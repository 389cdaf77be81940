"""One run of a scenario on one database, and the same in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.chaos import lives
from benchmarks.chaos.lives import Kill
from benchmarks.chaos.place import place
from benchmarks.chaos.scenarios import SCENARIOS, SCRIPTS
from benchmarks.chaos.shrink import shrink
from benchmarks.chaos.verdict import Run, Verdict, progress

ROOT = Path(__file__).resolve().parents[2]
CHAOS = ("uv", "run", "python", "-m", "benchmarks.chaos")


def run(kind: str, given: argparse.Namespace) -> Run:
    """One scenario; when it breaks, and that was asked for, the fewest kills that break it are written down."""
    begun = time.monotonic()
    verdict = _play(kind, given)
    took_s = round(time.monotonic() - begun, 1)
    progress("")
    if (file := getattr(given, "shrink", None)) is not None and not verdict.holds:
        _shrink(kind, given, verdict, file)
    return Run(given.scenario, kind, given.seed, " ".join([*CHAOS, *sys.argv[1:]]), took_s, verdict, tuple(given.bug))


def _play(kind: str, given: argparse.Namespace) -> Verdict:
    with place(kind, given.seed, given.bug) as here:
        return asyncio.run(SCENARIOS[given.scenario].run(here, given))


def _shrink(kind: str, given: argparse.Namespace, verdict: Verdict, file: Path) -> None:
    """A run with fewer kills counts when it breaks one of the same promises."""
    broken = {name for name, count in verdict.broken.items() if count} - {"a point was never hit"}

    def breaks(kills: Sequence[Kill]) -> bool:
        lives.write(kills, file)
        again = _play(kind, argparse.Namespace(**{**vars(given), "script": file}))
        return any(again.broken[name] for name in broken)

    whole = SCRIPTS[given.scenario](Random(given.seed), given)
    fewest = shrink(whole, breaks)
    lives.write(fewest, file)
    print(f"The fewest kills that break it: {len(fewest)}, in {file}; play them with --script {file}")


def apart(arguments: Sequence[str]) -> tuple[int, str]:
    """`python -m benchmarks.chaos` with these words, in a process of its own: its exit code and what it printed."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.chaos", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")
