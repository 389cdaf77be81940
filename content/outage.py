"""The bot was away for long: an open question is asked again, once, because the answer to it may be lost.

Telegram forgets a press after 150 seconds. Nobody is reminded of what they left lying for a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from content import asking, away
from content.episode import Decision, Due, Episode, FollowUp, Json, Say
from content.hours import DAY, Hours, awake
from content.pack import Pack

FORGOTTEN = timedelta(seconds=150)
TOUCHED = DAY
# The sign of the last poll is written now and then only: what was pressed soon after it came in before the outage.
LEEWAY = timedelta(seconds=60)
AT_HAND = timedelta(hours=3)
_PREFIX, _STAMP = "outage/", "%Y%m%dT%H%M%S"


def key(since: datetime) -> str:
    """The follow-up's key: one for each outage, which is known by its beginning."""
    return f"{_PREFIX}{since.astimezone(UTC).strftime(_STAMP)}"


def is_offer(name: str) -> bool:
    """Is this follow-up a question that is asked again after an outage?"""
    return name.startswith(_PREFIX)


def since(name: str) -> datetime:
    """When the outage of such a key began."""
    return datetime.strptime(name.removeprefix(_PREFIX), _STAMP).replace(tzinfo=UTC)


def is_open(episode: Episode) -> bool:
    """Does it wait for a press: on a question, on an icing round, or on the word that the ice is off?"""
    if episode.state == "closed":
        return False
    return episode.question is not None or (episode.icing is not None and episode.icing.phase in {"checking", "icing"})


def offer(pack: Pack, episode: Episode, began_at: datetime, now: datetime) -> FollowUp | None:
    """The question once more, as soon as it may ring; None where nothing is open."""
    if not is_open(episode):
        return None
    urgent = _is_urgent(pack, episode)
    due_at = now if urgent else awake(now, episode.hours)
    return FollowUp(key(began_at), due_at, due_at + TOUCHED, urgent)


def _is_urgent(pack: Pack, episode: Episode) -> bool:
    """A red flag that is ticked, an emergency under way, ice on the skin: none of them waits for the morning."""
    on_skin = episode.icing is not None and episode.icing.phase == "icing"
    alone = episode.level is not None and pack.levels[episode.level].alone
    return alone or on_skin or away.certain(pack, episode) is not None


def offered(pack: Pack, episode: Episode, event: Due, now: datetime) -> Decision:
    """The open question as a new message with a word of apology, and the old card without its buttons."""
    if now > event.expires_at or not is_open(episode):
        return Decision(episode)
    if episode.question is not None:
        asked = asking.question_say(pack, episode, new=True, urgent=_is_urgent(pack, episode))
        return Decision(episode, (Say("strip", where="edit"), apologising(asked)))
    return Decision(episode, (apologising(_icing_say(pack, episode, now)),))


def _icing_say(pack: Pack, episode: Episode, now: datetime) -> Say:
    """The skin check of the round, or the moment to take the ice off."""
    icing, ice = episode.icing, pack.ice
    assert icing is not None and ice is not None  # noqa: S101, PT018 - is_open has looked
    if icing.phase == "checking":
        return Say("ice_round", {"round": icing.round, "rounds": icing.rounds})
    off_at = datetime.fromisoformat(episode.iced_at[-1]) + timedelta(minutes=ice.minutes)
    if now >= off_at:
        return Say("ice_off", {"round": icing.round}, urgent=True)
    values: dict[str, Json] = {"round": icing.round, "rounds": icing.rounds, "off_at": off_at.isoformat()}
    return Say("ice_on", values, urgent=True)


def apologising(say: Say) -> Say:
    """The same with a word in front: I was away, press it again."""
    return replace(say, values={**say.values, "outage": True})


def may_ring(seen_at: datetime, zone: str | None, hours: Hours, now: datetime) -> datetime:
    """When somebody in the first meeting may be asked again.

    Whose night is not known yet is asked while they are still at hand, or at the hour at which they were here last.
    """
    if zone is not None:
        return awake(now, hours)
    return now if now - seen_at <= AT_HAND else max(now, seen_at + DAY)
