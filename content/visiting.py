"""What came of the advice to be seen: which of these answers count later on, and whose word may make it less urgent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from content.conditions import And, Condition, Ticked, walk
from content.pack import Answers, Move, Pack, Plan, Visit

# Facts of a plan that follows a visit: what was told of it when the plan began.
APPOINTMENT, DOCTOR = "appointment", "doctor"


def moves(pack: Pack, plan: Plan | None) -> tuple[Move, ...]:
    """What may follow from a check-in, in the order in which it is tried: what a doctor said comes before all."""
    first = pack.visit.moves if pack.visit else ()
    return (*first, *(plan.moves if plan else ()), *pack.check.moves)


def facts(pack: Pack, check: Answers) -> Answers:
    """What a plan that begins with these answers of a check-in knows of the visit."""
    if pack.visit is None:
        return {}
    asked = {APPOINTMENT: pack.visit.appointment, DOCTOR: pack.visit.said}
    return {fact: check[question] for fact, question in asked.items() if question in check}


def looks(pack: Pack, check: Answers) -> tuple[bool, ...]:
    """What conditions can tell apart in these facts."""
    known = facts(pack, check)
    return tuple(not known.get(part.question, frozenset()).isdisjoint(part.options) for part in _parts(pack))


@lru_cache(maxsize=16)
def _parts(pack: Pack) -> tuple[Ticked, ...]:
    """Every place of the plans that looks at what was told of a visit."""
    found = (part for when in _conditions(pack) for part in walk(when) if isinstance(part, Ticked))
    return tuple(dict.fromkeys(part for part in found if part.question in {APPOINTMENT, DOCTOR}))


def _conditions(pack: Pack) -> Iterator[Condition]:
    for plan in pack.plans.values():
        yield from (step.when for step in plan.steps)
        yield from (ask.when for ask in (*plan.asks, *(plan.flow or ()), *plan.safety))
        yield from (move.when for move in plan.moves)
    yield from (move.when for move in moves(pack, None))
    yield from (ask.when for ask in pack.check.flow)


def told(pack: Pack, check: Answers) -> str:
    """What was told of being seen, as `question.option`: what was said there, else what came of the search; or ""."""
    for question in (pack.visit.said, pack.visit.appointment) if pack.visit else ():
        for option in check.get(question, ()):
            return f"{question}.{option}"
    return ""


def is_milder(pack: Pack, check: Answers) -> bool:
    """Did somebody who has seen the person say that it is less urgent? The answers of one check-in tell."""
    ours = pack.visit
    return ours is not None and not check.get(ours.said, frozenset()).isdisjoint(ours.milder)


def asks_for_milder(visit: Visit | None, when: Condition) -> bool:
    """Does the condition hold only after such words?"""
    parts = when.parts if isinstance(when, And) else (when,)
    return visit is not None and any(
        isinstance(part, Ticked) and part.question == visit.said and set(part.options) <= set(visit.milder)
        for part in parts
    )
