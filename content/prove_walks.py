"""Promises about whole walks: the questions that one answer takes away must not have been the ones that mattered."""

from __future__ import annotations

from collections.abc import Iterable

import z3

from content import prove_flow, prove_say, walked
from content.assess import assess
from content.conditions import NOT_SURE
from content.pack import Answers, Invariant, Pack
from content.prove_ask import Example, Lived, plainest
from content.prove_flow import is_answer
from content.prove_model import Bit, Model, Sheet, all_of, negated


def unmissed(lived: Lived, each: Invariant) -> str | None:
    """Somebody whose truth, told whole, is this urgent, but who is not asked what makes it so."""
    pack, level = lived.pack, each.unmissed or ""
    whole = Model(pack, lived.truth)
    missed = (whole.condition(each.when), whole.at_least(level), negated(lived.model.at_least(level)))
    truth = _truth(lived, (*missed, z3.Not(lived.checked)))
    if truth is None:
        return None
    answers = walked.triage(pack, truth).answers
    said, meant = (prove_say.level(pack, assess(pack, given).level) for given in (answers, truth))
    return f"{_someone(pack, truth)} is told {said}; {_left_out(pack, truth, answers)} it would be {meant}"


def _someone(pack: Pack, truth: Example) -> str:
    """Without the answers that say nothing: a truth has one to every question."""
    unsure = frozenset({NOT_SURE})
    telling = {name: each for name, each in truth.items() if each != unsure or pack.questions[name].kind == "gate"}
    return prove_say.someone(pack, telling)


def _left_out(pack: Pack, truth: Example, answers: Answers) -> str:
    telling = [name for name, ticked in truth.items() if ticked - pack.questions[name].alone - {NOT_SURE}]
    left = [f"`{name}`" for name in telling if name not in answers]
    return f"were {' and '.join(left)} asked," if left else "were no line hidden,"


def adding(lived: Lived, each: Invariant) -> str | None:
    """Somebody who ticks more red flags, is therefore asked other questions, and is told something less urgent."""
    pack, flags = lived.pack, _flags(lived.pack, each.adding)
    later = prove_flow.fresh(pack, "more ", each.adding)
    more = all_of((*_answers(pack, later, each.adding), *_kept(pack, lived.truth, later), _grown(lived, later, flags)))
    sheet = prove_flow.answered(pack, {**lived.truth, **later})
    given = (Model(pack, lived.truth).condition(each.when), more, z3.Not(lived.checked))
    for level in pack.levels:
        loose = _lower(_loose(pack, lived.sheet, "less"), _loose(pack, sheet, "more"), level)
        if lived.solver.example(*given, loose) is None:
            continue
        truth = _truth(lived, (*given, _lower(lived.model, Model(pack, sheet), level)))
        if truth is not None:
            return f"{_someone(pack, truth)} is asked less with one more red flag, and told less than {level}"
    return None


def _truth(lived: Lived, wanted: Iterable[Bit]) -> Example | None:
    return plainest(lived.pack, lived.solver, lived.truth, lived.truth, tuple(wanted))


def _loose(pack: Pack, sheet: Sheet, name: str) -> Model:
    """The model with anything whatever for "leads": quick, and enough where rules decide."""
    names = ["", *(cause.id for cause in pack.causes.values() if cause.level)]
    return Model(pack, sheet, {each: z3.Bool(f"{name} leads {each}") for each in names})


def _lower(before: Model, after: Model, level: str) -> Bit:
    return all_of((before.at_least(level), negated(after.at_least(level))))


def _flags(pack: Pack, questions: Iterable[str]) -> list[tuple[str, str]]:
    asked = [pack.questions[name] for name in questions]
    return [(each.id, option) for each in asked for option in each.option_ids if option not in each.alone]


def _answers(pack: Pack, later: Sheet, questions: Iterable[str]) -> list[Bit]:
    return [is_answer(pack.questions[name], later) for name in questions]


def _kept(pack: Pack, truth: Sheet, later: Sheet) -> list[Bit]:
    """What was ticked stays ticked; who was not sure still is, and nobody else."""
    alone = {(name, option) for name, _ in later for option in pack.questions[name].alone}
    return [
        bit == truth[pair] if pair[1] == NOT_SURE else z3.Implies(truth[pair], bit)
        for pair, bit in later.items()
        if pair not in alone
    ]


def _grown(lived: Lived, later: Sheet, flags: list[tuple[str, str]]) -> Bit:
    return z3.Or(*(z3.And(later[flag], z3.Not(lived.truth[flag])) for flag in flags))
