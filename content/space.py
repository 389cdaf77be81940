"""How many answer sets a pack's question flow can produce, counted exactly.

The questions are walked in order. What was answered matters to the rest only through what is still open of the
conditions to come: answer sets that leave the same of them are counted together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import comb

from content import asking, flow
from content.conditions import NOT_SURE, And, Best, Condition, Name, Not, Or, Points, Ticked
from content.decide import start
from content.episode import Episode
from content.pack import Answers, Pack, Question

Class = tuple[frozenset[str], int]
Rest = bool | Condition
Key = tuple[frozenset[str], tuple[int, ...]]


def answer_sets(pack: Pack) -> int | None:
    """The number of different answer sets with which somebody can reach an outcome, minors among them.

    None for a pack whose flow or emergency rules look at points: those are not counted.
    """
    try:
        counted = [
            _Counter(pack).all(start(pack, "UTC", minor=minor)) for minor in (False, True)[: 1 + bool(pack.minor)]
        ]
    except _UncountedError:
        return None
    return sum(counted)


class _UncountedError(Exception):
    """The flow or an emergency rule looks at points: what is left of such a condition is no smaller condition."""


class _Counter:
    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.rests: list[Rest] = [True, False]
        self.numbers: dict[Rest, int] = {}
        self.shorter: dict[tuple[int, str, frozenset[str]], int] = {}
        self.about = [(question, self._number(_opened(pack, condition))) for question, condition in _looked_at(pack)]
        self.matters = {pair for rest in self.rests if not isinstance(rest, bool) for pair in _options_in(rest)}
        self.found: dict[Key, int] = {}

    def all(self, episode: Episode) -> int:
        """The answer sets that begin with the answers of this episode."""
        rests = tuple(number for _, number in self.about)
        for question, ticked in episode.answers.items():
            rests = self._after(rests, question, ticked, frozenset(episode.answers))
        return self._count(episode, rests)

    def _count(self, episode: Episode, rests: tuple[int, ...]) -> int:
        key = (frozenset(episode.answers), rests)
        if key not in self.found:
            self.found[key] = 1 if asking.is_complete(self.pack, episode) else self._counted(episode, rests)
        return self.found[key]

    def _counted(self, episode: Episode, rests: tuple[int, ...]) -> int:
        question = self.pack.questions[episode.question or ""]
        shown = flow.shown_options(self.pack, episode, question)
        telling = {option for name, option in self.matters if name == question.id}
        found, done = 0, frozenset({*episode.answers, question.id})
        for ticked, many in _classes(question, shown, telling):
            moved = replace(episode, answers={**episode.answers, question.id: ticked})
            after = self._after(rests, question.id, ticked, done)
            if (done, after) not in self.found:
                moved = replace(moved, question=flow.next_question(self.pack, moved))
            found += many * self._count(moved, after)
        return found

    def _after(
        self, rests: tuple[int, ...], question: str, ticked: frozenset[str], done: frozenset[str]
    ) -> tuple[int, ...]:
        """What is left of each condition; nothing of those about a question that is done."""
        pairs = zip(self.about, rests, strict=True)
        return tuple(0 if about in done else self._shorter(rest, question, ticked) for (about, _), rest in pairs)

    def _shorter(self, rest: int, question: str, ticked: frozenset[str]) -> int:
        key = (rest, question, ticked)
        if key not in self.shorter:
            condition = self.rests[rest]
            self.shorter[key] = self._number(
                condition if isinstance(condition, bool) else _rest(condition, {question: ticked})
            )
        return self.shorter[key]

    def _number(self, rest: Rest) -> int:
        if isinstance(rest, bool):
            return 0 if rest else 1
        if rest not in self.numbers:
            self.numbers[rest] = len(self.rests)
            self.rests.append(rest)
        return self.numbers[rest]


def _looked_at(pack: Pack) -> list[tuple[str, Condition]]:
    """What decides which questions come, which lines they show, and whether an emergency ends them; for whom."""
    found = [(ask.question or "", ask.when) for ask in pack.flow]
    for ask in pack.flow:
        options = pack.questions[ask.question].options if ask.question else ()
        found += [(ask.question or "", option.when) for option in options]
    for rule in pack.rules:
        if any(pack.levels[floor.level].alone for floor in rule.floors):
            found += [("", floor.when) for floor in rule.floors]
    return list(dict.fromkeys(found))


def _opened(pack: Pack, condition: Condition) -> Condition:
    """The condition without definitions."""
    match condition:
        case Name(name):
            return _opened(pack, pack.define[name])
        case And(parts):
            return And(tuple(_opened(pack, part) for part in parts))
        case Or(parts):
            return Or(tuple(_opened(pack, part) for part in parts))
        case Not(part):
            return Not(_opened(pack, part))
        case Points() | Best():
            raise _UncountedError
        case Ticked():
            return condition


def _rest(condition: Condition, answers: Answers) -> Rest:
    """What is left of a condition once these questions are answered: true, false, or a smaller condition."""
    match condition:
        case Ticked(question, options):
            return condition if question not in answers else not answers[question].isdisjoint(options)
        case Not(part):
            rest = _rest(part, answers)
            return (not rest) if isinstance(rest, bool) else Not(rest)
        case And(parts):
            return _joined([_rest(part, answers) for part in parts], And, empty=True)
        case Or(parts):
            return _joined([_rest(part, answers) for part in parts], Or, empty=False)
        case _:
            raise _UncountedError


def _joined(rests: list[Rest], kind: type[And] | type[Or], *, empty: bool) -> Rest:
    if any(rest is not empty and isinstance(rest, bool) for rest in rests):
        return not empty
    left = tuple(dict.fromkeys(rest for rest in rests if not isinstance(rest, bool)))
    return empty if not left else left[0] if len(left) == 1 else kind(left)


def _options_in(condition: Condition) -> Iterator[tuple[str, str]]:
    match condition:
        case Ticked(question, options):
            yield from ((question, option) for option in options)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _options_in(part)
        case Not(part):
            yield from _options_in(part)


def _classes(question: Question, shown: tuple[str, ...], matters: set[str]) -> Iterator[Class]:
    """Answers to one question that look the same to the rest, and how many they are."""
    single = (
        [*shown, NOT_SURE] if not question.multiple else [*(each for each in shown if each in question.alone), NOT_SURE]
    )
    quiet = sum(each not in matters for each in single)
    yield from ((frozenset({each}), 1) for each in single if each in matters)
    if quiet:
        yield frozenset({""}), quiet
    if not question.multiple:
        return
    several = [each for each in shown if each not in question.alone]
    telling = [each for each in several if each in matters]
    rest = len(several) - len(telling)
    most = question.at_most or len(several)
    for size in range(min(len(telling), most) + 1):
        many = sum(comb(rest, more) for more in range(min(rest, most - size) + 1)) - (size == 0)
        for ticks in combinations(telling, size):
            if many:
                yield frozenset(ticks) or frozenset({""}), many
