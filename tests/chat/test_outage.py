"""Presses that Telegram forgot while the bot was away: the open question comes again, once, when it may ring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import TelegramError

from tests.chat.stories import ICE, neuroma
from tests.world import Chat, World

AWAY, NONE, SKIN_OK = "I was away for a while", "None of these", "All normal: start 10 minutes"
SOME_MINUTES, LONG = timedelta(minutes=10), timedelta(hours=25)


async def away(world: World, length: timedelta = SOME_MINUTES) -> None:
    """The process is dead for so long."""
    world.clock.push(length)
    await world.restart()
    await world.settle()


async def unreachable(world: World, length: timedelta) -> None:
    """The bot runs, and cannot reach Telegram for so long."""
    world.telegram.fault(method="getUpdates", error_code=502, description="Bad Gateway", times=None)
    with pytest.raises(TelegramError):
        await world.settle()
    world.clock.push(length)
    world.telegram.clear_faults()
    await world.settle()


def offers(chat: Chat) -> int:
    """How often something was asked again, whatever that message shows by now."""
    sent = [call for call in chat.world.telegram.journal if call.method == "sendMessage" and call.ok]
    return sum(call.params["chat_id"] == chat.user_id and AWAY in call.params["text"] for call in sent)


async def at(world: World, hour: int, minute: int = 0) -> None:
    """Until the clocks in London show this."""
    now = world.clock.now()
    moment = datetime.combine(now.date(), datetime.min.time(), UTC).replace(hour=hour, minute=minute)
    await world.until(moment if moment > now else moment + timedelta(days=1))


async def test_what_was_open_is_asked_again_once_and_the_old_card_loses_its_buttons(world: World) -> None:
    ana = world.person()
    await ana.begin()
    asked = ana.asked
    await away(world)
    ana.reads(AWAY, world.words["questions"][asked or ""]["ask"])
    assert (offers(ana), ana.labels(ana.from_bot[-2])) == (1, [])
    await away(world, timedelta(minutes=2))
    await world.later(days=1)
    assert offers(ana) == 1, "two minutes are no outage"
    await ana.press(NONE)
    assert ana.asked != asked


async def test_a_telegram_that_cannot_be_reached_is_an_outage_too(small_world: World) -> None:
    ana = small_world.person()
    await ana.begin()
    await unreachable(small_world, timedelta(minutes=2))
    assert offers(ana) == 0
    await unreachable(small_world, timedelta(minutes=3))
    assert offers(ana) == 1


async def test_who_dies_in_the_middle_or_is_away_again_before_anybody_pressed_says_it_no_second_time(
    world: World,
) -> None:
    ana = world.person()
    await ana.begin()
    world.clock.push(SOME_MINUTES)
    await world.restart()
    await world.house.intake.poll_once(0)
    await world.restart()
    await world.settle()
    assert offers(ana) == 1


async def test_only_what_was_used_within_a_day_and_is_still_open_comes_again(small_world: World) -> None:
    world = small_world
    ana, ben, cleo, dan = (world.person(name) for name in ("Ana", "Ben", "Cleo", "Dan"))
    await ana.begin()
    await world.later(hours=20)
    for each in (ben, cleo, dan):
        await each.begin()
    await ben.says("/cancel")
    world.telegram.block(cleo.user_id)
    await dan.says("/pause 2")
    await away(world, timedelta(hours=5))
    assert [offers(each) for each in (ana, ben, cleo, dan)] == [0, 0, 0, 0]


async def test_who_has_pressed_since_is_not_asked_again_in_the_morning(small_world: World) -> None:
    world = small_world
    ana, ben = world.person("Ana"), world.person("Ben")
    await at(world, 21, 50)
    for each in (ana, ben):
        await each.begin()
    await away(world, timedelta(minutes=20))
    assert (offers(ana), offers(ben)) == (0, 0), "it is night"
    await ana.press(NONE)
    await at(world, 7, 30)
    assert (offers(ana), offers(ben)) == (0, 1)


async def test_a_ticked_red_flag_does_not_wait_for_the_morning(small_world: World) -> None:
    ana = small_world.person()
    await at(small_world, 22, 10)
    await ana.begin()
    await ana.press("Chest, breath or faint")
    await away(small_world, timedelta(minutes=4))
    ana.reads(AWAY)


async def test_the_card_of_the_first_meeting_comes_again_when_they_are_likely_to_be_up(small_world: World) -> None:
    world = small_world
    ana, ben = world.person("Ana"), world.person("Ben")
    for each in (ana, ben):
        await each.says("/start")
    await ben.press(ben.ui("button.go"))
    await away(world)
    assert (offers(ana), offers(ben)) == (1, 1)
    await ben.press(ben.clock())
    await away(world, timedelta(hours=4))
    assert (offers(ana), offers(ben)) == (1, 1), "nobody knows whether it is night"
    await ana.press(ana.ui("button.go"))
    await world.later(hours=20)
    assert (offers(ana), offers(ben)) == (1, 2)


async def test_an_icing_round_is_asked_again_and_the_word_that_the_ice_is_off(small_world: World) -> None:
    ana = await neuroma(small_world)
    for label in (ICE, NONE, "Hourly…"):
        await ana.press(label)
    await away(small_world)
    ana.reads(AWAY, "skin")
    await ana.press(SKIN_OK)
    await away(small_world, timedelta(minutes=4))
    ana.reads(AWAY, "damp cloth")
    await away(small_world, timedelta(minutes=20))
    ana.reads("The ice must be off now")
    assert offers(ana) == 2, "the call to take it off has come by itself"
