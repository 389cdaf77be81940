"""Every scenario of the bench, one line each.

A scenario is a module with a docstring that says what is done to the bot and which promises must hold, with
`options(parser)`, which adds what can be chosen (each with a default), and with `run(place, given)`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from random import Random
from typing import Protocol

from benchmarks.chaos import (
    away,
    buttons,
    dead,
    emergency,
    faults,
    hour,
    jumps,
    kills,
    late,
    machines,
    outages,
    publish,
    replicas,
    restore,
    rotation,
    soak,
    steps,
    stops,
    switch,
)
from benchmarks.chaos.lives import Kill
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
    "kills": kills,
    "steps": steps,
    "stops": stops,
    "hour": hour,
    "late": late,
    "away": away,
    "jumps": jumps,
    "faults": faults,
    "outages": outages,
    "restore": restore,
    "publish": publish,
    "rotation": rotation,
    "buttons": buttons,
    "emergency": emergency,
    "machines": machines,
    "soak": soak,
    "dead": dead,
    "switch": switch,
    "replicas": replicas,
}

# Those that are scripts of kills: played by --script, written by --shrink.
SCRIPTS: Mapping[str, Callable[[Random, Namespace], list[Kill]]] = {"kills": kills.script, "steps": steps.script}
