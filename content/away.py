"""A red flag is told even when nothing more is answered: after ten quiet minutes, what is certain already is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from content import asking, flow
from content.assess import fired_rules
from content.episode import TRIAGE, Decision, Episode, FollowUp
from content.pack import Pack

KEY = "triage/away"
QUIET = timedelta(minutes=10)
# However late it is: a red flag does not get less true.
PATIENCE = timedelta(days=7)


def certain(pack: Pack, episode: Episode) -> Episode | None:
    """The triage with its ticks taken as they stand, when that is urgent whatever else is answered; else None."""
    if episode.form != TRIAGE or episode.state != "asking":
        return None
    ticked = asking.with_ticks(episode)
    urgent = frozenset(name for name, level in pack.levels.items() if not level.routine)
    fired = fired_rules(pack, flow.ahead(pack, ticked), urgent)
    return ticked if any(level in urgent for _, level in fired) else None


def watched(pack: Pack, decision: Decision, now: datetime) -> Decision:
    """The decision, and a look after ten quiet minutes when a red flag stands in it. Each further press moves that."""
    if certain(pack, decision.episode) is None:
        return decision
    look = FollowUp(KEY, now + QUIET, now + PATIENCE, urgent=True)
    return replace(decision, plan=(*decision.plan, look))
