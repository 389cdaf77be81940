"""The person's clock becomes another one: what is still to come moves with it. Nothing is lost, doubled or early.

A check-in counted in days keeps its hour on the new clock, one of minutes or hours its moment; only then it waits for
the end of the quiet hours. What is urgent stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from content import coming, flow
from content.episode import ClockChanged, Episode, FollowUp
from content.hours import DAY, Hours, Quiet, Stay, awake, is_quiet, strikes
from content.pack import Pack, Step
from content.plan import SHORTEST_BY, one

MOST_STAYS = 20


@dataclass(frozen=True, slots=True)
class Replanned:
    """What follows for one episode: what happened to it, when it is looked at again, and what comes no more."""

    event: ClockChanged
    plan: tuple[FollowUp, ...]
    dropped: tuple[str, ...]


def replanned(
    pack: Pack, episode: Episode, waiting: Iterable[FollowUp], zone: str, quiet: Quiet, now: datetime
) -> Replanned:
    """Everything that waits, on the new clock. An icing day ends before its first round in the new quiet hours.

    Of several check-ins that the night puts off to one moment, the last of the plan is asked, as ever.
    """
    old = sorted(waiting, key=lambda each: (each.due_at, each.key))
    after = moved(episode, ClockChanged(zone, quiet), now)
    new = [_again(pack, episode, after, each, now) for each in old]
    rounds = [each for each in new if _is_round(each.key)]
    night = next((number for number, each in enumerate(rounds) if is_quiet(each.due_at, after.hours)), len(rounds))
    left_out = {each.key for each in rounds[night:]}
    kept = _one_at_a_time([each for each in new if each.key not in left_out])
    last = int(rounds[night].key.rpartition("/")[2]) - 1 if left_out else None
    dropped = tuple(each.key for each in old if each.key not in {one.key for one in kept})
    return Replanned(ClockChanged(zone, quiet, last), tuple(kept), dropped)


def moved(episode: Episode, event: ClockChanged, now: datetime) -> Episode:
    """The episode on the person's new clock; it remembers the old one, by which its check-ins were asked so far."""
    stays = (*episode.stays, Stay(episode.zone, episode.quiet, now))[-MOST_STAYS:]
    after = replace(episode, zone=event.zone, quiet=event.quiet, stays=stays)
    icing = episode.icing
    if icing is None or event.rounds is None:
        return after
    rounds = max(event.rounds, icing.round)
    phase = "over" if icing.phase == "waiting" and icing.round >= rounds else icing.phase
    return replace(after, icing=replace(icing, rounds=rounds, phase=phase))


def _again(pack: Pack, before: Episode, after: Episode, planned: FollowUp, now: datetime) -> FollowUp:
    if planned.urgent or _is_round(planned.key):
        return planned
    due_at = _due_at(pack, before, after, planned, now)
    return replace(planned, due_at=due_at, expires_at=due_at + (planned.expires_at - planned.due_at))


def _due_at(pack: Pack, before: Episode, after: Episode, planned: FollowUp, now: datetime) -> datetime:
    """By the plan itself, if that is how it was planned; else by its own moment, whatever put it there."""
    if planned.due_at <= now:
        return planned.due_at
    step, since = _step(pack, planned.key), before.planned_from
    if step is None or since is None:
        return awake(planned.due_at, after.hours)
    if one("", step, before.hours, since).due_at == planned.due_at and not planned.key.startswith(f"{flow.RETURNING}/"):
        return one("", step, after.hours, since).due_at
    wanted = planned.due_at if step.after % DAY else _same_hour(planned.due_at, before.hours, after.hours)
    return awake(max(wanted, now), after.hours)


def _step(pack: Pack, key: str) -> Step | None:
    """The step that is asked by this key; none for a repeat, a snooze and icing, which count in hours."""
    if key.count("/") > 1:
        return None
    return coming.step(pack, key)


def _same_hour(moment: datetime, before: Hours, after: Hours) -> datetime:
    if before.zone == after.zone:
        return moment
    return strikes(moment.astimezone(ZoneInfo(before.zone)).time(), after.zone, moment - SHORTEST_BY)


def _is_round(key: str) -> bool:
    """An icing round by its number; not what belongs to one, and not the check after the last."""
    parts = key.split("/")
    return parts[0] == "ice" and len(parts) == 2 and parts[1] != flow.AFTER_ICE


def _one_at_a_time(planned: list[FollowUp]) -> list[FollowUp]:
    """Of the check-ins at one moment the plan's last; it takes the place of the others, and of their repeats."""
    own_steps_last = sorted(planned, key=lambda each: each.key.count("/") == 1)
    asked = {each.due_at: each.key for each in own_steps_last if not _stands_alone(each)}
    return [each for each in planned if _stands_alone(each) or asked[each.due_at] == each.key]


def _stands_alone(planned: FollowUp) -> bool:
    return planned.urgent or _is_round(planned.key)
