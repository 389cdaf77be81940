"""Somebody logs their runs by two taps and looks at their diary."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.tables import PersonRow
from tests.chat.stories import ICE, NUMBERS, answers, level, told
from tests.chat.test_summary import words
from tests.world import Chat, World

RUN, MINE, TELL, UNDO = "Log a run", "My diary", "Tell me more now", "Take it out"
BALL, HOLLOW = "Toes or ball of foot", "hollow: runs"


def logged(chat: Chat) -> list[tuple[int, list[str], str | None]]:
    """The runs that are kept: how strong, where, when it came."""
    told = [run["data"] for run in chat.export()["runs"]]
    return [(run["score"], run["places"], run["after"]) for run in told]


async def test_two_taps_log_a_run_and_two_more_the_next_one(ana_on_both: Chat) -> None:
    ana = ana_on_both
    await ana.world.later(hours=1)
    await ana.press(RUN)
    await ana.press("4")
    ana.reads("4 of 10", f"Where: {BALL}", "When did it come?")
    await ana.press("Right after")
    ana.reads("In your diary: 4 of 10", "today at 10:00", BALL, "right after the run")
    await ana.world.later(hours=20)
    await ana.says("/run")
    await ana.press("6")
    await ana.press("✓ Right after")
    assert logged(ana) == [(4, ["toes_ball"], "right_after"), (6, ["toes_ball"], "right_after")]
    ana.reads("stronger than before", "Get help at once if")
    assert ana.labels()[0] == TELL
    await ana.press(MINE)
    assert ana.last.kind == "photo"
    ana.reads("you logged 2 runs", "6 of 10 yesterday", "6 of 10 today", "Self-care with follow-up (yesterday)")


async def test_a_run_without_anything_is_one_tap_and_a_double_tap_logs_it_once(ana: Chat) -> None:
    await ana.says("/log")
    message, data = ana.find("0")
    ana.tap(message, data)
    ana.tap(message, data)
    await ana.world.settle()
    assert logged(ana) == [(0, [], None)]
    ana.reads("In your diary: 0 of 10")
    assert TELL not in ana.labels()


async def test_a_tapped_score_is_kept_when_the_person_goes_away(ana: Chat) -> None:
    await ana.says("/run")
    message, data = ana.find("7")
    await ana.press("7")
    await ana.world.later(hours=1)
    ana.tap(message, data)
    await ana.world.settle()
    assert logged(ana) == [(7, [], None)]
    ana.reads("7 of 10", "When did it come?")


async def test_a_card_from_before_the_newest_run_is_a_guest(ana: Chat) -> None:
    await ana.says("/run")
    old = ana.find("3")
    await ana.says("/run")
    await ana.press("5")
    ana.tap(*old)
    await ana.world.settle()
    assert ana.toast == ana.ui("toast.moved_on")
    assert [score for score, _, _ in logged(ana)] == [5]
    fresh = next(message for message in ana.from_bot if message.message_id == old[0].message_id)
    ana.tap(fresh, next(key.data or "" for row in fresh.keyboard for key in row if key.text == "3"))
    await ana.world.settle()
    assert [score for score, _, _ in logged(ana)] == [5, 3]


async def test_a_run_can_be_corrected_moved_and_taken_out(ana: Chat) -> None:
    await ana.says("/run")
    await ana.press("6")
    await ana.press("Another place")
    assert ana.labels()[0] == BALL
    await ana.press("Calf or behind knee")
    await ana.press("The next day")
    ana.reads("Sunday 22 November at 09:00", "Calf or behind knee", "You had not told me of this place")
    await ana.press("It was today")
    ana.reads("today at 09:00")
    await ana.press("Change")
    await ana.press("2")
    await ana.press("During the run")
    assert logged(ana) == [(2, ["calf"], "during")]
    undo = ana.find(UNDO)
    await ana.press(UNDO)
    ana.reads("out of your diary")
    ana.tap(*undo)
    await ana.world.settle()
    assert ana.toast == ana.ui("toast.run_gone")
    assert logged(ana) == []


async def test_whoever_has_not_been_checked_is_told_so_and_led_to_a_check(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("/diary")
    chat.reads("Your diary is empty")
    await chat.press(RUN)
    await chat.press("9")
    chat.reads("Where is it most?", "That is strong", "chest pain")
    assert TELL in chat.labels()
    await chat.press("Not sure")
    await chat.press("Later that day")
    chat.reads("That is strong", "not checked it", "chest pain")
    assert chat.labels()[0] == TELL
    assert NUMBERS in chat.labels()
    await chat.press(TELL)
    assert chat.asked == "g_life"


async def test_whoever_was_told_not_to_run_hears_it_again_even_for_a_run_without_trouble(small_world: World) -> None:
    chat = await told(small_world, answers("V13"))
    assert RUN not in chat.labels()
    await chat.says("/run")
    await chat.press("0")
    chat.reads("What I advised still holds.", small_world.words["levels"][level(chat)]["lead"])


async def test_whoever_wants_no_numbers_is_offered_words(ana: Chat) -> None:
    ana.world.house.database.run_now(_no_numbers)
    await ana.says("/run")
    assert ana.labels() == ["Nothing", "A little", "It bothers me", "It stops me", NUMBERS]
    await ana.press("It bothers me")
    await ana.press("During the run")
    ana.reads("In your diary: “it bothers me”")
    assert logged(ana) == [(5, ["toes_ball"], "during")]


def _no_numbers(session: Session) -> None:
    session.execute(update(PersonRow).values(scale=False))


async def test_an_icing_round_is_in_the_diary_once_however_often_it_is_tapped(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.answer("none")
    await ana.press("Gentle…")
    start = ana.find("All normal: start 10 minutes")
    ana.tap(*start)
    ana.tap(*start)
    await ana.world.settle()
    await ana.says("/diary")
    ana.reads("You put ice on 1 time.")


async def test_a_picture_that_telegram_refuses_is_said_in_words(ana: Chat) -> None:
    refusal = "Bad Request: PHOTO_INVALID_DIMENSIONS"
    ana.world.expects.add(refusal)
    ana.world.telegram.fault(method="sendPhoto", error_code=400, description=refusal)
    await ana.says("/diary")
    assert ana.last.kind == "text"
    ana.reads("How strong it was: 6 of 10 today")


async def test_a_double_tap_on_the_diary_draws_one_picture(ana: Chat) -> None:
    await ana.says("/start")
    button = ana.find(MINE)
    ana.tap(*button)
    ana.tap(*button)
    await ana.world.settle()
    assert ana.count(lambda message: message.kind == "photo") == 1


async def test_the_doctors_page_has_the_runs_in_its_chart(ana: Chat) -> None:
    await ana.world.later(hours=1)
    await ana.says("/run")
    await ana.press("3")
    await ana.says("/summary")
    assert HOLLOW in words(ana, ana.last)
