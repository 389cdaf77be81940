"""Who the exploration of follow-ups begins with: for every plan and level somebody who is told just that.

They come from people the pack already describes (its vignettes) and from the same people with a few other answers:
those that a plan's own conditions ask for, the leading causes taken away, the trouble still going on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from content import buttons, walked
from content.assess import Known, assess
from content.conditions import NOT_SURE, And, Condition, Name, Not, Or, Ticked, holds
from content.episode import Episode
from content.hours import USUAL, Quiet
from content.pack import Answers, Pack, Question

MIDDLING = frozenset({"5"})


@dataclass(frozen=True, slots=True)
class Beginning:
    """The triage answered to its end, not yet told."""

    plan: str
    level: str
    episode: Episode


def beginnings(pack: Pack, people: Iterable[Answers]) -> tuple[Beginning, ...]:
    """One beginning for each plan, level, and "still going on or not" that these people, or edits of them, reach."""
    known = [_scored(pack, each) for each in people]
    found: dict[tuple[str, str, bool], Beginning] = {}
    for answers in known:
        _add(pack, found, answers)
    for plan in set(pack.plans) - {plan for plan, _, _ in found}:
        for answers in known:
            for edited in _towards(pack, plan, answers):
                _add(pack, found, edited)
    for each in list(found.values()):
        _add(pack, found, _still(pack, each.episode.answers))
    return tuple(found[key] for key in sorted(found))


def _scored(pack: Pack, answers: Answers) -> dict[str, frozenset[str]]:
    """The same person with a score, which later ones are compared with."""
    return {pack.base_score: MIDDLING, **answers} if pack.base_score else dict(answers)


def _add(pack: Pack, found: dict[tuple[str, str, bool], Beginning], answers: Answers) -> None:
    episode = walked.triage(pack, answers)
    outcome = assess(pack, episode.answers)
    plan = outcome.plan or pack.levels[outcome.level].plan
    ours = pack.provisional
    running = ours is not None and ours.option in episode.answers.get(ours.question, ())
    if plan is not None:
        found.setdefault((plan, outcome.level, running), Beginning(plan, outcome.level, episode))


def _still(pack: Pack, answers: Answers) -> Answers:
    ours = pack.provisional
    return {**answers, ours.question: frozenset({ours.option})} if ours else answers


def _towards(pack: Pack, plan: str, answers: Answers) -> Iterator[Answers]:
    """The same person with what would lead to this plan."""
    wanted = [choice.when for choice in pack.plan_when if choice.plan == plan]
    wanted += [choice.when for cause in pack.causes.values() for choice in cause.plan_when if choice.plan == plan]
    for when in wanted:
        yield _with(pack, answers, when, wanted=True)
    for cause in pack.causes.values():
        if plan in cause.plans:
            ready = dict(answers)
            for need in cause.needs:
                ready = _with(pack, ready, need, wanted=True)
            yield ready
            yield from (_with(pack, ready, floor.when, wanted=True) for floor in cause.level_when)
    if plan == pack.default_plan:
        yield _nameless(pack, answers)


def _with(pack: Pack, answers: Answers, when: Condition, *, wanted: bool) -> dict[str, frozenset[str]]:
    """The answers changed until the condition holds (or does not), as far as single answers can do it."""
    if holds(when, Known(pack, answers)) is wanted:
        return dict(answers)
    match when:
        case Ticked(question, options):
            return _ticked(pack.questions[question], answers, options, wanted=wanted)
        case Name(name):
            return _with(pack, answers, pack.define[name], wanted=wanted)
        case Not(part):
            return _with(pack, answers, part, wanted=not wanted)
        case And(parts) | Or(parts):
            every = isinstance(when, And) is wanted
            for part in parts if every else parts[:1]:
                answers = _with(pack, answers, part, wanted=wanted)
    return dict(answers)


def _ticked(
    question: Question, answers: Answers, options: tuple[str, ...], *, wanted: bool
) -> dict[str, frozenset[str]]:
    """This question with the option ticked, or with none of these options."""
    before = answers.get(question.id, frozenset())
    if wanted:
        kept = before - question.alone - {NOT_SURE} if question.multiple and options[0] not in question.alone else set()
        return {**answers, question.id: frozenset({*kept, options[0]})}
    rest = before - set(options)
    other = [*question.alone, *(each for each in question.option_ids if each not in options), NOT_SURE]
    return {**answers, question.id: rest or frozenset(other[:1])}


def _nameless(pack: Pack, answers: Answers) -> dict[str, frozenset[str]]:
    """The same person without the answers that count for a cause."""
    given = dict(answers)
    for candidate in assess(pack, answers).causes:
        cause = pack.causes[candidate.cause]
        for (name, option), worth in cause.points.items():
            if worth > 1 and option in given.get(name, ()):
                given = _ticked(pack.questions[name], given, (option,), wanted=False)
    return given


def told(pack: Pack, beginning: Beginning, zone: str, quiet: Quiet = USUAL) -> tuple[Episode, str]:
    """The episode one press before its outcome, and that press."""
    episode = beginning.episode
    last = episode.trail[-1]
    question, ticked = pack.questions[last], episode.answers[last]
    before = {name: given for name, given in episode.answers.items() if name != last}
    open_again = replace(episode, zone=zone, quiet=quiet, answers=before, trail=episode.trail[:-1], question=last)
    return asking_again(question, open_again, ticked)


def asking_again(question: Question, episode: Episode, ticked: frozenset[str]) -> tuple[Episode, str]:
    """The card of this question filled in with these answers, and the press that sends it."""
    if ticked == {NOT_SURE}:
        return replace(episode, helped=True), buttons.UNSURE
    if not question.multiple or ticked & question.alone:
        return episode, f"{buttons.PICK}{next(iter(ticked))}"
    return replace(episode, ticked=ticked), buttons.DONE
