"""When check-ins fall due: days on the person's own clock, quiet hours kept, nothing planned in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content.assess import Known
from content.conditions import holds
from content.episode import FollowUp
from content.hours import DAY, Hours, at, awake, next_morning, strikes
from content.pack import Answers, Pack, Step
from content.remembering import once

# A day may be shorter by as much where clocks are changed; a journey is no reason to ask earlier than that.
SHORTEST_BY = timedelta(hours=3)


@once
def follow_ups(pack: Pack, plan_id: str, answers: Answers, hours: Hours, now: datetime) -> tuple[FollowUp, ...]:
    """The check-ins of a plan that apply to these answers, counted from `now` (aware, UTC).

    Of several that the night puts off to one moment the last is asked: it would take the others' place at once.
    """
    planned = {each.due_at: each for each in (one(plan_id, step, hours, now) for step in steps(pack, plan_id, answers))}
    return tuple(planned.values())


def steps(pack: Pack, plan_id: str, answers: Answers) -> tuple[Step, ...]:
    """The steps of a plan that apply to these answers (facts such as `level` among them), in their order in time.

    Where the level is provisional, its own steps join every plan that has none of that name; not an emergency's.
    """
    known, plan = Known(pack, answers), pack.plans[plan_id]
    own = {step.id for step in plan.steps}
    alone = {level.plan for level in pack.levels.values() if level.alone}
    joined = pack.provisional.steps if pack.provisional and plan_id not in alone else ()
    found = [*plan.steps, *(step for step in joined if step.id not in own)]
    return tuple(sorted((step for step in found if holds(step.when, known)), key=lambda step: step.after))


def one(prefix: str, step: Step, hours: Hours, since: datetime) -> FollowUp:
    """The follow-up of one step, counted from `since`.

    It keeps to the clock that the person has when it falls due: what a journey or new quiet hours find still waiting
    moves with them, what had its moment before stays there. What is urgent does not move.
    """
    told_in = hours.zone_at(since)
    due_at = _moment(step, Hours(told_in), since) if step.urgent else _due_at(step, hours, since, told_in)
    return FollowUp(f"{prefix}/{step.id}", due_at, due_at + step.expires, step.urgent)


def _due_at(step: Step, hours: Hours, since: datetime, told_in: str) -> datetime:
    begun_at = since
    for stay in hours.stays:
        if since <= stay.until:
            there = Hours(stay.zone, stay.quiet)
            due_at = awake(max(_moment(step, there, since, told_in), begun_at), there)
            if due_at <= stay.until:
                return due_at
            begun_at = stay.until
    return awake(max(_moment(step, hours, since, told_in), begun_at), hours)


def _moment(step: Step, hours: Hours, since: datetime, told_in: str | None = None) -> datetime:
    return next_morning(since + step.after, hours) if step.morning else later(since, step.after, hours, told_in)


def later(since: datetime, after: timedelta, hours: Hours, told_in: str | None = None) -> datetime:
    """`since` plus a wait. Whole days keep the hour on the person's clock, whatever daylight saving does between.

    `told_in`: the zone in which they were then. For somebody who has left it since, it is the first time that their
    new clock shows that hour and the wait is over, but for the three hours that a day may be short anyway.
    """
    if after % DAY:
        return since + after
    local = since.astimezone(ZoneInfo(told_in or hours.zone))
    if told_in in {None, hours.zone}:
        return at(local.date() + after, local.time(), hours.zone)
    return strikes(local.time(), hours.zone, since + after - SHORTEST_BY)
