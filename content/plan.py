"""When check-ins fall due: days on the person's own clock, quiet hours kept, nothing planned in the past."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.assess import Known
from content.conditions import holds
from content.episode import FollowUp
from content.pack import Answers, Pack, Step

QUIET_FROM = time(22)
QUIET_UNTIL = time(7)
MORNING = time(8)
DAY = timedelta(days=1)


def follow_ups(pack: Pack, plan_id: str, answers: Answers, zone: str, now: datetime) -> tuple[FollowUp, ...]:
    """The check-ins of a plan that apply to these answers, counted from `now` (aware, UTC).

    Of several that the night puts off to one moment the last is asked: it would take the others' place at once.
    """
    planned = {each.due_at: each for each in (one(plan_id, step, zone, now) for step in steps(pack, plan_id, answers))}
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


def one(prefix: str, step: Step, zone: str, now: datetime) -> FollowUp:
    """The follow-up of one step, counted from `now`."""
    due_at = next_morning(now + step.after, zone) if step.morning else later(now, step.after, zone)
    due_at = due_at if step.urgent else awake(due_at, zone)
    return FollowUp(f"{prefix}/{step.id}", due_at, due_at + step.expires, step.urgent)


def later(now: datetime, after: timedelta, zone: str) -> datetime:
    """`now` plus a wait. Whole days keep the hour on the person's clock, whatever daylight saving does between."""
    if after % DAY:
        return now + after
    local = now.astimezone(ZoneInfo(zone))
    return _utc(datetime.combine(local.date() + after, local.time()), zone)


def awake(moment: datetime, zone: str) -> datetime:
    """The moment itself, or 07:00 on the person's clock when it falls into their quiet hours (22:00 to 07:00)."""
    local = moment.astimezone(ZoneInfo(zone))
    if not is_quiet(moment, zone):
        return moment
    day = local.date() + DAY if local.time() >= QUIET_FROM else local.date()
    return _utc(datetime.combine(day, QUIET_UNTIL), zone)


def is_quiet(moment: datetime, zone: str) -> bool:
    """Does the moment fall into the person's quiet hours?"""
    local = moment.astimezone(ZoneInfo(zone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def next_morning(moment: datetime, zone: str) -> datetime:
    """The first 08:00 on the person's clock at or after the moment."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() <= MORNING else local.date() + DAY
    return _utc(datetime.combine(day, MORNING), zone)


def at(day: datetime, clock: time, zone: str) -> datetime:
    """That time of day on the person's clock, on the local day of this moment."""
    return _utc(datetime.combine(day.astimezone(ZoneInfo(zone)).date(), clock), zone)


def _utc(wall: datetime, zone: str) -> datetime:
    """A wall time as UTC: of two such moments the first; one that is skipped becomes the same span after the gap."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(ZoneInfo("UTC"))
