"""The solver's translation of one pack: the same rule records that assess.py evaluates, over any answers at once.

A `Sheet` holds one Boolean for each option of each question: is it ticked? `Model` turns conditions, points, levels and
candidates into formulas over a sheet. tests/content/test_prove_agreement.py holds both readings together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

import z3

from content.conditions import NOT_SURE, And, Best, Condition, Name, Not, Or, Points, Ticked
from content.known import NAMED_POINTS, scales_of
from content.pack import Cause, Pack, Rule

Bit: TypeAlias = "z3.BoolRef"
Number: TypeAlias = "z3.BitVecRef"
Sheet: TypeAlias = Mapping[tuple[str, str], Bit]
WIDTH = 9
TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)


def any_of(parts: Iterable[Bit]) -> Bit:
    """At least one holds; constants are folded, so that formulas stay small."""
    kept = [part for part in dict.fromkeys(parts) if not z3.is_false(part)]
    if any(z3.is_true(part) for part in kept):
        return TRUE
    return kept[0] if len(kept) == 1 else z3.Or(*kept) if kept else FALSE


def all_of(parts: Iterable[Bit]) -> Bit:
    """Every one holds."""
    kept = [part for part in dict.fromkeys(parts) if not z3.is_true(part)]
    if any(z3.is_false(part) for part in kept):
        return FALSE
    return kept[0] if len(kept) == 1 else z3.And(*kept) if kept else TRUE


def negated(part: Bit) -> Bit:
    """The opposite."""
    return FALSE if z3.is_true(part) else TRUE if z3.is_false(part) else z3.Not(part)


def either(condition: Bit, yes: Bit, no: Bit) -> Bit:
    """`yes` where the condition holds, `no` elsewhere."""
    return any_of((all_of((condition, yes)), all_of((negated(condition), no))))


def number(value: int) -> Number:
    """A whole number as the solver's."""
    return z3.BitVecVal(value, WIDTH)


def chosen(condition: Bit, yes: Number, no: Number) -> Number:
    """One of two numbers."""
    return yes if z3.is_true(condition) else no if z3.is_false(condition) else z3.If(condition, yes, no)


def largest(values: Iterable[Number]) -> Number:
    """The greatest of these numbers; 0 when there are none."""
    found: Number | None = None
    for value in values:
        found = value if found is None else z3.If(value > found, value, found)
    return number(0) if found is None else found


def total(values: Iterable[Number]) -> Number:
    """Their sum."""
    listed = list(values)
    found = listed[0] if listed else number(0)
    for value in listed[1:]:
        found = found + value
    return found


@dataclass(slots=True)
class Model:
    """One pack over one sheet. Every formula is made once.

    `taken`: what to take for "this cause leads" and (under "") for "some cause surely fits", instead of working it out.
    """

    pack: Pack
    sheet: Sheet
    taken: Mapping[str, Bit] | None = None
    _names: dict[str, Bit] = field(default_factory=dict)
    _raw: dict[str, Number] = field(default_factory=dict)
    _points: dict[str, Number] = field(default_factory=dict)
    _milder: dict[tuple[tuple[str, str], ...], Model] = field(default_factory=dict)
    _spans: dict[str, tuple[Number, Number]] = field(default_factory=dict)
    _made: dict[str, object] = field(default_factory=dict)

    def bit(self, question: str, option: str) -> Bit:
        return self.sheet.get((question, option), FALSE)

    def ticked(self, question: str, options: Iterable[str]) -> Bit:
        return any_of(self.bit(question, option) for option in options)

    def answered(self, question: str) -> Bit:
        return self.ticked(question, (*self.pack.questions[question].option_ids, NOT_SURE))

    def condition(self, condition: Condition) -> Bit:
        """What conditions.holds says of a complete answer set."""
        match condition:
            case Ticked(question, options):
                return self.ticked(question, options)
            case And(parts):
                return all_of(self.condition(part) for part in parts)
            case Or(parts):
                return any_of(self.condition(part) for part in parts)
            case Not(part):
                return negated(self.condition(part))
            case Name(name):
                return self._named(name)
            case Points(cause, at_least, is_negated):
                reached = self.points(self.pack.causes[cause]) >= number(at_least)
                return negated(reached) if is_negated else reached
            case Best(causes):
                return self._best(causes)

    def _named(self, name: str) -> Bit:
        if name not in self._names:
            self._names[name] = self.condition(self.pack.define[name])
        return self._names[name]

    def _best(self, causes: tuple[str, ...]) -> Bit:
        others = [each.id for each in self.pack.causes.values() if each.level and causes and each.id not in causes]
        return all_of((self._sure(), *(negated(self.leads(cause)) for cause in others)))

    def _sure(self) -> Bit:
        if self.taken is not None:
            return self.taken[""]
        return any_of(low >= number(NAMED_POINTS) for low, _ in self.spans().values())

    def raw_points(self, cause: Cause) -> Number:
        """The points of the ticked options, eligible or not."""
        if cause.id not in self._raw:
            worths = [(self.bit(*pair), worth) for pair, worth in cause.points.items()]
            parts = [chosen(bit, number(worth), number(0)) for bit, worth in worths if not z3.is_false(bit)]
            self._raw[cause.id] = total(parts)
        return self._raw[cause.id]

    def points(self, cause: Cause) -> Number:
        """The points of an eligible cause, 0 for one that is not."""
        if cause.id not in self._points:
            eligible = all_of(self.condition(need) for need in cause.needs)
            self._points[cause.id] = chosen(eligible, self.raw_points(cause), number(0))
        return self._points[cause.id]

    def leads(self, cause: str) -> Bit:
        """Does it lead, or would it with milder answers on the pack's scales? Only asked of causes with a level."""
        if self.taken is not None:
            return self.taken[cause]
        _, high = self.spans()[cause]
        ahead = (high >= low for other, (low, _) in self.spans().items() if other != cause)
        return all_of((high >= number(NAMED_POINTS), *ahead))

    def spans(self) -> dict[str, tuple[Number, Number]]:
        """The fewest and the most points of each cause with a level, over these answers and milder ones."""
        if not self._spans:
            self._spans = {each.id: self.span(each) for each in self.pack.causes.values() if each.level}
        return self._spans

    def span(self, cause: Cause) -> tuple[Number, Number]:
        """The same of one cause."""
        low = high = self.points(cause)
        for guard, milder in self._variants(cause):
            points = milder.points(cause)
            low = z3.If(z3.And(guard, points < low), points, low)
            high = z3.If(z3.And(guard, points > high), points, high)
        return low, high

    def _variants(self, cause: Cause) -> list[tuple[Bit, Model]]:
        scales = scales_of(self.pack, cause)
        choices = [[None, *self.pack.scales[scale][:-1]] for scale in scales]
        found = []
        for options in product(*choices):
            fixed = tuple((scale, each) for scale, each in zip(scales, options, strict=True) if each is not None)
            if fixed:
                found.append((all_of(self._is_worse(*pair) for pair in fixed), self._with(fixed)))
        return found

    def _is_worse(self, scale: str, option: str) -> Bit:
        order = self.pack.scales[scale]
        return self.ticked(scale, order[order.index(option) + 1 :])

    def _with(self, fixed: tuple[tuple[str, str], ...]) -> Model:
        if fixed not in self._milder:
            given = dict(fixed)
            sheet = {
                pair: (TRUE if given[pair[0]] == pair[1] else FALSE) if pair[0] in given else bit
                for pair, bit in self.sheet.items()
            }
            self._milder[fixed] = Model(self.pack, sheet)
        return self._milder[fixed]

    def fires(self, rule: Rule) -> list[Bit]:
        """For each floor of a rule: it is the one that counts."""
        found: list[Bit] = []
        earlier: list[Bit] = []
        for floor in rule.floors:
            holds = self.condition(floor.when)
            found.append(all_of((holds, *(negated(each) for each in earlier))))
            earlier.append(holds)
        return found

    def levels(self) -> list[Bit]:
        """For each level by rank: this is the one that is told."""
        if "levels" not in self._made:
            self._made["levels"] = self._modified(self._unmodified())
        levels = self._made["levels"]
        assert isinstance(levels, list)  # noqa: S101 - made two lines above
        return levels

    def at_least(self, level: str) -> Bit:
        """The person is told this level or a more urgent one."""
        return any_of(self.levels()[: self.pack.levels[level].rank + 1])

    def is_level(self, *levels: str) -> Bit:
        return any_of(self.levels()[self.pack.levels[level].rank] for level in levels)

    def _unmodified(self) -> list[Bit]:
        reasons: list[list[Bit]] = [[] for _ in self.pack.levels]
        for rule in self.pack.rules:
            for floor, fires in zip(rule.floors, self.fires(rule), strict=True):
                reasons[self.pack.levels[floor.level].rank].append(fires)
        for cause in self.pack.causes.values():
            for level, holds in self._defaults(cause):
                reasons[self.pack.levels[level].rank].append(all_of((self.leads(cause.id), holds)))
        reasons[-1].append(TRUE)
        reached = [any_of(each) for each in reasons]
        return [all_of((each, *(negated(above) for above in reached[:rank]))) for rank, each in enumerate(reached)]

    def _defaults(self, cause: Cause) -> list[tuple[str, Bit]]:
        if cause.level is None:
            return []
        found: list[tuple[str, Bit]] = []
        earlier: list[Bit] = []
        for floor in cause.level_when:
            holds = self.condition(floor.when)
            found.append((floor.level, all_of((holds, *(negated(each) for each in earlier)))))
            earlier.append(holds)
        return [*found, (cause.level, all_of(negated(each) for each in earlier))]

    def modifies(self) -> dict[str, Bit]:
        """For each modifier: it is the one that counts."""
        if "modifies" not in self._made:
            self.levels()
        found = self._made["modifies"]
        assert isinstance(found, dict)  # noqa: S101 - levels() has made it
        return found

    def _modified(self, levels: list[Bit]) -> list[Bit]:
        ranks = {level.id: level.rank for level in self.pack.levels.values()}
        told: list[list[Bit]] = [[] for _ in levels]
        used: dict[str, Bit] = {}
        for modifier in self.pack.modifiers:
            ready = all_of((self.condition(modifier.when), *(negated(each) for each in used.values())))
            used[modifier.id] = all_of((ready, any_of(levels[ranks[old]] for old in modifier.moves)))
            for old, new in modifier.moves.items():
                told[ranks[new]].append(all_of((ready, levels[ranks[old]])))
        kept = all_of(negated(each) for each in used.values())
        self._made["modifies"] = used
        return [any_of((all_of((levels[rank], kept)), *told[rank])) for rank in range(len(levels))]
