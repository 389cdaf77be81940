"""What the question flow can produce, for the solver: one person's truth, and what they come to answer.

A truth has an answer for every question, asked or not. The flow decides which of them are asked and which lines are
shown. An emergency that is certain ends the questions early; that never changes the level, so it is left out here, and
`lives.walked` walks every example through the real flow before it is believed.
"""

from __future__ import annotations

from collections.abc import Iterable

import z3

from content.conditions import NOT_SURE, Best, Condition, Name, Points, Ticked, walk
from content.pack import Pack, Question
from content.prove_model import FALSE, Bit, Model, Sheet, all_of, any_of, either, negated

MINOR = z3.Bool("minor")


def asked_questions(pack: Pack) -> tuple[str, ...]:
    """The questions of the triage, in their order."""
    extra = [pack.minor[0]] if pack.minor else []
    return tuple(dict.fromkeys([*(ask.question for ask in pack.flow if ask.question), *extra]))


def options_of(question: Question) -> tuple[str, ...]:
    return (*question.option_ids, NOT_SURE)


def fresh(pack: Pack, name: str = "", questions: Iterable[str] | None = None) -> dict[tuple[str, str], Bit]:
    """New Booleans for these questions' options, by default for all of the triage."""
    names = asked_questions(pack) if questions is None else questions
    return {
        (question, option): z3.Bool(f"{name}{question}.{option}")
        for question in names
        for option in options_of(pack.questions[question])
    }


def is_answer(question: Question, sheet: Sheet) -> Bit:
    """The ticks of this question are one that its card lets a person give."""
    bits = [sheet[question.id, option] for option in options_of(question)]
    singles = [*question.option_ids, NOT_SURE] if not question.multiple else [*sorted(question.alone), NOT_SURE]
    only = [
        z3.And(*(bit == z3.BoolVal(other == option) for other, bit in _named(question, sheet))) for option in singles
    ]
    if not question.multiple:
        return z3.Or(*only)
    several = [sheet[question.id, option] for option in question.option_ids if option not in question.alone]
    alone = [sheet[question.id, option] for option in singles]
    many = [any_of(several), *(negated(bit) for bit in alone)]
    if question.at_most and question.at_most < len(several):
        many.append(z3.PbLe([(bit, 1) for bit in several], question.at_most))
    assert bits  # noqa: S101 - meaning.py refuses a question without options
    return z3.Or(all_of(many), *only)


def _named(question: Question, sheet: Sheet) -> list[tuple[str, Bit]]:
    return [(option, sheet[question.id, option]) for option in options_of(question)]


def unanswered(question: Question, sheet: Sheet) -> Bit:
    return negated(any_of(bit for _, bit in _named(question, sheet)))


def any_answers(pack: Pack, sheet: Sheet, questions: Iterable[str]) -> list[Bit]:
    """Each question is answered in some way or not at all: more than any flow can produce."""
    found = []
    for name in questions:
        question = pack.questions[name]
        found.append(z3.Or(unanswered(question, sheet), is_answer(question, sheet)))
    return found


def truths(pack: Pack, sheet: Sheet) -> list[Bit]:
    """Each question has an answer; a minor's age is what they said."""
    found = [is_answer(pack.questions[name], sheet) for name in dict.fromkeys(question for question, _ in sheet)]
    if pack.minor:
        found.append(z3.Implies(MINOR, sheet[pack.minor]))
    else:
        found.append(z3.Not(MINOR))
    return found


def answered(pack: Pack, truth: Sheet) -> dict[tuple[str, str], Bit]:
    """What a person of this truth comes to answer: one Boolean for each option, false where it was not asked."""
    given: dict[tuple[str, str], Bit] = dict.fromkeys(truth, FALSE)
    asked: dict[str, Bit] = dict.fromkeys(asked_questions(pack), FALSE)
    if pack.minor:
        given[pack.minor] = MINOR
        asked[pack.minor[0]] = MINOR
    stopped: Bit = FALSE
    for ask in pack.flow:
        model = Model(pack, given)
        holds = all_of((model.condition(ask.when), negated(stopped)))
        if ask.question is None:
            stopped = any_of((stopped, holds))
            continue
        now = all_of((holds, negated(asked[ask.question])))
        given = {**given, **_answer(pack, pack.questions[ask.question], truth, model, given, now)}
        asked[ask.question] = any_of((asked[ask.question], holds))
    return given


def _answer(
    pack: Pack, question: Question, truth: Sheet, model: Model, given: Sheet, now: Bit
) -> dict[tuple[str, str], Bit]:
    """The truth as far as the card shows it; somebody whose lines are all hidden says "none", or "not sure"."""
    shown = _shown(question, model)
    ticks = {option: all_of((truth[question.id, option], shown[option])) for option in question.option_ids}
    ticks[NOT_SURE] = truth[question.id, NOT_SURE]
    lost = negated(any_of(ticks.values()))
    for option in question.alone or (NOT_SURE,):
        ticks[option] = any_of((ticks[option], lost))
    del pack
    return {(question.id, option): either(now, bit, given[question.id, option]) for option, bit in ticks.items()}


def _shown(question: Question, model: Model) -> dict[str, Bit]:
    fitting = {option.id: model.condition(option.when) for option in question.options}
    found, before = {}, list[Bit]()
    for option, fits in fitting.items():
        found[option] = fits
        if option in question.alone:
            continue
        if question.show and len(before) >= question.show:
            room = z3.PbLe([(each, 1) for each in before], question.show - 1)
            found[option] = all_of((fits, room))
        before.append(fits)
    return found


def unordered(pack: Pack) -> list[tuple[int, str]]:
    """The lines of the flow, by number, that look at a question asked only later: that cannot be followed exactly."""
    found, seen = [], set[str]()
    ever = set(asked_questions(pack))
    for number, ask in enumerate(pack.flow):
        found += [(number, name) for name in sorted(_questions_in(pack, ask.when) & ever - seen)]
        seen |= {ask.question} if ask.question else set()
    return found


def _questions_in(pack: Pack, condition: Condition) -> set[str]:
    found: set[str] = set()
    for part in walk(condition):
        match part:
            case Ticked(question):
                found.add(question)
            case Name(name):
                found |= _questions_in(pack, pack.define[name])
            case Points(cause):
                found |= _questions_of(pack, [cause])
            case Best():
                found |= _questions_of(pack, pack.causes)
            case _:
                pass
    return found


def _questions_of(pack: Pack, causes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in causes:
        cause = pack.causes[name]
        found |= {question for question, _ in cause.points}
        found |= set().union(*(_questions_in(pack, need) for need in cause.needs))
    return found
