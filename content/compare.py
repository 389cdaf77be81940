"""compare(old, new): the answers for which the advice changes, decided by the solver for everybody there may be.

Invented people are asked first, which is quick; the solver then says of every difference that none of them showed whether
there is anybody at all. Levels are compared by rank. One person is asked by both versions. Only the triage is compared;
what changed in check-ins is listed by the author's loop, place by place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random

from content import compare_say, differing, invented
from content.compare_say import Example
from content.differing import Difference, Kind
from content.pack import Pack
from content.prove_ask import UndecidedError
from content.prove_both import Both, Person
from content.prove_differ import Bit, Differ
from content.prove_flow import unordered

__all__ = ["CannotCompareError", "Comparison", "Example", "Limits", "Move", "Undecided", "compare"]

MOST_PEOPLE, FEWER_PEOPLE = 2400, 300
# Of the whole time, at most so much for invented people.
SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look: `each_s` for one question to the solver, `left` the seconds that are left for everything."""

    each_s: float = 10.0
    left: Callable[[], float] = lambda: float("inf")


@dataclass(frozen=True, slots=True)
class Move:
    """Some answer sets are told `new` instead of `old`; "" stands for nothing."""

    old: str
    new: str
    example: Example


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody was found, and the solver was stopped: there may be such people. `less`: and they may be told less.

    Of levels `old` and `new` say which pair; of another kind they are empty: any move that is not listed.
    """

    kind: Kind
    old: str = ""
    new: str = ""
    less: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs in behaviour. All but the levels is about people who are told the same level.

    Every list is complete but for what `undecided` names.
    """

    notes: tuple[str, ...] = ()
    less_urgent: tuple[Move, ...] = ()
    more_urgent: tuple[Move, ...] = ()
    plans: tuple[Move, ...] = ()
    ice: tuple[Move, ...] = ()
    causes: tuple[Move, ...] = ()
    advice: tuple[Move, ...] = ()
    whom: tuple[Move, ...] = ()
    undecided: tuple[Undecided, ...] = ()

    @property
    def may_be_less_urgent(self) -> bool:
        """The cautious reading: what was not decided counts as if it were so."""
        return bool(self.less_urgent) or any(each.less for each in self.undecided)


class CannotCompareError(ValueError):
    """A version's flow cannot be followed exactly; the message says where and the cure."""


def compare(old: Pack, new: Pack, limits: Limits | None = None) -> Comparison:
    """The exact difference, as far as the limits allow. Raises CannotCompareError for a flow that looks ahead."""
    for pack in (old, new):
        _refuse_unordered(pack)
    kinds = differing.may_differ(old, new)
    if not kinds:
        return Comparison()
    search = Search(Both(old, new), limits or Limits())
    search.ask_people(kinds)
    if "levels" in kinds:
        search.decide_levels()
    for kind in kinds:
        if kind != "levels":
            search.decide(kind)
    return search.found()


def _refuse_unordered(pack: Pack) -> None:
    for line, name in unordered(pack):
        raise CannotCompareError(
            f"{pack.id} {pack.version}: line {line + 1} of the flow looks at `{name}`, which is asked only later; "
            "nothing can be proved of such a flow. Ask it before"
        )


@dataclass(slots=True)
class Search:
    """What was found so far: for each difference one person who shows it."""

    both: Both
    limits: Limits
    seen: dict[Difference, Person] = field(default_factory=dict)
    undecided: list[Undecided] = field(default_factory=list)
    differ: Differ = field(init=False)

    def __post_init__(self) -> None:
        self.differ = Differ(self.both)

    def ask_people(self, kinds: list[Kind]) -> None:
        """Invented people who tick what the changed parts look at."""
        old, new = self.both.old, self.both.new
        same_way = (old.flow, old.questions, old.define) == (new.flow, new.questions, new.define)
        enough_s = self.limits.left() * (1 - SHARE)
        for number, truth in enumerate(self._people()):
            if number >= (MOST_PEOPLE if same_way else FEWER_PEOPLE) or self.limits.left() < enough_s:
                return
            if not same_way or differing.differences(old, new, truth, truth) - self.seen.keys():
                self._take(self.both.person(truth), kinds)

    def _people(self) -> Iterator[invented.Truth]:
        merged = self.both.merged
        names = list(dict.fromkeys(name for name, _ in self.both.truth))
        focus = {pair for pair in differing.focus(self.both.old, self.both.new) if pair in self.both.truth}
        for seed, cause in product(range(MOST_PEOPLE), merged.causes.values()):
            chance = Random(f"{seed} {cause.id}")  # noqa: S311 - repeatable, and no secret
            yield from invented.near(merged, invented.likely(merged, names, cause, chance), focus, chance)

    def _take(self, who: Person, kinds: list[Kind]) -> bool:
        """Remember what this person shows; whether that is anything new."""
        shown = differing.differences(self.both.old, self.both.new, who.old, who.new) - self.seen.keys()
        wanted = [each for each in shown if each[0] in kinds]
        self.seen.update(dict.fromkeys(wanted, who))
        return bool(wanted)

    def decide_levels(self) -> None:
        """For each pair of levels that nobody showed yet: is there anybody?"""
        for old, new in product(self.both.old.levels.values(), self.both.new.levels.values()):
            if old.rank == new.rank or ("levels", (old.id, new.id)) in self.seen:
                continue
            try:
                self._ask("levels", self.differ.level(old.rank, new.rank))
            except UndecidedError:
                self.undecided.append(Undecided("levels", old.id, new.id, less=old.rank < new.rank))

    def decide(self, kind: Kind) -> None:
        """Is there anybody who is told something else of this kind, beyond what is known? Until there is nobody."""
        try:
            while self._one_more(kind):
                pass
        except UndecidedError:
            self.undecided.append(Undecided(kind))

    def _one_more(self, kind: Kind) -> bool:
        known = [move for each, move in self.seen if each == kind]
        loose, exact = self.differ.other(kind, known), self.differ.same_level
        try:
            return self._ask(kind, loose)
        except UndecidedError:
            return self._ask(kind, loose, exact())

    def _ask(self, kind: Kind, *wanted: Bit) -> bool:
        """Whether there is somebody, who is then remembered. Whom the evaluator tells otherwise decides nothing."""
        if self.limits.left() <= 0:
            raise UndecidedError
        who = self.both.find(wanted, min(self.limits.each_s, self.limits.left()))
        if who is not None and not self._take(who, [kind]):
            raise UndecidedError
        return who is not None

    def found(self) -> Comparison:
        """Everything in words, most urgent first."""
        both, moves = self.both, dict[Kind, list[Move]]()
        ranks = {level.id: level.rank for level in (*both.new.levels.values(), *both.old.levels.values())}
        order = lambda each: (each[0], *(ranks.get(one, 0) for one in each[1]), each[1])  # noqa: E731
        for kind, (old, new) in sorted(self.seen, key=order):
            example = compare_say.example(both, self.seen[kind, (old, new)], (kind, (old, new)))
            moves.setdefault(kind, []).append(Move(old, new, example))
        levels = moves.pop("levels", [])
        return Comparison(
            notes=tuple(compare_say.notes(both.old, both.new)),
            less_urgent=tuple(each for each in levels if both.old.levels[each.old].rank < both.new.levels[each.new].rank),
            more_urgent=tuple(each for each in levels if both.old.levels[each.old].rank > both.new.levels[each.new].rank),
            undecided=tuple(self.undecided),
            **{kind: tuple(found) for kind, found in moves.items()},
        )
