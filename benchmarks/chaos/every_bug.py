"""Every deliberate bug, one after the other, on every database that can have it: each must be caught."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.chaos import running
from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import KINDS


def options(parser: argparse.ArgumentParser) -> None:
    """Which, and where."""
    parser.add_argument("names", nargs="*", metavar="BUG", help=f"of {', '.join(BUGS)}; none: all")
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="add a line of JSON for each to this file")


def run(given: argparse.Namespace) -> int:
    """The databases side by side; 1 when one was not caught."""
    with ThreadPoolExecutor(len(given.database)) as pool:
        missed = sum(pool.map(lambda kind: _on(kind, given), given.database))
    print(f"{len(given.names or BUGS)} deliberate bugs: " + (f"{missed} NOT caught" if missed else "each was caught"))
    return int(missed > 0)


def _on(kind: str, given: argparse.Namespace) -> int:
    missed = 0
    for name in given.names or BUGS:
        bug = BUGS[name]
        if kind not in bug.databases:
            continue
        results = ["--results", str(given.results)] if given.results else []
        words = [bug.scenario, "--database", kind, "--seed", str(given.seed), "--bug", name, *results, *bug.arguments]
        code, said = running.apart(words)
        missed += code != 0
        print(f"{'NOT caught' if code else 'caught':10} {name} on {kind}: {bug.what}", flush=True)
        if code:
            print(f"{said}\n  again: {' '.join([*running.CHAOS, *words])}", flush=True)
    return missed
