"""The cards on which a person says which clock is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from content import places
from handlers.callback import PersonPress, encode
from handlers.draw_people import CLOCK_WIDTH, MOST_PLACES
from handlers.draw_settings import back
from handlers.screens import Below, Draw, Key, Screen, Stage, Values, bold, grid, join, plain


def zone(stage: Stage, values: Values) -> Screen:
    """Three ways to say it."""
    voice = stage.voice
    text = join(bold(voice.ui("zone.ask")), plain(voice.ui("zone.why")))
    return Screen(text, (*_ways(stage, "clock", "city", "here"), back(stage)))


def _ways(stage: Stage, *names: str) -> tuple[tuple[Key, ...], ...]:
    return tuple((stage.own(f"button.zone.{name}", "zone", name),) for name in names)


def clock(stage: Stage, values: Values) -> Screen:
    """Every time that clocks show somewhere now."""
    choices = places.clock_choices(datetime.fromisoformat(values["now"]))
    keys = [Key(each.shows, encode(PersonPress(0, "zone", f"clock/{each.offset_min}"))) for each in choices]
    return Screen(bold(stage.voice.ui("clock.ask")), (*grid(keys, CLOCK_WIDTH), _again(stage)))


def place(stage: Stage, values: Values) -> Screen:
    """The places whose clocks show that time."""
    zones = places.zones_at(datetime.fromisoformat(values["now"]), values["offset_min"])[:MOST_PLACES]
    voice = stage.voice
    text = join(bold(voice.ui("place.ask")), plain(voice.ui("place.why")))
    earlier = stage.own("button.back", "zone", "clock")
    return Screen(text, (*_places(stage, zones), *_ways(stage, "city"), (earlier,)))


def city(stage: Stage, values: Values) -> Screen:
    """Asks for a city; what is typed next is one."""
    voice = stage.voice
    return Screen(join(bold(voice.ui("zone.city")), plain(voice.ui("zone.city_how"))), (_again(stage),))


def found(stage: Stage, values: Values) -> Screen:
    """The places that it may be; for none, what else may help."""
    voice, zones = stage.voice, values["zones"]
    if not zones:
        return Screen(plain(voice.ui("zone.not_found")), (*_ways(stage, "clock", "here"), back(stage)))
    text = join(bold(voice.ui("zone.found")), plain(voice.ui("zone.found_else")))
    return Screen(text, (*_places(stage, zones), _again(stage)))


def here(stage: Stage, values: Values) -> Screen:
    """Asks for the location, with a button below the input line."""
    voice = stage.voice
    text = join(bold(voice.ui("zone.here")), plain(voice.ui("zone.here_why")))
    return Screen(text, below=Below(voice.ui("button.share_location"), voice.ui("button.share_nothing")))


def located(stage: Stage, values: Values) -> Screen:
    """Thanks for the location, which is forgotten; the button below goes."""
    name = places.place_name(values["zone"], stage.voice.language)
    return Screen(plain(stage.voice.ui("zone.located", place=name)), below=Below())


def kept(stage: Stage, values: Values) -> Screen:
    """No location: nothing changes; the button below goes."""
    name = places.place_name(values["zone"], stage.voice.language)
    return Screen(plain(stage.voice.ui("zone.kept", place=name)), below=Below())


def nowhere(stage: Stage, values: Values) -> Screen:
    """A location without a zone."""
    return Screen(plain(stage.voice.ui("zone.nowhere")), below=Below())


def _places(stage: Stage, zones: Iterable[str]) -> list[tuple[Key, ...]]:
    language = stage.voice.language
    keys = [Key(places.place_name(each, language), encode(PersonPress(0, "zone", f"to/{each}"))) for each in zones]
    return grid(keys, 1)


def _again(stage: Stage) -> tuple[Key, ...]:
    return (stage.own("button.back", "zone"),)


SCREENS: dict[str, Draw] = {
    "zone": zone,
    "zone_clock": clock,
    "zone_place": place,
    "zone_city": city,
    "zone_found": found,
    "zone_here": here,
    "zone_located": located,
    "zone_kept": kept,
    "zone_nowhere": nowhere,
}
