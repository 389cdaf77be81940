"""Icing rounds: only for whom they are safe, with a skin check before each and somebody who says when to stop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.chat.stories import ICE, NONE, NUMBERS, VIGNETTES, level, neuroma, planned, told
from tests.world import START, Chat, World

SKIN_OK = "All normal: start 10 minutes"
COLD = "Still cold or numb"
HURT = "White, hard, waxy or blister"
OFF = "The ice is off"
STOP = "Stop icing"
LOOK = "Show how to ice"
REASONS = ["numb_now", "diabetes", "circulation", "raynaud_cold_feet", "cold_allergy"]
MORE_REASONS = ["hard_swollen", "broken_skin", "cancer_area", "cold_blood", "pregnant_or_alone"]


@pytest.mark.parametrize("given", [{"bg": ["diabetes"]}, {"sym": ["numb"]}, {"look": ["pale_blue"]}, {"age": ["u16"]}])
async def test_answers_that_speak_against_ice_refuse_it(small_world: World, given: dict[str, list[str]]) -> None:
    chat = await neuroma(small_world, other=given)
    await chat.press(ICE)
    refused(chat)


@pytest.mark.parametrize("reason", [*REASONS, *MORE_REASONS])
async def test_one_tick_of_the_safety_question_refuses_ice(ana: Chat, reason: str) -> None:
    await ana.press(ICE)
    await ana.answer(reason)
    refused(ana)


async def test_not_sure_about_safety_is_explained_once_then_refuses(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.press("Not sure")
    assert ana.asked == "i_safety"
    await ana.press("Not sure")
    refused(ana)


def refused(chat: Chat) -> None:
    """No ice, and what helps instead."""
    chat.reads("not safe", "instead", "wide, soft shoe")
    assert not {"Hourly", "Gentle"} & {label.partition(":")[0] for label in chat.labels()}
    assert not any(key.startswith("ice/") for key in planned(chat))


async def test_ice_is_offered_for_a_neuroma_only(small_world: World) -> None:
    chat = await told(small_world, VIGNETTES["V14"]["answers"])
    assert ICE not in chat.labels()


@pytest.mark.parametrize(("rhythm", "rounds", "every_min"), [("Hourly", 5, 60), ("Gentle", 3, 150)])
async def test_both_rhythms_go_to_their_end_and_ask_half_an_hour_later(
    ana_on_both: Chat, rhythm: str, rounds: int, every_min: int
) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat, rhythm)
    for number in range(1, rounds + 1):
        chat.reads(f"Round {number} of {rounds}", "skin")
        await chat.press(SKIN_OK)
        chat.reads("put the ice on", "damp cloth")
        await world.later(minutes=10)
        chat.reads("Take the ice off now")
        await chat.press(OFF)
        if number < rounds:
            await world.later(minutes=every_min - 10)
    chat.reads("last round")
    await world.later(minutes=29)
    chat.reads("last round")
    await world.later(minutes=1)
    assert chat.asked == "new_danger"
    chat.reads("After the icing rounds")
    started = [message.at for message in chat.from_bot if message.text.startswith("Round")]
    assert [(at - START).total_seconds() / 60 for at in started] == [each * every_min for each in range(rounds)]


async def test_the_check_after_icing_counts_like_any_other(ana: Chat) -> None:
    await ice(ana, "Gentle")
    for _ in range(3):
        await ana.press(SKIN_OK)
        await ana.world.later(minutes=10)
        await ana.press(OFF)
        await ana.world.later(minutes=140)
    await ana.answers({"new_danger": ["no"], "status": ["better"], "score": ["2"], "changed": ["none"]})
    ana.reads("better", "tomorrow at 09:00")
    assert planned(ana)[0] == "FU-NEUROMA/D1"


async def test_ice_is_called_off_at_ten_and_again_at_fifteen_minutes(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await chat.press(SKIN_OK)
    await world.later(minutes=9)
    chat.reads("put the ice on")
    await world.later(minutes=1)
    chat.reads("Take the ice off now")
    await world.later(minutes=4)
    chat.reads("Take the ice off now")
    await world.later(minutes=1)
    chat.reads("must be off now")
    await chat.press(OFF)
    await world.later(minutes=40)
    chat.reads("the ice is off")


async def test_ice_taken_off_early_is_not_called_off_again(ana: Chat) -> None:
    await ice(ana)
    await ana.press(SKIN_OK)
    await ana.world.later(minutes=6)
    await ana.press(OFF)
    await ana.world.later(minutes=50)
    assert not ana.has_read("Take the ice off now")


async def test_a_restart_between_on_and_off_forgets_nobody(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await chat.press(SKIN_OK)
    await world.restart()
    await world.later(minutes=10)
    chat.reads("Take the ice off now")


async def test_skin_that_is_still_cold_skips_a_round_and_twice_ends_the_day(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await chat.press(COLD)
    chat.reads("leave this round out")
    await world.later(minutes=60)
    chat.reads("Round 2 of 5")
    await chat.press(COLD)
    chat.reads("ends for today")
    await world.later(hours=12)
    chat.reads("ends for today")


async def test_hurt_skin_ends_icing_and_sends_the_person_to_somebody_today(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await chat.press(SKIN_OK)
    await world.later(minutes=10)
    await chat.press(OFF)
    await world.later(minutes=50)
    await chat.press(HURT)
    chat.reads("Same day", "ice injury", "lukewarm", "Do not rub", "urgent care")
    assert NUMBERS in chat.labels()
    assert level(chat) == "L2"
    assert planned(chat) == ["FU-SEEN/h3", "FU-SEEN/morning", "FU-SEEN/D2"]
    said = len(chat.from_bot)
    await chat.press(ICE)
    assert chat.has_read("not safe") or chat.toast
    assert len(chat.from_bot) <= said + 1
    assert chat.asked != "i_safety"


async def test_two_lapsed_rounds_pause_the_icing_until_the_next_day(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await world.later(minutes=60)
    chat.reads("Round 2 of 5")
    await world.later(minutes=20)
    chat.reads("paused", "no ice is left on the skin", "tomorrow")
    said = len(chat.from_bot)
    await world.later(hours=12)
    assert len(chat.from_bot) == said
    await world.until(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert chat.asked == "new_danger"


async def test_one_lapsed_round_does_not_stop_the_next(ana: Chat) -> None:
    await ice(ana)
    await ana.world.later(minutes=60)
    await ana.press(SKIN_OK)
    await ana.world.later(minutes=10)
    await ana.press(OFF)
    await ana.world.later(minutes=50)
    ana.reads("Round 3 of 5")


async def test_stop_means_no_more_rounds(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    await ice(chat)
    await chat.press(SKIN_OK)
    await chat.press(STOP)
    chat.reads("take it off now")
    said = len(chat.from_bot)
    await world.later(hours=12)
    assert len(chat.from_bot) == said


async def test_icing_can_be_left_before_a_rhythm_is_chosen(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.press(NONE)
    await ana.press(STOP)
    assert not any(key.startswith("ice/") for key in planned(ana))
    await ana.world.later(hours=12)
    assert not ana.has_read("Round 1")


@pytest.mark.parametrize(("zone", "rounds"), [("Asia/Kolkata", 5), ("Asia/Tokyo", 4), ("Australia/Adelaide", 3)])
async def test_rounds_that_would_fall_into_the_night_are_left_out(small_world: World, zone: str, rounds: int) -> None:
    chat = await icing(small_world, zone=zone)
    chat.reads(f"Round 1 of {rounds}")
    while any(key.startswith("ice/") for key in planned(chat)):
        await chat.press(SKIN_OK)
        await small_world.later(minutes=10)
        await chat.press(OFF)
        await small_world.later(minutes=50)
    assert chat.count(lambda message: message.text.startswith("Round")) == rounds
    await small_world.later(hours=14)
    assert chat.has_read("After the icing rounds") == (zone != "Australia/Adelaide")


async def test_a_round_begun_late_at_night_is_still_called_off(small_world: World) -> None:
    await small_world.later(hours=13)
    chat = await icing(small_world)
    chat.reads("Round 1 of 1")
    await chat.press(SKIN_OK)
    assert chat.clock() == "22:00"
    await small_world.later(minutes=10)
    chat.reads("Take the ice off now")
    await chat.press(OFF)
    chat.reads("last round")


async def test_a_second_day_is_gentle_and_a_third_hourly_day_is_not_offered(ana: Chat) -> None:
    await ice(ana)
    await ana.press(STOP)
    await ana.press(ICE)
    assert ana.toast
    assert ana.asked is None
    await ana.world.later(days=1, hours=1)
    await ana.press(ICE)
    await ana.press(NONE)
    assert [label.partition(":")[0] for label in ana.labels()] == ["Gentle", LOOK, STOP]
    assert "3 x 10" in ana.labels()[0]


async def test_asking_for_ice_during_the_rounds_gets_a_word(ana: Chat) -> None:
    await ice(ana)
    said = len(ana.from_bot)
    await ana.press(ICE)
    assert ana.toast
    assert "under way" in ana.toast
    assert len(ana.from_bot) == said


@pytest.mark.parametrize("label", [SKIN_OK, COLD, STOP])
async def test_a_double_tap_on_a_round_counts_once(ana: Chat, label: str) -> None:
    await ice(ana)
    message, data = ana.find(label)
    ana.tap(message, data)
    await ana.world.settle()
    before = ana.state()
    ana.tap(message, data)
    await ana.world.settle()
    assert ana.state() == before


async def test_the_buttons_of_an_earlier_round_change_nothing(ana: Chat) -> None:
    await ice(ana)
    old = [(ana.last, button.data) for row in ana.last.keyboard for button in row if button.text not in {LOOK, STOP}]
    await ana.world.later(minutes=60)
    ana.reads("Round 2 of 5")
    before = ana.state()
    for message, data in old:
        ana.tap(message, data or "")
        await ana.world.settle()
        assert ana.state() == before
        assert ana.toast


async def test_ice_and_check_ins_do_not_get_in_each_others_way(ana: Chat) -> None:
    await ana.world.later(days=1)
    assert ana.asked == "new_danger"
    await ana.press(ICE)
    await ana.press(NONE)
    await ana.press("Gentle: 3 x 10 minutes")
    ana.reads("Round 1 of 3")
    await ana.world.later(days=1)
    assert ana.has_read("not heard from you")


async def icing(world: World, rhythm: str = "Hourly", *, zone: str = "Europe/London") -> Chat:
    """Somebody who may ice and has chosen a rhythm."""
    chat = await neuroma(world, zone=zone)
    await ice(chat, rhythm)
    return chat


async def ice(chat: Chat, rhythm: str = "Hourly") -> None:
    """Past the safety question to the first round."""
    await chat.press(ICE)
    await chat.press(NONE)
    await chat.press(f"{rhythm}…")


async def test_whoever_stops_all_reminders_is_still_called_to_take_the_ice_off(ana: Chat) -> None:
    for label in (ICE, NONE, "Hourly…", "All normal: start 10 minutes"):
        await ana.press(label)
    await ana.says("/stop")
    await ana.world.later(minutes=10)
    ana.reads(ana.ui("ice.off"))
