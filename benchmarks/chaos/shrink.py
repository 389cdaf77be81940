"""The fewest kills that still break a promise: what a failure is handed on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.chaos.lives import Kill
from benchmarks.chaos.verdict import progress

Breaks = Callable[[Sequence[Kill]], bool]


def shrink(kills: Sequence[Kill], breaks: Breaks) -> list[Kill]:
    """Leave out halves, quarters, ... single kills, as long as it `breaks` without them.

    What hangs on timing may break only now and then: what is left out here was not needed in one run.
    """
    left, parts = list(kills), 2
    while len(left) > 1:
        size = max(len(left) // parts, 1)
        for start in range(0, len(left), size):
            fewer = left[:start] + left[start + size :]
            progress(f"shrinking: {len(left)} kills, trying {len(fewer)}")
            if fewer and breaks(fewer):
                left, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                return left
            parts *= 2
    return left
