"""The bot asks again: on its days, never at night, and it knows when it is a doctor's turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.telegram import SimMessage
from tests.chat.stories import GATES, NONE, NUMBERS, VIGNETTES, answers, level, neuroma, planned, told
from tests.world import START, Answers, Chat, World

NO_DANGER: Answers = {gate: ["none"] for gate in GATES}
BETTER: Answers = {
    **NO_DANGER,
    "new_danger": ["no"],
    "seen": ["not_yet"],
    "status": ["better"],
    "score": ["2"],
    "changed": ["none"],
    "numb_between": ["no"],
}
SAME: Answers = {**BETTER, "status": ["same"], "score": ["6"]}
WORSE: Answers = {**BETTER, "status": ["worse"], "score": ["8"], "changed": ["lasts_longer"]}
GONE: Answers = {**BETTER, "status": ["resolved"], "runs_clear": ["two_runs"]}
SEEN: Answers = {"new_danger": ["no"], "seen": ["seen"], "said": ["same"]}
DAYS = (1, 3, 7, 14, 28)
RESTART = "Ask me again"


# --- a neuroma, day by day ------------------------------------------------------------------------------------------


async def test_getting_better_is_asked_on_its_days_until_it_is_gone(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    for day in (1, 3, 7, 14):
        await until_day(world, day)
        assert opened(chat).at == START + timedelta(days=day)
        await chat.answers(BETTER)
        chat.reads("better", "I will ask again")
        assert chat.labels() == ["Log a run", "My diary"]
    await until_day(world, 28)
    await chat.answers(GONE)
    chat.reads("glad", "Warm up gently")
    assert only(chat)["state"] == "closed"
    assert [row["answer"] for row in only(chat)["follow_ups"]] == [*["better"] * 4, "resolved"]
    assert planned(chat) == []


async def test_the_same_after_14_days_goes_to_a_podiatrist(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    for day, says in ((1, "still early"), (3, "still early"), (7, "wider shoe and a pad")):
        await until_day(world, day)
        await chat.answers(SAME)
        chat.reads(says)
        assert level(chat) == "L5"
    await until_day(world, 14)
    await chat.answers(SAME)
    chat.reads("Routine visit", "2 to 4 weeks", "podiatrist", "have not been enough")
    assert level(chat) == "L4"
    assert planned(chat) == ["FU-SEEN/D7", "FU-SEEN/D21"]
    assert not opened(chat, before=chat.last).keyboard


async def test_not_gone_at_the_last_check_goes_to_a_doctor_too(ana: Chat) -> None:
    await reach(ana, 28)
    await ana.answers(BETTER)
    ana.reads("Routine visit")
    assert level(ana) == "L4"


async def test_gone_means_a_graded_return_one_more_check_and_the_end(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await until_day(world, 1)
    await chat.answers(GONE)
    chat.reads("half as long", "I will ask")
    assert planned(chat) == ["returning/BACK"]
    await until_day(world, 8)
    chat.reads("Back to running")
    await chat.answers(GONE)
    chat.reads("glad")
    assert only(chat)["state"] == "closed"
    await world.later(days=60)
    chat.reads("glad")


async def test_back_with_the_running_goes_to_a_doctor(ana: Chat) -> None:
    await reach(ana, 3)
    await ana.answers(GONE)
    await until_day(ana.world, 10)
    await ana.answers(SAME)
    assert level(ana) == "L4"
    ana.reads("podiatrist")


async def test_gone_but_not_yet_run_is_better_and_no_end(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.answers({**GONE, "runs_clear": ["no_run"]})
    assert only(ana)["follow_ups"][0]["answer"] == "better"
    assert planned(ana)[0] == "FU-NEUROMA/D3"


@pytest.mark.parametrize(
    ("day", "changed", "expected"),
    [(1, "lasts_longer", "L4"), (3, "lasts_longer", "L3"), (1, "weak_numb", "L3"), (7, "rest_night", "L4")],
)
async def test_worse_is_more_urgent(ana: Chat, day: int, changed: str, expected: str) -> None:
    await reach(ana, day)
    await ana.answers({**WORSE, "changed": [changed]})
    ana.reads("worse", ana.world.words["levels"][expected]["name"])
    assert level(ana) == expected


@pytest.mark.parametrize("given", [{"numb_between": ["yes"]}, {"changed": ["constant"]}])
async def test_numb_between_runs_or_all_the_time_is_a_visit_whatever_got_better(
    ana: Chat, given: dict[str, list[str]]
) -> None:
    await until_day(ana.world, 1)
    await ana.answers({**BETTER, **given})
    assert level(ana) == "L4"
    ana.reads("Routine visit")


@pytest.mark.parametrize(("score", "word"), [("4", "better"), ("5", "same"), ("7", "same"), ("8", "worse")])
async def test_the_strength_decides_and_not_only_the_word(ana: Chat, score: str, word: str) -> None:
    await until_day(ana.world, 1)
    await ana.answers({**SAME, "score": [score]})
    assert only(ana)["follow_ups"][0]["answer"] == word


# --- danger beats everything ----------------------------------------------------------------------------------------


async def test_a_new_danger_beats_every_other_button_and_stops_the_rest(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await until_day(world, 1)
    asked = await chat.answers({"new_danger": ["yes"], **NO_DANGER, "g_limb": ["cold_white"]})
    assert asked == ["new_danger", "g_life", "g_spine", "g_limb"]
    chat.reads("EMERGENCY NOW", "999", "cold")
    assert level(chat) == "L1"
    assert planned(chat) == ["FU-CALLED/m10", "FU-CALLED/m60"]
    assert only(chat)["follow_ups"][0]["answer"] == "danger"


async def test_a_danger_for_today_in_a_check_in_is_told_as_one(ana: Chat) -> None:
    await reach(ana, 3)
    await ana.answers({"new_danger": ["yes"], **NO_DANGER, "g_urgent": ["foot_wound"]})
    ana.reads("Same day", "wound")
    assert planned(ana) == ["FU-SEEN/h3", "FU-SEEN/morning", "FU-SEEN/D2"]


@pytest.mark.parametrize("unsure", ["yes", "not_sure"])
async def test_a_feared_danger_that_is_none_goes_on_with_the_check_in(ana: Chat, unsure: str) -> None:
    await until_day(ana.world, 1)
    await ana.press("Not sure" if unsure == "not_sure" else ana.label("new_danger", "yes"))
    for gate in GATES:
        assert ana.asked == gate
        await ana.press(NONE)
    assert ana.asked == "status"
    await ana.answers(BETTER)
    assert level(ana) == "L5"


# --- has somebody seen it? ------------------------------------------------------------------------------------------


async def test_at_l3_no_appointment_brings_the_next_way_in_and_never_a_lower_level(world: World) -> None:
    chat = await told(world, VIGNETTES["V11"]["answers"])
    assert level(chat) == "L3"
    assert planned(chat) == ["FU-SEEN/D2", "FU-SEEN/D5"]
    await until_day(world, 2)
    await chat.answers({**BETTER, "seen": ["no_appointment"]})
    chat.reads("ring again", "walk-in clinic")
    assert level(chat) == "L3"
    await until_day(world, 5)
    await chat.answers(SEEN)
    chat.reads("follow what they told you")
    assert planned(chat) == ["FU-CARE/C14"]


async def test_at_l4_no_appointment_brings_the_next_way_in(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.answers({**BETTER, "numb_between": ["yes"]})
    assert level(ana) == "L4"
    await until_day(ana.world, 8)
    await ana.answers({**BETTER, "seen": ["no_appointment"]})
    ana.reads("cancellation list")
    assert level(ana) == "L4"
    assert planned(ana) == ["FU-SEEN/D21"]


async def test_at_l2_the_bot_asks_the_same_day_and_the_next_morning(small_world: World) -> None:
    chat = await told(small_world, VIGNETTES["V25"]["answers"])
    await small_world.later(hours=3)
    await chat.answers({**SAME, "seen": ["no_appointment"]})
    chat.reads("do not wait for a free appointment")
    assert level(chat) == "L2"
    await small_world.until(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    await chat.answers(SEEN)
    assert planned(chat) == ["FU-CARE/C14"]


@pytest.mark.parametrize("said", [BETTER, GONE])
async def test_feeling_better_does_not_end_the_search_at_l3(small_world: World, said: Answers) -> None:
    chat = await told(small_world, VIGNETTES["V11"]["answers"])
    await until_day(small_world, 2)
    await chat.answers(said)
    chat.reads("still have it looked at")
    assert planned(chat) == ["FU-SEEN/D5"]


# --- silence --------------------------------------------------------------------------------------------------------


async def test_silence_is_asked_about_once_more_and_then_left_with_whom_to_see(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await until_day(world, 1)
    first = len(chat.from_bot)
    await world.later(hours=23)
    assert len(chat.from_bot) == first
    await world.later(hours=1)
    assert chat.has_read("have not heard from you")
    assert chat.asked == "new_danger"
    await world.later(hours=24)
    chat.reads("stop asking", "podiatrist")
    assert chat.labels() == [RESTART, NUMBERS]
    silent = len(chat.from_bot)
    await world.later(days=60)
    assert len(chat.from_bot) == silent
    assert only(chat)["state"] == "closed"
    assert not {"better", "resolved"} & {row["answer"] for row in only(chat)["follow_ups"]}


async def test_one_tap_takes_the_asking_up_again(ana: Chat) -> None:
    await until_day(ana.world, 5)
    await ana.press(RESTART)
    assert ana.asked == "new_danger"
    await ana.answers(BETTER)
    assert planned(ana) == ["FU-NEUROMA/D7", "FU-NEUROMA/D14", "FU-NEUROMA/D28"]
    await until_day(ana.world, 7)
    assert ana.asked == "new_danger"


async def test_the_restart_button_counts_once(ana: Chat) -> None:
    await until_day(ana.world, 5)
    message, data = ana.find(RESTART)
    ana.tap(message, data)
    ana.tap(message, data)
    await ana.world.settle()
    assert ana.count(lambda each: each.message_id > message.message_id) == 1


async def test_an_answer_to_the_repeat_goes_on_with_the_plan(ana: Chat) -> None:
    await until_day(ana.world, 2)
    await ana.answers(BETTER)
    ana.reads("better")
    await until_day(ana.world, 3)
    assert ana.asked == "new_danger"


async def test_half_an_answer_is_no_answer(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.press("No, nothing new")
    await ana.press("Better")
    await until_day(ana.world, 6)
    ana.reads("stop asking")
    assert only(ana)["follow_ups"][0]["answer"] is None


# --- later, stop, /stop (/followups and /pause: test_reminders.py) ----------------------------------------------------


@pytest.mark.parametrize(
    ("label", "at"),
    [
        ("In 15 minutes", "Tue 09:15"),
        ("In 1 hour", "Tue 10:00"),
        ("Tonight at 20:00", "Tue 20:00"),
        ("Tomorrow morning at 08:00", "Wed 08:00"),
    ],
)
async def test_a_check_in_can_be_put_off(ana: Chat, label: str, at: str) -> None:
    await until_day(ana.world, 1)
    await ana.press("Ask me later")
    await ana.press(label)
    ana.reads("I will ask again")
    said = len(ana.from_bot)
    await until_day(ana.world, 2)
    assert len(ana.from_bot) == said + 1
    assert f"{ana.last.at:%a %H:%M}" == at
    await ana.answers(BETTER)
    ana.reads("better")


async def test_a_check_in_that_was_put_off_can_be_answered_after_all(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.press("Ask me later")
    await ana.press("In 1 hour")
    await ana.press("Answer now")
    await ana.answers(BETTER)
    said = len(ana.from_bot)
    await until_day(ana.world, 2)
    assert len(ana.from_bot) == said


async def test_putting_off_can_be_taken_back(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.press("Ask me later")
    await ana.press("Back")
    assert ana.asked == "new_danger"
    await ana.answers(BETTER)
    ana.reads("better")


async def test_a_check_in_that_is_put_off_and_then_not_answered_still_falls_silent(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.press("Ask me later")
    await ana.press("In 1 hour")
    await until_day(ana.world, 10)
    assert ana.has_read("stop asking")
    silent = len(ana.from_bot)
    await until_day(ana.world, 60)
    assert len(ana.from_bot) == silent


async def test_stop_these_ends_the_asking_and_says_whom_to_see(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.press("Stop these")
    ana.reads("not ask", "podiatrist")
    assert planned(ana) == []
    await ana.world.later(days=60)
    assert ana.labels() == [RESTART, NUMBERS]
    await ana.press(RESTART)
    assert ana.asked == "new_danger"


async def test_cancel_puts_one_check_in_aside_and_the_next_still_comes(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.says("/cancel")
    assert planned(ana) == ["FU-NEUROMA/D3", "FU-NEUROMA/D7", "FU-NEUROMA/D14", "FU-NEUROMA/D28"]
    await until_day(ana.world, 3)
    assert opened(ana).at == START + timedelta(days=3)
    assert not ana.has_read("have not heard from you")


async def test_stop_ends_all_reminders_and_one_tap_brings_them_back(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    before = planned(chat)
    await chat.says("/stop")
    chat.reads("stopped", "doctor")
    assert planned(chat) == []
    await world.later(hours=20)
    await chat.press("Bring the reminders back")
    chat.reads("back")
    assert planned(chat) == before
    await world.later(hours=4)
    assert chat.asked == "new_danger"


async def test_stop_means_stop(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await chat.says("/stop")
    said = len(chat.from_bot)
    await world.restart()
    await world.later(days=60)
    assert len(chat.from_bot) == said
    await chat.says("/stop")
    chat.reads("no reminders")


async def test_stop_with_an_open_check_in_ends_its_repeats_too(ana: Chat) -> None:
    await until_day(ana.world, 1)
    await ana.says("/stop")
    said = len(ana.from_bot)
    await ana.world.later(days=60)
    assert len(ana.from_bot) == said


async def test_stop_ends_icing_rounds_as_well(ana: Chat) -> None:
    for label in ("Ice: is it safe for me?", NONE, "Hourly: 5 x 10 minutes"):
        await ana.press(label)
    await ana.says("/stop")
    said = len(ana.from_bot)
    await ana.world.later(hours=12)
    assert len(ana.from_bot) == said


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
async def test_no_reminder_rings_between_ten_at_night_and_seven(small_world: World, zone: str) -> None:
    chat = await neuroma(small_world, zone=zone)
    asked = len(chat.from_bot)
    for day in range(30):
        await small_world.later(days=1)
        if day in {2, 5, 8}:
            await chat.answers(BETTER)
    rang = [message.at.astimezone(ZoneInfo(zone)) for message in chat.from_bot[asked:]]
    assert len(rang) >= 4
    assert all(7 <= at.hour < 22 for at in rang), rang


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("America/Los_Angeles", datetime(2026, 10, 28, 16, 30, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 9, 24, 21, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 26, 8, 0, tzinfo=UTC)),
    ],
)
async def test_check_ins_keep_their_hour_when_the_clocks_change(sqlite_url: str, zone: str, now: datetime) -> None:
    world = await World(sqlite_url, start=now).open()
    chat = await neuroma(world, zone=zone)
    hour = chat.clock(zone)
    asked = len(chat.from_bot)
    for wait in (25, 48, 96):
        await world.later(hours=wait)
        await chat.answers(BETTER)
    rang = [message.at.astimezone(ZoneInfo(zone)) for message in chat.from_bot[asked:]]
    assert [f"{at:%H:%M}" for at in rang] == [hour] * 3
    assert len({at.utcoffset() for at in rang}) == 2
    world.clean()
    await world.close()


async def test_a_reminder_of_an_hour_of_downtime_arrives_once(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    world.clock.push(timedelta(hours=24, minutes=30))
    await world.restart()
    await world.settle()
    await world.settle()
    assert chat.count(lambda message: "Day 1" in message.text and bool(message.keyboard)) == 1


async def test_a_reminder_that_is_too_old_is_left_out(ana: Chat) -> None:
    ana.world.clock.push(timedelta(days=3, hours=1))
    await ana.world.restart()
    await ana.world.settle()
    ana.reads("Day 3")
    assert not ana.has_read("Day 1)")


# --- more than one check --------------------------------------------------------------------------------------------


async def test_a_new_check_replaces_an_older_one_that_is_not_more_urgent(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await world.later(hours=5)
    await chat.says("/check")
    await chat.answers(VIGNETTES["V11"]["answers"])
    assert [(each["level"], each["state"]) for each in chat.export()["episodes"]] == [
        ("L5", "closed"),
        ("L3", "following"),
    ]
    assert planned(chat) == ["FU-SEEN/D2", "FU-SEEN/D5"]


async def test_a_new_check_leaves_an_older_more_urgent_one_alone(small_world: World) -> None:
    chat = await told(small_world, VIGNETTES["V11"]["answers"])
    await chat.says("/check")
    await chat.answers(answers("V04"))
    assert [each["state"] for each in chat.export()["episodes"]] == ["following", "following"]
    assert "FU-SEEN/D2" in planned(chat)


async def test_a_check_in_that_comes_due_during_a_new_check_can_be_answered_too(ana: Chat) -> None:
    await ana.world.later(hours=23)
    await ana.says("/check")
    await ana.press(NONE)
    await ana.world.later(hours=1)
    assert ana.asked == "new_danger"
    await ana.answers(BETTER, until="g_spine")
    assert ana.has_read("getting better")
    await ana.answers(answers("V04"))
    assert [each["state"] for each in ana.export()["episodes"]] == ["closed", "following"]


# --- helpers --------------------------------------------------------------------------------------------------------


async def reach(chat: Chat, day: int) -> None:
    """To that day's check-in, the earlier ones answered with "better"."""
    for earlier in (each for each in DAYS if each < day):
        await until_day(chat.world, earlier)
        await chat.answers(BETTER)
    await until_day(chat.world, day)


async def until_day(world: World, day: int) -> None:
    """To the minute at which check-ins of that day fall due."""
    await world.until(START + timedelta(days=day))


def opened(chat: Chat, *, before: SimMessage | None = None) -> SimMessage:
    """The newest message, or the newest before that one."""
    said = [each for each in chat.from_bot if before is None or each.message_id < before.message_id]
    return said[-1]


def only(chat: Chat) -> dict[str, Any]:
    """The one episode of this person, as it is exported."""
    [episode] = chat.export()["episodes"]
    return dict(episode)
