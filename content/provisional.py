"""The level of an episode that is still running is provisional: looked at again soon, and settled then.

A level that was told never gets less urgent by settling; it may get more urgent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content import choosing, flow, wishes
from content.assess import Known, assess
from content.conditions import holds
from content.episode import Episode, FollowUp
from content.pack import Answers, Pack, Provisional, Step
from content.plan import follow_ups, one


def is_provisional(pack: Pack, answers: Answers) -> bool:
    """The answer that only time can give is still missing."""
    ours = pack.provisional
    return ours is not None and ours.option in answers.get(ours.question, ())


def is_rechecked(pack: Pack, answers: Answers, planned: tuple[FollowUp, ...]) -> bool:
    """Is the level of these answers provisional, and looked at again?"""
    ids = {step.id for step in pack.provisional.steps} if pack.provisional else set[str]()
    return is_provisional(pack, answers) and any(each.key.partition("/")[2] in ids for each in planned)


def settled(pack: Pack, episode: Episode, facts: Answers, now: datetime) -> Episode:
    """The episode with the missing answer in its place, when this check-in (its facts) or the time gives it.

    Causes, and the plan where the answers had chosen it, follow the new answer; the level is left to the caller.
    """
    ours = pack.provisional
    if ours is None or not is_provisional(pack, episode.answers):
        return episode
    answer = _answer(ours, pack, episode, facts, now)
    if answer is None:
        return episode
    return answering(pack, episode, answer)


def answering(pack: Pack, episode: Episode, answer: str) -> Episode:
    """The episode with this answer in place of the missing one."""
    ours = pack.provisional
    answers = {**episode.answers, ours.question: frozenset({answer})} if ours else episode.answers
    causes = tuple(each.cause for each in assess(pack, answers).causes)
    return replace(episode, answers=answers, causes=causes, plan=_plan(pack, episode, answers))


def _answer(ours: Provisional, pack: Pack, episode: Episode, facts: Answers, now: datetime) -> str | None:
    if holds(ours.gone, Known(pack, facts)):
        told = facts.get(ours.ask, frozenset()) & set(pack.questions[ours.question].option_ids)
        return next(iter(told), ours.otherwise)
    waited = episode.planned_from is not None and now - episode.planned_from >= ours.until
    return ours.otherwise if waited else None


def _plan(pack: Pack, episode: Episode, answers: Answers) -> str | None:
    level = episode.level or pack.mildest
    chosen = choosing.plan(pack, Known(pack, episode.answers), level)
    return choosing.plan(pack, Known(pack, answers), level) if chosen == episode.plan else episode.plan


def upcoming(pack: Pack, before: Episode, after: Episode) -> tuple[FollowUp, ...]:
    """What is planned once the level is settled: the plan's own steps, and the next day's if it is not gone."""
    if after.plan is None or after.planned_from is None:
        return ()
    planned = follow_ups(pack, after.plan, flow.standing(pack, after), after.hours, after.planned_from)
    return wishes.granted(after, (*planned, *_tomorrow(pack, before, after)))


def _tomorrow(pack: Pack, before: Episode, after: Episode) -> list[FollowUp]:
    ours = pack.provisional
    if ours is None or after.plan is None or after.planned_from is None:
        return []
    if after.answers.get(ours.question) != frozenset({ours.otherwise}):
        return []
    own = {step.id for step in pack.plans[after.plan].steps}
    late = [step for step in _fitting(pack, before) if step.after > ours.until and step.id not in own]
    return [one(after.plan, step, after.hours, after.planned_from) for step in late]


def _fitting(pack: Pack, episode: Episode) -> list[Step]:
    known = Known(pack, flow.standing(pack, episode))
    return [step for step in pack.provisional.steps if holds(step.when, known)] if pack.provisional else []
