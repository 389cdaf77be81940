"""Every named point of every process, at its first, second and third time: killed there, and nothing is lost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from random import Random

from benchmarks.chaos import lives
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.lives import Kill
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict

# They are reached once in a process.
ONCE = {"publish"}


def options(parser: ArgumentParser) -> None:
    """How often, and where."""
    parser.add_argument("--hits", type=int, default=3, help="at the first up to this time that a point is reached")
    parser.add_argument("--points", nargs="+", choices=POINTS, default=list(POINTS), metavar="POINT")
    lives.options(parser)


async def run(place: Place, given: Namespace) -> Verdict:
    """Each point in turn."""
    return await lives.play(place, script(place.chance, given), given.points)


def script(chance: Random, given: Namespace) -> list[Kill]:
    """No lots are drawn here."""
    return lives.script(given, [Kill(point, hit) for point in given.points for hit in _hits(point, given.hits)])


def _hits(point: str, most: int) -> range:
    return range(1, 2 if point.partition(".")[0] in ONCE else most + 1)
