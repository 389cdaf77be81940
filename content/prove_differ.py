"""The same differences as formulas: is there anybody whom two versions tell something else?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import z3

from content import prove_plans
from content.differing import SINGLE, Kind, Move
from content.prove_both import Both
from content.prove_model import FALSE, Bit, all_of, any_of, negated
from content.prove_told import Told

Bits = Mapping[str, Bit]


@dataclass(slots=True)
class Differ:
    """Formulas over the one truth of both versions. What is the same in both comes to nothing at once.

    Of people at the same level that level is a given, `ranks`: so what hangs on it is the same formula in both
    versions, whatever became of the rules.
    """

    both: Both
    ranks: list[Bit] = field(init=False)
    before: Told = field(init=False)
    after: Told = field(init=False)

    def __post_init__(self) -> None:
        most = min(len(self.both.old.levels), len(self.both.new.levels))
        self.ranks = [z3.Bool(f"told rank {rank}") for rank in range(most)]
        longer = [*self.ranks, *[FALSE] * max(len(self.both.old.levels), len(self.both.new.levels))]
        self.before, self.after = Told(self.both.before, longer), Told(self.both.after, longer)
        self.both.solver.add(any_of(self.ranks), z3.PbLe([(rank, 1) for rank in self.ranks], 1))

    def level(self, old: int, new: int) -> Bit:
        """Somebody is told the one rank before and the other one now."""
        return all_of((self.both.before.levels()[old], self.both.after.levels()[new]))

    def same_level(self) -> Bit:
        """The given level is what both versions tell."""
        pairs = zip(self.ranks, self.both.before.levels(), self.both.after.levels(), strict=False)
        return all_of(z3.Implies(rank, all_of((old, new))) for rank, old, new in pairs)

    def other(self, kind: Kind, known: Iterable[Move]) -> Bit:
        """At the given level somebody is told something else of this kind, beyond the moves that are known."""
        old, new, known = MAKERS[kind](self.before), MAKERS[kind](self.after), set(known)
        gains = [_gained(old, new, name) for name in new if ("", name) not in known]
        if kind in SINGLE:
            return all_of((any_of(gains), *(negated(all_of((old[a], new[b]))) for a, b in known)))
        return any_of((*gains, *(_gained(new, old, name) for name in old if (name, "") not in known)))


def _gained(without: Bits, having: Bits, name: str) -> Bit:
    if name not in without:
        return having[name]
    return FALSE if without[name].eq(having[name]) else all_of((having[name], negated(without[name])))


def _ice(told: Told) -> Bits:
    return {"ice": told.may_ice(), "no ice": negated(told.may_ice())}


def _causes(told: Told) -> Bits:
    return {cause: told.shown(cause) for cause in told.pack.causes}


def _advice(told: Told) -> Bits:
    return {each: any_of(told.said(each, kind) for kind in ("steps", "avoid", "net")) for each in told.pack.advice}


MAKERS = {"plans": prove_plans.plans, "ice": _ice, "causes": _causes, "advice": _advice, "whom": prove_plans.whom}
