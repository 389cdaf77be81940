"""Which clock is the person's: by what it shows, by a city, or by where they are now. What is planned moves with it.

What is typed is looked at and forgotten; a location is forgotten at the door, and only its zone comes here.
"""

from __future__ import annotations

from dataclasses import replace

from content import cities, places
from content.episode import Json, Say
from handlers import replanning, settings
from handlers.visit import Visit

# What a person was asked for (PersonRow.awaits).
CITY, HERE = "city", "here"


def pressed(visit: Visit, value: str) -> None:
    """The card of the ways to say it, a step of one of them, or the zone itself: `to/Europe/London`."""
    match value.split("/", 1):
        case [""]:
            visit.post(Say("zone", where="edit"))
        case ["clock"]:
            visit.post(Say("zone_clock", {"now": visit.now.isoformat()}, where="edit"))
        case ["clock", offset] if places.is_offset(offset):
            values: dict[str, Json] = {"now": visit.now.isoformat(), "offset_min": int(offset)}
            visit.post(Say("zone_place", values, where="edit"))
        case ["city"]:
            visit.row.awaits = CITY
            visit.post(Say("zone_city", where="edit"))
        case ["here"]:
            visit.row.awaits = HERE
            visit.post(Say("zone_here"))
        case ["to", zone] if places.exists(zone):
            visit.post(settings.card(visit, **replanning.move(visit, zone, visit.person.quiet)))
        case _:
            visit.post(Say("moved_on", where="toast"))


def typed(visit: Visit, text: str) -> None:
    """A city, or a country: the places that it may be. They may type another one at once."""
    visit.row.awaits = CITY
    visit.post(Say("zone_found", {"zones": list[Json](cities.matching(text))}))


def located(visit: Visit, zone: str) -> None:
    """Where they are now: their clock from now on."""
    if not zone:
        visit.post(Say("zone_nowhere"), Say("zone"))
        return
    done = replanning.move(visit, zone, visit.person.quiet)
    visit.post(Say("zone_located", {"zone": zone}), replace(settings.card(visit, **done), where="new"))


def kept(visit: Visit, text: str) -> None:
    """Words instead of a location: nothing more is asked."""
    visit.post()


def put_away(visit: Visit, text: str) -> None:
    """No location came: the button below the input line goes."""
    visit.post(Say("zone_kept", {"zone": visit.row.zone}))
