"""What a deliberate bug is: what is put in the place of what, and which promise that must break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.chaos import patching
from benchmarks.chaos.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """`make` gets what stands at `path` in `module`, and returns what is to stand there."""

    module: str
    path: str
    make: Callable[[Any], Any]

    def put_in(self) -> None:
        """From here on this process has it."""
        patching.replace(self.module, self.path, self.make)


@dataclass(frozen=True, slots=True)
class Bug:
    """`broken`: the promises of `scenario` of which at least one must be broken.

    `arguments`: the scenario's options with which `python -m benchmarks.chaos bugs` shows it.
    """

    what: str
    scenario: str
    broken: tuple[str, ...]
    changes: tuple[Change, ...]
    arguments: tuple[str, ...] = ()
    databases: tuple[str, ...] = ("sqlite", "postgresql")

    def is_caught_by(self, verdict: Verdict) -> bool:
        """Is a promise broken that it must break? Another one's breaking may be luck."""
        return any(verdict.broken[name] for name in self.broken)

    def put_in(self) -> None:
        """From here on this process has it."""
        for change in self.changes:
            change.put_in()
