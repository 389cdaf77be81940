"""Consent: with its version and language, asked again when the text is new, taken back with one press."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.tables import PersonRow
from tests.chat.stories import NONE, emergency, neuroma, planned
from tests.world import Chat, World

NEW = "My text about your data has changed"
WITHDRAW = "Withdraw my yes"


async def agreed_to_an_earlier_text(chat: Chat) -> Chat:
    """As if the text had changed since."""

    def earlier(session: Session) -> None:
        session.execute(update(PersonRow).values(consent_version="0"))

    chat.world.house.database.run_now(earlier)
    return chat


async def withdraw(chat: Chat) -> None:
    await chat.says("/privacy")
    await chat.press(WITHDRAW)


async def test_a_yes_is_kept_with_its_version_its_language_and_its_moment(small_world: World) -> None:
    chat = small_world.person(language="es")
    await chat.meet()
    consent = chat.export()["user"]["consent"]
    assert consent == {"version": "1", "language": "es", "at": "2026-11-23T09:00:00+00:00"}


@pytest.mark.parametrize("does", ["/check", "/start", "/settings", "Start a check", "hello"])
async def test_a_new_text_is_asked_about_at_the_next_thing_that_they_do(small_world: World, does: str) -> None:
    chat = small_world.person()
    await chat.meet()
    await agreed_to_an_earlier_text(chat)
    await (chat.press(does) if does == "Start a check" else chat.says(does))
    chat.reads(NEW, "What is new", "I keep what you tick")
    assert chat.labels() == ["I agree", "I do not agree", "What I keep", "Emergency numbers"]
    assert chat.export()["episodes"] == []
    await chat.press("I agree")
    assert chat.export()["user"]["consent"]["version"] == "1"
    await chat.press("Start a check")
    assert chat.asked == "g_life"


async def test_a_check_under_way_is_finished_first_and_what_was_planned_still_rings(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await agreed_to_an_earlier_text(chat)
    await chat.press(NONE)
    await chat.tick("Both legs weak")
    assert chat.export()["episodes"][0]["level"] == "L1"
    await world.later(minutes=10)
    assert chat.asked is not None
    await chat.says("/check")
    chat.reads(NEW)
    await chat.press("I agree")
    assert chat.asked is not None
    assert chat.last.message_id == max(message.message_id for message in chat.from_bot)
    world.clean()


async def test_what_is_urgent_works_before_the_new_text_is_agreed_to(small_world: World) -> None:
    chat = await agreed_to_an_earlier_text(await emergency(small_world))
    await chat.says("/emergency")
    chat.reads("999")
    await chat.says("my chest hurts, heart attack")
    chat.reads("999")
    await chat.says("/stop")
    chat.reads("All reminders are stopped")
    await chat.press("Bring the reminders back")
    assert planned(chat)
    await chat.says("/export")
    chat.reads("for a computer")
    await chat.says("/delete")
    chat.reads("Erase everything about you?")


async def test_a_no_to_the_new_text_stops_everything(small_world: World) -> None:
    chat = await agreed_to_an_earlier_text(await emergency(small_world))
    await chat.says("/check")
    await chat.press("I do not agree")
    chat.reads("You have taken your yes back")
    assert planned(chat) == []
    said = len(chat.from_bot)
    await small_world.later(days=40)
    assert len(chat.from_bot) == said


async def test_a_yes_is_taken_back_with_one_press_and_given_again_with_one(world: World) -> None:
    chat = await neuroma(world)
    result = chat.last
    await withdraw(chat)
    chat.reads("keep nothing new", "see a doctor")
    before = chat.state()
    assert planned(chat) == []
    assert chat.export()["user"]["consent"] == {"version": None, "language": None, "at": None}
    chat.tap(result, next(key.data or "" for row in result.keyboard for key in row))
    await world.settle()
    assert "keep nothing new" in (chat.toast or "")
    assert chat.state() == before
    await chat.says("/check")
    chat.reads("May I ask about your health")
    await chat.press("I agree")
    chat.reads("reminders of your earlier check are still off")
    await chat.press("Bring the reminders back")
    assert planned(chat)
    world.clean()


async def test_a_danger_sign_that_was_ticked_is_answered_for_when_the_yes_is_taken_back(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    for _ in range(3):
        await chat.press(NONE)
    await chat.tick("One leg swollen or warm")
    await withdraw(chat)
    assert chat.has_read("Within 24 hours")
    chat.reads("You have taken your yes back")
    assert chat.asked is None
    said = len(chat.from_bot)
    await small_world.later(days=2)
    assert len(chat.from_bot) == said


async def test_the_look_after_a_danger_sign_does_not_ring_once_the_yes_is_taken_back(small_world: World) -> None:
    chat = await emergency(small_world)
    await withdraw(chat)
    said = len(chat.from_bot)
    await small_world.later(days=2)
    assert len(chat.from_bot) == said


async def test_an_old_button_that_takes_the_yes_back_takes_it_back_once(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("/privacy")
    card, data = chat.find(WITHDRAW)
    for _ in range(2):
        chat.tap(card, data)
        await small_world.settle()
    assert chat.toast == chat.ui("toast.moved_on")
    await chat.press("I have changed my mind")
    chat.reads("May I ask about your health")


async def test_somebody_younger_decides_with_an_adult_and_may_correct_their_age(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    for step in ("Continue", "09:00", "London, United Kingdom", "Younger"):
        await chat.press(step)
    chat.reads("with an adult you trust, and decide together")
    await chat.press("I agree, and an adult read it")
    for command in ("/privacy", "/delete", "/export"):
        await chat.says(command)
        assert chat.has_read("please look at this with an adult you trust")
    await chat.says("/privacy")
    await chat.press("Your rights")
    chat.reads("younger than 16")
    await chat.press("Change my age")
    await chat.press("16 or older")
    chat.reads("16 or older")
    assert chat.export()["user"]["under_16"] is False
