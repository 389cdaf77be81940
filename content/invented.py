"""Invented people: answers that speak for a cause, and the rest as chance has it. The same seed, the same person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from content.assess import level_and_rules
from content.conditions import NOT_SURE
from content.pack import Cause, Pack, Question

Truth = dict[str, frozenset[str]]


def likely(pack: Pack, questions: Iterable[str], cause: Cause, chance: Random) -> Truth:
    """Somebody who ticks what speaks for the cause, at these questions."""
    return {name: _likely(pack, pack.questions[name], cause, chance) for name in questions}


def between(pack: Pack, questions: Iterable[str], causes: tuple[Cause, Cause], calm: Truth, chance: Random) -> Truth:
    """Somebody for whom either cause may lead, and who is often calm where nothing speaks for them."""
    names = list(questions)
    first, second = (likely(pack, names, cause, chance) for cause in causes)
    often = chance.random()
    return {
        name: calm[name]
        if name in calm and chance.random() < often
        else (first if chance.random() < 0.7 else second)[name]
        for name in names
    }


def calmest(pack: Pack, questions: Iterable[str], chance: Random) -> Truth:
    """For each question with one answer, the one with which a hundred likely people are told the calmest levels."""
    names, told = list(questions), dict[tuple[str, str], list[int]]()
    for cause in list(pack.causes.values()) * 4:
        truth = likely(pack, names, cause, chance)
        rank = pack.levels[level_and_rules(pack, truth)[0]].rank
        for name in names:
            if not pack.questions[name].multiple:
                told.setdefault((name, next(iter(truth[name]))), []).append(rank)
    mean = {pair: sum(ranks) / len(ranks) for pair, ranks in told.items() if len(ranks) >= 4}
    best = sorted(mean, key=lambda pair: mean[pair])
    return {name: frozenset({option}) for name, option in best}


def near(pack: Pack, truth: Truth, focus: Iterable[tuple[str, str]], chance: Random) -> Iterator[Truth]:
    """The same person, and with some of these options ticked besides or instead."""
    yield truth
    options = sorted(pair for pair in focus if pair[0] in truth)
    for most in (1, 2, 4, 7) if options else ():
        changed = dict(truth)
        for question, option in chance.sample(options, min(most, len(options))):
            changed[question] = _with(pack.questions[question], changed[question], option)
        yield changed


def _with(question: Question, ticked: frozenset[str], option: str) -> frozenset[str]:
    if not question.multiple or option in question.alone or option == NOT_SURE:
        return frozenset({option})
    others = sorted(ticked - question.alone - {NOT_SURE, option})
    return frozenset({option, *others[: (question.at_most or len(others) + 1) - 1]})


def _likely(pack: Pack, question: Question, cause: Cause, chance: Random) -> frozenset[str]:
    called = {
        option for (name, option), causes in pack.gate_causes.items() if name == question.id and cause.id in causes
    }
    worth = {option: cause.points.get((question.id, option), 0) for option in question.option_ids}
    speaking = sorted(option for option, points in worth.items() if points > 0 or option in called)
    if question.kind == "gate" and chance.random() < 0.5:
        return question.alone
    if question.multiple:
        most = min(question.at_most or len(speaking), len(speaking))
        some = chance.sample(speaking, most if chance.random() < 0.7 else chance.randint(min(1, most), most))
        others = [] if question.kind == "gate" else [each for each in question.option_ids if each not in question.alone]
        any_one = frozenset(chance.sample(others, 1 if others and chance.random() < 0.4 else 0))
        return frozenset(some) or any_one or question.alone or frozenset({NOT_SURE})
    return frozenset({chance.choice(speaking or list(question.option_ids))})
