"""What two versions tell one person differently: the level, or at the same level the plan, ice, causes, and advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from content import depends
from content.assess import Outcome, assess
from content.pack import Answers, Cause, Level, Pack

Kind = Literal["levels", "plans", "ice", "causes", "advice", "whom"]
# Of the same level only. Nothing is told as "".
AT_ONE_LEVEL: tuple[Kind, ...] = ("plans", "ice", "causes", "advice", "whom")
# One of them is told, not several.
SINGLE: frozenset[Kind] = frozenset({"plans", "ice"})
Move = tuple[str, str]
Difference = tuple[Kind, Move]


def differences(old: Pack, new: Pack, before: Answers, after: Answers) -> set[Difference]:
    """Everything that one person, who answers so in either version, is told differently."""
    return between(old, new, assess(old, before), assess(new, after))


def between(old: Pack, new: Pack, first: Outcome, second: Outcome) -> set[Difference]:
    """The same of the two outcomes."""
    if old.levels[first.level].rank != new.levels[second.level].rank:
        return {("levels", (first.level, second.level))}
    told, tells = _told(first), _told(second)
    return {(kind, move) for kind in AT_ONE_LEVEL for move in _moves(kind, told[kind], tells[kind])}


def _told(outcome: Outcome) -> dict[Kind, frozenset[str]]:
    return {
        "plans": frozenset({outcome.plan or ""}),
        "ice": frozenset({"ice" if outcome.may_ice else "no ice"}),
        "causes": frozenset(each.cause for each in outcome.causes),
        "advice": frozenset((*outcome.steps, *outcome.avoid, *outcome.net)),
        "whom": frozenset(outcome.whom),
    }


def _moves(kind: Kind, old: frozenset[str], new: frozenset[str]) -> set[Move]:
    if kind in SINGLE:
        return {(next(iter(old)), next(iter(new)))} if old != new else set()
    return {("", each) for each in new - old} | {(each, "") for each in old - new}


def may_differ(old: Pack, new: Pack) -> list[Kind]:
    """The kinds that the changed parts can bear on at all; for the others everything they hang on is the same."""
    if _judging(old) != _judging(new):
        return ["levels", *AT_ONE_LEVEL]
    called = _calling(old) != _calling(new)
    bearing = {
        "plans": _planning(old) != _planning(new),
        "ice": called or old.ice != new.ice,
        "causes": called,
        "advice": called or _advising(old) != _advising(new) or old.ice != new.ice,
        "whom": called or _seeing(old) != _seeing(new),
    }
    return [kind for kind in AT_ONE_LEVEL if bearing[kind]]


def _judging(pack: Pack) -> tuple[object, ...]:
    """What the answers, the level and the points hang on. Orders count: they break ties."""
    levels = [Level(each.id, each.rank, each.alone, each.routine) for each in pack.levels.values()]
    questions = [replace(each, picture=None) for each in pack.questions.values()]
    causes = [_scoring(each) for each in pack.causes.values()]
    rules = [(rule.id, rule.floors) for rule in pack.rules]
    rest = (pack.define, pack.flow, pack.modifiers, pack.scales, pack.minor)
    return (levels, questions, causes, rules, *rest)


def _scoring(cause: Cause) -> Cause:
    return Cause(cause.id, cause.level, cause.level_when, cause.needs, cause.points)


def _calling(pack: Pack) -> tuple[object, ...]:
    return list(pack.gate_causes.items()), [rule.names for rule in pack.rules]


def _planning(pack: Pack) -> tuple[object, ...]:
    causes = [(each.plan, each.plan_when) for each in pack.causes.values()]
    return pack.default_plan, pack.plan_when, [each.plan for each in pack.levels.values()], causes


def _advising(pack: Pack) -> tuple[object, ...]:
    levels = [(each.steps, each.avoid, each.net) for each in pack.levels.values()]
    causes = [(each.steps, each.avoid, each.net) for each in pack.causes.values()]
    return {each.id: each.when for each in pack.advice.values()}, levels, causes


def _seeing(pack: Pack) -> tuple[object, ...]:
    return [each.whom for each in pack.levels.values()], [each.whom for each in pack.causes.values()]


def changed_causes(old: Pack, new: Pack) -> list[Cause]:
    """The causes that come to lead for other people, or that only one version has."""
    both = [cause for name, cause in new.causes.items() if name in old.causes]
    changed = [cause for cause in both if _scoring(cause) != _scoring(old.causes[cause.id])]
    return changed + [cause for name, cause in new.causes.items() if name not in old.causes]


def focus(old: Pack, new: Pack) -> set[tuple[str, str]]:
    """The options that the changed parts look at: whoever is told something else most likely ticks some of them."""
    found = _options(old) ^ _options(new)
    for pack, other in ((old, new), (new, old)):
        theirs = {depends.opened(other, condition) for condition in depends.conditions(other)}
        for condition in depends.conditions(pack):
            if depends.opened(pack, condition) not in theirs:
                found |= depends.options_in(pack, condition)
        found |= {pair for cause in pack.causes.values() for pair in _repointed(cause, other.causes)}
    return found


def _options(pack: Pack) -> set[tuple[str, str]]:
    return {(question.id, option) for question in pack.questions.values() for option in question.option_ids}


def _repointed(cause: Cause, others: Mapping[str, Cause]) -> set[tuple[str, str]]:
    other = others[cause.id].points if cause.id in others else {}
    return {pair for pair, worth in cause.points.items() if other.get(pair) != worth}
