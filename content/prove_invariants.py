"""The pack's own invariants and scales, each put to the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import z3

from content import prove_say, prove_walks, walked
from content.assess import Known, assess
from content.conditions import NOT_SURE, holds
from content.known import may_score
from content.pack import Cause, Invariant, Pack
from content.prove_ask import Anyone, Example, Lived, with_answer
from content.prove_flow import asked_questions
from content.prove_model import TRUE, Bit, Model, Sheet, all_of, any_of, negated

UNSURE = frozenset({NOT_SURE})
Result = tuple[tuple[str, ...], str | None]


def declared(anyone: Anyone, lived: Lived) -> Iterator[Result]:
    """Each invariant of the pack: None, or somebody for whom it does not hold."""
    for each in anyone.pack.invariants:
        yield ("invariants", each.id), _message(anyone, lived, each)


def _message(anyone: Anyone, lived: Lived, each: Invariant) -> str | None:
    if each.level:
        return _below(anyone, lived, each, each.level)
    if each.no_ice:
        return _iced(anyone, lived, each)
    if each.unsaid:
        return _said(anyone, lived, each)
    if each.adding:
        return next(_adding(anyone, lived, each), None) or _named(each.id, prove_walks.adding(lived, each))
    if each.unsure:
        return next(_unsure(anyone, lived, each), None)
    if each.unmissed:
        return _named(each.id, prove_walks.unmissed(lived, each))
    return _too_many(lived, each.at_most) if each.at_most else None


def _named(name: str, finding: str | None) -> str | None:
    return f"{name} does not hold: {finding}" if finding else None


def _below(anyone: Anyone, lived: Lived, each: Invariant, level: str) -> str | None:
    def broken(who: Anyone | Lived) -> Bit:
        return all_of((who.model.condition(each.when), negated(who.model.at_least(level))))

    def real(found: Example) -> bool:
        return _holds(anyone.pack, each, found) and _rank(anyone.pack, found) > anyone.pack.levels[level].rank

    found = _first(anyone, lived, broken(anyone), lambda: broken(lived), real)
    if found is None:
        return None
    told = assess(anyone.pack, found).level
    return _sentence(anyone.pack, each.id, found, f"is told {prove_say.level(anyone.pack, told)}; it expects {level}")


Real = Callable[[Example], bool]


def _first(anyone: Anyone, lived: Lived, loose: Bit, exact: Callable[[], Bit], real: Real) -> Example | None:
    """Somebody for whom it happens: over any answers whatever, and if there are such, over what people come to answer.

    `real` asks the evaluator itself: an example that survives a walk through the real flow needs no further search.
    """
    found = anyone.find(loose)
    if found is None or real(dict(walked.triage(anyone.pack, found).answers)):
        return found
    return lived.find(exact())


def _iced(anyone: Anyone, lived: Lived, each: Invariant) -> str | None:
    ice = anyone.pack.ice
    if ice is None:
        return None
    holds = anyone.model.condition
    found = _first(
        anyone,
        lived,
        all_of((holds(each.when), holds(ice.may))),
        lambda: all_of((lived.model.condition(each.when), lived.told.may_ice())),
        lambda found: _holds(anyone.pack, each, found) and assess(anyone.pack, found).may_ice,
    )
    return _sentence(anyone.pack, each.id, found, "may ice; it expects no ice") if found else None


def _said(anyone: Anyone, lived: Lived, each: Invariant) -> str | None:
    pack = anyone.pack
    for advice in each.unsaid:
        when = pack.advice[advice].when

        def exact(advice: str = advice) -> Bit:
            told = any_of(lived.told.said(advice, kind) for kind in ("steps", "avoid", "net"))
            return all_of((lived.model.condition(each.when), told))

        loose = all_of((anyone.model.condition(each.when), anyone.model.condition(when)))

        def real(found: Example, advice: str = advice) -> bool:
            return _is_said(pack, each, advice, found)

        found = _first(anyone, lived, loose, exact, real)
        if found:
            return _sentence(pack, each.id, found, f"is told `{advice}`; it expects that this is never said")
    return None


def _adding(anyone: Anyone, lived: Lived, each: Invariant) -> Iterator[str]:
    pack = anyone.pack
    for question in each.adding:
        for option in pack.questions[question].option_ids:
            if option in pack.questions[question].alone:
                continue
            change = _one_more(pack, each, question, option)
            found = _lowered(anyone, lived, change)
            if found:
                more = f"with {prove_say.answer(pack, question, option)} ticked as well"
                yield _compared(pack, each.id, found, {**found, question: change.answer(found)}, more)


def _one_more(pack: Pack, each: Invariant, question: str, option: str) -> Change:
    alone = pack.questions[question].alone

    def after(sheet: Sheet) -> Sheet:
        ticks = {one: sheet[question, one] for one in pack.questions[question].option_ids if one not in alone}
        return with_answer(sheet, question, {**ticks, option: TRUE})

    def given(sheet: Sheet) -> Bit:
        return all_of((negated(sheet[question, NOT_SURE]), Model(pack, sheet).condition(each.when)))

    return Change(
        question, given, lambda sheet: sheet, after, lambda found: found.get(question, alone) - alone | {option}
    )


def _unsure(anyone: Anyone, lived: Lived, each: Invariant) -> Iterator[str]:
    pack = anyone.pack
    for question in each.unsure:
        found = _lowered(anyone, lived, _doubted(pack, question))
        if found:
            unsure = {**found, question: UNSURE}
            yield _compared(pack, each.id, found, unsure, "with “Not sure” there instead")


def _doubted(pack: Pack, question: str) -> Change:
    flags = [option for option in pack.questions[question].option_ids if option not in pack.questions[question].alone]
    return Change(
        question,
        given=lambda sheet: any_of(sheet[question, option] for option in flags),
        before=lambda sheet: sheet,
        after=lambda sheet: with_answer(sheet, question, {NOT_SURE: TRUE}),
        answer=lambda _: UNSURE,
    )


def ordered(anyone: Anyone, lived: Lived) -> Iterator[Result]:
    """Each step of each scale: the worse answer is never less urgent."""
    for question in anyone.pack.scales:
        if question in asked_questions(anyone.pack):
            yield from scale(anyone, lived, question)


def scale(anyone: Anyone, lived: Lived, question: str) -> Iterator[Result]:
    """Each step of one scale."""
    for mild, bad in pairwise(anyone.pack.scales[question]):
        found = _lowered(anyone, lived, _step(question, mild, bad))
        if not found:
            yield ("scales", question), None
            continue
        worse = {**found, question: frozenset({bad})}
        more = f"with the worse answer {prove_say.answer(anyone.pack, question, bad)}"
        yield ("scales", question), _compared(anyone.pack, f"scale {question}", found, worse, more)


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that changes: who it is about, the sheets before and after, and the same for one example."""

    question: str
    given: Callable[[Sheet], Bit]
    before: Callable[[Sheet], Sheet]
    after: Callable[[Sheet], Sheet]
    answer: Callable[[Example], frozenset[str]]


def _step(question: str, mild: str, bad: str) -> Change:
    """From one answer of a scale to the next worse one."""
    return Change(
        question,
        given=lambda sheet: sheet[question, mild],
        before=lambda sheet: with_answer(sheet, question, {mild: TRUE}),
        after=lambda sheet: with_answer(sheet, question, {bad: TRUE}),
        answer=lambda _: frozenset({bad}),
    )


def _lowered(anyone: Anyone, lived: Lived, change: Change) -> Example | None:
    """Somebody whose one answer changes so, and who is then told something less urgent."""
    pack = anyone.pack
    if _is_never_lowered(anyone, change):
        return None

    def broken(sheet: Sheet) -> Bit:
        before, after = Model(pack, change.before(sheet)), Model(pack, change.after(sheet))
        return all_of((change.given(sheet), less_urgent(pack, before, after)))

    def real(found: Example) -> bool:
        return _rank(pack, found) < _rank(pack, {**found, change.question: change.answer(found)})

    return _first(anyone, lived, broken(anyone.sheet), lambda: broken(lived.sheet), real)


def _is_never_lowered(anyone: Anyone, change: Change) -> bool:
    """The quick proof, in two steps: each cause's span only widens, so that whoever leads still does and whatever was
    in doubt still is; and with no more known of the points than that, the level never falls."""
    pack, given = anyone.pack, change.given(anyone.sheet)
    sheet, other = change.before(anyone.sheet), change.after(anyone.sheet)
    leveled = [cause for cause in pack.causes.values() if cause.level]
    scored = [cause for cause in leveled if may_score(cause, change.question)]
    if any(anyone.solver.example(given, _narrower(pack, cause, sheet, other)) is not None for cause in scored):
        return False
    names = ["", *(cause.id for cause in leveled)]
    first = {name: z3.Bool(f"first leads {name}") for name in names}
    second = {name: z3.Bool(f"second leads {name}") for name in names} if scored else first
    widened = [z3.Implies(first[name], second[name]) if name else z3.Implies(second[""], first[""]) for name in names]
    lower = less_urgent(pack, Model(pack, sheet, first), Model(pack, other, second))
    return anyone.solver.example(given, *widened, lower) is None


def _narrower(pack: Pack, cause: Cause, before: Sheet, after: Sheet) -> Bit:
    """The cause's span is not at least as wide after the change as before."""
    low, high = Model(pack, before).span(cause)
    new_low, new_high = Model(pack, after).span(cause)
    return z3.Or(new_low > low, new_high < high)


def _rank(pack: Pack, example: Example) -> int:
    return pack.levels[assess(pack, example).level].rank


def _holds(pack: Pack, each: Invariant, example: Example) -> bool:
    return holds(each.when, Known(pack, example)) is True


def _is_said(pack: Pack, each: Invariant, advice: str, example: Example) -> bool:
    told = assess(pack, example)
    return _holds(pack, each, example) and advice in (*told.steps, *told.avoid, *told.net)


def less_urgent(pack: Pack, before: Model, after: Model) -> Bit:
    """The second answer set is told a less urgent level than the first."""
    return any_of(all_of((before.at_least(level), negated(after.at_least(level)))) for level in pack.levels)


def _too_many(lived: Lived, most: int) -> str | None:
    asked = [(lived.model.answered(question), 1) for question in asked_questions(lived.pack)]
    found = lived.find(negated(z3.PbLe(asked, most))) if len(asked) > most else None
    if found is None:
        return None
    return f"{prove_say.someone(lived.pack, found)} is asked {len(found)} questions; the most is {most}"


def _compared(pack: Pack, name: str, before: Example, after: Example, how: str) -> str:
    first, second = (prove_say.level(pack, assess(pack, each).level) for each in (before, after))
    return _sentence(pack, name, before, f"is told {first}, but {how} only {second}")


def _sentence(pack: Pack, name: str, example: Example, rest: str) -> str:
    return f"{name} does not hold: {prove_say.someone(pack, example)} {rest}"
