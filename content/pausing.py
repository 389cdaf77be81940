"""A pause: what falls due meanwhile waits for its end, of each episode only the newest. What cannot wait rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content import moving, outage
from content.answering import unsaid_danger
from content.episode import Decision, Episode, FollowUp, Held
from content.pack import Pack

LONGEST_DAYS = 14


def held(pack: Pack, episode: Episode, event: Held, now: datetime) -> Decision | None:
    """The follow-up put off until the pause ends, in the place of one that waits already; None: it rings now."""
    key, until = event.planned.key, event.until
    if outage.is_offer(key):
        return Decision(episode)
    if rings(pack, episode, event.planned) or unsaid_danger(pack, episode, now) is not None:
        return None
    again = FollowUp(key, until, until + (event.planned.expires_at - event.planned.due_at))
    older = (episode.held,) if episode.held not in {None, key} else ()
    return Decision(replace(episode, held=key), plan=(again,), cancel=tuple(each for each in older if each))


def rings(pack: Pack, episode: Episode, planned: FollowUp) -> bool:
    """Does it come all the same: a look after a red flag, ice on the skin, and while a doctor is needed within days?"""
    if planned.urgent or moving.is_round(planned.key) or episode.state != "following":
        return True
    return is_needed(pack, episode)


def is_needed(pack: Pack, episode: Episode) -> bool:
    """Was the person sent to an emergency department, or to a doctor within days?"""
    return episode.level is not None and not pack.levels[episode.level].routine
