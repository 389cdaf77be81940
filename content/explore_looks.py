"""Which of the triage's answers a pack's follow-ups look at: lives that differ in others have the same future."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from content.conditions import Condition, Name, Ticked, walk
from content.pack import Ask, Pack


@lru_cache(maxsize=16)
def looked_at(pack: Pack) -> frozenset[str]:
    """The questions, gates left out: those a check-in asks afresh."""
    named = {name for when in _conditions(pack) for name in _questions(pack, when)}
    return frozenset(name for name in named if name in pack.questions and pack.questions[name].kind != "gate")


def _conditions(pack: Pack) -> Iterator[Condition]:
    yield from _lines(pack.check.flow)
    yield from (each.when for each in pack.check.verdicts)
    yield from (each.when for each in pack.check.moves)
    for plan in pack.plans.values():
        yield from _lines((*plan.asks, *plan.safety, *(plan.flow or ())))
        yield from (each.when for each in plan.steps)
        yield from (each.when for each in plan.moves)
    yield from (each.when for each in (pack.provisional.steps if pack.provisional else ()))


def _lines(lines: Iterable[Ask]) -> Iterator[Condition]:
    return (line.when for line in lines)


def _questions(pack: Pack, when: Condition) -> Iterator[str]:
    for part in walk(when):
        if isinstance(part, Ticked):
            yield part.question
        if isinstance(part, Name):
            yield from _questions(pack, pack.define[part.name])
