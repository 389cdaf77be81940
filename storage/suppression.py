"""Counts that may be shown: no group smaller than 5, and none that could be worked out from a sum.

Every line is a whole whose sum is taken to be known. When one of its counts is hidden as small, counts beside it are
hidden too, until each small one might be anything from 1 to 4. Who also knows this rule can rule out one of the four
values at the most: tests/storage/test_suppression.py goes through all small lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

SMALLEST = 5
FEW = "<5"  # from 1 to 4
HIDDEN = "*"  # not shown, so that nobody can work out another
Cell = int | str
K = TypeVar("K")


def line(counts: Mapping[K, int]) -> dict[K, Cell]:
    """The counts of one whole as they may be shown, its sum being known. Of a small whole nothing is shown."""
    whole, small = sum(counts.values()), [key for key, count in counts.items() if 0 < count < SMALLEST]
    if not small:
        return dict(counts)
    beside = _beside(list(counts), small[0], {key for key, count in counts.items() if count >= SMALLEST})
    for more in range(len(beside) + 1):
        if _is_open(whole - sum(counts[key] for key in beside[more:]), len(small), more):
            hidden = set(beside[:more])
            return {key: FEW if key in small else HIDDEN if key in hidden else counts[key] for key in counts}
    return dict.fromkeys(counts, HIDDEN)


def _beside(keys: Sequence[K], first: K, large: set[K]) -> list[K]:
    """The keys of large counts in the order in which they are given up: the nearest to the first small one first."""
    place = keys.index(first)
    return sorted(large, key=lambda key: (abs(keys.index(key) - place), keys.index(key) < place))


def _is_open(hidden: int, small: int, large: int) -> bool:
    """Might each of so many small counts be 1, 2, 3 or 4, when they and so many large ones make up `hidden`?"""
    fewest, most = small - 1 + SMALLEST * large, (SMALLEST - 1) * (small - 1)
    return fewest + SMALLEST - 1 <= hidden and (large > 0 or hidden <= most + 1)


def whole(counts: Mapping[K, int]) -> Cell:
    """The sum of a line, as it may be shown."""
    return single(sum(counts.values()))


def single(count: int) -> Cell:
    """A count that is part of no whole that is shown."""
    return FEW if 0 < count < SMALLEST else count


def parts(counts: Mapping[K, int], shown: Cell) -> dict[K, Cell]:
    """The counts that make up a cell which is shown like this: nothing, when it is hidden itself."""
    return line(counts) if isinstance(shown, int) else dict.fromkeys(counts, HIDDEN)


def added(cells: Sequence[Cell]) -> int | None:
    """The sum of what is shown; None when one of them is hidden. Never a sum of what is not shown."""
    known = [cell for cell in cells if isinstance(cell, int)]
    return sum(known) if len(known) == len(cells) else None
