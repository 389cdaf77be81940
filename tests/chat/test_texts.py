"""What a person writes, and what comes back: words are never an answer, but some of them are an emergency."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import greeting
from simulator.kinds import KINDS
from simulator.telegram import SimMessage
from tests.chat.stories import NONE, NUMBERS
from tests.world import START, Chat, World

HEALTH = ("tingl", "numb", "itch", "leg", "foot", "feet", "pain", "stride check:", "emergency", "health")
GROUP = -1001


# --- any kind of message --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS, "edited_message"])
async def test_any_kind_of_message_gets_a_kind_pointer_to_the_open_question(ana: Chat, kind: str) -> None:
    await ana.says("/check")
    await ana.press(NONE)
    await ana.world.later(seconds=40)
    said = len(ana.from_bot)
    ana.world.telegram.send_kind(ana.user_id, kind)
    await ana.world.settle()
    pointer, question = ana.from_bot[said:]
    assert "buttons" in pointer.text
    assert "999" in pointer.text
    assert ana.asked == "g_spine"
    assert "☐ Both legs weak" in [button.text for row in question.keyboard for button in row]


async def test_a_pointer_comes_at_most_once_in_30_seconds(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await world.later(seconds=31)
    said = len(chat.from_bot)
    for text in ("hello", "my foot tingles", "x" * 9000, "/nosuchcommand"):
        await chat.says(text)
    assert len(chat.from_bot) == said + 2
    await world.later(seconds=29)
    await chat.says("are you there?")
    assert len(chat.from_bot) == said + 2
    await world.later(seconds=2)
    await chat.says("are you there?")
    assert len(chat.from_bot) == said + 4
    assert chat.asked == "g_life"
    await chat.press(NONE)
    assert chat.asked == "g_spine"


async def test_before_the_meeting_a_message_shows_the_first_screen(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("hello, my feet are numb")
    assert chat.has_read("112")
    chat.reads("not a diagnosis")
    assert chat.labels() == ["Continue", NUMBERS, "Español"]


async def test_with_nothing_open_a_message_is_shown_the_big_button(ana: Chat) -> None:
    await ana.world.later(minutes=1)
    await ana.says("is this normal?")
    assert ana.labels() == ["Start a check"]
    ana.reads("999")


async def test_nothing_that_is_typed_is_kept(ana: Chat) -> None:
    before = ana.state()
    for text in ("my name is Robin", "it burns", "chest pain"):
        await ana.world.later(seconds=40)
        await ana.says(text)
    assert ana.state() == before


# --- words that cannot wait -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "I can't breathe",
        "i cant breathe",
        "CAN’T BREATHE!!!",
        "sudden chest pain",
        "Chest  pain?",
        "hello\nI have chest pain\nsince ten",
        "I think I had a stroke",
        "I can't feel my legs",
        "i want to die",
    ],
)
async def test_alarming_words_bring_the_emergency_card_at_once(ana: Chat, text: str) -> None:
    await ana.says(text)
    ana.reads("emergency", "999")


async def test_alarming_words_are_answered_every_time(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.says("hello")
    said = len(chat.from_bot)
    for number in range(1, 5):
        await chat.says("chest pain")
        assert len(chat.from_bot) == said + number
        chat.reads("999")
    assert chat.asked == "g_life"


async def test_alarming_words_are_heard_before_the_meeting(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("I can't breathe")
    chat.reads("112")


async def test_a_message_corrected_to_an_alarming_one_is_heard(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("choking (not really)")
    said = chat.count(lambda message: "do not wait" in message.text.lower())
    small_world.telegram.send_kind(chat.user_id, "edited_message")
    await small_world.settle()
    assert chat.count(lambda message: "do not wait" in message.text.lower()) == said + 1


@pytest.mark.parametrize("text", ["stroker", "my cat emergencyx", "I can breathe well", "the pain is in my foot"])
async def test_other_words_bring_no_alarm(ana: Chat, text: str) -> None:
    await ana.world.later(minutes=1)
    await ana.says(text)
    assert not ana.has_read("can be an emergency")


# --- commands -------------------------------------------------------------------------------------------------------


async def test_cancel_leaves_the_open_question(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press(NONE)
    await chat.says("/cancel")
    chat.reads("left this check")
    assert chat.asked is None
    await chat.says("/cancel")
    chat.reads("No question is open")
    assert chat.labels()[0] == "Start a check"


async def test_cancel_of_the_ice_question_keeps_the_plan(ana: Chat) -> None:
    await ana.press("Ice: is it safe for me?")
    await ana.says("/cancel")
    ana.reads("no ice")
    assert ana.asked is None
    await ana.world.until(START + timedelta(days=1))
    assert ana.asked == "new_danger"


@pytest.mark.parametrize("text", ["/help", "/HELP", "/help@StrideCheckBot", "/help me please"])
async def test_help_lists_the_commands_and_the_number(ana: Chat, text: str) -> None:
    await ana.says(text)
    ana.reads("/check", "/followups", "/stop", "/cancel", "/privacy", "/language", "/emergency", "999")
    assert ana.labels() == ["Start a check", NUMBERS, "What I keep", "Language / Idioma"]


async def test_emergency_works_for_everybody(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/emergency")
    chat.reads("112")
    assert chat.labels() == ["Another country"]
    await chat.meet(zone="America/New_York")
    await chat.says("/emergency")
    chat.reads("911", "United States")


@pytest.mark.parametrize("text", ["/nosuch", "/", "/ check", "/check_this", "//", "/stop_it"])
async def test_an_unknown_command_is_a_message_like_any_other(ana: Chat, text: str) -> None:
    await ana.world.later(minutes=1)
    before = ana.state()
    await ana.says(text)
    assert ana.labels() == ["Start a check"]
    assert ana.state() == before


async def test_every_command_in_the_menu_is_understood(ana: Chat) -> None:
    await greeting.introduce(ana.world.house.application.bot, ())
    menu = ana.world.telegram.menu(ana.user_id)
    assert "not a diagnosis" in menu["description"]
    await ana.says("hello")
    for command in menu["commands"]:
        said = len(ana.from_bot)
        await ana.world.later(seconds=5)
        await ana.says(f"/{command['command']}")
        assert len(ana.from_bot) > said, command


# --- groups ---------------------------------------------------------------------------------------------------------


async def test_in_a_group_there_is_one_line_with_a_link_and_no_health_word(world: World) -> None:
    chat = world.person()
    world.telegram.add_group(GROUP, "Run club", [chat.user_id])
    await world.settle()
    world.telegram.send_group_text(GROUP, chat.user_id, "@StrideCheckBot I have chest pain and numb feet")
    await world.settle()
    [line] = said_in_group(world)
    assert "\n" not in line.text
    assert not [word for word in HEALTH if word in line.text.lower()]
    [[button]] = line.keyboard
    assert button.url == "https://t.me/StrideCheckBot?start=group"
    assert not [word for word in HEALTH if word in button.text.lower()]
    assert chat.from_bot == []


async def test_a_group_hears_the_line_at_most_once_an_hour(small_world: World) -> None:
    chat = small_world.person()
    await small_world.later(minutes=58)
    small_world.telegram.add_group(GROUP, "Run club", [chat.user_id])
    await small_world.settle()
    for minutes in (1, 1, 1, 30, 26):
        await small_world.later(minutes=minutes)
        small_world.telegram.send_group_text(GROUP, chat.user_id, "/start@StrideCheckBot")
        await small_world.settle()
        assert len(said_in_group(small_world)) == 1
    await small_world.later(minutes=2)
    small_world.telegram.send_group_text(GROUP, chat.user_id, "/start@StrideCheckBot")
    await small_world.settle()
    assert len(said_in_group(small_world)) == 2


async def test_a_group_never_learns_of_somebodys_check(ana: Chat) -> None:
    ana.world.telegram.add_group(GROUP, "Run club", [ana.user_id])
    for text in ("/followups@StrideCheckBot", "/check@StrideCheckBot", "/stop@StrideCheckBot"):
        before = ana.state()
        ana.world.telegram.send_group_text(GROUP, ana.user_id, text)
        await ana.world.settle()
        assert ana.state() == before
    assert len(said_in_group(ana.world)) == 1


def said_in_group(world: World) -> list[SimMessage]:
    """What the bot has said in the group."""
    return [message for message in world.telegram.chat(GROUP) if message.from_bot]


# --- block and unblock ----------------------------------------------------------------------------------------------


async def test_somebody_who_blocks_the_bot_hears_nothing_and_then_what_is_still_in_time(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    world.telegram.block(chat.user_id)
    await world.settle()
    said = len(world.telegram.journal)
    await world.until(START + timedelta(days=2, hours=12))
    assert not [call for call in world.telegram.journal[said:] if call.method.startswith(("send", "edit"))]
    world.telegram.unblock(chat.user_id)
    await world.settle()
    assert not chat.has_read("Day 1)")
    await world.until(START + timedelta(days=3))
    chat.reads("Day 3")
    assert chat.asked == "new_danger"


async def test_a_reminder_still_in_time_comes_as_soon_as_the_bot_is_let_in_again(ana: Chat) -> None:
    ana.world.telegram.block(ana.user_id)
    await ana.world.until(START + timedelta(days=1, hours=3))
    ana.world.telegram.unblock(ana.user_id)
    await ana.world.settle()
    ana.reads("Day 1")


async def test_writing_again_counts_as_letting_the_bot_in(ana: Chat) -> None:
    ana.world.telegram.block(ana.user_id)
    await ana.world.settle()
    await ana.says("/followups")
    ana.reads("one day on")
    await ana.world.until(START + timedelta(days=1))
    assert ana.asked == "new_danger"


async def test_a_block_that_only_the_send_reveals_stops_everything(ana: Chat) -> None:
    words = "Forbidden: bot was blocked by the user"
    ana.world.telegram.fault(method="sendMessage", chat_id=ana.user_id, error_code=403, description=words)
    await ana.world.until(START + timedelta(days=1))
    said = len(ana.world.telegram.journal)
    await ana.world.until(START + timedelta(days=2))
    assert not [call for call in ana.world.telegram.journal[said:] if call.method.startswith("send")]
    await ana.says("/start")
    await ana.press("Go on where I was")
    assert ana.last.keyboard
    assert ana.asked == "new_danger"


async def test_a_press_by_somebody_thought_gone_lets_the_bot_in_again(ana: Chat) -> None:
    words = "Forbidden: bot was blocked by the user"
    ana.world.telegram.fault(method="sendMessage", chat_id=ana.user_id, error_code=403, description=words)
    await ana.says("/help")
    await ana.press("More about it")
    ana.reads("What it is")
