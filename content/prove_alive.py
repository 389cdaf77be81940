"""Nothing in a pack is dead: every rule and cause can come to be, every question and option is looked at by something.

Each example is walked through the real flow and judged by the real evaluator before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

from content import depends, invented, walked
from content.assess import Outcome, assess
from content.pack import Cause, Pack, Rule
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
        truth = invented.likely(pack, asked_questions(pack), cause, chance)
        if _leads(assess(pack, truth), cause.id):
            yield assess(pack, walked.triage(pack, truth).answers)


def _can(lived: Lived, likely: tuple[Bit, ...], exact: tuple[Bit, ...], shows: Shows) -> bool:
    """Does it happen to somebody, in the triage or at a check-in?"""
    for wanted in (likely, exact):
        if any(shows(assess(lived.pack, answers)) for answers in lived.walked(*wanted)):
            return True
    later = lived.find(*exact, lived.checked)
    return later is not None and shows(assess(lived.pack, later))


def _options(pack: Pack) -> Iterator[Result]:
    seen = depends.looked_at(pack)
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
