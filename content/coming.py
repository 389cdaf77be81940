"""What of a plan is still to come after a check-in: what lies ahead, and what is due by now but was not asked yet.

An answer may come late, after the next check-in's moment, before that one is asked: it must not be lost by that.
"""

from __future__ import annotations

from datetime import datetime

from content import flow, telling, wishes
from content.episode import Episode, FollowUp
from content.pack import Pack, Step
from content.plan import one


def after(pack: Pack, episode: Episode, key: str, now: datetime) -> tuple[FollowUp, ...]:
    """The check-ins of the episode's plan that still come after this one."""
    return still(telling.plan_again(pack, episode), _due_at(pack, episode, key, now), now)


def still(planned: tuple[FollowUp, ...], asked: datetime, now: datetime) -> tuple[FollowUp, ...]:
    """Of these check-ins the future ones, and those planned later than the one `asked` whose time is not over."""
    return tuple(each for each in planned if each.due_at > now or (each.due_at > asked and each.expires_at > now))


def _due_at(pack: Pack, episode: Episode, key: str, now: datetime) -> datetime:
    return planned_for(pack, episode, key) or now


def planned_for(pack: Pack, episode: Episode, key: str) -> datetime | None:
    """When this check-in was planned; None for one that is none of a plan's."""
    found = step(pack, key)
    if found is None or episode.planned_from is None or flow.plan_of(pack, key) is None:
        return None
    prefix = key.partition("/")[0]
    return wishes.moved(episode, one(prefix, found, episode.hours, episode.planned_from)).due_at


def step(pack: Pack, key: str) -> Step | None:
    """The step that this check-in (or its repeat, or its snooze) belongs to; None for others."""
    if key.partition("/")[0] == flow.RETURNING:
        return pack.check.returning
    plan = flow.plan_of(pack, key)
    joined = pack.provisional.steps if pack.provisional else ()
    return next((each for each in (*(plan.steps if plan else ()), *joined) if each.id == flow.step_of(key)), None)


def is_over(pack: Pack, episode: Episode, key: str, now: datetime) -> bool:
    """Does nothing of its plan come after this check-in any more?"""
    plan = flow.plan_of(pack, key)
    return plan is not None and plan.id == episode.plan and not after(pack, episode, key, now)


def timing(pack: Pack, episode: Episode, key: str, *, over: bool) -> frozenset[str]:
    """Where an answered check-in stands: with nothing to come after it (`over`) it is the last and the deadline's."""
    stands, plan = flow.timing(pack, episode, key), flow.plan_of(pack, key)
    if plan is None or not over:
        return stands
    return (stands - {"before"}) | {"last"} | ({"deadline"} if plan.deadline else {"before"})
