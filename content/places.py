"""Where a person is: a clock they recognise -> their zone -> their country -> the number that brings an ambulance.

The numbers, the choice of zones and the paper are data (places.yaml); names, countries and languages come from CLDR
(Babel).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.languages import get_official_languages

from content.reading import Problems, read_file

EVERYWHERE = "112"
DAY_MIN = 24 * 60
WIDEST_MIN = 15 * 60
WIDEST_NAME = 32


@dataclass(frozen=True, slots=True)
class ClockChoice:
    """A time that clocks show somewhere now. `offset_min`: minutes east of UTC; `shows`: "14:05"."""

    offset_min: int
    shows: str


@dataclass(frozen=True, slots=True)
class _Places:
    emergency: Mapping[str, str]
    urgent_advice_line: Mapping[str, str]
    newer_zones: Mapping[str, str]
    letter_paper: tuple[str, ...]
    zones: tuple[str, ...]


def country_of(zone: str) -> str | None:
    """The ISO 3166 code of the country that keeps this IANA zone; None for UTC, the sea and unknown zones."""
    zone = _canonical(zone)
    country = _places().newer_zones.get(zone) or get_global("zone_territories").get(zone)
    return country if country in _territories() else None


def emergency_number(country: str | None) -> str:
    """The number or numbers for an ambulance there, the usual one first; "112" where we know no better."""
    return _places().emergency.get(country or "", EVERYWHERE)


def advice_line(country: str | None) -> str | None:
    """The number for health advice that is not an emergency, where one is well known."""
    return _places().urgent_advice_line.get(country or "")


def languages_of(country: str | None) -> tuple[str, ...]:
    """The languages of offices and clinics there, most used first; none where we do not know the country."""
    return tuple(get_official_languages(country, de_facto=True)) if country else ()


def prints_on_letter(country: str | None) -> bool:
    """Is a printed page there US Letter, and not A4?"""
    return country in _places().letter_paper


def countries() -> tuple[str, ...]:
    """The codes of all countries whose emergency number we know, in alphabetical order."""
    return tuple(sorted(_places().emergency))


def country_name(country: str, language: str) -> str:
    """The country as people say it in that language; the code itself when nobody has named it."""
    return str(_locale(language).territories.get(country, country))


@cache
def countries_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """Each country's name in that language, and its code; by name."""
    return tuple(sorted((country_name(code, language), code) for code in countries()))


def country_from_language(code: str | None) -> str | None:
    """The country that a language code such as "en-US" names; a guess, and None when no region is in it."""
    try:
        territory = parse_locale((code or "").replace("_", "-"), sep="-")[1]
    except ValueError:
        return None
    return territory if territory in _territories() else None


def clock_choices(now: datetime) -> tuple[ClockChoice, ...]:
    """Every time that people's clocks show at `now` (aware, UTC), each once, from west to east.

    Clocks a whole day apart read the same (Honolulu, Kiritimati): they share a choice, at the likelier offset.
    """
    offsets: dict[int, int] = {}
    for zone in _places().zones:
        offset_min = _offset_min(zone, now)
        offsets.setdefault(offset_min % DAY_MIN, offset_min)
    return tuple(ClockChoice(offset_min, _shows(now, offset_min)) for offset_min in sorted(offsets.values()))


def zones_at(now: datetime, offset_min: int) -> tuple[str, ...]:
    """The zones whose clocks read as at this offset at `now` (aware, UTC), the likeliest first.

    Never empty for an offset that `clock_choices` gave for the same moment.
    """
    return tuple(zone for zone in _places().zones if (_offset_min(zone, now) - offset_min) % DAY_MIN == 0)


def is_zone(zone: str) -> bool:
    """Is this one of the zones that we offer?"""
    return zone in _places().zones


def is_offset(text: str) -> bool:
    """Is this a number of minutes from UTC that a clock may have?"""
    return re.fullmatch(r"-?\d{1,4}", text, re.ASCII) is not None and abs(int(text)) <= WIDEST_MIN


def offered() -> tuple[str, ...]:
    """The zones that we offer by their clocks, the likeliest first."""
    return _places().zones


def exists(zone: str) -> bool:
    """Does the time zone database know it?"""
    return zone in _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_at(latitude: float, longitude: float) -> str | None:
    """The zone of a point on the earth; None where there is none. Offline; the first call loads 35 MB of borders."""
    from tzfpy import get_tz  # noqa: PLC0415 - large, and most people never share where they are

    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    zone = get_tz(longitude, latitude)
    return zone if exists(zone) else None


def city_name(zone: str, language: str) -> str:
    """The zone's city as people say it in that language."""
    return _city(_canonical(zone), _locale(language))


@cache
def place_name(zone: str, language: str) -> str:
    """The zone's city as people say it in that language, with its country when that adds something and fits."""
    zone = _canonical(zone)
    city = _city(zone, _locale(language))
    country = country_name(country_of(zone) or "", language)
    both = f"{city}, {country}"
    return city if _told_twice(city, country) or len(both) > WIDEST_NAME else both


@cache
def _places() -> _Places:
    root = read_file(Path(__file__).with_name("places.yaml"), "places.yaml", Problems())
    raw = root.plain() if root else None
    assert isinstance(raw, dict)  # noqa: S101 - our own file
    return _Places(**{**raw, "letter_paper": tuple(raw["letter_paper"]), "zones": tuple(raw["zones"])})


@cache
def _territories() -> frozenset[str]:
    kept = {*get_global("zone_territories").values(), *_places().emergency}
    return frozenset(code for code in kept if code.isalpha() and code != "ZZ")


def _canonical(zone: str) -> str:
    return str(get_global("zone_aliases").get(zone, zone))


@cache
def _locale(language: str) -> Locale:
    """The locale of a language code, without its region if that is unknown, else English."""
    name = language.replace("-", "_")
    for candidate in (name, name.partition("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _city(zone: str, locale: Locale) -> str:
    """CLDR's exemplar city. Its locales still file some cities under an older name of the zone (Asia/Calcutta)."""
    for name in (zone, *_older_names().get(zone, ())):
        city = locale.time_zones.get(name, {}).get("city")
        if city:
            return str(city)
    return zone.rpartition("/")[2].replace("_", " ")


def _told_twice(city: str, country: str) -> bool:
    """Does one name hold all words of the other (Mexico City, Hong Kong SAR China)?"""
    ours, theirs = set(city.split()), set(country.split())
    return ours <= theirs or theirs <= ours


@cache
def _older_names() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for old, new in get_global("zone_aliases").items():
        names[new] = (*names.get(new, ()), old)
    return names


def _offset_min(zone: str, now: datetime) -> int:
    offset = now.astimezone(_clock(zone)).utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0


@cache
def _clock(zone: str) -> ZoneInfo:
    """The zone, read once: ZoneInfo itself remembers only the last eight, and we ask for all of them."""
    return ZoneInfo(zone)


def _shows(now: datetime, offset_min: int) -> str:
    hours, minutes = divmod((now.hour * 60 + now.minute + offset_min) % DAY_MIN, 60)
    return f"{hours:02}:{minutes:02}"
