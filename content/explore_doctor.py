"""An episode that persists reaches a doctor's recommendation within the plan's deadline: how long that takes at most.

To persist is never to be better or resolved, as the pack means it: answers that amount to "same" or "worse", silence,
check-ins put aside or put off, in any order.
"""

from __future__ import annotations

from datetime import timedelta

from content import telling
from content.checking import PATIENCE
from content.episode import Episode
from content.explore_life import MINUTE, Life, Passage
from content.hours import DAY, awake
from content.pack import Pack
from content.plan import one

STILL = frozenset({"same", "worse"})
SILENT = frozenset({"time", "leave", "snooze", "drop", "move"})
NAMING = frozenset({"stop_asking", "check_stopped", "check_aside", "follow_up_dropped"})
FOR_EVER = timedelta.max
# An unanswered check-in is repeated after a day, and after another day the bot says whom to see; none of it at night.
LADDER = 2 * DAY


def persists(passage: Passage) -> bool:
    """Did nothing get better in this step, and nothing new happen?"""
    if passage.happening.kind == "answer":
        return set(passage.decision.answered.values()) <= STILL
    return passage.happening.kind in SILENT


def reached(pack: Pack, passage: Passage) -> bool:
    """Is a doctor recommended by now: by the level, or because the bot stops asking and says whom to see?"""
    if is_at_doctor(pack, passage.after.episode):
        return True
    return any(say.kind in NAMING and say.values.get("whom") for say in passage.decision.says)


def is_at_doctor(pack: Pack, episode: Episode) -> bool:
    """More urgent than self-care."""
    return episode.level is not None and episode.level != pack.mildest


def begins(pack: Pack, passage: Passage) -> bool:
    """Does a plan of self-care begin here, whose deadline counts from now on?"""
    before, after = passage.before.episode, passage.after.episode
    if after.state != "following" or is_at_doctor(pack, after):
        return False
    return (before.plan, before.planned_from) != (after.plan, after.planned_from)


def limit(pack: Pack, life: Life, slips: int) -> timedelta:
    """How long somebody at the beginning of a plan may persist: to the deadline (no deadline: the last check-in).

    There silence may take its repeat. Each slip adds what may be late: the longest wait until a check-in expires,
    and another repeat. The deadline counts whether or not its step is asked of these answers.
    """
    episode = life.episode
    plan, planned = pack.plans[episode.plan or ""], telling.plan_again(pack, episode)
    deadline = next((step for step in plan.steps if step.id == plan.deadline), None)
    ends = max((each.due_at for each in planned), default=life.now)
    last = one(plan.id, deadline, episode.hours, episode.planned_from or life.now).due_at if deadline else ends
    late = max([PATIENCE, *(each.expires_at - each.due_at for each in planned)]) + MINUTE
    spoken = awake(awake(last + DAY, episode.hours) + DAY, episode.hours)
    night = timedelta(minutes=episode.quiet.length_min)
    return spoken - life.now + slips * (late + LADDER + night)


def skipped(after: Life, settled: Life) -> timedelta:
    """The idle time between a step and the moment at which the life is looked at again."""
    started, since = after.episode.planned_from, settled.episode.planned_from
    return (settled.now - since) - (after.now - started) if started and since else timedelta()
