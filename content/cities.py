"""A typed city or country -> the zones that it may mean, by the names that CLDR has in every language of the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from babel.core import get_global

from content import places, words

MOST, SHORTEST = 8, 2
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class _Named:
    """A zone with the names of its city and of its country, folded."""

    zone: str
    cities: frozenset[str]
    countries: frozenset[str]


_TESTS: tuple[Callable[[str, _Named], bool], ...] = (
    lambda typed, each: typed in each.cities,
    lambda typed, each: typed in each.countries,
    lambda typed, each: any(name.startswith(typed) for name in each.cities),
    lambda typed, each: any(f" {typed}" in name for name in each.cities),
    lambda typed, each: any(name.startswith(typed) or f" {typed}" in name for name in each.countries),
)


def matching(text: str) -> tuple[str, ...]:
    """At most eight zones for what was typed, the best first: cities before countries, slips of the keys last.

    Accents, capitals and the language do not matter.
    """
    typed = words.folded(text)
    if len(typed) < SHORTEST:
        return ()
    ranked = [(_rank(typed, each), number, each.zone) for number, each in enumerate(_index())]
    found = [zone for rank, _, zone in sorted(ranked) if rank < len(_TESTS)]
    return tuple((found or _nearly(typed))[:MOST])


def _rank(typed: str, each: _Named) -> int:
    return next((number for number, test in enumerate(_TESTS) if test(typed, each)), len(_TESTS))


def _nearly(typed: str) -> list[str]:
    names = {name: each.zone for each in reversed(_index()) for name in (*each.cities, *each.countries)}
    return list(dict.fromkeys(names[name] for name in get_close_matches(typed, names, MOST, ALIKE)))


@cache
def _index() -> tuple[_Named, ...]:
    """Every zone of a country, those that most people live in first."""
    known = [zone for zone in sorted(get_global("zone_territories")) if places.exists(zone)]
    zones = dict.fromkeys((*places.offered(), *known))
    return tuple(_named(zone) for zone in zones if places.country_of(zone))


def _named(zone: str) -> _Named:
    country = places.country_of(zone) or ""
    cities = {places.city_name(zone, each) for each in words.languages()} | {zone.rpartition("/")[2].replace("_", " ")}
    countries = {places.country_name(country, each) for each in words.languages()}
    return _Named(zone, _folded(cities), _folded({country, *countries}))


def _folded(names: set[str]) -> frozenset[str]:
    return frozenset(words.folded(name) for name in names)
