"""A message to many: written in the chat, counted, confirmed twice, sent once to each whom it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.person import Person
from storage import export, people
from tests.chat import many
from tests.world import ADMINS, Chat, World

CHANGES, NEW, SAFETY = "“What changed for you”", "Write news", "Safety notice"
MILDER = ("  neuroma:\n    level: L5", "  neuroma:\n    level: L4")


@pytest.fixture
async def kim(small_world: World) -> Chat:
    return await at_the_desk(small_world)


async def at_the_desk(world: World, name: str = "Kim", user_id: int = ADMINS[0]) -> Chat:
    """An admin in the room of broadcasts."""
    admin = world.admin(name, user_id=user_id)
    met = Person("en", "Europe/London", setup="ready", consent_version="1")
    world.house.database.run_now(people.add, user_id, met, world.clock.now())
    await admin.says("/admin")
    await admin.press("Messages to many")
    return admin


async def send(admin: Chat, many_people: int) -> None:
    """Through both steps."""
    await admin.press("Send it")
    count = "1 person" if many_people == 1 else f"{many_people} people"
    await admin.press(f"Go on: {count}")
    await admin.press(f"Yes, send to {count}")


async def write(admin: Chat, text: str = "Hello runners") -> None:
    await admin.press(NEW)
    await admin.press("Words")
    await admin.press("English")
    await admin.says(text)


def got(world: World, ids: list[int], words: str) -> list[int]:
    """Who has this in their chat, once for each time."""
    return [each for each in ids for message in world.telegram.chat(each) if message.from_bot and words in message.text]


def card(admin: Chat, part: str) -> str:
    """The newest message with these words."""
    return next(message.text for message in reversed(admin.from_bot) if part in message.text)


async def test_what_changed_goes_to_the_seven_of_two_hundred_whom_it_concerns(
    small_world: World, kim: Chat, tmp_path: Path
) -> None:
    concerned = many.add(small_world, 7, ["V04"])
    others = many.add(small_world, 193, ["V01", "V13"])
    many.publish_another(small_world, tmp_path / "new", *MILDER)
    await kim.press(CHANGES)
    kim.reads("People who get it: 7 of 7", "now: 7", "What changed, Start a check")
    await send(kim, 7)
    assert got(small_world, concerned, "My advice has changed") == concerned
    assert got(small_world, others, "My advice has changed") == []
    assert "sent: 7" in card(kim, "done")
    runner = Chat(small_world, concerned[0])
    await runner.press("What changed")
    runner.reads("I told you then: Self-care with follow-up", "Today I would tell you: Routine visit")


async def test_the_count_says_who_does_not_get_it_and_why(small_world: World, kim: Chat) -> None:
    many.add(small_world, 3, [])
    many.add(small_world, 2, [], news=None)
    many.add(small_world, 1, [], news=False)
    many.add(small_world, 4, [], zones=["Pacific/Auckland"])
    gone, busy = many.add(small_world, 2, [])
    small_world.telegram.block(gone)
    await small_world.settle()
    await Chat(small_world, busy).says("/check")
    await write(kim)
    kim.reads("People who get it: 7 of 13", "now: 3", "when their night is over: 4")
    kim.reads("blocked me: 1", "did not ask for news: 4", "in the middle of a check: 1")


async def test_who_sleeps_gets_it_in_their_morning(small_world: World, kim: Chat) -> None:
    awake = many.add(small_world, 2, [])
    asleep = many.add(small_world, 2, [], zones=["America/New_York"])  # 04:00 there
    await write(kim)
    await send(kim, 4)
    assert got(small_world, [*awake, *asleep], "Hello runners") == awake
    assert "asleep or in a check, get it later: 2" in card(kim, "on its way")
    await small_world.later(hours=2, minutes=59)
    assert got(small_world, asleep, "Hello runners") == []
    await small_world.later(minutes=1)
    assert got(small_world, asleep, "Hello runners") == asleep
    kim.reads("What became of each")


async def test_it_can_be_paused_resumed_and_the_bot_killed_on_the_way(small_world: World, kim: Chat) -> None:
    ids = many.add(small_world, 7, [])
    small_world.telegram.fault(method="sendMessage", chat_id=ids[3], retry_after=30)
    await write(kim)
    await send(kim, 7)
    before = got(small_world, ids, "Hello runners")
    assert 0 < len(before) < 7
    await kim.press("Pause")
    await small_world.later(minutes=5)
    assert got(small_world, ids, "Hello runners") == before
    await small_world.restart()
    await small_world.later(minutes=5)
    assert got(small_world, ids, "Hello runners") == before, "still paused"
    await kim.press("Go on")
    await small_world.later(minutes=1)
    assert got(small_world, ids, "Hello runners") == ids
    small_world.expects |= {"Too Many Requests: retry after 30"}


async def test_cancel_stops_it_for_good_and_the_report_says_so(small_world: World, kim: Chat) -> None:
    ids = many.add(small_world, 5, [])
    small_world.telegram.fault(method="sendMessage", chat_id=ids[0], retry_after=30)
    await write(kim)
    await send(kim, 5)
    await kim.press("Cancel the rest")
    await small_world.later(hours=1)
    sent = got(small_world, ids, "Hello runners")
    assert f"cancelled: {5 - len(sent)}" in card(kim, "cancelled")
    assert ids[0] not in sent


async def test_two_who_press_at_once_and_a_double_tap_send_it_once(small_world: World, kim: Chat) -> None:
    lee = await at_the_desk(small_world, "Lee", ADMINS[1])
    ids = many.add(small_world, 3, [])
    await write(kim)
    await kim.press("Send it")
    await kim.press("Go on: 3 people")
    await lee.press("Back")
    await lee.press("Messages to many")
    await lee.press("Message 1: draft")
    await lee.press("Send it")
    await lee.press("Go on: 3 people")
    for admin in (kim, lee, kim):
        admin.tap(*admin.find("Yes, send to 3 people"))
    await small_world.settle()
    assert got(small_world, ids, "Hello runners") == ids


async def test_news_is_stopped_under_the_message_and_turned_on_again_in_settings(small_world: World, kim: Chat) -> None:
    (ana,) = many.add(small_world, 1, [])
    await write(kim)
    await send(kim, 1)
    chat = Chat(small_world, ana)
    await chat.press("Stop news")
    chat.reads("No more news from me")
    assert many.person(small_world, ana).news is False
    await chat.says("/settings")
    chat.reads("News: off")
    await chat.press("Turn news on")
    chat.reads("News: on")
    assert many.person(small_world, ana).news is True


async def test_news_is_asked_once_and_silence_is_no(small_world: World) -> None:
    yes, no, silent = (small_world.person() for _ in range(3))
    for chat, label in ((yes, "Yes, tell me news"), (no, "No news"), (silent, "Start a check")):
        await chat.meet()
        assert chat.labels()[:3] == ["Start a check", "Yes, tell me news", "No news"]
        await chat.press(label)
    yes.reads("I will tell you when something changes")
    assert yes.labels() == ["Start a check", "Emergency numbers"]
    found = [many.person(small_world, chat.user_id).news for chat in (yes, no, silent)]
    assert found == [True, False, None]


async def test_whoever_stops_news_before_their_turn_does_not_get_it(small_world: World, kim: Chat) -> None:
    asleep = many.add(small_world, 3, [], zones=["America/New_York"])
    await write(kim)
    await send(kim, 3)
    chat = Chat(small_world, asleep[0])
    await chat.says("/settings")
    await chat.press("Turn news off")
    small_world.house.database.run_now(export.erase, asleep[1])
    small_world.telegram.block(asleep[2])
    await small_world.later(hours=4)
    assert got(small_world, asleep, "Hello runners") == []
    assert "have blocked me: 1\n• want no news any more: 1" in card(kim, "is done")


async def test_a_safety_notice_reaches_those_whom_it_concerns_whatever_they_said_to_news(
    small_world: World, kim: Chat
) -> None:
    concerned = many.add(small_world, 2, ["V04"], news=False)
    others = many.add(small_world, 2, ["V01"])
    lee = await at_the_desk(small_world, "Lee", ADMINS[1])
    await kim.press(SAFETY)
    await kim.press("Words")
    await kim.press("English")
    await kim.says("Please do not ice for now.")
    kim.reads("choose them first")
    assert "Send it" not in kim.labels()
    await kim.press("To whom")
    await kim.press("Cause")
    await kim.press("Thickened nerve between the toes")
    await kim.press("Back")
    await kim.press("Back")
    await kim.press("Send it")
    await kim.press("Go on: 2 people")
    kim.reads("I have asked the other admins")
    assert got(small_world, concerned, "do not ice") == []
    kim.tap(kim.last, lee.find("Yes, send it")[1])
    await small_world.settle()
    assert got(small_world, concerned, "do not ice") == [], "nobody confirms their own"
    await lee.press("Yes, send it")
    assert got(small_world, concerned, "Safety notice. It is about advice that I gave you.") == concerned
    assert got(small_world, others, "do not ice") == []
    assert "Stop news" not in Chat(small_world, concerned[0]).labels()


async def test_the_only_admin_types_the_words_for_a_safety_notice(small_world: World) -> None:
    small_world.admins = frozenset({901})
    await small_world.restart()
    kim = await at_the_desk(small_world)
    (ana,) = many.add(small_world, 1, ["V04"])
    await kim.press(SAFETY)
    await kim.press("Words")
    await kim.press("English")
    await kim.says("Please do not ice for now.")
    await kim.press("To whom")
    await kim.press("Level")
    await kim.press("Self-care with follow-up")
    await kim.press("Back")
    await kim.press("Back")
    await kim.press("Send it")
    await kim.press("Go on: 1 person")
    kim.reads("send to 1")
    await kim.says("yes please")
    assert kim.has_read("Those were not the words")
    assert got(small_world, [ana], "do not ice") == []
    await kim.press("Send it")
    await kim.press("Go on: 1 person")
    await kim.says("Send to 1")
    assert got(small_world, [ana], "do not ice") == [ana]
    assert "sent: 1" in card(kim, "is done")


async def test_it_goes_out_at_the_appointed_time(small_world: World, kim: Chat) -> None:
    ids = many.add(small_world, 2, [])
    await write(kim)
    await kim.press("When")
    await kim.says("yesterday")
    kim.reads("a day and a time")
    await kim.says("2026-11-24 10:30")
    kim.reads("Goes out tomorrow at 10:30")
    await send(kim, 2)
    await small_world.restart()
    await small_world.later(hours=25)
    assert got(small_world, ids, "Hello runners") == []
    await small_world.later(minutes=30)
    assert got(small_world, ids, "Hello runners") == ids


async def test_a_photo_with_words_and_a_link_looks_the_same_in_the_preview(small_world: World, kim: Chat) -> None:
    (ana,) = many.add(small_world, 1, [])
    await kim.press(NEW)
    await kim.press("Words")
    await kim.press("English")
    small_world.telegram.send_file(kim.user_id, "plan.pdf", b"%PDF", caption="A <b> plan & more")
    await small_world.settle()
    await kim.press("Buttons")
    await kim.press("A link")
    await kim.says("Read more https://example.org/a")
    await kim.press("Preview")
    await send(kim, 1)
    preview = next(message for message in reversed(kim.from_bot) if message.kind == "document" and message.keyboard)
    (told,) = [message for message in small_world.telegram.chat(ana) if message.from_bot]
    assert (told.kind, told.text) == ("document", "A <b> plan & more")
    assert (told.text, told.payload, told.entities) == (preview.text, preview.payload, preview.entities)
    assert [[button.text for button in row] for row in told.keyboard] == [["Read more"], ["Stop news"]]


async def test_each_person_reads_their_own_language_and_else_the_first(small_world: World, kim: Chat) -> None:
    luz, tom = small_world.person("Luz", "es"), small_world.person("Tom")
    for chat in (luz, tom):
        await chat.meet()
        await chat.press(chat.ui("button.news_yes"))
    await write(kim)
    await kim.press("Words")
    await kim.press("Español")
    await kim.says("Hola")
    await send(kim, 2)
    luz.reads("Hola")
    assert luz.labels() == ["No más novedades"]
    tom.reads("Hello runners")
