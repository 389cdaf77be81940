"""The solver's translation of what an outcome names and advises, on top of prove_model.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import z3

from content.known import NAMED_POINTS
from content.pack import Level, Pack
from content.prove_model import FALSE, Bit, Model, Number, all_of, any_of, chosen, negated, number, total

Kind = Literal["steps", "avoid", "net"]
FEW, MORE = 3, 4


@dataclass(slots=True)
class Told:
    """Candidates, ice and advice of one model, as assess.py makes them.

    `ranks`: what to take for "this level is told", by rank, instead of working it out.
    """

    model: Model
    ranks: Sequence[Bit] | None = None
    _places: dict[str, tuple[Bit, Number]] = field(default_factory=dict)
    _bits: dict[str, Bit] = field(default_factory=dict)
    _calls: list[tuple[str, Bit]] = field(default_factory=list)

    def _once(self, name: str, make: Callable[[], Bit]) -> Bit:
        if name not in self._bits:
            self._bits[name] = make()
        return self._bits[name]

    @property
    def pack(self) -> Pack:
        return self.model.pack

    def is_level(self, *levels: str) -> Bit:
        """One of these levels is told."""
        if self.ranks is None:
            return self.model.is_level(*levels)
        return any_of(self.ranks[self.pack.levels[level].rank] for level in levels)

    def routine(self) -> Bit:
        """The level told is a calm one."""
        levels = [level.id for level in self._levels() if level.routine]
        return self._once("routine", lambda: self.is_level(*levels))

    def alone(self) -> Bit:
        """The level told is shown as one short card."""
        levels = [level.id for level in self._levels() if level.alone]
        return self._once("alone", lambda: self.is_level(*levels))

    def shown(self, cause: str) -> Bit:
        """The cause is among the candidates that are shown."""
        return self._once(f"shown {cause}", lambda: self._shown(cause))

    def _shown(self, cause: str) -> Bit:
        listed, place = self._place(cause)
        most = chosen(all_of((negated(self.alone()), self._has_named())), number(MORE), number(FEW))
        return z3.And(listed, place < most)

    def first(self, cause: str) -> Bit:
        """The cause stands first."""
        listed, place = self._place(cause)
        return z3.And(listed, place == number(0))

    def may_ice(self) -> Bit:
        """Icing may be offered."""
        ice = self.pack.ice
        if ice is None:
            return FALSE
        return all_of((self.routine(), any_of(self.shown(each) for each in ice.causes), self.model.condition(ice.may)))

    def said(self, advice: str, kind: Kind) -> Bit:
        """The sentence stands among the outcome's steps, what to avoid, or what to come back for."""
        record = self.pack.advice[advice]
        parts = [self.shown(cause.id) for cause in self.pack.causes.values() if advice in getattr(cause, kind)]
        if kind != "net":
            parts += [self.is_level(each.id) for each in self._levels() if advice in getattr(each, kind)]
        else:
            parts += [all_of((self._bare(), self.is_level(each.id))) for each in self._levels() if advice in each.net]
        is_ice = self.pack.ice is not None and record.when == self.pack.ice.may and kind != "net"
        return all_of((any_of(parts), self.model.condition(record.when), *([self.may_ice()] if is_ice else [])))

    def _bare(self) -> Bit:
        """No candidate has a list of what to come back for."""
        having = [cause.id for cause in self.pack.causes.values() if cause.net]
        return self._once("bare", lambda: negated(any_of(self.shown(cause) for cause in having)))

    def _levels(self) -> list[Level]:
        return list(self.pack.levels.values())

    def _occurrences(self) -> list[tuple[str, Bit]]:
        """Gate answers and rules that name causes, in the order in which they are looked at."""
        if not self._calls:
            gates = self.pack.gate_causes.items()
            self._calls = [(cause, self.model.bit(*pair)) for pair, causes in gates for cause in causes]
            for rule in self.pack.rules:
                fires = any_of(self.model.fires(rule)) if rule.names else FALSE
                self._calls += [(cause, fires) for cause in rule.names]
        return self._calls

    def named(self, cause: str) -> Bit:
        """A red flag or a rule calls the cause, whatever its points."""
        return self._once(f"named {cause}", lambda: self._is_named(cause))

    def _is_named(self, cause: str) -> Bit:
        called = any_of(guard for each, guard in self._occurrences() if each == cause)
        return called if self.pack.causes[cause].level is None else all_of((called, negated(self.alone())))

    def _has_named(self) -> Bit:
        return self._once("has named", lambda: any_of(self.named(cause) for cause in self.pack.causes))

    def _called_at(self, cause: str) -> Number:
        found = number(255)
        for place, (each, guard) in reversed(list(enumerate(self._occurrences()))):
            if each == cause:
                found = chosen(guard, number(place), found)
        return found

    def _place(self, cause: str) -> tuple[Bit, Number]:
        """Is it a candidate at all, and how many stand before it."""
        if not self._places:
            self._places = self._all_places()
        return self._places[cause]

    def _all_places(self) -> dict[str, tuple[Bit, Number]]:
        causes = list(self.pack.causes)
        named = {cause: self.named(cause) for cause in causes}
        enough = {cause: self._enough(cause, named[cause]) for cause in causes}
        best = {cause: self.is_best(cause) for cause in causes}
        found = {}
        for cause in causes:
            ahead = [self._ahead_named(each, cause, named) for each in causes if each != cause]
            behind = [self._ahead_by_points(each, cause, enough, best) for each in causes if each != cause]
            others = [chosen(is_named, number(1), number(0)) for is_named in named.values()]
            place = chosen(named[cause], total(ahead), total([*others, *behind]))
            found[cause] = (any_of((named[cause], enough[cause])), place)
        return found

    def _ahead_named(self, one: str, other: str, named: dict[str, Bit]) -> Number:
        if z3.is_false(named[one]) or z3.is_false(named[other]):
            return number(0)
        mine, theirs = (self.model.raw_points(self.pack.causes[each]) for each in (one, other))
        earlier = z3.ULT(self._called_at(one), self._called_at(other))
        return chosen(z3.And(named[one], z3.Or(mine > theirs, z3.And(mine == theirs, earlier))), number(1), number(0))

    def _ahead_by_points(self, one: str, other: str, enough: dict[str, Bit], best: dict[str, Bit]) -> Number:
        mine, theirs = (self.model.points(self.pack.causes[each]) for each in (one, other))
        order = list(self.pack.causes)
        tie = best[one] if order.index(one) > order.index(other) else negated(best[other])
        ahead = z3.And(enough[one], z3.Or(mine > theirs, z3.And(mine == theirs, tie)))
        return chosen(ahead, number(1), number(0))

    def _enough(self, cause: str, named: Bit) -> Bit:
        """A candidate by its points."""
        points = self.model.points(self.pack.causes[cause])
        at_half = [2 * points >= self._scored(each) for each in self.pack.causes]
        counts = negated(self.routine()) if self.pack.causes[cause].level is None else z3.BoolVal(True)
        return all_of((points >= number(NAMED_POINTS), *at_half, counts, negated(self.alone()), negated(named)))

    def _scored(self, cause: str) -> Number:
        points = self.model.points(self.pack.causes[cause])
        return chosen(self.routine(), number(0), points) if self.pack.causes[cause].level is None else points

    def is_best(self, cause: str) -> Bit:
        """It leads by these very answers; of equal points the more urgent one."""
        if self.pack.causes[cause].level is None:
            return FALSE
        mine = self.model.points(self.pack.causes[cause])
        leveled = [each for each in self.pack.causes.values() if each.level]
        order = sorted(leveled, key=lambda each: self.pack.levels[each.level or ""].rank)
        ids = [each.id for each in order]
        beaten = []
        for each in order:
            theirs = self.model.points(each)
            if each.id != cause:
                beaten.append(mine > theirs if ids.index(each.id) < ids.index(cause) else mine >= theirs)
        return all_of((mine >= number(NAMED_POINTS), *beaten))
