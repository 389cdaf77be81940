"""One person asked by two versions of a pack, for the solver: the same truth, walked through both flows.

A version that does not know a question or an option never hears of it: there it counts as not ticked. So a red flag
that is no longer asked shows up as the people who have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import z3

from content import prove_flow, walked
from content.conditions import NOT_SURE
from content.pack import Answers, Pack, Question
from content.prove_ask import Example, Solver, read
from content.prove_flow import MINOR
from content.prove_model import Bit, Model, Sheet


@dataclass(frozen=True, slots=True)
class Person:
    """What is true of somebody, and what they come to answer in either version."""

    truth: Example
    minor: bool
    old: Answers
    new: Answers


@dataclass(slots=True)
class Both:
    """Two versions over one truth. `merged` knows the questions, options and words of both."""

    old: Pack
    new: Pack
    merged: Pack = field(init=False)
    truth: Sheet = field(init=False)
    before: Model = field(init=False)
    after: Model = field(init=False)
    one_way: bool = field(init=False)
    solver: Solver = field(default_factory=Solver)

    def __post_init__(self) -> None:
        self.merged = merged(self.old, self.new)
        self.one_way = _way(self.old) == _way(self.new)
        asked = dict.fromkeys((*prove_flow.asked_questions(self.old), *prove_flow.asked_questions(self.new)))
        self.truth = prove_flow.fresh(self.merged, questions=asked)
        self.before, self.after = self._model(self.old), self._model(self.new)
        for pack in (self.old, self.new):
            self.solver.add(*prove_flow.truths(replace(self.merged, minor=pack.minor), self.truth))

    def _model(self, pack: Pack) -> Model:
        own = {(name, option): bit for (name, option), bit in self.truth.items() if _knows(pack, name, option)}
        return Model(pack, prove_flow.answered(pack, own))

    def find(self, wanted: Iterable[Bit], within_s: float) -> Person | None:
        """Somebody of whom all of this holds, or None. Raises UndecidedError when that takes longer."""
        model = self.solver.decide(tuple(wanted), within_s)
        return None if model is None else self.person(read(model, self.truth), minor=z3.is_true(model.eval(MINOR)))

    def plain(self, found: Person, really: Callable[[Person], bool]) -> Person:
        """Somebody of whom the same holds, as plain as can be: the evaluator says what may be taken away."""
        for plainer in self._plainer(found.truth):
            truth = {**found.truth, **plainer(found.truth)}
            tried = self.person(truth, minor=found.minor)
            found = tried if really(tried) else found
        adult = self.person(found.truth, minor=False)
        return adult if found.minor and really(adult) else found

    def person(self, truth: Example, *, minor: bool = False) -> Person:
        """Somebody of this truth, asked by both versions."""
        old = walked.triage(self.old, truth, minor=minor).answers
        new = old if self.one_way else walked.triage(self.new, truth, minor=minor).answers
        return Person(truth, minor, old, new)

    def _plainer(self, truth: Example) -> Iterator[Callable[[Example], Example]]:
        """Ways to say less: nothing at all at a question, then each tick by itself."""
        for name in truth:
            if self.old.minor is None or name != self.old.minor[0]:
                none = self.merged.questions[name].alone
                nothing = none if len(none) == 1 else frozenset({NOT_SURE})
                yield partial(_answering, name, nothing)
        for name, ticked in truth.items():
            for option in sorted(ticked) if len(ticked) > 1 else ():
                yield partial(_without, name, option)


def _way(pack: Pack) -> tuple[object, ...]:
    """All that decides what is asked, in which order, and when an emergency ends it."""
    alone = {level.id for level in pack.levels.values() if level.alone}
    return pack.questions, pack.flow, pack.define, pack.minor, alone, [rule.floors for rule in pack.rules]


def _answering(name: str, ticked: frozenset[str], _: Example) -> Example:
    return {name: ticked}


def _without(name: str, option: str, now: Example) -> Example:
    return {name: now[name] - {option} or now[name]}


def _knows(pack: Pack, question: str, option: str) -> bool:
    return question in pack.questions and pack.questions[question].knows(option)


def merged(old: Pack, new: Pack) -> Pack:
    """The new version with the questions, options and words that only the old one has."""
    questions = {**old.questions, **new.questions}
    for name in old.questions.keys() & new.questions.keys():
        questions[name] = _merged(old.questions[name], new.questions[name])
    return replace(new, questions=questions, words=_overlaid(old.words, new.words))


def _merged(old: Question, new: Question) -> Question:
    """A card that takes what both take, and the options that only one of them has."""
    options = {option.id: option for option in (*old.options, *new.options)}
    stricter = new if not new.multiple or old.multiple else old
    limits = [each.at_most for each in (old, new) if each.at_most]
    return replace(
        stricter,
        options=tuple(options.values()),
        alone=old.alone | new.alone,
        at_most=min(limits) if limits else stricter.at_most,
    )


def _overlaid(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found = {**old, **new}
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found[name] = _overlaid(before, after)
    return found
