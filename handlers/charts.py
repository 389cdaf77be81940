"""What a chart shows, in the words of whoever looks at it; bot/charts.py draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A length, and what is written on it. No value: a count that is not shown, and nothing is drawn to its length."""

    value: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, of one part or of as many as the chart has kinds."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below each other, under a title of one or two lines. `kinds` names the parts in their order; `marks` are
    values to compare with.

    `most`: how long a bar may be; None: the longest one.
    """

    title: str
    bars: tuple[Bar, ...]
    kinds: tuple[str, ...] = ()
    marks: tuple[int, ...] = ()
    most: int | None = None

    @property
    def is_empty(self) -> bool:
        """Is there nothing to draw?"""
        return not any(part.value for bar in self.bars for part in bar.parts)


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, and what is written there."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days from left to right: a line of strength (0 to `top`), rows of marks under it, numbered lines across it.

    `scale`: the heights that are named. `days`: the dates on the axis. `rows`: each of a name and its moments, a row
    without any is left out. `notes`: a line each, numbered in this order, with its words under the picture.
    """

    title: str
    since: datetime
    until: datetime
    top: int
    scale: tuple[tuple[int, str], ...]
    points: tuple[tuple[datetime, int], ...]
    days: tuple[Mark, ...]
    rows: tuple[tuple[str, tuple[datetime, ...]], ...]
    notes: tuple[Mark, ...]
    numbered: bool = True
