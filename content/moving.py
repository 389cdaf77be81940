"""What a person does with a planned check-in: another time for it, not at all, and after all.

Never earlier than its plan wants it, never longer than it may wait, never on the day of the next one. What must not
wait (an emergency, what may ring at night, icing rounds) keeps its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content import asking, buttons, checking, flow, hours, icing, plan, putting_off, telling
from content.episode import NOTHING, Decision, Dropped, Episode, FollowUp, Json, Moved, Restored, Say, Shift
from content.pack import Pack

EVENING, EARLIER, DAY_LATER = "evening", "earlier", "day"
SOON = timedelta(hours=12)


def choices(pack: Pack, episode: Episode, planned: FollowUp, now: datetime) -> dict[str, datetime]:
    """The other moments that this planned check-in may have, soonest first; none where it keeps its time."""
    if episode.state != "following" or pack.levels[episode.level or pack.mildest].alone:
        return {}
    if is_put_off(planned.key):
        return {name: at for name, at in putting_off.choices(pack, episode, now).items() if at != planned.due_at}
    if planned.urgent or is_round(planned.key):
        return {}
    fitting = {name: at for name, at in _moments(episode, planned, now) if _fits(pack, episode, planned, at, now)}
    return {name: at for name, at in sorted(fitting.items(), key=lambda each: each[1]) if at != planned.due_at}


def is_put_off(key: str) -> bool:
    """An open check-in that was put off."""
    return key.endswith(f"/{putting_off.LATER}")


def is_round(key: str) -> bool:
    """A round of icing."""
    return key.startswith("ice/") and not key.startswith(f"ice/{flow.AFTER_ICE}")


def _moments(episode: Episode, planned: FollowUp, now: datetime) -> Iterator[tuple[str, datetime]]:
    due_at, own = planned.due_at, episode.hours
    if due_at <= now + SOON:
        yield putting_off.HOUR, now + putting_off.LONG
        yield putting_off.MORNING, hours.next_morning(now, own)
    yield EARLIER, plan.later(due_at, -hours.DAY, own)
    yield EVENING, hours.same_day(due_at, putting_off.EVENING, own)
    yield DAY_LATER, plan.later(due_at, hours.DAY, own)


def _fits(pack: Pack, episode: Episode, planned: FollowUp, at: datetime, now: datetime) -> bool:
    own = _own(episode, planned)
    following = [each.due_at for each in telling.plan_again(pack, episode) if each.due_at > planned.due_at]
    ends = min([own + _window(planned), *(_midnight(each, episode.zone) for each in following)])
    return max(own, now) <= at <= ends and not hours.is_quiet(at, episode.hours)


def _own(episode: Episode, planned: FollowUp) -> datetime:
    """When its plan wants it."""
    return next((each.own_due_at for each in episode.moved if each.key == planned.key), planned.due_at)


def _window(planned: FollowUp) -> timedelta:
    return planned.expires_at - planned.due_at


def _midnight(moment: datetime, zone: str) -> datetime:
    """The beginning of the day on the person's clock."""
    local = moment.astimezone(ZoneInfo(zone))
    return moment - timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)


def moved(pack: Pack, episode: Episode, event: Moved, now: datetime) -> Decision:
    """The check-in at its new time. A choice that no longer fits changes nothing."""
    planned = event.planned
    due_at = choices(pack, episode, planned, now).get(event.to)
    if due_at is None:
        return Decision(episode, (asking.toast("followup_past"),))
    if is_put_off(planned.key):
        again = FollowUp(planned.key, due_at, due_at + checking.PATIENCE, planned.urgent)
        return Decision(episode, (asking.toast("followup_moved"),), plan=(again,))
    shift = Shift(planned.key, _own(episode, planned), due_at, due_at + _window(planned))
    wished = replace(episode, moved=(*_others(episode, planned.key), shift))
    again = FollowUp(planned.key, due_at, shift.expires_at)
    return Decision(wished, (asking.toast("followup_moved"),), plan=(again,))


def _others(episode: Episode, key: str) -> tuple[Shift, ...]:
    return tuple(each for each in episode.moved if each.key != key)


def dropped(pack: Pack, episode: Episode, event: Dropped, now: datetime) -> Decision:
    """The check-in does not come. Whom to see is said where nobody else would; with nothing left the episode ends."""
    key = event.planned.key
    if episode.state != "following":
        return Decision(episode, (asking.toast("followup_past"),))
    if is_put_off(key):
        return checking.left(pack, episode, now, for_good=False)
    if is_round(key):
        return icing.pressed(pack, episode, (buttons.ICE_STOP,), now)
    less = _without(episode, key)
    following = _ahead(pack, less, event.planned, now)
    ends = not following and less.form == NOTHING and less.held is None
    values: dict[str, Json] = {
        "key": key,
        "number": event.number,
        "next": following[0].isoformat() if following else None,
        "whom": _whom(pack, less, key, is_last=not following),
    }
    after = replace(less, state="closed", ended="stopped") if ends else less
    return Decision(after, (Say("follow_up_dropped", values, where="edit"),), cancel=("*",) if ends else (key,))


def _without(episode: Episode, key: str) -> Episode:
    held = None if episode.held == key else episode.held
    return replace(episode, dropped=(*episode.dropped, key), moved=_others(episode, key), held=held)


def _ahead(pack: Pack, episode: Episode, planned: FollowUp, now: datetime) -> list[datetime]:
    """When the other check-ins come. On the way back to running there is only the one."""
    if planned.key.startswith(f"{flow.RETURNING}/"):
        return []
    return sorted(each.due_at for each in telling.plan_again(pack, episode) if each.due_at > now)


def _whom(pack: Pack, episode: Episode, key: str, *, is_last: bool) -> list[Json]:
    """From the plan's deadline on, or when a doctor was advised before, this check-in would have led there."""
    is_self_care = episode.level == pack.mildest
    if is_self_care and not is_last and "deadline" not in flow.timing(pack, episode, key):
        return []
    return list[Json](telling.current(pack, episode).whom)


def restored(episode: Episode, event: Restored, now: datetime) -> Decision:
    """It comes after all, unless its time is over or the check has gone on without it."""
    planned = event.planned
    is_open = episode.state == "following" or episode.ended == "stopped"
    if planned.key not in episode.dropped or planned.expires_at <= now or not is_open:
        return Decision(episode, (asking.toast("followup_past"),))
    left = tuple(each for each in episode.dropped if each != planned.key)
    back = replace(episode, dropped=left, state="following", ended=None)
    return Decision(back, (asking.toast("followup_back"),), plan=(planned,))
