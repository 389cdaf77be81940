"""What makes the proofs worth something: the solver's translation and the evaluator say the same, 100,000 times."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import prove_plans
from content.assess import assess, level_and_rules
from content.conditions import NOT_SURE
from content.pack import Answers, Pack, Question
from content.prove_flow import MINOR, answered, asked_questions, fresh
from content.prove_model import Model
from content.prove_told import Kind, Told
from content.walked import triage
from tests.content.compiled import Bits, Program, masks, rows
from tests.content.shipped import BOUNDED, PACK

BATCH = 5_000
WORDS = 1_000
KINDS: tuple[Kind, ...] = ("steps", "avoid", "net")


asked_of = cache(asked_questions)


def a_reply(question: Question, chance: Random, *, danger: float) -> frozenset[str]:
    """An answer that the card lets a person give; a red flag only so often."""
    if chance.random() < 0.03:
        return frozenset({NOT_SURE})
    if not question.multiple:
        return frozenset({chance.choice(question.option_ids)})
    if chance.random() < (1 - danger if question.kind == "gate" else 0.2) and question.alone:
        return frozenset({chance.choice(sorted(question.alone))})
    several = [option for option in question.option_ids if option not in question.alone]
    return frozenset(chance.sample(several, chance.randint(1, min(question.at_most or 3, len(several)))))


def some_answers(chance: Random, pack: Pack = PACK) -> dict[str, frozenset[str]]:
    """Random answers; some questions are left out, most people tick no red flag."""
    danger = 0.0 if chance.random() < 0.7 else 0.3
    asked = [pack.questions[name] for name in asked_of(pack) if chance.random() > 0.04]
    return {question.id: a_reply(question, chance, danger=danger) for question in asked}


@cache
def compiled(*, advice: bool) -> tuple[list[tuple[str, ...]], Program]:
    """The names of what is compared, and the formulas that say when it is so."""
    model = Model(PACK, fresh(PACK))
    found: dict[tuple[str, ...], Any] = {("level", level): model.is_level(level) for level in PACK.levels}
    for rule in PACK.rules:
        for number, fires in enumerate(model.fires(rule)):
            found["rule", rule.id, str(number)] = fires
    found |= {("rule", name): bit for name, bit in model.modifies().items()}
    if advice:
        told = Told(model)
        found |= {("cause", cause): told.shown(cause) for cause in PACK.causes}
        found |= {("first", cause): told.first(cause) for cause in PACK.causes}
        found |= {(kind, each): told.said(each, kind) for each in PACK.advice for kind in KINDS}
        found |= {("plan", plan): bit for plan, bit in prove_plans.plans(told).items()}
        found |= {("whom", one): bit for one, bit in prove_plans.whom(told).items()}
        found["ice",] = told.may_ice()
    return list(found), Program(list(found.values()))


def solver_says(people: list[dict[str, frozenset[str]]], *, advice: bool) -> dict[str, Bits]:
    """For each thing that may be said, to whom of these people it is."""
    names, program = compiled(advice=advice)
    held: dict[str, Bits] = {}
    for name, those in zip(names, program.run(masks(people, iter(fresh(PACK))), len(people)), strict=True):
        said = " ".join(name[:2])
        held[said] = held.get(said, 0) | those
    return held


def evaluator_says(answers: Answers, *, advice: bool) -> list[str]:
    level, rules = level_and_rules(PACK, answers)
    found = [f"level {level}", *(f"rule {each}" for each in rules)]
    if advice:
        told = assess(PACK, answers)
        assert (told.level, told.rules) == (level, rules)
        found += [f"cause {each.cause}" for each in told.causes] + [f"first {each.cause}" for each in told.causes[:1]]
        found += [f"{kind} {each}" for kind in KINDS for each in getattr(told, kind)] + ["ice"] * told.may_ice
        found += [f"plan {told.plan or ''}", *(f"whom {one}" for one in told.whom)]
    return found


def they_agree(people: list[dict[str, frozenset[str]]], *, advice: bool) -> None:
    """On everything that is said to each of them."""
    mine = rows((evaluator_says(answers, advice=advice) for answers in people), len(people))
    theirs = solver_says(people, advice=advice)
    for said in {**mine, **theirs}:
        odd = mine.get(said, 0) ^ theirs.get(said, 0)
        assert not odd, (said, people[odd.bit_length() - 1])


@pytest.mark.parametrize("quarter", range(4))
def test_levels_and_rules_agree_on_a_hundred_thousand_answer_sets(quarter: int) -> None:
    @given(st.integers(0, 10**9))
    @settings(BOUNDED, max_examples=5)
    def batch(seed: int) -> None:
        chance = Random(f"{quarter} {seed}")
        they_agree([some_answers(chance) for _ in range(BATCH)], advice=False)

    batch()


@given(st.integers(0, 10**9))
@settings(BOUNDED, max_examples=4)
def test_causes_ice_and_every_sentence_of_advice_agree(seed: int) -> None:
    chance = Random(seed)
    they_agree([some_answers(chance) for _ in range(WORDS)], advice=True)


@cache
def flow_program() -> tuple[list[tuple[str, str]], Program]:
    sheet = answered(PACK, fresh(PACK))
    return list(sheet), Program([*sheet.values()])


@pytest.mark.parametrize("minor", [False, True])
def test_what_the_flow_lets_people_answer_agrees(minor: bool) -> None:
    """Where no emergency ends the questions early: the solver's flow leaves that out, and may."""
    chance = Random(1)
    people = [
        {name: a_reply(PACK.questions[name], chance, danger=0) for name in asked_questions(PACK)} for _ in range(300)
    ]
    pairs, program = flow_program()
    bits = masks(people, iter(fresh(PACK))) | {MINOR.decl().name(): (1 << len(people)) - 1 if minor else 0}
    columns = program.run(bits, len(people))
    for number, truth in enumerate(people):
        walked = triage(PACK, truth, minor=minor).answers
        said = {pair for pair, those in zip(pairs, columns, strict=True) if those >> number & 1}
        mine = {(question, option) for question, options in walked.items() for option in options}
        if assess(PACK, walked).level != "L1":
            assert mine == said
        else:
            assert mine <= said
