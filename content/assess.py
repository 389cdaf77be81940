"""assess(pack, answers) -> Outcome: how urgent it is, what it may be, why, and what to do. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from content import choosing
from content.conditions import NOT_SURE, holds, support
from content.known import NAMED_POINTS, Known
from content.pack import Answers, Cause, Pack, Rule
from content.remembering import once

__all__ = ["Candidate", "Known", "Outcome", "assess"]

Fit = Literal["named", "best", "possible"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause that may explain the answers. `named`: a gate answer or a rule calls it, whatever its points."""

    cause: str
    points: int
    fit: Fit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a person is told.

    `rules` are the ids that fired, in the pack's order. `reasons` are the person's own answers behind the level
    and the leading cause. `plan` is None at a level that is shown alone. `steps`, `avoid` and `net` are advice ids
    that may be said to this person; `says` are texts that a rule adds in its own words.
    """

    level: str
    causes: tuple[Candidate, ...]
    rules: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    may_ice: bool
    plan: str | None
    whom: tuple[str, ...]
    steps: tuple[str, ...]
    avoid: tuple[str, ...]
    net: tuple[str, ...]
    says: tuple[str, ...] = ()


@once
def assess(pack: Pack, answers: Answers) -> Outcome:
    """The outcome of one answer set: question id -> ticked option ids.

    Same answers, same outcome. Unasked questions may be left out. Ids that the pack does not know have no effect:
    `unknown_ids` finds them.
    """
    known = Known(pack, answers)
    fired, modified, level = _judged(pack, known)
    causes = _candidates(pack, known, fired, level)
    may_ice = _may_ice(pack, known, level, causes)
    return Outcome(
        level=level,
        causes=causes,
        rules=_names(fired, modified),
        reasons=_reasons(pack, known, fired, modified, causes),
        may_ice=may_ice,
        plan=choosing.plan(pack, known, level),
        whom=whom(pack, level, causes),
        steps=without_ice(pack, _advice(pack, known, level, causes, "steps"), may_ice),
        avoid=without_ice(pack, _advice(pack, known, level, causes, "avoid"), may_ice),
        net=_advice(pack, known, level, causes, "net"),
        says=tuple(rule.say for rule, _ in fired if rule.say),
    )


def level_and_rules(pack: Pack, answers: Answers) -> tuple[str, tuple[str, ...]]:
    """How urgent it is and the rules that say so, as `assess` has them, without all that is told besides."""
    fired, modified, level = _judged(pack, Known(pack, answers))
    return level, _names(fired, modified)


def _judged(pack: Pack, known: Known) -> tuple[list[tuple[Rule, str]], str | None, str]:
    """The rules that fire, the modifier that changes the level, and the level."""
    fired = fired_rules(pack, known)
    level = _level(pack, known, fired)
    modified = _modify(pack, known, level)
    return (fired, *modified) if modified else (fired, None, level)


def _names(fired: list[tuple[Rule, str]], modified: str | None) -> tuple[str, ...]:
    return (*(rule.id for rule, _ in fired), *filter(None, [modified]))


def fired_rules(pack: Pack, known: Known, only: frozenset[str] = frozenset()) -> list[tuple[Rule, str]]:
    """The rules that fire for certain, each with its level; the first floor that holds counts.

    `only`: those that may give one of these levels. Every press asks for the urgent ones, which are few.
    """
    fired = []
    for rule in _giving(pack, only) if only else pack.rules:
        for floor in rule.floors:
            value = holds(floor.when, known)
            if value is None:
                break
            if value:
                fired.append((rule, floor.level))
                break
    return fired


@lru_cache(maxsize=16)
def _giving(pack: Pack, levels: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that may give one of these levels."""
    return tuple(rule for rule in pack.rules if any(floor.level in levels for floor in rule.floors))


def certain_alone(known: Known) -> bool:
    """Whatever the open questions will bring, the outcome is a level that is shown alone: stop asking."""
    alone = frozenset(name for name, level in known.pack.levels.items() if level.alone)
    return any(level in alone for _, level in fired_rules(known.pack, known, alone))


def unknown_ids(pack: Pack, answers: Answers) -> list[str]:
    """The questions and `question.option`s that the pack does not know, as they were given."""
    strange = [question for question in answers if question not in pack.questions]
    for question, options in answers.items():
        if question in pack.questions:
            strange += [
                f"{question}.{option}" for option in sorted(options) if not pack.questions[question].knows(option)
            ]
    return strange


def _level(pack: Pack, known: Known, fired: list[tuple[Rule, str]]) -> str:
    floors = [level for _, level in fired]
    floors += [_default_level(pack.causes[leader], known) for leader in known.leaders()]
    return pack.most_urgent(pack.mildest, *floors)


def _default_level(cause: Cause, known: Known) -> str:
    for floor in cause.level_when:
        if holds(floor.when, known):
            return floor.level
    return cause.level or known.pack.mildest


def _modify(pack: Pack, known: Known, level: str) -> tuple[str, str] | None:
    for modifier in pack.modifiers:
        if level in modifier.moves and holds(modifier.when, known):
            return modifier.id, modifier.moves[level]
    return None


def _candidates(pack: Pack, known: Known, fired: list[tuple[Rule, str]], level: str) -> tuple[Candidate, ...]:
    named = _named(pack, known, fired)
    alone = pack.levels[level].alone
    if alone:
        named = [cause for cause in named if pack.causes[cause].level is None]
    named.sort(key=lambda cause: -known.raw_points(pack.causes[cause]))
    leading = [Candidate(cause, known.raw_points(pack.causes[cause]), "named") for cause in named]
    if alone:
        return tuple(leading[:3])
    others = [each for each in _by_points(pack, known, level) if each.cause not in named]
    return tuple((leading + others)[: 4 if leading else 3])


def _named(pack: Pack, known: Known, fired: list[tuple[Rule, str]]) -> list[str]:
    by_gates = [
        cause
        for (question, option), causes in pack.gate_causes.items()
        if option in known.answers.get(question, ())
        for cause in causes
    ]
    by_rules = [cause for rule, _ in fired for cause in rule.names]
    return list(dict.fromkeys(by_gates + by_rules))


def _by_points(pack: Pack, known: Known, level: str) -> list[Candidate]:
    routine = pack.levels[level].routine
    scored = [
        (known.points(cause) or 0, cause.id) for cause in pack.causes.values() if cause.level is not None or not routine
    ]
    top = max((points for points, _ in scored), default=0)
    best = known.best()
    enough = [(points, cause) for points, cause in scored if points >= NAMED_POINTS and 2 * points >= top]
    enough.sort(key=lambda each: (-each[0], each[1] != best))
    return [
        Candidate(cause, points, "best" if rank == 0 else "possible") for rank, (points, cause) in enumerate(enough)
    ]


def _reasons(
    pack: Pack, known: Known, fired: list[tuple[Rule, str]], modifier: str | None, causes: tuple[Candidate, ...]
) -> tuple[tuple[str, str], ...]:
    pairs: set[tuple[str, str]] = set()
    decisive = pack.most_urgent(*(level for _, level in fired)) if fired else None
    for rule, level in fired:
        if level == decisive:
            pairs |= support(next(floor.when for floor in rule.floors if holds(floor.when, known)), known)
    for each in pack.modifiers:
        if each.id == modifier:
            pairs |= support(each.when, known)
    for candidate in causes[:1]:
        worths = pack.causes[candidate.cause].points.items()
        pairs |= {pair for pair, worth in worths if worth > 0 and known.ticked(pair[0], (pair[1],))}
    return tuple(sorted(_telling(pack, pairs), key=lambda pair: _place(pack, pair)))


def _telling(pack: Pack, pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without "none of these": an absence is no reason a person would recognise."""
    return {(question, option) for question, option in pairs if option not in pack.questions[question].alone}


def _place(pack: Pack, pair: tuple[str, str]) -> tuple[int, int]:
    questions = list(pack.questions)
    options = (*pack.questions[pair[0]].option_ids, NOT_SURE)
    return questions.index(pair[0]), options.index(pair[1])


def _may_ice(pack: Pack, known: Known, level: str, causes: Iterable[Candidate]) -> bool:
    ice = pack.ice
    if ice is None or not pack.levels[level].routine:
        return False
    return any(each.cause in ice.causes for each in causes) and bool(holds(ice.may, known))


def whom(pack: Pack, level: str, causes: tuple[Candidate, ...]) -> tuple[str, ...]:
    """Whom to see at this level, for the leading cause."""
    for candidate in causes[:1]:
        if level in pack.causes[candidate.cause].whom:
            return pack.causes[candidate.cause].whom[level]
    return pack.levels[level].whom


def _advice(
    pack: Pack, known: Known, level: str, causes: tuple[Candidate, ...], kind: Literal["steps", "avoid", "net"]
) -> tuple[str, ...]:
    """The level's own sentences and the candidates'; in an emergency the leading cause's stand first."""
    record = pack.levels[level]
    own = {"steps": record.steps, "avoid": record.avoid, "net": ()}[kind]
    first = [each for candidate in causes[:1] for each in getattr(pack.causes[candidate.cause], kind)]
    others = [each for candidate in causes[1:] for each in getattr(pack.causes[candidate.cause], kind)]
    ids = [*first, *own, *others] if record.alone else [*own, *first, *others]
    if kind == "net" and not ids:
        ids = list(record.net)
    return sayable(pack, known, dict.fromkeys(ids))


def sayable(pack: Pack, known: Known, advice_ids: Iterable[str]) -> tuple[str, ...]:
    """Those sentences of advice that may be said to the person of these answers."""
    return tuple(each for each in advice_ids if holds(pack.advice[each].when, known))


def without_ice(pack: Pack, advice_ids: tuple[str, ...], may_ice: bool) -> tuple[str, ...]:
    """No word on icing to somebody whom the outcome gives no ice, though the answers alone might allow it."""
    if may_ice or pack.ice is None:
        return advice_ids
    return tuple(each for each in advice_ids if pack.advice[each].when != pack.ice.may)
