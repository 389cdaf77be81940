"""compare(old, new): the answers for which the advice changes, decided by the solver for everybody there may be.

Invented people are asked first, which is quick; the solver then says of every difference that none of them showed
whether there is anybody at all. Levels are compared by rank. One person is asked by both versions. Only the triage is
compared; what changed in check-ins is listed by the author's loop, place by place.
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
from content.prove_differ import Differ
from content.prove_flow import unordered
from content.prove_model import Bit

__all__ = ["CannotCompareError", "Comparison", "Example", "Limits", "Move", "Undecided", "compare"]

FOREVER = float("inf")
# So many people at most; fewer where each is asked by both versions; and so many who show nothing new are enough.
MOST_PEOPLE, FEWER_PEOPLE, PATIENCE = 3000, 300, 800
# Of the whole time: at most so much for invented people; so much is kept from the levels for all else, and so much for
# telling the examples plainly.
PEOPLE_SHARE, OTHERS_SHARE, TELLING_SHARE = 0.15, 0.2, 0.15
# Lists of these can be long; their examples are told without looking for plainer people.
LONG: frozenset[Kind] = frozenset({"advice", "whom"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look: each question to the solver for so long, then what is undecided again for longer.

    `left`: the seconds that are left for everything.
    """

    rounds_s: tuple[float, ...] = (8.0, 30.0)
    left: Callable[[], float] = lambda: FOREVER


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
    search = Search(Both(old, new), limits or Limits(), undecided=list(_questions(old, new, kinds)))
    search.ask_people(kinds)
    for levels in (True, False):
        for each_s in search.limits.rounds_s:
            search.ask(each_s, levels=levels)
    return search.found()


def _refuse_unordered(pack: Pack) -> None:
    for line, name in unordered(pack):
        raise CannotCompareError(
            f"{pack.id} {pack.version}: line {line + 1} of the flow looks at `{name}`, which is asked only later; "
            "nothing can be proved of such a flow. Ask it before"
        )


def _questions(old: Pack, new: Pack, kinds: list[Kind]) -> Iterator[Undecided]:
    """Everything that is to be decided: for each pair of levels, is there anybody? Of each other kind: anybody else?"""
    for before, after in product(old.levels.values(), new.levels.values()) if "levels" in kinds else ():
        if before.rank != after.rank:
            yield Undecided("levels", before.id, after.id, less=before.rank < after.rank)
    yield from (Undecided(kind) for kind in kinds if kind != "levels")


@dataclass(slots=True)
class Search:
    """What was found so far, for each difference one person who shows it; and what is undecided.

    `edge`: people whom the versions tell different things, whatever these are: others like them show what else differs.
    """

    both: Both
    limits: Limits
    undecided: list[Undecided]
    seen: dict[Difference, Person] = field(default_factory=dict)
    edge: list[invented.Truth] = field(default_factory=list)
    kept: float = TELLING_SHARE
    differ: Differ = field(init=False)
    whole_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.whole_s = self.limits.left()
        self.differ = Differ(self.both)

    def ask_people(self, kinds: list[Kind]) -> None:
        """Invented people who tick what the changed parts look at."""
        old, new = self.both.old, self.both.new
        same_way = (old.flow, old.questions, old.define) == (new.flow, new.questions, new.define)
        most, news = MOST_PEOPLE if same_way else FEWER_PEOPLE, 0
        for number, truth in enumerate(self._people()):
            if number >= min(most, news + PATIENCE) or self._left_s(1 - PEOPLE_SHARE) <= 0:
                return
            shown = differing.differences(old, new, truth, truth) if same_way else set[Difference]()
            self.edge += [truth] if shown else []
            if (not same_way or shown - self.seen.keys()) and self._take(self.both.person(truth), kinds):
                news = number

    def _people(self) -> Iterator[invented.Truth]:
        """Between two causes, of which a changed one is one, if there is any; with options that the change looks at."""
        merged, chance = self.both.merged, Random(1)  # noqa: S311 - repeatable, and no secret
        names = list(dict.fromkeys(name for name, _ in self.both.truth))
        focus = {pair for pair in differing.focus(self.both.old, self.both.new) if pair in self.both.truth}
        changed = differing.changed_causes(self.both.old, self.both.new) or list(merged.causes.values())
        plain = {pair for pair in self.both.truth if merged.questions[pair[0]].kind != "gate"}
        calm = invented.calmest(merged, names, chance)
        while True:
            causes = chance.choice(changed), chance.choice(list(merged.causes.values()))
            truth = invented.between(merged, names, causes, calm, chance)
            yield from invented.near(merged, truth, focus, chance)
            for _ in range(6 if self.edge else 0):
                yield from invented.near(merged, chance.choice(self.edge), plain, chance)

    def _take(self, who: Person, kinds: list[Kind]) -> bool:
        """Remember what this person shows; whether that is anything new."""
        shown = differing.differences(self.both.old, self.both.new, who.old, who.new) - self.seen.keys()
        wanted = [each for each in shown if each[0] in kinds]
        self.seen.update(dict.fromkeys(wanted, who))
        return bool(wanted)

    def ask(self, each_s: float, *, levels: bool) -> None:
        """What is undecided of the levels, or of all else, each question for so long."""
        self.kept = OTHERS_SHARE if levels else TELLING_SHARE
        self.undecided = [
            each for each in self.undecided if (each.kind == "levels") != levels or self._stays(each, each_s)
        ]

    def _stays(self, each: Undecided, each_s: float) -> bool:
        try:
            self._settle(each, each_s)
        except UndecidedError:
            return True
        return False

    def _settle(self, each: Undecided, each_s: float) -> None:
        if each.kind != "levels":
            while self._one_more(each.kind, each_s):
                pass
        elif ("levels", (each.old, each.new)) not in self.seen:
            ranks = self.both.old.levels[each.old].rank, self.both.new.levels[each.new].rank
            self._ask(each.kind, each_s, self.differ.level(*ranks))

    def _one_more(self, kind: Kind, each_s: float) -> bool:
        """Is there anybody who is told something else of this kind, beyond what is known?"""
        known = [move for each, move in self.seen if each == kind]
        loose, exact = self.differ.other(kind, known), self.differ.same_level
        try:
            return self._ask(kind, each_s, loose)
        except UndecidedError:
            return self._ask(kind, each_s, loose, exact())

    def _ask(self, kind: Kind, each_s: float, *wanted: Bit) -> bool:
        """Whether there is somebody, who is then remembered. Whom the evaluator tells otherwise decides nothing."""
        left_s = self._left_s(self.kept)
        if left_s <= 0:
            raise UndecidedError
        who = self.both.find(wanted, min(each_s, left_s))
        if who is not None and not self._take(who, [kind]):
            raise UndecidedError
        return who is not None

    def _left_s(self, kept: float) -> float:
        """The seconds that are left when this share of the whole is kept for what comes after."""
        return FOREVER if self.whole_s == FOREVER else self.limits.left() - self.whole_s * kept

    def found(self) -> Comparison:
        """Everything in words, most urgent first."""
        moves: dict[Kind, list[Move]] = {}
        for each in sorted(self.seen, key=self._urgent_first):
            (kind, (old, new)), timely = each, self.limits.left() > 0
            plain = timely and kind not in LONG
            example = compare_say.example(self.both, self.seen[each], each, plain=plain, brief=timely)
            moves.setdefault(kind, []).append(Move(old, new, example))
        levels = moves.pop("levels", [])
        return Comparison(
            notes=tuple(compare_say.notes(self.both.old, self.both.new)),
            less_urgent=tuple(move for move in levels if self._falls(move)),
            more_urgent=tuple(move for move in levels if not self._falls(move)),
            undecided=tuple(self.undecided),
            **{kind: tuple(each) for kind, each in moves.items()},
        )

    def _urgent_first(self, difference: Difference) -> tuple[bool, str, list[int], tuple[str, str]]:
        kind, move = difference
        levels = zip((self.both.old.levels, self.both.new.levels), move, strict=True)
        ranks = [known[name].rank for known, name in levels] if kind == "levels" else []
        return kind != "levels", kind, ranks, move

    def _falls(self, move: Move) -> bool:
        return self.both.old.levels[move.old].rank < self.both.new.levels[move.new].rank
