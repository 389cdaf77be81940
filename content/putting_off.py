"""Later: an open check-in is put off to one of four moments, but never longer than the check-in itself may wait.

Where minutes or hours count (an emergency, a plan that may ring at night), only the short ones are offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from content import asking, checking, coming, hours, plan
from content.episode import ICE, NOTHING, TRIAGE, Decision, Episode, FollowUp, Json, Say
from content.pack import Pack

LATER = "later"
MINUTES, HOUR, TONIGHT, MORNING = "15", "60", "tonight", "morning"
CHOICES = (MINUTES, HOUR, TONIGHT, MORNING)
BACK, NOW = "back", "now"
EVENING = time(20)
SHORT, LONG = timedelta(minutes=15), timedelta(hours=1)


def pressed(pack: Pack, episode: Episode, parts: tuple[str, ...], now: datetime) -> Decision:
    """First the choice of times, then the chosen one. A time that is no longer offered shows the choice again."""
    if episode.form in {NOTHING, TRIAGE, ICE} or episode.trail:
        return Decision(episode, stale=True)
    chosen = parts[0] if parts else ""
    if chosen == BACK:
        return Decision(episode, (asking.question_say(pack, episode),))
    if chosen == NOW:
        return _asked_now(pack, episode, now)
    due_at = choices(pack, episode, now).get(chosen)
    return _put_off(pack, episode, due_at) if due_at else Decision(episode, (_menu(pack, episode, now),))


def choices(pack: Pack, episode: Episode, now: datetime) -> dict[str, datetime]:
    """What the open check-in may be put off to, soonest first: never into quiet hours, unless it may ring at night."""
    if pack.levels[episode.level or pack.mildest].alone:
        return {MINUTES: now + SHORT}
    latest = _latest(pack, episode, now)
    found = {name: moment for name, moment in _moments(pack, episode, now) if moment <= latest}
    return found or {MORNING: hours.next_morning(now, episode.hours)}


def _moments(pack: Pack, episode: Episode, now: datetime) -> Iterator[tuple[str, datetime]]:
    own, rings = episode.hours, _rings_at_night(pack, episode)
    for name, wait in ((MINUTES, SHORT), (HOUR, LONG)):
        if rings or not hours.is_quiet(now + wait, own):
            yield name, now + wait
    if hurries(pack, episode):
        return
    evening = hours.same_day(now, EVENING, own)
    if evening >= now + LONG and not hours.is_quiet(evening, own):
        yield TONIGHT, evening
    yield MORNING, hours.next_morning(now, own)


def _latest(pack: Pack, episode: Episode, now: datetime) -> datetime:
    """As long as the check-in may wait by its plan; what ends in quiet hours may wait for the morning."""
    latest = now + window(pack, episode.form)
    return hours.next_morning(latest, episode.hours) if hours.is_quiet(latest, episode.hours) else latest


def window(pack: Pack, key: str) -> timedelta:
    """How long this check-in still makes sense."""
    step = coming.step(pack, key)
    return step.expires if step else hours.DAY


def hurries(pack: Pack, episode: Episode) -> bool:
    """Do hours count: does the episode's plan have anything, for these answers, that may ring at night?"""
    if episode.plan is None:
        return False
    answers = {**episode.answers, "level": frozenset({episode.level or pack.mildest})}
    return any(step.urgent for step in plan.steps(pack, episode.plan, answers))


def _rings_at_night(pack: Pack, episode: Episode) -> bool:
    """Is the open check-in itself one for which somebody is woken?"""
    step = coming.step(pack, episode.form)
    return pack.levels[episode.level or pack.mildest].alone or (step is not None and step.urgent)


def _menu(pack: Pack, episode: Episode, now: datetime) -> Say:
    offered: list[Json] = [[name, at.isoformat()] for name, at in choices(pack, episode, now).items()]
    values: dict[str, Json] = {"turn": episode.turn, "choices": offered, "hurries": hurries(pack, episode)}
    return Say("later_menu", values, where="edit", card=True)


def _put_off(pack: Pack, episode: Episode, due_at: datetime) -> Decision:
    urgent = _rings_at_night(pack, episode)
    planned = FollowUp(f"{episode.form}/{LATER}", due_at, due_at + checking.PATIENCE, urgent)
    waiting = replace(episode, turn=episode.turn + 1, repeated=False)
    values: dict[str, Json] = {"at": due_at.isoformat(), "turn": waiting.turn}
    says = (Say("later_done", values, where="edit", card=True),)
    return Decision(waiting, says, plan=(planned,), cancel=(f"{episode.form}/",))


def _asked_now(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """Put off, and answered after all: the question is back, and silence counts from now."""
    rung = checking.STOP if pack.levels[episode.level or pack.mildest].alone else checking.AGAIN
    planned = checking.ladder(episode, episode.form, rung, now)
    says = (asking.question_say(pack, episode),)
    return Decision(episode, says, plan=(planned,), cancel=(f"{episode.form}/",))
