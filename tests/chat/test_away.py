"""Somebody ticks a red flag and puts the phone away: they are told all the same."""

from __future__ import annotations

from tests.chat.stories import level
from tests.world import Chat, World


async def at_the_leg(world: World) -> Chat:
    """Nothing at the first two gates; the third asks about the leg."""
    chat = world.person()
    await chat.begin()
    await chat.answer("none")
    await chat.answer("none")
    assert chat.asked == "g_limb"
    return chat


async def test_a_red_flag_is_told_after_ten_quiet_minutes(world: World) -> None:
    chat = await at_the_leg(world)
    await chat.answer("foot_drop")
    asked = chat.asked
    assert asked is not None
    await world.later(minutes=9)
    assert chat.asked == asked
    await world.later(minutes=2)
    assert chat.asked is None
    assert level(chat) == "L2"
    assert chat.has_read(chat.ui("finished_quiet"))


async def test_a_red_flag_that_is_ticked_and_not_sent_counts(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.press(chat.label("g_limb", "foot_drop"))
    await small_world.later(minutes=11)
    assert level(chat) == "L2"


async def test_each_press_gives_ten_minutes_more(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.answer("foot_drop")
    for _ in range(2):
        await small_world.later(minutes=8)
        await chat.answer("none")
    assert chat.asked is not None
    await small_world.later(minutes=8)
    assert chat.asked is not None


async def test_a_flag_taken_back_is_not_told(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.press(chat.label("g_limb", "foot_drop"))
    await chat.press(chat.label("g_limb", "foot_drop"))
    await small_world.later(minutes=30)
    assert chat.asked == "g_limb"


async def test_it_survives_a_crash_and_slash_stop(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.answer("foot_drop")
    await chat.says("/stop")
    await small_world.restart()
    await small_world.later(minutes=11)
    assert level(chat) == "L2"


async def test_who_answers_to_the_end_is_told_once(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.answer("foot_drop")
    await chat.press(chat.ui("button.stop"))
    assert level(chat) == "L2"
    told = len(chat.from_bot)
    await small_world.later(minutes=30)
    assert len(chat.from_bot) == told


async def test_without_a_red_flag_nobody_is_hurried(small_world: World) -> None:
    chat = await at_the_leg(small_world)
    await chat.answer("none")
    told = len(chat.from_bot)
    await small_world.later(hours=20)
    assert chat.asked == "g_urgent"
    assert len(chat.from_bot) == told
