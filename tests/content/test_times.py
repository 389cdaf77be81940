"""Reminders keep to the person's own clock: whole days, no ringing at night, through daylight saving; stop is stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import buttons, putting_off
from content.hours import DAY, Hours, awake, is_quiet, next_morning
from content.pack import Step
from content.plan import follow_ups, later, one, steps
from tests.content.shipped import BOUNDED, CALM, PACK, WALKS, calm
from tests.content.story import NOON, Story, begun

ZONES = st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PLANS = st.sampled_from(sorted(PACK.plans))
LEVELS = st.sampled_from(sorted(PACK.levels))


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def at(zone: str, *wall: int) -> datetime:
    year, month, day, hour, minute = wall
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@given(PLANS, LEVELS, ZONES, MOMENTS)
@BOUNDED
def test_no_check_in_of_any_plan_rings_at_night_unless_it_is_urgent(
    plan: str, level: str, zone: str, now: datetime
) -> None:
    known = {**calm("ease=still_new"), "level": frozenset({level})}
    for each in follow_ups(PACK, plan, known, Hours(zone), now):
        assert each.urgent or not is_quiet(each.due_at, Hours(zone)), each
        assert now < each.due_at < each.expires_at


@given(PLANS, LEVELS, ZONES, MOMENTS)
@BOUNDED
def test_whole_days_keep_the_hour_of_the_persons_clock_or_wait_for_the_morning(
    plan: str, level: str, zone: str, now: datetime
) -> None:
    known = {**CALM, "level": frozenset({level})}
    for step in steps(PACK, plan, known):
        if step.after % DAY or step.morning:
            continue
        due, begun_at = local(one(plan, step, Hours(zone), now).due_at, zone), local(now, zone)
        days = (due.date() - begun_at.date()).days
        if is_quiet(now, Hours(zone)):
            assert (due.hour, due.minute) == (7, 0)
            assert days in {step.after.days, step.after.days + 1}
        else:
            assert days == step.after.days
            assert abs(due.replace(tzinfo=None) - begun_at.replace(tzinfo=None) - step.after) <= timedelta(hours=1)


@given(PLANS, ZONES, MOMENTS)
@BOUNDED
def test_the_steps_of_a_plan_come_in_their_order(plan: str, zone: str, now: datetime) -> None:
    known = {**calm("ease=still_new"), "level": frozenset({"L2"})}
    moments = [each.due_at for each in follow_ups(PACK, plan, known, Hours(zone), now)]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/London", (2027, 3, 27, 9, 30), (2027, 3, 28, 9, 30)),
        ("Europe/London", (2026, 10, 24, 9, 30), (2026, 10, 25, 9, 30)),
        ("America/New_York", (2027, 3, 13, 18, 0), (2027, 3, 14, 18, 0)),
        ("America/New_York", (2026, 10, 31, 18, 0), (2026, 11, 1, 18, 0)),
        ("Australia/Lord_Howe", (2026, 10, 3, 12, 15), (2026, 10, 4, 12, 15)),
        ("Asia/Kathmandu", (2026, 11, 23, 8, 45), (2026, 11, 24, 8, 45)),
        ("Pacific/Kiritimati", (2026, 12, 31, 21, 59), (2027, 1, 1, 21, 59)),
        ("Europe/London", (2026, 11, 23, 22, 0), (2026, 11, 25, 7, 0)),
        ("Europe/London", (2026, 11, 24, 6, 59), (2026, 11, 25, 7, 0)),
        ("Europe/London", (2026, 11, 24, 7, 0), (2026, 11, 25, 7, 0)),
    ],
)
def test_the_check_of_day_1_comes_at_the_same_hour_of_the_next_day(
    zone: str, now: tuple[int, ...], due: tuple[int, ...]
) -> None:
    step = Step("D1", DAY, DAY)
    assert one("PLAN", step, Hours(zone), at(zone, *now)).due_at == at(zone, *due)


def test_an_hour_that_daylight_saving_skips_becomes_the_next_one_and_a_doubled_hour_its_first() -> None:
    spring = later(at("Europe/London", 2027, 3, 27, 1, 30), DAY, Hours("Europe/London"))
    assert local(spring, "Europe/London").strftime("%d %H:%M") == "28 02:30"
    autumn = later(at("Europe/London", 2026, 10, 24, 1, 30), DAY, Hours("Europe/London"))
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_waits_of_minutes_and_hours_are_real_time_across_the_change() -> None:
    before = at("Europe/London", 2027, 3, 28, 0, 30)
    assert later(before, timedelta(hours=3), Hours("Europe/London")) == before + timedelta(hours=3)


@pytest.mark.parametrize(
    ("wall", "kept"),
    [
        ((2026, 11, 23, 21, 59), (2026, 11, 23, 21, 59)),
        ((2026, 11, 23, 22, 0), (2026, 11, 24, 7, 0)),
        ((2026, 11, 24, 0, 0), (2026, 11, 24, 7, 0)),
        ((2026, 11, 24, 6, 59), (2026, 11, 24, 7, 0)),
        ((2026, 11, 24, 7, 0), (2026, 11, 24, 7, 0)),
        ((2027, 3, 27, 23, 0), (2027, 3, 28, 7, 0)),
        ((2026, 10, 24, 23, 0), (2026, 10, 25, 7, 0)),
    ],
)
def test_quiet_hours_are_from_ten_to_seven(wall: tuple[int, ...], kept: tuple[int, ...]) -> None:
    assert awake(at("Europe/London", *wall), Hours("Europe/London")) == at("Europe/London", *kept)


@given(ZONES, MOMENTS)
@BOUNDED
def test_the_next_morning_is_eight_o_clock_within_a_day(zone: str, now: datetime) -> None:
    morning = next_morning(now, Hours(zone))
    assert local(morning, zone).strftime("%H:%M") == "08:00"
    assert timedelta() <= morning - now <= timedelta(hours=26)


def test_a_matter_of_today_is_asked_after_three_hours_even_at_night_and_in_the_morning() -> None:
    story = begun(calm("g_limb=foot_drop"), now=at("Europe/London", 2026, 11, 23, 20, 0))
    due = {key: local(each.due_at, "Europe/London").strftime("%d %H:%M") for key, each in story.agenda.items()}
    assert due == {"FU-SEEN/h3": "23 23:00", "FU-SEEN/morning": "24 08:00", "FU-SEEN/D2": "25 20:00"}


DAYS = {"D1": 24, "D3": 72, "D7": 168, "D14": 336, "D28": 672}


@pytest.mark.parametrize(
    ("given", "plan", "hours"),
    [
        ("g_life=stroke_signs", "FU-CALLED", {"m10": 1 / 6, "m60": 1}),
        ("bg=known_numb_feet", "FU-SEEN", {"D2": 48, "D5": 120}),
        ("impact=daily trigger=none where=whole_leg", "FU-SEEN", {"D7": 168, "D21": 504}),
        ("", "FU-NEUROMA", DAYS),
        ("where=shin sym=tight_full trigger=none", "FU-CECS", DAYS),
        (
            "where=shin sym=tight_full trigger=none ease=still_new",
            "FU-CECS",
            {"p30min": 1 / 2, "p60min": 1, "h2": 2, **DAYS},
        ),
        (
            "where=foot_top trigger=shoes_laces ease=still_new",
            "FU-PRESSURE",
            {"m5": 1 / 12, "p30min": 1 / 2, "h2": 2, "D1": 24, "RUN1": 72, "RUN2": 120, "D7": 168, "D14": 336},
        ),
        (
            "where=whole_leg trigger=none dur=today ease=still_new",
            "FU-UNCLEAR",
            {"p30min": 1 / 2, "h2": 2, "D1": 24, "D3": 72, "D7": 168},
        ),
    ],
)
def test_each_outcome_plans_the_check_ins_of_the_text(given: str, plan: str, hours: dict[str, float]) -> None:
    story = begun(calm(given))
    planned = {key: (each.due_at - NOON) / timedelta(hours=1) for key, each in story.agenda.items()}
    assert planned == pytest.approx({f"{plan}/{step}": wait for step, wait in hours.items()})


@given(ZONES, MOMENTS, st.integers(0, 3))
@WALKS
def test_neither_the_repeat_nor_a_snooze_rings_at_night(zone: str, now: datetime, place: int) -> None:
    story = begun(CALM, zone=zone, now=now)
    story.due("FU-NEUROMA/D1")
    assert not is_quiet(story.agenda["FU-NEUROMA/D1/again"].due_at, Hours(zone))
    offered = list(putting_off.choices(PACK, story.episode, story.now))
    story.press(buttons.write(buttons.LATER, offered[place % len(offered)]))
    assert not is_quiet(story.agenda["FU-NEUROMA/D1/later"].due_at, Hours(zone))
    assert "FU-NEUROMA/D1/again" not in story.agenda


def test_stop_stops_every_reminder_of_the_episode_and_says_whom_to_see() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D3")
    story.press(buttons.STOP)
    assert story.agenda == {}
    assert (story.episode.state, story.episode.ended) == ("closed", "stopped")
    assert story.said[-1].kind == "check_stopped"
    assert story.said[-1].values["whom"]


def test_a_follow_up_of_a_closed_episode_says_nothing() -> None:
    story = begun(CALM)
    planned = dict(story.agenda)
    story.due("FU-NEUROMA/D3")
    story.press(buttons.STOP)
    story.agenda = {"FU-NEUROMA/D7": planned["FU-NEUROMA/D7"]}
    decision = story.due("FU-NEUROMA/D7")
    assert (decision.says, decision.plan) == ((), ())


def test_the_plan_of_a_started_check_is_empty() -> None:
    assert Story().agenda == {}
