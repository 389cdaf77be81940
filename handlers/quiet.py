"""When nothing may ring: a few usual nights, or two presses for any other; what is planned moves with it."""

from __future__ import annotations

from content.episode import Say
from content.hours import HOUR_MIN, Quiet, is_allowed
from handlers import replanning, settings
from handlers.visit import Visit


def pressed(visit: Visit, value: str) -> None:
    """The card of quiet hours, a step of it, or the hours themselves: `set/22/7`."""
    match value.split("/"):
        case [""]:
            visit.post(Say("quiet", {"quiet": list(visit.person.quiet)}, where="edit"))
        case ["since"]:
            visit.post(Say("quiet_since", where="edit"))
        case ["since", since] if _is_hour(since):
            visit.post(Say("quiet_until", {"since": int(since)}, where="edit"))
        case ["set", since, until] if _is_hour(since) and _is_hour(until):
            _chosen(visit, Quiet(int(since) * HOUR_MIN, int(until) * HOUR_MIN))
        case _:
            visit.post(Say("moved_on", where="toast"))


def _chosen(visit: Visit, quiet: Quiet) -> None:
    if not is_allowed(quiet):
        visit.post(Say("moved_on", where="toast"))
        return
    visit.post(settings.card(visit, **replanning.move(visit, visit.person.zone or "UTC", quiet)))


def _is_hour(text: str) -> bool:
    return text.isdecimal() and len(text) <= 2 and int(text) < 24
