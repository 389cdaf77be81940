"""The person's clock is another one: stored, and all that is planned for them moved, in the same transaction."""

from __future__ import annotations

from content import replan
from content.decide import decide
from content.episode import Json
from content.hours import Quiet
from handlers import beginning
from handlers.visit import Visit
from storage import episodes, follow_ups
from storage.tables import EpisodeRow


def move(visit: Visit, zone: str, quiet: Quiet) -> dict[str, Json]:
    """From now on they live by this clock; for the card: how many reminders moved, and when the next comes."""
    row, before = visit.row, visit.person
    if (zone, quiet) == (before.zone, before.quiet):
        return {}
    row.zone, (row.quiet_from, row.quiet_until) = zone, quiet
    moved = [_replan(visit, each, zone, quiet) for each in episodes.running(visit.session, row.id)]
    upcoming = follow_ups.planned(visit.session, row.id)
    return {
        "changed": "zone" if zone != before.zone else "quiet",
        "moved": sum(count for count, _ in moved),
        "next": upcoming[0].due_at.isoformat() if upcoming else None,
        "ice_ends": any(ends for _, ends in moved),
    }


def _replan(visit: Visit, row: EpisodeRow, zone: str, quiet: Quiet) -> tuple[int, bool]:
    """How many reminders of this check moved, and whether its icing ends earlier."""
    session, pack = visit.session, beginning.readable(visit, row)
    if pack is None:
        return 0, False
    episode, waiting = episodes.read(row.data), follow_ups.waiting(session, row.id)
    planned = [follow_ups.read(each) for each in waiting]
    found = replan.replanned(pack, episode, planned, zone, quiet, visit.now)
    episodes.remember(session, row.id, found.event, visit.now)
    episodes.save(row, decide(pack, episode, found.event, visit.now).episode, visit.now)
    return follow_ups.move(session, waiting, found.plan, found.dropped), found.event.rounds is not None
