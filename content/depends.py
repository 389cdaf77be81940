"""Which options the parts of a pack depend on."""

from __future__ import annotations

from collections.abc import Iterator

from content.conditions import And, Condition, Name, Not, Or, Ticked
from content.pack import Pack


def looked_at(pack: Pack) -> set[tuple[str, str]]:
    """The options that a rule, points, the flow, ice or advice depends on."""
    found = {pair for cause in pack.causes.values() for pair in cause.points} | set(pack.gate_causes)
    for condition in conditions(pack):
        found |= options_in(pack, condition)
    return found | ({pack.minor} if pack.minor else set())


def conditions(pack: Pack) -> Iterator[Condition]:
    """Every condition of the triage, of advice and of plans; definitions are not among them."""
    yield from (floor.when for rule in pack.rules for floor in rule.floors)
    yield from (modifier.when for modifier in pack.modifiers)
    yield from (ask.when for ask in pack.flow)
    yield from (option.when for question in pack.questions.values() for option in question.options)
    yield from (advice.when for advice in pack.advice.values())
    for cause in pack.causes.values():
        yield from (*cause.needs, *(floor.when for floor in cause.level_when))
    if pack.ice:
        yield from (pack.ice.may, pack.ice.gentle_when)
    for plan in pack.plans.values():
        yield from (*(step.when for step in plan.steps), *(move.when for move in plan.moves))
    yield from (move.when for move in (pack.visit.moves if pack.visit else ()))


def options_in(pack: Pack, condition: Condition) -> set[tuple[str, str]]:
    """The options that the condition names, by itself or by its definitions."""
    match condition:
        case Ticked(question, options):
            return {(question, option) for option in options}
        case Name(name):
            return options_in(pack, pack.define[name])
        case And(parts) | Or(parts):
            return set().union(*(options_in(pack, part) for part in parts))
        case Not(part):
            return options_in(pack, part)
        case _:
            return set()


def opened(pack: Pack, condition: Condition) -> Condition:
    """The condition without definitions: what it says, not how."""
    match condition:
        case Name(name):
            return opened(pack, pack.define[name])
        case And(parts):
            return And(tuple(opened(pack, part) for part in parts))
        case Or(parts):
            return Or(tuple(opened(pack, part) for part in parts))
        case Not(part):
            return Not(opened(pack, part))
        case _:
            return condition
