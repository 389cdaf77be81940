"""Every scenario of the bench, one line each.

A scenario is a module with a docstring that says what is done to the bot and which promises must hold, with
`options(parser)`, which adds what can be chosen (each with a default), and with `run(place, given)`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Protocol

from benchmarks.chaos import away, hour, jumps, kills, late
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict


class Scenario(Protocol):
    """What such a module offers."""

    __doc__: str | None

    def options(self, parser: ArgumentParser) -> None:
        """Add what can be chosen."""

    async def run(self, place: Place, given: Namespace) -> Verdict:
        """Do it, and say what came of it."""


SCENARIOS: Mapping[str, Scenario] = {
    "away": away,
    "hour": hour,
    "jumps": jumps,
    "kills": kills,
    "late": late,
}
