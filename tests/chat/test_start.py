"""The first meeting, and every later /start."""

from __future__ import annotations

import pytest

from content import places
from tests.world import Chat, World

NUMBERS = "Emergency numbers"
STEPS = ("Continue", "09:00", "London, United Kingdom", "16 or older", "I agree")


async def test_the_first_screen_says_what_this_is_and_whom_to_call(world: World) -> None:
    chat = world.person()
    await chat.says("/start")
    what, is_not = chat.last.text.split("\n\n")[1:3]
    assert "how urgent" in what
    assert "not a diagnosis" in is_not
    assert "No clinician has reviewed" in is_not
    chat.reads("112", "I store")
    assert chat.labels() == ["Continue", NUMBERS, "Español"]


async def test_the_meeting_asks_clock_place_age_and_consent_on_one_card(world: World) -> None:
    chat = world.person()
    await chat.says("/start")
    for step, asks in zip(
        STEPS, ("What time is it", "Which of these places", "How old", "May I ask", "begin"), strict=True
    ):
        assert NUMBERS in chat.labels()
        await chat.press(step)
        chat.reads(asks)
    assert len(chat.from_bot) == 1
    assert [button.text for button in chat.last.keyboard[0]] == ["Start a check"]
    assert NUMBERS in chat.labels()
    user = chat.export()["user"]
    assert (user["zone"], user["under_16"], user["consent"]["at"]) == (
        "Europe/London",
        False,
        "2026-11-23T09:00:00+00:00",
    )


async def test_yes_and_no_are_two_equal_buttons(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    for step in STEPS[:-1]:
        await chat.press(step)
    yes, no = chat.last.keyboard[0]
    assert (yes.text, no.text) == ("I agree", "I do not agree")
    assert yes.style == no.style


@pytest.mark.parametrize(
    ("zone", "number"),
    [
        ("America/New_York", "911"),
        ("Asia/Kolkata", "112"),
        ("Asia/Kathmandu", "102"),
        ("Pacific/Auckland", "111"),
        ("America/St_Johns", "911"),
        ("Australia/Sydney", "000"),
    ],
)
async def test_the_emergency_number_follows_the_zone(small_world: World, zone: str, number: str) -> None:
    chat = small_world.person()
    await chat.meet(zone=zone)
    assert chat.export()["user"]["zone"] == zone
    await chat.press(NUMBERS)
    chat.reads(number, places.country_name(places.country_of(zone) or "", "en"))


async def test_the_wrong_clock_can_be_taken_back(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    await chat.press("Continue")
    await chat.press("13:00")
    assert "London, United Kingdom" not in chat.labels()
    await chat.press("Back")
    await chat.press("09:00")
    await chat.press("London, United Kingdom")
    chat.reads("How old")


async def test_a_younger_person_goes_on_with_an_adult(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet(adult=False)
    chat.reads("adult")
    assert chat.export()["user"]["under_16"] is True
    await chat.press("Start a check")
    assert chat.asked == "g_life"


async def test_refusing_leaves_the_numbers_and_help_and_asks_nothing(world: World) -> None:
    chat = await refused(world)
    chat.reads("999")
    await chat.press(NUMBERS)
    chat.reads("999", "112")
    await chat.press("Help")
    chat.reads("/emergency")
    assert "Start a check" not in chat.labels()
    await chat.says("/help")
    chat.reads("/privacy")
    await world.later(days=30)
    assert chat.export()["episodes"] == []
    assert chat.export()["user"]["consent"] == {"version": None, "language": None, "at": None}


async def test_a_changed_mind_comes_back_to_the_same_question(small_world: World) -> None:
    chat = await refused(small_world)
    await chat.press("I have changed my mind")
    chat.reads("May I ask")
    await chat.press("I agree")
    await chat.press("Start a check")
    assert chat.asked == "g_life"


async def test_start_after_refusing_begins_the_meeting_again(small_world: World) -> None:
    chat = await refused(small_world)
    await chat.says("/start")
    chat.reads("not a diagnosis")
    for step in STEPS:
        await chat.press(step)
    assert "Start a check" in chat.labels()


@pytest.mark.parametrize("done", [1, 2, 3, 4])
async def test_start_in_the_middle_of_the_meeting_goes_on_there(small_world: World, done: int) -> None:
    chat = small_world.person()
    await chat.says("/start")
    for step in STEPS[:done]:
        await chat.press(step)
    here, old = chat.last.text, chat.last
    await chat.says("/start")
    assert chat.last.text == here
    assert chat.last.message_id != old.message_id
    before = chat.state()
    chat.tap(old, old.keyboard[0][0].data or "")
    await small_world.settle()
    assert chat.state()[0][:4] == before[0][:4]
    for step in STEPS[done:]:
        await chat.press(step)
    assert "Start a check" in chat.labels()


async def test_start_with_check_goes_straight_to_the_check(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start check")
    chat.reads("not a diagnosis")
    for step in STEPS:
        await chat.press(step)
    await chat.says("/start check")
    assert chat.asked == "g_life"


@pytest.mark.parametrize("payload", ["group", "x" * 64, "e1.1.=yes", "../../etc", "здравствуй", "<b>"])
async def test_an_odd_payload_does_no_more_than_start(small_world: World, payload: str) -> None:
    chat = small_world.person()
    await chat.says(f"/start {payload}")
    chat.reads("not a diagnosis")
    for step in STEPS:
        await chat.press(step)
    await chat.says(f"/start {payload}")
    assert "Start a check" in chat.labels()
    assert chat.export()["episodes"] == []


async def test_start_in_the_middle_of_a_check_can_go_on(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press("None of these")
    await chat.press("Both legs weak")
    await chat.says("/start")
    assert chat.labels() == ["Go on where I was", "Begin anew", NUMBERS]
    await chat.press("Go on where I was")
    assert chat.asked == "g_spine"
    chat.reads("Question 2")
    assert "☑ Both legs weak" in [button.text for row in chat.last.keyboard for button in row]
    assert len(chat.export()["episodes"]) == 1


async def test_start_in_the_middle_of_a_check_can_begin_anew(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press("None of these")
    await chat.says("/start check")
    await chat.press("Begin anew")
    assert chat.asked == "g_life"
    chat.reads("Question 1")
    assert [each["state"] for each in chat.export()["episodes"]] == ["closed", "asking"]


async def test_beginning_anew_still_says_what_was_certain(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    for _ in range(3):
        await chat.press("None of these")
    await chat.tick("One leg swollen or warm")
    await chat.press("None of these")
    assert chat.asked == "sym"
    await chat.says("/check")
    await chat.press("Begin anew")
    assert chat.has_read("Within 24 hours")
    assert chat.asked == "g_life"


@pytest.mark.parametrize("label", ["Go on where I was", "Begin anew"])
async def test_a_double_tap_on_go_on_or_anew_counts_once(small_world: World, label: str) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.press("None of these")
    await chat.says("/start")
    message, data = chat.find(label)
    chat.tap(message, data)
    chat.tap(message, data)
    await small_world.settle()
    assert len(chat.export()["episodes"]) == (1 if label.startswith("Go") else 2)
    assert chat.count(lambda each: "Question" in each.text and each.message_id > message.message_id) == 1


async def test_old_buttons_of_the_meeting_change_nothing(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    old = []
    for step in STEPS:
        old += [(chat.last, button.data) for row in chat.last.keyboard for button in row if button.text != NUMBERS]
        await chat.press(step)
    await chat.press("Start a check")
    before, said = chat.state(), len(chat.from_bot)
    for message, data in old:
        chat.tap(message, data or "")
        await small_world.settle()
        assert chat.state() == before
    privacy = 1
    assert len(chat.from_bot) == said + privacy


async def test_nothing_about_health_happens_before_consent(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    for data in ("p1.check.", "p1.anew.", "p1.resume.", "e1.1.=none", "p1.consent.yes", "p1.place.Europe/London"):
        chat.tap(chat.last, data)
        await small_world.settle()
    for command in ("/check", "/followups", "/stop", "/cancel"):
        await chat.says(command)
    assert chat.export()["episodes"] == []
    assert chat.export()["user"]["consent"]["at"] is None


async def test_the_country_can_be_changed(world: World) -> None:
    chat = world.person()
    await chat.meet()
    await chat.says("/emergency")
    await chat.press("Another country")
    await chat.press("Australia")
    chat.reads("Australia", "000")
    await chat.press("Start a check")
    await chat.tick("Chest, breath or faint")
    chat.reads("000")


async def test_every_country_is_on_some_page(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    await chat.press(NUMBERS)
    await chat.press("Another country")
    seen: list[str] = []
    while True:
        seen += [label for label in chat.labels() if label not in {"Earlier", "More"}]
        if "More" not in chat.labels():
            break
        await chat.press("More")
    assert len(seen) == len(places.countries())
    assert seen == sorted(seen, key=seen.index)
    while "Earlier" in chat.labels():
        await chat.press("Earlier")
    assert seen[0] in chat.labels()


async def refused(world: World) -> Chat:
    """Somebody who has said no."""
    chat = world.person()
    await chat.says("/start")
    for step in (*STEPS[:-1], "I do not agree"):
        await chat.press(step)
    return chat
