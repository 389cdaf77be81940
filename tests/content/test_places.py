"""A person's clock leads to their zone, their country and the number that brings an ambulance."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from babel import Locale
from babel.core import get_global

from content import places

WINTER = datetime(2027, 1, 15, 12, 5, tzinfo=UTC)
SUMMER = datetime(2027, 7, 15, 12, 5, tzinfo=UTC)
NUMBER = re.compile(r"\d{2,5}( or \d{2,5})?")
ADVICE_NUMBER = re.compile(r"\d{3,6}( \d{2,4}){0,3}")
OF_NO_COUNTRY = {"Antarctica/Troll"}


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("60", True),
        ("-720", True),
        ("900", True),
        ("901", False),
        ("--5", False),
        ("5-", False),
        ("\N{SUPERSCRIPT TWO}", False),
        ("", False),
    ],
)
def test_an_offset_is_a_number_that_a_clock_may_have(text: str, may_be: bool) -> None:
    assert places.is_offset(text) == may_be


def curated(now: datetime) -> dict[int, tuple[str, ...]]:
    return {choice.offset_min: places.zones_at(now, choice.offset_min) for choice in places.clock_choices(now)}


ZONES = sorted(chain.from_iterable(curated(WINTER).values()))


def different_hours_of_a_year() -> Iterator[datetime]:
    """The hours of 2027 at which the offsets on offer are not those of the hour before."""
    before: list[int] = []
    for hour in range(365 * 24):
        now = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        offsets = [choice.offset_min for choice in places.clock_choices(now)]
        if offsets != before:
            yield now
        before = offsets


def offset_min(zone: str, now: datetime) -> int:
    offset = now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def test_every_curated_zone_exists_once_by_its_canonical_name_and_has_a_country() -> None:
    assert len(ZONES) == len(set(ZONES)) > 100
    assert set(ZONES) <= zoneinfo.available_timezones()
    assert not set(ZONES) & set(get_global("zone_aliases"))
    assert all(places.country_of(zone) for zone in ZONES)


def test_every_canonical_zone_has_a_country_unless_it_belongs_to_nobody() -> None:
    """When a new release of tzdata fails this: add its zone to newer_zones in places.yaml."""
    canonical = zoneinfo.available_timezones() - set(get_global("zone_aliases"))
    placed = {zone for zone in canonical if "/" in zone and not zone.startswith("Etc/")}
    assert {zone for zone in placed if places.country_of(zone) is None} <= OF_NO_COUNTRY


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/London", "GB"),
        ("Asia/Kolkata", "IN"),
        ("Asia/Calcutta", "IN"),
        ("America/Argentina/Buenos_Aires", "AR"),
        ("America/Coyhaique", "CL"),
        ("Europe/Oslo", "NO"),
        ("Etc/UTC", None),
        ("Antarctica/Troll", None),
        ("Moon/Tranquility", None),
        ("", None),
    ],
)
def test_a_zone_tells_its_country(zone: str, country: str | None) -> None:
    assert places.country_of(zone) == country


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999 or 112"), ("US", "911"), ("AU", "000"), ("NO", "113 or 112"), ("BR", "192"), ("FR", "15 or 112")],
)
def test_an_emergency_number_is_the_one_people_there_call(country: str, number: str) -> None:
    assert places.emergency_number(country) == number


@pytest.mark.parametrize("country", [None, "", "XX", "gb", "Atlantis"])
def test_an_unknown_country_falls_back_to_112_and_has_no_advice_line(country: str | None) -> None:
    assert places.emergency_number(country) == "112"
    assert places.advice_line(country) is None


def test_numbers_are_short_known_countries_are_many_and_no_number_is_told_twice() -> None:
    assert len(places.countries()) >= 150
    for country in places.countries():
        number = places.emergency_number(country)
        assert NUMBER.fullmatch(number), (country, number)
        assert len(set(number.split(" or "))) == len(number.split(" or ")), (country, number)


def test_an_advice_line_is_a_phone_number_and_never_the_emergency_number() -> None:
    lines = {country: places.advice_line(country) for country in places.countries()}
    assert (lines["GB"], lines["AU"], lines["NZ"], lines["CA"]) == ("111", "1800 022 222", "0800 611 116", "811")
    for country, line in lines.items():
        assert line is None or ADVICE_NUMBER.fullmatch(line), (country, line)
        assert line not in places.emergency_number(country).split(" or "), country


@pytest.mark.parametrize(
    ("country", "languages", "letter"),
    [
        ("US", ("en",), True), ("CA", ("en", "fr"), True), ("MX", ("es",), True), ("PR", ("es", "en"), True),
        ("GB", ("en",), False), ("ES", ("es",), False), ("BE", ("nl", "fr", "de"), False), (None, (), False),
    ],
)  # fmt: skip
def test_a_country_tells_the_languages_of_its_clinics_and_its_paper(
    country: str | None, languages: tuple[str, ...], letter: bool
) -> None:
    assert (places.languages_of(country), places.prints_on_letter(country)) == (languages, letter)


def test_every_country_with_a_number_is_a_country_with_a_name() -> None:
    territories = Locale("en").territories
    assert [country for country in places.countries() if country not in territories] == []


def test_a_country_is_named_in_the_persons_language_and_by_its_code_when_nobody_named_it() -> None:
    assert places.country_name("DE", "en") == "Germany"
    assert places.country_name("DE", "es") == "Alemania"
    assert places.country_name("DE", "pt-br") == "Alemanha"
    assert places.country_name("DE", "es-XX") == "Alemania"
    assert places.country_name("DE", "tlh") == "Germany"
    assert places.country_name("Q1", "en") == "Q1"


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("en-US", "US"),
        ("de-AT", "AT"),
        ("pt_BR", "BR"),
        ("zh-Hans-CN", "CN"),
        ("en", None),
        ("de", None),
        ("es-419", None),
        ("en-XX", None),
        ("en-ZZ", None),
        ("not a code", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_tells_a_country_only_when_its_region_is_there(code: str | None, country: str | None) -> None:
    assert places.country_from_language(code) == country


def test_clock_choices_are_what_clocks_show_now_from_west_to_east_and_each_once() -> None:
    for now in (WINTER, SUMMER):
        choices = places.clock_choices(now)
        offsets = [choice.offset_min for choice in choices]
        shown = [choice.shows for choice in choices]
        assert offsets == sorted(set(offsets))
        assert len(shown) == len(set(shown))
        assert 28 <= len(choices) <= 36
    assert places.ClockChoice(0, "12:05") in places.clock_choices(WINTER)
    assert places.ClockChoice(330, "17:35") in places.clock_choices(WINTER)
    assert places.ClockChoice(-600, "02:05") in places.clock_choices(WINTER)


def test_summer_time_is_kept() -> None:
    assert "Europe/London" in places.zones_at(WINTER, 0)
    assert "Europe/London" in places.zones_at(SUMMER, 60)
    assert "Europe/London" not in places.zones_at(SUMMER, 0)
    assert "America/Phoenix" in places.zones_at(SUMMER, -420)
    assert "America/Denver" not in places.zones_at(SUMMER, -420)


def test_no_hour_of_the_year_offers_a_clock_without_zones_or_a_zone_that_nobody_is_offered() -> None:
    for now in different_hours_of_a_year():
        offered = curated(now)
        assert all(offered.values()), now
        assert sorted(chain.from_iterable(offered.values())) == ZONES, now


def test_places_whose_clocks_are_a_whole_day_apart_share_a_choice_because_their_clocks_read_the_same() -> None:
    assert places.zones_at(WINTER, -600)[0] == "Pacific/Honolulu"
    assert "Pacific/Kiritimati" in places.zones_at(WINTER, -600)
    for offset, zones in curated(WINTER).items():
        assert {abs(offset_min(zone, WINTER) - offset) for zone in zones} <= {0, 24 * 60}


def test_the_likeliest_places_of_a_clock_come_first() -> None:
    assert places.zones_at(WINTER, -300)[0] == "America/New_York"
    assert places.zones_at(WINTER, 0)[0] == "Europe/London"
    assert places.zones_at(SUMMER, 120)[0] == "Europe/Berlin"
    assert {"Europe/Paris", "Europe/Rome"} < set(places.zones_at(SUMMER, 120)[:6])


def test_an_offset_that_no_clock_shows_has_no_places() -> None:
    assert places.zones_at(WINTER, 7) == ()


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("Europe/London", "en", "London, United Kingdom"),
        ("Europe/London", "es", "Londres, Reino Unido"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires, Argentina"),
        ("Asia/Kolkata", "es", "Calcuta, India"),
        ("Asia/Calcutta", "en", "Kolkata, India"),
        ("Asia/Ho_Chi_Minh", "en", "Ho Chi Minh City, Vietnam"),
        ("Asia/Singapore", "en", "Singapore"),
        ("America/Mexico_City", "en", "Mexico City"),
        ("Pacific/Tongatapu", "en", "Tongatapu, Tonga"),
        ("Asia/Hong_Kong", "en", "Hong Kong"),
        ("Etc/UTC", "en", "UTC"),
    ],
)
def test_a_place_is_named_as_people_say_it(zone: str, language: str, name: str) -> None:
    assert places.place_name(zone, language) == name


@pytest.mark.parametrize("language", ["en", "es", "de", "pt-br"])
@pytest.mark.parametrize("now", [WINTER, SUMMER])
def test_place_names_fit_a_button_and_differ_within_a_clock(now: datetime, language: str) -> None:
    for zones in curated(now).values():
        names = [places.place_name(zone, language) for zone in zones]
        assert len(set(names)) == len(names), names
        assert all(0 < len(name) <= places.WIDEST_NAME for name in names), names
