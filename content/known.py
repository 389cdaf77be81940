"""What a condition may look at: the facts of one answer set, with the questions that are still open unknown.

A worse answer on one of the pack's scales must never make it less urgent. So wherever points bear on urgency, a cause
counts for what it could be with this person's answers *or milder ones*: a cause that would lead with a milder answer
still lends its level, and a condition on `best` holds only when no milder answer would undo it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from content.conditions import And, Condition, Name, Not, Or, Ticked, holds, walk
from content.pack import Answers, Cause, Pack

NAMED_POINTS = 5


@dataclass(slots=True)
class Known:
    """The facts of one answer set. Questions in `open` may still be answered: what hangs on them is unknown."""

    pack: Pack
    answers: Answers
    open: frozenset[str] = frozenset()
    _points: dict[str, int | None] = field(default_factory=dict)
    _spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    _defined: dict[str, bool | None] = field(default_factory=dict)

    def ticked(self, question: str, options: tuple[str, ...]) -> bool | None:
        if question in self.answers:
            return not self.answers[question].isdisjoint(options)
        return None if question in self.open else False

    def definition(self, name: str) -> Condition:
        return self.pack.define[name]

    def defined(self, name: str) -> bool | None:
        """Does the definition hold? Many conditions ask for the same one."""
        if name not in self._defined:
            self._defined[name] = holds(self.pack.define[name], self)
        return self._defined[name]

    def points_reach(self, cause: str, at_least: int) -> bool | None:
        points = self.points(self.pack.causes[cause])
        return None if points is None else points >= at_least

    def best_in(self, causes: tuple[str, ...]) -> bool | None:
        """Beyond doubt: with milder answers too some cause has enough points, and only these could lead."""
        if self.open:
            return None
        sure = any(low >= NAMED_POINTS for low, _ in self.spans().values())
        return sure and (not causes or set(self.leaders()) <= set(causes))

    def points(self, cause: Cause) -> int | None:
        """The points of an eligible cause, 0 for one that is not; None while a question that counts is open."""
        if cause.id not in self._points:
            self._points[cause.id] = self._count(cause)
        return self._points[cause.id]

    def _count(self, cause: Cause) -> int | None:
        is_eligible = holds(And(cause.needs), self)
        if is_eligible is False:
            return 0
        if is_eligible is None or any(q in self.open and q not in self.answers for q, _ in cause.points):
            return None
        return self.raw_points(cause)

    def raw_points(self, cause: Cause) -> int:
        """The points of the ticked options, eligible or not."""
        return sum(
            worth for (question, option), worth in cause.points.items() if option in self.answers.get(question, ())
        )

    def best(self) -> str | None:
        """The best-scoring cause that has a level of its own and enough points; ties go to the more urgent one."""
        scored = [(self.points(cause) or 0, cause) for cause in self.pack.causes.values() if cause.level]
        enough = [(points, cause) for points, cause in scored if points >= NAMED_POINTS]
        if not enough:
            return None
        return min(enough, key=lambda each: (-each[0], self.pack.levels[each[1].level or ""].rank))[1].id

    def leaders(self) -> list[str]:
        """The causes that lead, or that would with milder answers on the pack's scales."""
        spans = self.spans()
        bar = max([NAMED_POINTS, *(low for low, _ in spans.values())])
        return [cause for cause, (_, high) in spans.items() if high >= bar]

    def spans(self) -> dict[str, tuple[int, int]]:
        """The fewest and the most points of each cause with a level, over this answer set and milder ones."""
        if not self._spans:
            self._spans = {cause.id: self._span(cause) for cause in self.pack.causes.values() if cause.level}
        return self._spans

    def _span(self, cause: Cause) -> tuple[int, int]:
        if self._is_out(cause):
            return 0, 0
        points = [self.points(cause) or 0]
        points += [Known(self.pack, each, self.open).points(cause) or 0 for each in self._milder(cause)]
        return min(points), max(points)

    def _is_out(self, cause: Cause) -> bool:
        """It is not eligible, and no milder answer makes it so. Most causes are out, which saves most of the work."""
        return any(holds(need, self) is False for need in _on_scales(self.pack)[cause.id].fixed)

    def _milder(self, cause: Cause) -> Iterator[Answers]:
        scales = [scale for scale in _on_scales(self.pack)[cause.id].scales if self._place(scale)]
        if not scales:
            return
        lists = [self.pack.scales[scale][: self._place(scale) + 1] for scale in scales]
        for options in product(*lists):
            milder = {scale: frozenset({option}) for scale, option in zip(scales, options, strict=True)}
            yield {**self.answers, **milder}

    def _place(self, scale: str) -> int:
        """How many milder answers the scale has than the one given."""
        order = self.pack.scales[scale]
        return next((order.index(option) for option in self.answers.get(scale, ()) if option in order), 0)


@dataclass(frozen=True, slots=True)
class OnScales:
    """What milder answers bear on in one cause: the scales that may change its points, the needs they leave alone."""

    scales: tuple[str, ...]
    fixed: tuple[Condition, ...]


@lru_cache(maxsize=16)
def _on_scales(pack: Pack) -> Mapping[str, OnScales]:
    """The same for every answer set of a pack, so it is found out once."""
    return {
        cause.id: OnScales(
            tuple(scales_of(pack, cause)), tuple(need for need in cause.needs if not _may_change(pack, need))
        )
        for cause in pack.causes.values()
    }


def _may_change(pack: Pack, need: Condition) -> bool:
    """May a milder answer decide this need otherwise? Yes, too, when it uses a definition, points or the best."""
    parts = [part for part in walk(need) if not isinstance(part, (And, Or, Not))]
    return not all(isinstance(part, Ticked) and part.question not in pack.scales for part in parts)


def scales_of(pack: Pack, cause: Cause) -> list[str]:
    """The scales that may change what a cause scores."""
    return [scale for scale in pack.scales if may_score(cause, scale)]


def may_score(cause: Cause, question: str) -> bool:
    """May the answer to this question change what a cause scores? Yes, too, when its needs use a definition."""
    needs = [part for need in cause.needs for part in walk(need)]
    used = {name for name, _ in cause.points} | {part.question for part in needs if isinstance(part, Ticked)}
    return question in used or any(isinstance(part, Name) for part in needs)
