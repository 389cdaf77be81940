"""What is planned is the person's own: moved, cancelled, brought back; and a break from it all."""

from __future__ import annotations

from datetime import timedelta

from tests.chat.stories import emergency, neuroma, planned
from tests.world import START, Chat, World


async def day(chat: Chat, number: int) -> None:
    """To the minute at which check-ins of that day fall due."""
    await chat.world.until(START + timedelta(days=number))


async def listed(chat: Chat) -> None:
    await chat.says("/followups")


# --- /followups -------------------------------------------------------------------------------------------------------


async def test_followups_says_in_words_what_is_planned_and_moves_and_cancels(ana_on_both: Chat) -> None:
    chat = ana_on_both
    await listed(chat)
    chat.reads("1. How it is, one day on: tomorrow at 09:00", "5. How it is, 4 weeks on: Monday 21 December at 09:00")
    await chat.press("Move 1")
    chat.reads("When shall I ask instead?")
    await chat.press("Wed 25 Nov, 09:00")
    chat.reads("1. How it is, one day on: Wednesday 25 November at 09:00")
    await chat.press("Cancel 2")
    chat.reads("Cancelled", "3 days on", "Wednesday 25 November at 09:00")
    await day(chat, 1)
    assert chat.asked is None
    await day(chat, 2)
    assert chat.asked == "new_danger"
    assert planned(chat) == ["FU-NEUROMA/D7", "FU-NEUROMA/D14", "FU-NEUROMA/D28"]


async def test_a_cancelled_one_comes_back_with_one_tap_and_is_asked(ana: Chat) -> None:
    before = planned(ana)
    await listed(ana)
    await ana.press("Cancel 4")
    ana.reads("2 weeks on", "podiatrist")
    await ana.press("Keep it after all")
    ana.reads("4. How it is, 2 weeks on")
    assert planned(ana) == before


async def test_all_cancelled_is_an_end_that_says_whom_to_see(ana: Chat) -> None:
    await listed(ana)
    for _ in range(4):
        await ana.press("Cancel 1")
        await ana.press("What is planned")
    await ana.press("Cancel 1")
    ana.reads("podiatrist", "will not ask again")
    await ana.press("What is planned")
    ana.reads("Nothing is planned")
    said = len(ana.from_bot)
    await day(ana, 60)
    assert len(ana.from_bot) == said


async def test_an_old_list_shows_what_is_planned_now(ana: Chat) -> None:
    await listed(ana)
    message, cancel = ana.find("Cancel 1")
    _, move = ana.find("Move 1")
    await day(ana, 1)
    for data in (cancel, move, "p1.move.1/nonsense", "p1.move.99", "p1.drop.0", "p1.keep.1", "p1.move./"):
        ana.tap(message, data)
        await ana.world.settle()
        assert ana.toast == ana.ui("toast.followup_past")
    assert ana.asked == "new_danger"
    assert len(planned(ana)) == 4


async def test_nobody_moves_or_cancels_what_is_another_persons(ana: Chat) -> None:
    before = planned(ana)
    ben = await neuroma(ana.world)
    await listed(ben)
    message, _ = ben.find("Cancel 1")
    for data in ("p1.drop.1", "p1.move.1", "p1.move.1/day", "p1.keep.1"):
        ben.tap(message, data)
    await ana.world.settle()
    assert (planned(ana), len(planned(ben))) == (before, 5)


async def test_where_an_ambulance_is_needed_nothing_can_be_moved(small_world: World) -> None:
    chat = await emergency(small_world)
    await listed(chat)
    assert [label for label in chat.labels() if label.startswith("Move")] == []
    await small_world.later(minutes=10)
    await chat.press("Ask again in 15 minutes")
    assert chat.asked is not None
    said = len(chat.from_bot)
    await small_world.later(minutes=15)
    assert len(chat.from_bot) == said + 1


async def test_an_icing_round_put_off_takes_the_later_ones_with_it(ana: Chat) -> None:
    for label in ("Ice: is it safe for me?", "None of these", "Hourly…"):
        await ana.press(label)
    await ana.press("Ask again in 15 minutes")
    ana.reads("09:15")
    said = len(ana.from_bot)
    await ana.world.later(minutes=16)
    assert len(ana.from_bot) == said + 1
    await ana.press("All normal: start 10 minutes")
    await ana.press(ana.ui("button.ice_off"))
    await ana.world.later(minutes=58)
    assert len(ana.from_bot) == said + 1
    await ana.world.later(minutes=2)
    ana.reads("2 of 5")


# --- /pause -----------------------------------------------------------------------------------------------------------


async def test_in_a_break_nothing_rings_and_afterwards_only_the_newest(ana_on_both: Chat) -> None:
    chat = ana_on_both
    await chat.says("/pause")
    await chat.press("7 days")
    chat.reads("Tuesday 1 December at 08:00")
    said = len(chat.from_bot)
    await chat.world.restart()
    await day(chat, 7)
    assert len(chat.from_bot) == said
    await day(chat, 8)
    assert len(chat.from_bot) == said + 1
    assert f"{chat.last.at:%a %H:%M}" == "Tue 08:00"
    chat.reads("Day 7")
    assert planned(chat) == ["FU-NEUROMA/D14", "FU-NEUROMA/D28"]


async def test_a_break_can_be_typed_and_ended_at_once(ana: Chat) -> None:
    await ana.says("/pause 5")
    ana.reads("Sunday 29 November at 08:00")
    await day(ana, 2)
    await ana.says("/followups")
    ana.reads("one day on: Sunday 29 November at 08:00", "having a break")
    await ana.says("/pause")
    await ana.press("End the break now")
    assert ana.asked == "new_danger"
    ana.reads("Day 1")


async def test_a_shorter_break_ends_what_waits_for_the_longer_one(ana: Chat) -> None:
    await ana.says("/pause 14")
    await day(ana, 2)
    await ana.press("1 day")
    await day(ana, 4)
    assert ana.asked == "new_danger"


async def test_a_break_of_too_many_days_is_said_kindly_and_changes_nothing(ana: Chat) -> None:
    for words in ("99", "0", "-3", "a week", "٣٣٣"):
        await ana.says(f"/pause {words}")
        ana.reads("1 to 14 days")
    await day(ana, 1)
    assert ana.asked == "new_danger"


async def test_an_emergency_is_asked_after_in_a_break_too(small_world: World) -> None:
    chat = await emergency(small_world)
    await chat.says("/pause 7")
    chat.reads("a doctor should see you soon")
    said = len(chat.from_bot)
    await small_world.later(minutes=10)
    assert len(chat.from_bot) == said + 1
