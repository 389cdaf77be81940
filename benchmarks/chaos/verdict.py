"""What a run of a scenario came to: each promise with how often it was broken, and what was measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken`: promise -> how often it did not hold (0 when it held); `figures`: what was measured, units in the name.

    A promise with a bound ("at most one a kill") is counted only where it went beyond the bound; the count itself is a
    figure.
    """

    broken: Mapping[str, int]
    figures: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Every promise."""
        return not any(self.broken.values())


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the results: what was run, with what it can be run again."""

    scenario: str
    database: str
    seed: int
    command: str
    took_s: float
    verdict: Verdict
    bugs: tuple[str, ...] = ()

    def told(self) -> str:
        """A few lines for a terminal."""
        state = "every promise holds" if self.verdict.holds else "BROKEN"
        lines = [f"{self.scenario} on {self.database}, seed {self.seed}, {self.took_s:.0f} s: {state}"]
        lines += [f"  {count:8} {name}" for name, count in self.verdict.broken.items()]
        lines += [f"  {value:8} {name}" for name, value in self.verdict.figures.items()]
        lines += [] if self.verdict.holds or self.bugs else [f"  again: {self.command}"]
        return "\n".join(lines)

    def write(self, results: Path) -> None:
        """One more line of JSON; benchmarks/chaos/page.py makes docs/promises.md of them."""
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(self), "holds": self.verdict.holds}
        with results.open("a") as file:
            file.write(json.dumps(line) + "\n")


def progress(words: str) -> None:
    """One line on the terminal that shows how far it is; nothing where nobody looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{words}")
        sys.stderr.flush()
