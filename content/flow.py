"""Which question comes next, which lines it shows, and how far along the person is. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content import choosing, recall
from content.assess import Known
from content.conditions import holds
from content.episode import ICE, TRIAGE, Episode
from content.pack import Answers, Ask, Pack, Plan, Question
from content.remembering import once_decided

AFTER_ICE = "after_ice"
RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class Progress:
    """Question `number` of about `total`; the total counts the longest way that is left, so it never grows."""

    number: int
    total: int


def plan_of(pack: Pack, key: str) -> Plan | None:
    """The plan that a check-in's key belongs to; None for the checks that follow icing or a resolved episode."""
    return pack.plans.get(key.partition("/")[0])


def step_of(key: str) -> str:
    """The step of a check-in's key: `FU-NEUROMA/D3` -> `D3`."""
    return key.partition("/")[2].partition("/")[0]


def asks(pack: Pack, episode: Episode) -> tuple[Ask, ...]:
    """The lines of the open form."""
    form = episode.form
    if form == TRIAGE:
        return pack.flow
    if form == ICE:
        return (Ask(pack.ice.ask),) if pack.ice else ()
    plan = plan_of(pack, form)
    if plan is None:
        return pack.check.flow
    return (*_with_safety(plan.flow or pack.check.flow, _others_safety(pack, episode, plan)), *plan.asks)


def _with_safety(lines: tuple[Ask, ...], safety: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The lines with the other candidates' dangers behind the last place where the form may stop, if there is one."""
    place = max((number for number, ask in enumerate(lines, 1) if ask.question is None), default=0)
    return (*lines[:place], *safety, *lines[place:]) if place else lines


def _others_safety(pack: Pack, episode: Episode, plan: Plan) -> tuple[Ask, ...]:
    """What the plans of the episode's other candidates ask for the sake of safety, each line once."""
    known = Known(pack, episode.answers)
    causes = [pack.causes[cause] for cause in episode.causes if cause in pack.causes]
    plans = dict.fromkeys(found for cause in causes if (found := choosing.own(cause, known)) and found != plan.id)
    return tuple(dict.fromkeys(ask for other in plans for ask in pack.plans[other].safety))


def own_answers(episode: Episode) -> Answers:
    """The answers given in the open form."""
    return episode.answers if episode.form == TRIAGE else episode.check


def facts(pack: Pack, episode: Episode) -> Answers:
    """Everything a condition of the open form may look at.

    In a check-in the gates of the first triage no longer count: they are asked afresh.
    """
    if episode.form == TRIAGE:
        return episode.answers
    return check_facts(pack, episode, episode.form)


def check_facts(pack: Pack, episode: Episode, key: str) -> dict[str, frozenset[str]]:
    """The triage's answers without its gates, the check-in's own, the step, its timing, the level and the visit."""
    found = {name: ticked for name, ticked in episode.answers.items() if pack.questions[name].kind != "gate"}
    found.update(episode.visit)
    found.update(episode.check)
    found["level"] = frozenset({episode.level or pack.mildest})
    found["step"] = frozenset({step_of(key)})
    found["timing"] = timing(pack, episode, key)
    return found


def standing(pack: Pack, episode: Episode) -> Answers:
    """What the steps of a plan hang on: the triage's answers, the level, and what was told of being seen."""
    return {**episode.answers, **episode.visit, "level": frozenset({episode.level or pack.mildest})}


def timing(pack: Pack, episode: Episode, key: str) -> frozenset[str]:
    """Where a check-in stands in its plan: `before` or `deadline` (at it or later), and `last`."""
    plan = plan_of(pack, key)
    if plan is None:
        return frozenset({"before"})
    known = Known(pack, standing(pack, episode))
    order = [step.id for step in plan.steps if holds(step.when, known) or step.id == step_of(key)]
    if step_of(key) not in order:
        return frozenset({"before"})
    place = order.index(step_of(key))
    reached = plan.deadline in order and place >= order.index(plan.deadline)
    return frozenset({"deadline" if reached else "before"} | ({"last"} if place == len(order) - 1 else set()))


def next_question(pack: Pack, episode: Episode) -> str | None:
    """The first question of the open form that still has to be asked, or None when all are."""
    return next_of(asks(pack, episode), Known(pack, facts(pack, episode)), own_answers(episode))


def next_of(lines: Iterable[Ask], known: Known, answered: Answers) -> str | None:
    """The first question of these lines that still has to be asked."""
    for ask in lines:
        if ask.question is not None and ask.question in answered:
            continue
        if holds(ask.when, known):
            return ask.question
    return None


def open_questions(pack: Pack, episode: Episode) -> frozenset[str]:
    """The questions that may still be asked in the open form, the current one among them."""
    return ahead(pack, episode).open


@once_decided
def ahead(pack: Pack, episode: Episode) -> Known:
    """The facts of the open form, with everything unknown that hangs on what may still be asked in it."""
    lines, given = asks(pack, episode), facts(pack, episode)
    unanswered = frozenset(ask.question for ask in lines if ask.question) - own_answers(episode).keys()
    return Known(pack, given, frozenset(_possible(lines, Known(pack, given, unanswered))))


def _possible(lines: Iterable[Ask], known: Known) -> Iterator[str]:
    """The questions of these lines, of those open in `known`, that are not out of the question."""
    for ask in lines:
        if ask.question is None:
            if holds(ask.when, known):
                return
        elif ask.question in known.open and holds(ask.when, known) is not False:
            yield ask.question


def progress(pack: Pack, episode: Episode) -> Progress:
    """How far along the open form is; all that is known from an earlier check is one card."""
    open_, known = open_questions(pack, episode), _known(episode)
    asked = sum(name not in known for name in episode.trail) + bool(known & set(episode.trail))
    left = open_ - {episode.question} - known
    to_come = bool(known & open_) and not recall.standing(episode) and not recall.is_confirming(episode)
    return Progress(asked + 1, asked + 1 + len(left) + to_come)


def _known(episode: Episode) -> frozenset[str]:
    return frozenset(episode.back.known) if episode.back is not None and episode.form == TRIAGE else frozenset()


def shown_options(pack: Pack, episode: Episode, question: Question) -> tuple[str, ...]:
    """The option ids that fit this person, in order; at most `question.show` and the ones that say "none"."""
    known = Known(pack, facts(pack, episode))
    return as_shown(question, [option.id for option in question.options if holds(option.when, known)])


def as_shown(question: Question, fitting: list[str]) -> tuple[str, ...]:
    """Of the options that fit, those for which the card has room."""
    lines = [option for option in fitting if option not in question.alone][: question.show]
    return tuple(option for option in fitting if option in lines or option in question.alone)
