"""Do the plans of a pack mean something? What they refer to, and what a move may not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from content import visiting
from content.reading import Node

if TYPE_CHECKING:
    from content.pack import Ask, Move, Pack

Reference = tuple[tuple[str, ...], str, str]
At = Callable[[tuple[str, ...]], Node]


def check(pack: Pack, at: At) -> None:
    """Report every move that shows an emergency card without assessing anew, or makes it milder on nobody's word."""
    for place, moves in _all_moves(pack):
        for number, move in enumerate(moves):
            for complaint in _complaints(pack, move):
                at((*place, str(number))).wrong(complaint)


def _complaints(pack: Pack, move: Move) -> Iterator[str]:
    level = pack.levels.get(move.level or move.eases or "")
    if level is not None and level.alone:
        yield f"level {level.id} is shown alone; say with `means:` what is ticked"
    if move.plan and (move.level or move.up or move.end or move.means):
        yield "`plan:` stands alone; a level, an end or `means:` chooses what is asked itself"
    if move.eases and not move.plan:
        yield "`eases:` needs `plan:`, the check-ins that follow"
    if move.eases and not visiting.asks_for_milder(pack.visit, move.when):
        yield "`eases:` needs a doctor's word: `when:` must ask for one of the `milder:` options of `visit:`"


def step_ids(pack: Pack) -> list[str]:
    """The names of all check-ins, each once."""
    steps = [step.id for plan in pack.plans.values() for step in plan.steps]
    joined = [step.id for step in pack.provisional.steps] if pack.provisional else []
    return list(dict.fromkeys([*steps, *joined, pack.check.returning.id]))


def references(pack: Pack) -> Iterator[Reference]:
    """What plans, check-ins and the pack's head name: the path, the kind and the name."""
    for where, asks in _flows(pack):
        for number, ask in enumerate(asks):
            if ask.question:
                yield (*where, str(number)), "question", ask.question
    yield from _move_references(pack)
    for plan in pack.plans.values():
        if plan.deadline and plan.deadline not in {step.id for step in plan.steps}:
            yield ("plans", plan.id, "deadline"), "step", plan.deadline
    yield from _head_references(pack)


def _move_references(pack: Pack) -> Iterator[Reference]:
    for place, moves in _all_moves(pack):
        for number, move in enumerate(moves):
            if move.level:
                yield (*place, str(number)), "level", move.level
            if move.means:
                yield (*place, str(number)), "option", ".".join(move.means)
            if move.plan:
                yield (*place, str(number)), "plan", move.plan
            if move.eases:
                yield (*place, str(number)), "level", move.eases


def _head_references(pack: Pack) -> Iterator[Reference]:
    if pack.default_plan:
        yield ("default_plan",), "plan", pack.default_plan
    for advice in pack.prevention:
        yield ("prevention",), "advice", advice
    for choice in pack.plan_when:
        yield ("plan_when",), "plan", choice.plan
    if pack.provisional:
        ours, options = pack.provisional, pack.questions.get(pack.provisional.ask)
        yield ("provisional", "ask"), "question", ours.ask
        for option in (ours.option, ours.otherwise, *(options.option_ids if options else ())):
            yield ("provisional",), "option", f"{ours.question}.{option}"
    if pack.visit:
        yield ("visit", "appointment"), "question", pack.visit.appointment
        yield ("visit", "said"), "question", pack.visit.said
        for option in pack.visit.milder:
            yield ("visit", "milder"), "option", f"{pack.visit.said}.{option}"
    if pack.minor:
        yield ("minor",), "option", ".".join(pack.minor)
    if pack.base_score:
        yield ("base_score",), "question", pack.base_score
    for name, question in (("since", pack.since), ("background", pack.background)):
        if question:
            yield (name,), "question", question
    yield ("check", "score"), "question", pack.check.score


def _flows(pack: Pack) -> Iterator[tuple[tuple[str, ...], tuple[Ask, ...]]]:
    yield ("flow",), pack.flow
    yield ("check", "flow"), pack.check.flow
    for plan in pack.plans.values():
        yield ("plans", plan.id, "asks"), plan.asks
        yield ("plans", plan.id, "flow"), plan.flow or ()
        yield ("plans", plan.id, "safety"), plan.safety


def _all_moves(pack: Pack) -> Iterator[tuple[tuple[str, ...], tuple[Move, ...]]]:
    if pack.visit:
        yield ("visit", "moves"), pack.visit.moves
    yield ("check", "moves"), pack.check.moves
    for plan in pack.plans.values():
        yield ("plans", plan.id, "moves"), plan.moves
