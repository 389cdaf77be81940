"""Every IANA zone and every change of its clocks from 2020 to 2035, staying at home and travelling through them.

Nothing is missing, doubled, early or in quiet hours. The zones are those of the `tzdata` package, not the machine's.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from content import replan, telling
from content.episode import Episode, FollowUp
from content.hours import DAY, NEVER, USUAL, Hours, Quiet
from content.pack import Step
from content.plan import follow_ups, one
from tests.content.shipped import PACK, calm
from tests.content.story import begun

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = 7 * DAY
SHORT = 3 * HOUR
WAITS = (timedelta(minutes=30), 2 * HOUR, DAY, 3 * DAY, 14 * DAY)
JOURNEYS = 400


@dataclass(frozen=True)
class Place:
    """A zone, and the moments at which its clocks are changed."""

    clock: ZoneInfo
    changes: tuple[datetime, ...]

    def offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.clock).utcoffset() or timedelta()


@pytest.fixture(scope="module")
def places() -> Iterator[list[Place]]:
    """One zone for each way in which clocks are changed in these years."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()
    yield list(_distinct().values())
    zoneinfo.reset_tzpath(before)
    ZoneInfo.clear_cache()


def _distinct() -> dict[object, Place]:
    data = files("tzdata") / "zoneinfo"
    same_bytes = {data.joinpath(*name.split("/")).read_bytes(): name for name in zoneinfo.available_timezones()}
    found: dict[object, Place] = {}
    for name in sorted(same_bytes.values()):
        place = Place(ZoneInfo(name), tuple(_changes(ZoneInfo(name))))
        found.setdefault((place.offset(FIRST), tuple((each, place.offset(each)) for each in place.changes)), place)
    return found


def _changes(clock: ZoneInfo) -> Iterator[datetime]:
    days = [FIRST + number * WEEK for number in range((LAST - FIRST) // WEEK + 2)]
    for early, late in pairwise(days):
        if early.astimezone(clock).utcoffset() != late.astimezone(clock).utcoffset():
            yield _change(clock, early, late)


def _change(clock: ZoneInfo, early: datetime, late: datetime) -> datetime:
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) // timedelta(minutes=2) * timedelta(minutes=1)
        is_before = middle.astimezone(clock).utcoffset() == early.astimezone(clock).utcoffset()
        early, late = (middle, late) if is_before else (early, middle)
    return late


def is_night(moment: datetime, zone: str, quiet: Quiet) -> bool:
    """Told here in other words than in the code."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = {number % (24 * 60) for number in range(quiet.since, quiet.since + quiet.length_min)}
    return local.hour * 60 + local.minute in minutes


def nights(place: Place, change: datetime) -> list[Quiet]:
    """Quiet hours that end when the clocks are changed, just before, and in the hour that is skipped or doubled."""
    before, after = (change - timedelta(minutes=1)).astimezone(place.clock), change.astimezone(place.clock)
    ends = {hour % 24 for hour in (before.hour - 1, before.hour, after.hour, after.hour + 1, after.hour + 2)}
    return [USUAL, NEVER, *(Quiet((hour - 8) % 24 * 60, hour * 60) for hour in sorted(ends))]


def test_the_zones_are_all_there(places: list[Place]) -> None:
    changes = [change for place in places for change in place.changes]
    assert len(places) > 80
    assert len(changes) > 1000
    biggest = max(abs(place.offset(each) - place.offset(each - HOUR)) for place in places for each in place.changes)
    assert biggest <= SHORT


def test_at_home_no_check_in_is_early_late_or_in_quiet_hours_through_any_change_of_the_clocks(
    places: list[Place],
) -> None:
    random = Random(1)
    for place in places:
        for change in place.changes:
            for quiet in nights(place, change):
                wait = random.choice(WAITS)
                since = change - wait + random.choice((-HOUR, -30 * timedelta(minutes=1), timedelta(), HOUR, 9 * HOUR))
                hours = Hours(place.clock.key, quiet)
                due_at = one("PLAN", Step("any", wait, DAY), hours, since).due_at
                _fits(due_at, since, wait, hours)


def _fits(due_at: datetime, since: datetime, wait: timedelta, hours: Hours, late: timedelta = SHORT) -> None:
    said = f"{hours} {since} {wait} {due_at}"
    assert not is_night(due_at, hours.zone, hours.quiet), said
    assert due_at >= since + wait - (timedelta() if wait % DAY else SHORT), said
    assert due_at <= since + wait + late + SHORT + timedelta(minutes=hours.quiet.length_min), said


def test_on_a_journey_nothing_is_missing_doubled_early_or_in_quiet_hours(places: list[Place]) -> None:
    told = begun(calm("where=foot_top trigger=shoes_laces ease=still_new")).episode
    random = Random(2)
    moving = [place for place in places if place.changes]
    for _ in range(JOURNEYS):
        here = random.choice(moving)
        change = random.choice(here.changes)
        since = change - random.choice((HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY)) + random.randrange(24) * HOUR
        start = Hours(here.clock.key, random.choice(nights(here, change)))
        _travel(told, start, since, random, places)


def _travel(told: Episode, start: Hours, since: datetime, random: Random, places: list[Place]) -> None:
    """Two changes of zone and quiet hours while the plan runs; what is due between them is asked there."""
    known = {**told.answers, "level": frozenset({told.level or ""})}
    episode = Episode(start.zone, level=told.level, plan=told.plan, answers=told.answers, causes=told.causes,
                      planned_from=since, quiet=start.quiet)  # fmt: skip
    waiting = {each.key: each for each in follow_ups(PACK, told.plan or "", known, start, since)}
    now = since
    for _ in range(2):
        now += random.choice((timedelta(minutes=7), 5 * HOUR, DAY, 3 * DAY))
        asked = {key for key, each in waiting.items() if each.due_at <= now}
        waiting = {key: each for key, each in waiting.items() if key not in asked}
        there = random.choice(places)
        quiet = Quiet(random.randrange(24) * 60, 0)
        quiet = random.choice((USUAL, NEVER, quiet._replace(until=(quiet.since + random.randrange(15) * 60) % 1440)))
        found = replan.replanned(PACK, episode, waiting.values(), there.clock.key, quiet, now)
        episode = replan.moved(episode, found.event, now)
        _is_whole(episode, waiting, found, now)
        assert not {each.key for each in telling.plan_again(PACK, episode) if each.due_at > now} & asked, "asked twice"
        waiting = {each.key: each for each in found.plan}


def _is_whole(episode: Episode, before: dict[str, FollowUp], found: replan.Replanned, now: datetime) -> None:
    plan = PACK.plans[episode.plan or ""]
    assert PACK.provisional is not None
    waits = {f"{plan.id}/{step.id}": step.after for step in (*plan.steps, *PACK.provisional.steps)}
    after = {each.key: each for each in found.plan}
    assert {*after, *found.dropped} == {*before}
    assert len({each.due_at for each in after.values()}) == len(after)
    again = {each.key: each.due_at for each in telling.plan_again(PACK, episode)}
    for key, each in after.items():
        assert each.due_at >= now
        assert again[key] == each.due_at, "what is planned later must know the same moments"
        assert each.expires_at - each.due_at == before[key].expires_at - before[key].due_at
        _fits(each.due_at, episode.planned_from or now, waits[key], episode.hours, late=DAY + timedelta(hours=14))
    for key in found.dropped:
        assert any(each.due_at >= before[key].due_at and waits[other] > waits[key] for other, each in after.items())
