"""Killed again and again, at named points and at random moments: nothing lost, nothing early, hardly anything twice."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from random import Random

from benchmarks.chaos import lives
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.lives import Kill
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict

# What is reached while people press and wait; the others have scenario `steps`.
LIVELY = ("intake", "turn", "commit", "claim", "send", "mark", "marks", "sweep", "due")
POINTS_HERE = tuple(point for point in POINTS if point.partition(".")[0] in LIVELY)
MOST_HITS = 4
SELDOM = {"sweep", "due"}  # once in a life, when it begins
LONGEST_WAIT_S = 0.4


def options(parser: ArgumentParser) -> None:
    """How many kills."""
    parser.add_argument("--kills", type=int, default=60)
    lives.options(parser)


async def run(place: Place, given: Namespace) -> Verdict:
    """So many kills of one bot with one crowd; every second one at a named point, the others at a random moment."""
    return await lives.play(place, script(place.chance, given))


def script(chance: Random, given: Namespace) -> list[Kill]:
    """Drawn from the seed alone."""
    return lives.script(given, [_drawn(lap, chance) for lap in range(given.kills)])


def _drawn(lap: int, chance: Random) -> Kill:
    if lap % 2:
        point = chance.choice(POINTS_HERE)
        return Kill(point, chance.randint(1, 1 if point.partition(".")[0] in SELDOM else MOST_HITS))
    return Kill(wait_s=round(chance.uniform(0, LONGEST_WAIT_S), 3))
