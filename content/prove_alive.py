"""Nothing in a pack is dead: every rule and cause can come to be, every question and option is looked at by something.

Each example is walked through the real flow and judged by the real evaluator before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

from content import walked
from content.assess import Outcome, assess
from content.conditions import NOT_SURE, And, Condition, Name, Not, Or, Ticked
from content.pack import Cause, Pack, Question, Rule
from content.prove_ask import Anyone, Lived
from content.prove_flow import asked_questions
from content.prove_model import Bit, any_of, negated

Result = tuple[tuple[str, ...], str | None]
ATTEMPTS = 300
Shows = Callable[[Outcome], bool]


def alive(anyone: Anyone, lived: Lived) -> Iterator[Result]:
    """Each rule, cause, question and option: None, or that it is dead."""
    yield from rules(lived, lived.pack.rules)
    yield from _modifiers(lived)
    yield from causes(lived, lived.pack.causes)
    yield from _options(anyone.pack)


def rules(lived: Lived, wanted: Iterable[Rule]) -> Iterator[Result]:
    """Each floor of these rules can be the one that counts."""
    for rule in wanted:
        for floor, fires in zip(rule.floors, lived.model.fires(rule), strict=True):
            calm = _no_emergency_but(lived, rule)
            can = _can(lived, (fires, calm), (fires,), _fires(rule.id))
            dead = (
                f"rule {rule.id} can never fire at {floor.level}: no answers lead to it, or an earlier floor takes them"
            )
            yield ("rules", rule.id), None if can else dead


def _modifiers(lived: Lived) -> Iterator[Result]:
    for name, counts in lived.model.modifies().items():
        can = _can(lived, (counts,), (counts,), _fires(name))
        yield ("modifiers", name), None if can else f"modifier {name} can never change a level"


def _fires(name: str) -> Shows:
    return lambda told: name in told.rules


def _no_emergency_but(lived: Lived, mine: Rule) -> Bit:
    """No other rule ends the questions early."""
    pack = lived.pack
    others = [rule for rule in pack.rules if rule is not mine]
    pairs = [pair for rule in others for pair in zip(rule.floors, lived.model.fires(rule), strict=True)]
    return negated(any_of(bit for floor, bit in pairs if pack.levels[floor.level].alone))


def causes(lived: Lived, wanted: Iterable[str]) -> Iterator[Result]:
    """Each of these causes can come first."""
    for cause in (lived.pack.causes[name] for name in wanted):
        dead = not any(_leads(told, cause.id) for told in _tries(lived.pack, cause)) and not _can_lead(
            lived.pack, cause.id
        )
        yield ("causes", cause.id), f"cause {cause.id} can never come first: no answers lead to it" if dead else None


def _leads(told: Outcome, cause: str) -> bool:
    return bool(told.causes) and told.causes[0].cause == cause


def _can_lead(pack: Pack, cause: str) -> bool:
    """What nobody among the likely people showed is left to the solver, which takes longer."""
    lived = Lived(pack)
    first = (lived.told.first(cause),)
    return _can(lived, first, first, lambda told: _leads(told, cause))


def _tries(pack: Pack, cause: Cause) -> Iterator[Outcome]:
    """Outcomes of likely people: they tick what speaks for the cause, and the rest as chance has it."""
    for seed in range(ATTEMPTS):
        chance = Random(seed)  # noqa: S311 - repeatable, and no secret
        truth = {name: _likely(pack, pack.questions[name], cause, chance) for name in asked_questions(pack)}
        if _leads(assess(pack, truth), cause.id):
            yield assess(pack, walked.triage(pack, truth).answers)


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


def _can(lived: Lived, likely: tuple[Bit, ...], exact: tuple[Bit, ...], shows: Shows) -> bool:
    """Does it happen to somebody, in the triage or at a check-in?"""
    for wanted in (likely, exact):
        if any(shows(assess(lived.pack, answers)) for answers in lived.walked(*wanted)):
            return True
    later = lived.find(*exact, lived.checked)
    return later is not None and shows(assess(lived.pack, later))


def _options(pack: Pack) -> Iterator[Result]:
    seen = looked_at(pack)
    untold = {question for each in pack.invariants for question in each.untold} | {pack.base_score}
    for name in asked_questions(pack):
        question = pack.questions[name]
        idle = [each for each in question.option_ids if (name, each) not in seen and each not in question.alone]
        # Of an answer that excludes the others, one may be what is left: "neither of these".
        spare = 0 if question.multiple else 1
        if name not in untold and len(idle) > spare:
            yield ("questions", name), f"nothing looks at {', '.join(f'{name}.{each}' for each in idle)}; drop it"
        else:
            yield ("questions", name), None


def looked_at(pack: Pack) -> set[tuple[str, str]]:
    """The options that a rule, points, the flow, ice or advice depends on."""
    found = {pair for cause in pack.causes.values() for pair in cause.points} | set(pack.gate_causes)
    for condition in _conditions(pack):
        found |= _options_in(pack, condition)
    return found | ({pack.minor} if pack.minor else set())


def _conditions(pack: Pack) -> Iterator[Condition]:
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


def _options_in(pack: Pack, condition: Condition) -> set[tuple[str, str]]:
    match condition:
        case Ticked(question, options):
            return {(question, option) for option in options}
        case Name(name):
            return _options_in(pack, pack.define[name])
        case And(parts) | Or(parts):
            return set().union(*(_options_in(pack, part) for part in parts))
        case Not(part):
            return _options_in(pack, part)
        case _:
            return set()
