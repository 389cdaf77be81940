"""What runs before every change: 60 kills, one at each named point among them, both databases side by side."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.chaos import running
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.place import KINDS


def options(parser: argparse.ArgumentParser) -> None:
    """How much of it."""
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))


def run(given: argparse.Namespace) -> int:
    """Says what it ran; 1, and how to have it again, when a promise does not hold."""
    begun = time.monotonic()
    with ThreadPoolExecutor(len(given.database)) as pool:
        broken = [each for some in pool.map(lambda kind: _on(kind, given), given.database) for each in some]
    for said, words in broken:
        print(f"{said}\n  again: {' '.join([*running.CHAOS, *words])}")
    where = " and ".join(given.database)
    ran = f"{given.kills} kills, one at each of {len(POINTS)} named points among them, on {where}"
    ended = "NOT every promise holds" if broken else "every promise holds"
    print(f"{ran}, seed {given.seed}, {time.monotonic() - begun:.0f} s: {ended}")
    return int(bool(broken))


def _on(kind: str, given: argparse.Namespace) -> list[tuple[str, list[str]]]:
    """What was broken there: what was said, and the words that say it again."""
    here = ["--database", kind, "--seed", str(given.seed)]
    others = str(max(given.kills - len(POINTS), 1))
    runs = (["kills", *here, "--kills", others], ["steps", *here, "--hits", "1"])
    done = [(running.apart(words), words) for words in runs]
    return [(said, words) for (code, said), words in done if code]
