"""The solver's translation of which plan follows (choosing.py), and whom to see."""

from __future__ import annotations

from collections.abc import Iterable

from content.pack import Choice
from content.prove_model import Bit, all_of, any_of, negated
from content.prove_told import Told

Chosen = list[tuple[str, Bit]]


def plans(told: Told) -> dict[str, Bit]:
    """For each plan, and "" for none: it is the one that follows."""
    calm = _calm(told)
    own = negated(any_of(holds for _, holds in calm))
    found: dict[str, list[Bit]] = {}
    for level in told.pack.levels.values():
        here = told.is_level(level.id)
        common = "" if level.alone else level.plan or told.pack.default_plan or ""
        found.setdefault(common, []).append(all_of((here, own)) if level.routine else here)
        for plan, holds in calm if level.routine else ():
            found.setdefault(plan, []).append(all_of((here, holds)))
    return {plan: any_of(bits) for plan, bits in found.items()}


def _calm(told: Told) -> Chosen:
    """At a calm level: the plan of a state that cannot wait, else that of the leading cause."""
    found = _first(told, told.pack.plan_when)
    others = negated(any_of(told.model.condition(choice.when) for choice in told.pack.plan_when))
    for cause in told.pack.causes.values():
        if cause.level is None or not cause.plans:
            continue
        best = all_of((others, told.is_best(cause.id)))
        found += [(plan, all_of((best, holds))) for plan, holds in _first(told, cause.plan_when, cause.plan)]
    return found


def _first(told: Told, choices: Iterable[Choice], otherwise: str | None = None) -> Chosen:
    found: Chosen = []
    earlier: list[Bit] = []
    for choice in choices:
        holds = told.model.condition(choice.when)
        found.append((choice.plan, all_of((holds, *(negated(each) for each in earlier)))))
        earlier.append(holds)
    return found + ([(otherwise, all_of(negated(each) for each in earlier))] if otherwise else [])


def whom(told: Told) -> dict[str, Bit]:
    """A level's own people, or those of the first candidate at this level."""
    pack = told.pack
    own = [one for cause in pack.causes.values() for each in cause.whom.values() for one in each]
    people = dict.fromkeys([*own, *(one for level in pack.levels.values() for one in level.whom)])
    return {one: any_of(_sees(told, one, level) for level in pack.levels) for one in people}


def _sees(told: Told, one: str, level: str) -> Bit:
    pack = told.pack
    own = [cause for cause in pack.causes.values() if level in cause.whom]
    sent = any_of(told.first(cause.id) for cause in own if one in cause.whom[level])
    if one in pack.levels[level].whom:
        sent = any_of((sent, negated(any_of(told.first(cause.id) for cause in own))))
    return all_of((told.is_level(level), sent))
