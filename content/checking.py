"""Check-ins: when the bot asks how it is, and what silence, Stop and a restart do. Later is in putting_off.py.

Silence is never "better": an unanswered check-in is repeated once, then the bot says that it stops, and whom to see.
What the answers amount to is in answering.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from content import asking, coming, flow, telling, wishes
from content.answering import unsaid_danger
from content.episode import ICE, NOTHING, Decision, Due, Episode, FollowUp, Json, Say
from content.hours import DAY, awake
from content.pack import Pack

AGAIN, STOP = "again", "stop"
PATIENCE = timedelta(days=3)


def due(pack: Pack, episode: Episode, event: Due, now: datetime) -> Decision:
    """A check-in, its one repeat, its end, or its snooze has come due."""
    key, _, suffix = _split(event.key)
    if not _is_wanted(pack, episode, key):
        return Decision(episode)
    danger = unsaid_danger(pack, episode, now)
    if danger is not None:
        return danger
    if suffix and not _is_unanswered(episode, key):
        return Decision(episode)
    if suffix == STOP:
        return _fall_silent(pack, episode)
    if suffix == AGAIN:
        return _ask_again(pack, episode, key, now)
    if episode.repeated and not suffix:
        return _fall_silent(pack, episode)
    if now > event.expires_at and not _is_needed(pack, episode, key, now):
        return Decision(episode) if _is_followed(pack, episode, key, now) else _fall_silent(pack, episode)
    return _ask(pack, episode, key, now)


def _is_unanswered(episode: Episode, key: str) -> bool:
    """Is this check-in still waiting for its answer? The ice question may stand, or have stood, in its place."""
    return episode.form == key or (episode.form in {ICE, NOTHING} and episode.last_check == key)


def _is_followed(pack: Pack, episode: Episode, key: str, now: datetime) -> bool:
    """Does another check-in of the plan come, after one that was missed? After the way back to running none does."""
    if key.startswith(f"{flow.RETURNING}/"):
        return False
    return bool(_others(pack, episode, key, now))


def _others(pack: Pack, episode: Episode, key: str, now: datetime) -> list[FollowUp]:
    return [each for each in telling.plan_again(pack, episode) if each.key != key and each.expires_at > now]


def _is_needed(pack: Pack, episode: Episode, key: str, now: datetime) -> bool:
    """Is this check-in asked however late it is? At the deadline of self-care, when no other comes within days."""
    if episode.level != pack.mildest or "deadline" not in flow.timing(pack, episode, key):
        return False
    others = _others(pack, episode, key, now)
    return bool(others) and min(each.due_at for each in others) > now + PATIENCE


def _split(key: str) -> tuple[str, str, str]:
    parts = key.split("/")
    return "/".join(parts[:2]), "/", parts[2] if len(parts) > 2 else ""


def _is_wanted(pack: Pack, episode: Episode, key: str) -> bool:
    prefix = key.partition("/")[0]
    return prefix in {episode.plan, flow.RETURNING, "ice"}


def _ask(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
    opened = replace(asking.open_form(pack, episode, key), repeated=False, last_check=key)
    urgent = pack.levels[episode.level or pack.mildest].alone
    return Decision(
        opened,
        (asking.question_say(pack, opened, new=True, urgent=urgent),),
        plan=(ladder(episode, key, STOP if urgent else AGAIN, now),),
        cancel=(f"{episode.form}/",) if episode.form else (),
    )


def _ask_again(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
    opened = replace(asking.open_form(pack, episode, key), repeated=True)
    says = (Say("text", {"id": "asked_again"}), asking.question_say(pack, opened, new=True))
    return Decision(opened, says, plan=(ladder(episode, key, STOP, now),))


def ladder(episode: Episode, key: str, rung: str, now: datetime) -> FollowUp:
    due_at = awake(now + DAY, episode.hours)
    return FollowUp(f"{key}/{rung}", due_at, due_at + PATIENCE)


def _fall_silent(pack: Pack, episode: Episode) -> Decision:
    """The bot stops asking and says whom to see. In an emergency it has said so, and adds no word to it."""
    ended = replace(asking.close_form(episode), state="closed", ended="silent", repeated=False)
    if pack.levels[episode.level or pack.mildest].alone:
        return Decision(ended, cancel=("*",))
    whom = list(telling.current(pack, episode).whom)
    return Decision(ended, (Say("stop_asking", {"level": episode.level, "whom": list[Json](whom)}),), cancel=("*",))


def restarted(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """The person wants to be asked again after silence or Stop."""
    if episode.ended not in {"silent", "stopped"} or episode.level is None or episode.plan is None:
        return Decision(episode, stale=True)
    episode = replace(wishes.anew(episode), state="following", ended=None)
    planned = telling.plan_again(pack, episode)
    key = _asked_anew(pack, episode, planned, now)
    opened = replace(asking.open_form(pack, episode, key), last_check=key)
    rest = tuple(each for each in planned if each.due_at > now)
    says = (Say("restarted", where="edit"), asking.question_say(pack, opened, new=True))
    return Decision(opened, says, plan=(*rest, ladder(opened, key, AGAIN, now)))


def _asked_anew(pack: Pack, episode: Episode, planned: tuple[FollowUp, ...], now: datetime) -> str:
    """The plan's newest check-in whose time it is, which would be counted on and never come; else the last one."""
    last = episode.last_check if episode.last_check and _is_wanted(pack, episode, episode.last_check) else None
    if last is not None and not last.startswith(f"{episode.plan}/"):
        return last
    ripe = [each.key for each in planned if each.due_at <= now < each.expires_at]
    return ripe[-1] if ripe else last or planned[-1].key


def left(pack: Pack, episode: Episode, now: datetime, *, for_good: bool) -> Decision:
    """The person leaves a check-in, or stops them all; a danger ticked before is still answered."""
    danger = unsaid_danger(pack, episode, now)
    if danger is not None:
        return danger
    upcoming = coming.after(pack, episode, episode.form, now)
    if for_good or not upcoming or episode.form.startswith(f"{flow.RETURNING}/"):
        return _stopped(pack, episode)
    aside = replace(asking.close_form(episode), repeated=False)
    values: dict[str, Json] = {"next": max(now, min(each.due_at for each in upcoming)).isoformat(), "whom": []}
    if "deadline" in flow.timing(pack, episode, episode.form):
        values["whom"] = list[Json](telling.current(pack, episode).whom)
    return Decision(aside, (Say("check_aside", values, where="edit"),), cancel=(f"{episode.form}/",))


def _stopped(pack: Pack, episode: Episode) -> Decision:
    ended = replace(asking.close_form(episode), state="closed", ended="stopped")
    whom: list[Json] = list(telling.current(pack, episode).whom)
    return Decision(ended, (Say("check_stopped", {"level": episode.level, "whom": whom}, where="edit"),), cancel=("*",))
