"""One run of a scenario on one database, and the same in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
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
    return Run(given.scenario, kind, given.seed, _command(sys.argv[1:]), took_s, verdict, tuple(given.bug))


def _command(words: Sequence[str]) -> str:
    """What plays it again; where its results went is nobody's concern."""
    left = [word for before, word in pairwise(["", *words]) if "--results" not in {before, word}]
    return " ".join([*CHAOS, *left])


def _play(kind: str, given: argparse.Namespace) -> Verdict:
    with place(kind, given.seed, given.bug) as here:
        verdict = asyncio.run(SCENARIOS[given.scenario].run(here, given))
        if not verdict.holds and not given.bug:
            _keep_logs(here.folder)
        return verdict


def _keep_logs(folder: Path) -> None:
    """What a bot wrote while a promise broke outlives its place."""
    kept = Path(tempfile.mkdtemp(prefix="stridecheck-broken-"))
    for log in folder.glob("**/*.log"):
        shutil.copy(log, kept)
    print(f"What the bot wrote: {kept}")


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
