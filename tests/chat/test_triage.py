"""From the first question to the result, as it is lived."""

from __future__ import annotations

import re

import pytest

from simulator.telegram import SimMessage
from tests.chat.stories import GATES, ICE, NONE, NUMBERS, VIGNETTES, answers, emergency, level, neuroma, planned, told
from tests.world import Chat, World

DANGERS = {
    "g_life": ("allergic_severe", "chest_breath_faint", "confused_fit", "stroke_signs"),
    "g_spine": ("saddle", "bladder_bowel", "both_legs_weak", "spreading_up"),
    "g_limb": ("pain_severe_rest", "cold_white"),
    "g_urgent": ("dark_urine",),
    "g_fluid_heat": ("overheated_not_better", "hypo_signs"),
}


async def test_a_pebble_under_the_foot_is_told_what_it_may_be_and_what_helps(world: World) -> None:
    chat = world.person()
    await chat.begin()
    cards = []
    while chat.asked:
        cards.append(chat.last)
        await chat.answer(*answers("V04")[chat.asked])
    assert_one_card_counting_up(cards)
    chat.reads("Self-care", "podiatrist", "Morton's neuroma", "Fits best")
    chat.reads("burning", "between the toes", "always on the same side", "certain shoes or tight laces")
    chat.reads("What to do", "wide, soft shoe", "Please do not", "Get help at once if", "I will check back")
    chat.reads("tomorrow at 09:00", "not a diagnosis")
    asked_for = [ICE, "Show where the pad goes", "More about it", "Sources", "Log a run"]
    assert chat.labels() == [*asked_for, "For the doctor", "Words explained", NUMBERS]
    assert len(chat.last.text) < 3000
    assert cards[-1].message_id == chat.from_bot[-2].message_id
    assert not chat.from_bot[-2].keyboard
    assert planned(chat) == [f"FU-NEUROMA/{step}" for step in ("D1", "D3", "D7", "D14", "D28")]


def assert_one_card_counting_up(cards: list[SimMessage]) -> None:
    """One message, and "Question n of about m" that never runs backwards."""
    assert len({card.message_id for card in cards}) == 1
    counts = [re.search(r"Question (\d+) of about (\d+)", card.text) for card in cards]
    numbers = [(int(count[1]), int(count[2])) for count in counts if count]
    assert [number for number, _ in numbers] == list(range(1, len(cards) + 1))
    totals = [total for _, total in numbers]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] == len(cards)


async def test_every_card_has_numbers_back_not_sure_and_stop(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    while question := chat.asked:
        expected = {NUMBERS, "Not sure", "Stop"} | ({"Back"} if question != "g_life" else set())
        assert expected <= set(chat.labels()), question
        await chat.answer(*answers("V04")[question])


async def test_long_options_are_spelled_out_and_buttons_stay_short(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    while question := chat.asked:
        options = small_world.words["questions"][question].get("options", {})
        labels = set(chat.labels())
        for option in options.values():
            if option["label"] in labels:
                assert option.get("text", "") in chat.last.text
        for row in chat.last.keyboard:
            assert all(len(button.text) <= 26 for button in row)
            assert len(row) < 2 or sum(len(button.text) for button in row) <= 36
        assert len(chat.last.text) < 1500, question
        await chat.answer(*answers("V04")[question])


@pytest.mark.parametrize("case", VIGNETTES)
async def test_every_case_comes_out_in_its_range(small_world: World, case: str) -> None:
    chat = await told(small_world, VIGNETTES[case]["answers"])
    assert level(chat) in VIGNETTES[case]["levels"]
    if level(chat) != "L1":
        assert small_world.words["causes"][VIGNETTES[case]["must_name"]]["name"] in chat.last.text


async def test_back_takes_one_answer_back_and_keeps_its_ticks(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.answers(answers("V04"), until="where")
    await chat.press("Back")
    assert chat.asked == "sym"
    assert ticked(chat) == ["Tingling", "Burning"]
    await chat.press("Burning")
    await chat.press("Numb")
    await chat.press("Done (2 ticked)")
    await chat.answers(answers("V04"))
    assert chat.export()["episodes"][0]["answers"]["sym"] == ["numb", "tingling"]


async def test_back_goes_all_the_way_to_the_first_question(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    asked = await chat.answers(answers("V04"), until="score0")
    for question in reversed(asked):
        await chat.press("Back")
        assert chat.asked == question
    assert "Back" not in chat.labels()
    assert len(chat.from_bot) == 2


async def test_not_sure_about_a_danger_sign_is_explained_once_then_taken_seriously(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press("Not sure")
    assert chat.asked == "g_life"
    chat.reads("For example" if chat.has_read("For example") else "examples", "safe side")
    await chat.press("Not sure")
    chat.reads("EMERGENCY", "999")


async def test_not_sure_about_the_leg_now_is_an_emergency(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.press(NONE)
    await chat.press(NONE)
    for _ in range(2):
        await chat.press("Not sure")
    chat.reads("EMERGENCY", "not sure")


async def test_not_sure_about_everything_else_still_gives_a_result(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    for _ in GATES:
        await chat.press(NONE)
    while chat.asked:
        await chat.press("Not sure")
    chat.reads("What to do")
    assert level(chat) in {"L3", "L4"}
    assert ICE not in chat.labels()


async def test_stop_leaves_the_check_and_offers_another(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.press(NONE)
    await chat.press("Stop")
    assert chat.asked is None
    assert "Start a check" in chat.labels()
    await small_world.later(days=30)
    assert len(chat.from_bot) == 2
    await chat.press("Start a check")
    assert chat.asked == "g_life"


@pytest.mark.parametrize("by", ["Stop", "/cancel"])
async def test_leaving_never_leaves_a_ticked_danger_unsaid(small_world: World, by: str) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.press(NONE)
    await chat.press("Both legs weak")
    await (chat.press(by) if by == "Stop" else chat.says(by))
    chat.reads("EMERGENCY", "999")


async def test_one_tick_too_many_is_refused_with_a_word(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.answers(answers("V04"), until="sym")
    for label in ("Tingling", "Numb", "Itch", "Burning"):
        await chat.press(label)
    assert chat.toast
    assert "3" in chat.toast
    assert ticked(chat) == ["Tingling", "Numb", "Itch"]
    await chat.press("Itch")
    assert ticked(chat) == ["Tingling", "Numb"]


async def test_toggles_survive_a_restart(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press(NONE)
    await chat.press("Both legs weak")
    await world.restart()
    assert ticked(chat) == ["Both legs weak"]
    await chat.press("Climbing up the body")
    assert ticked(chat) == ["Both legs weak", "Climbing up the body"]
    await world.restart()
    await chat.press("Done (2 ticked)")
    chat.reads("EMERGENCY")
    assert chat.export()["episodes"][0]["answers"]["g_spine"] == ["both_legs_weak", "spreading_up"]


@pytest.mark.parametrize(("gate", "sign"), [(gate, sign) for gate, signs in DANGERS.items() for sign in signs])
async def test_an_emergency_card_is_alone_short_and_has_a_number(small_world: World, gate: str, sign: str) -> None:
    chat = await emergency(small_world, small_world.words["questions"][gate]["options"][sign]["label"])
    assert_emergency(chat)


@pytest.mark.parametrize("gate", ["g_life", "g_spine", "g_limb"])
async def test_an_emergency_card_stays_short_when_all_is_ticked(small_world: World, gate: str) -> None:
    chat = small_world.person()
    await chat.begin()
    while chat.asked != gate:
        await chat.press(NONE)
    options = small_world.words["questions"][gate]["options"]
    await chat.tick(*(each["label"] for name, each in options.items() if name != "none"))
    assert_emergency(chat)


def assert_emergency(chat: Chat) -> None:
    assert level(chat) == "L1"
    chat.reads("EMERGENCY NOW", "999", "Because you told me", "Until help comes", "Please do not")
    assert len(chat.last.text) < 1200, len(chat.last.text)
    assert chat.labels() == [NUMBERS, "Sources"]
    assert not chat.has_read("I will check back")
    assert not chat.has_read("Fits best")
    assert planned(chat) == ["FU-CALLED/m10", "FU-CALLED/m60"]


async def test_an_emergency_card_helps_with_both_things_it_may_be(small_world: World) -> None:
    chat = await emergency(small_world, "Confused, or a fit")
    chat.reads("sodium", "Stop all fluids", "heat stroke", "cold water all over the skin")


async def test_after_an_emergency_card_the_bot_asks_twice_whether_help_was_called(world: World) -> None:
    chat = await emergency(world)
    said = len(chat.from_bot)
    await world.later(minutes=10)
    assert len(chat.from_bot) == said + 1
    chat.reads("called")
    await world.later(minutes=50)
    assert len(chat.from_bot) == said + 2
    chat.reads("called")
    await world.later(days=30)
    assert len(chat.from_bot) == said + 2


async def test_not_having_called_is_answered_with_call_now(small_world: World) -> None:
    chat = await emergency(small_world)
    await small_world.later(minutes=10)
    await chat.press("Not yet")
    chat.reads("call now")
    await small_world.later(minutes=50)
    await chat.press("Yes, help is on the way")
    chat.reads("Stay where you are")
    assert chat.export()["episodes"][0]["state"] == "closed"


async def test_having_called_ends_the_asking(small_world: World) -> None:
    chat = await emergency(small_world)
    await small_world.later(minutes=10)
    await chat.press("Yes, help is on the way")
    said = len(chat.from_bot)
    await small_world.later(days=30)
    assert len(chat.from_bot) == said


async def test_an_emergency_at_night_is_asked_about_at_night(small_world: World) -> None:
    await small_world.later(hours=3)
    chat = await emergency(small_world, zone="Australia/Sydney")
    assert chat.clock("Australia/Sydney") == "23:00"
    await small_world.later(minutes=10)
    chat.reads("called")


async def test_the_emergency_number_is_that_of_the_country(small_world: World) -> None:
    chat = await emergency(small_world, zone="America/New_York")
    chat.reads("Call 911")
    assert "999" not in chat.last.text


async def test_something_for_today_asks_what_may_make_it_worse_and_tells(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    asked = await chat.answers(answers("V20"))
    assert asked == [*GATES, "sym", "side", "where", "look", "bg"]
    chat.reads("Same day", "Within 24 hours", "wound")
    assert planned(chat) == ["FU-SEEN/h3", "FU-SEEN/morning", "FU-SEEN/D2"]


async def test_a_child_is_not_asked_for_the_age_and_sees_somebody(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin(adult=False)
    asked = await chat.answers(answers("V04"))
    assert "age" not in asked
    assert level(chat) == "L4"
    chat.reads("Routine visit", "adult")


async def test_more_about_it_and_sources_follow_as_messages_of_their_own(world: World) -> None:
    chat = await neuroma(world)
    result = chat.last
    await chat.press("More about it")
    chat.reads("What it is", "Why it comes", "When it should be gone", "Whom to see")
    await chat.press("Sources")
    chat.reads("Morton's neuroma", "nhs.uk")
    assert chat.from_bot[-3].message_id == result.message_id
    assert chat.from_bot[-3].text == result.text


@pytest.mark.parametrize("case", ["V01", "V05", "V17", "V19"])
async def test_every_result_can_be_explained_and_sourced(small_world: World, case: str) -> None:
    chat = await told(small_world, VIGNETTES[case]["answers"])
    for cause in chat.export()["episodes"][0]["causes"]:
        name = small_world.words["causes"][cause]["name"]
        await chat.press("More about it")
        chat.reads(name)
        await chat.press("Sources")
        chat.reads(name)


def ticked(chat: Chat) -> list[str]:
    """The labels that carry a tick on the last card."""
    return [button.text[2:] for row in chat.last.keyboard for button in row if button.text.startswith("☑")]
