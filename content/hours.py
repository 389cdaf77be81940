"""A person's own clock: their zone, when nothing may ring, and which clocks they had before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOUR_MIN, DAY_MIN = 60, 24 * 60
LONGEST_QUIET_MIN = 14 * HOUR_MIN
MORNING = time(8)
DAY = timedelta(days=1)


class Quiet(NamedTuple):
    """From when until when only what is urgent rings: minutes of the day on their clock. The same twice: never quiet.

    They may reach over midnight; `until` itself is not quiet any more.
    """

    since: int = 22 * HOUR_MIN
    until: int = 7 * HOUR_MIN

    @property
    def length_min(self) -> int:
        return (self.until - self.since) % DAY_MIN

    def holds(self, clock: time) -> bool:
        """Is it quiet at this time of the day?"""
        return (clock.hour * HOUR_MIN + clock.minute - self.since) % DAY_MIN < self.length_min


USUAL, NEVER = Quiet(), Quiet(0, 0)


class Stay(NamedTuple):
    """A clock that a person had until a moment (aware, UTC)."""

    zone: str
    quiet: Quiet
    until: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """The clock that a person has now, and those they had before, oldest first."""

    zone: str
    quiet: Quiet = USUAL
    stays: tuple[Stay, ...] = ()

    def zone_at(self, moment: datetime) -> str:
        """Where they were then, as far as we know."""
        return next((each.zone for each in self.stays if moment <= each.until), self.zone)


def is_allowed(quiet: Quiet) -> bool:
    """Whole hours, at most 14 of them."""
    on_the_hour = all(0 <= minute < DAY_MIN and not minute % HOUR_MIN for minute in quiet)
    return on_the_hour and quiet.length_min <= LONGEST_QUIET_MIN


def is_quiet(moment: datetime, hours: Hours) -> bool:
    """Does the moment fall into the person's quiet hours?"""
    return hours.quiet.holds(moment.astimezone(ZoneInfo(hours.zone)).time())


def awake(moment: datetime, hours: Hours) -> datetime:
    """The moment itself, or the end of the person's quiet hours when it falls into them."""
    return strikes(_time(hours.quiet.until), hours.zone, moment) if is_quiet(moment, hours) else moment


def next_morning(moment: datetime, hours: Hours) -> datetime:
    """The first 08:00 on the person's clock at or after the moment."""
    return strikes(MORNING, hours.zone, moment)


def strikes(clock: time, zone: str, moment: datetime) -> datetime:
    """The first time at or after the moment that the clocks of the zone show this."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    found = (at(day + number * DAY, clock, zone, moment) for number in range(3))
    return next(each for each in found if each >= moment)


def same_day(moment: datetime, clock: time, hours: Hours) -> datetime:
    """When the person's clock shows this on the local day of the moment."""
    return at(moment.astimezone(ZoneInfo(hours.zone)).date(), clock, hours.zone)


def at(day: date, clock: time, zone: str, after: datetime | None = None) -> datetime:
    """A wall time as UTC: one that is skipped becomes the same span after the gap.

    Of two such moments it is the first, or the second where the first is before `after`.
    """
    wall = datetime.combine(day, clock.replace(fold=0), ZoneInfo(zone))
    first = wall.astimezone(UTC)
    if after is None or first >= after:
        return first
    return max(first, wall.replace(fold=1).astimezone(UTC))


def _time(minute: int) -> time:
    return time(*divmod(minute, HOUR_MIN))
