"""After the advice to see somebody: was there an appointment, what was said there, and how the plan follows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.chat.stories import GATES, NONE, VIGNETTES, level, planned, told
from tests.world import START, Answers, Chat, World

CALM: Answers = {gate: ["none"] for gate in GATES}
NO: Answers = {
    **CALM,
    "new_danger": ["no"],
    "status": ["same"],
    "score": ["6"],
    "changed": ["none"],
    "runs_clear": ["no_run"],
}
PAGE, NUMBERS = "A page for the doctor (PDF)", "Emergency numbers"


async def within_days(world: World, zone: str = "Europe/London") -> Chat:
    """Somebody who is to see a doctor within days (V11)."""
    chat = await told(world, VIGNETTES["V11"]["answers"], zone=zone)
    assert level(chat) == "L3"
    return chat


async def on_day(chat: Chat, day: int, given: Answers) -> None:
    """The check-in of this day after the result, answered."""
    await chat.world.until(START + timedelta(days=day, hours=8))
    await chat.answers({**NO, **given})


async def test_got_one_and_went_and_is_asked_what_they_said_until_somebody_knows(world: World) -> None:
    chat = await within_days(world)
    await on_day(chat, 2, {"seen": ["this_week"]})
    chat.reads("Good that it is booked", "afterwards how it went")
    assert planned(chat) == ["FU-VISIT/V7", "FU-VISIT/V21"]
    await on_day(chat, 9, {"said": ["tests"]})
    chat.reads("Not knowing yet is hard")
    await on_day(chat, 23, {"said": ["other"]})
    chat.reads("leave my steps aside")
    assert (level(chat), planned(chat)) == ("L3", ["FU-CARE/C14"])
    await on_day(chat, 37, {})
    chat.reads("good hands")
    assert (level(chat), planned(chat)) == ("L3", [])


async def test_could_not_get_one_reads_whom_to_call_there_what_to_say_and_when_not_to_wait(ana: Chat) -> None:
    chat = await within_days(ana.world)
    await on_day(chat, 2, {"seen": ["no_appointment"]})
    chat.reads("ring again", "phone is on 111", "advised to be seen within 5 days", "help at once if")
    assert chat.labels() == [PAGE, NUMBERS]
    assert planned(chat) == ["FU-SEEN/D5"]
    await on_day(chat, 5, {"seen": ["next_week"]})
    chat.reads("do not wait that long", "within 5 days")
    assert planned(chat) == ["FU-VISIT/V14", "FU-VISIT/V28"]
    assert level(chat) == "L3"


async def test_did_not_go_is_asked_again_and_silence_ends_with_whom_to_see(ana: Chat) -> None:
    chat = await within_days(ana.world, "America/Mexico_City")
    await on_day(chat, 2, {"seen": ["no_wish"]})
    chat.reads("It is your decision", "I still advise it")
    assert not chat.has_read("phone is on")
    assert planned(chat) == ["FU-SEEN/D5"]
    await ana.world.until(START + timedelta(days=8))
    chat.reads("I will stop asking", "see a doctor")
    assert (level(chat), planned(chat)) == ("L3", [])


async def test_a_doctor_who_is_not_worried_ends_the_waiting_and_a_red_flag_stays_one(ana: Chat) -> None:
    chat = await within_days(ana.world)
    await on_day(chat, 2, {"seen": ["seen"], "said": ["no_worry"]})
    chat.reads("counts more than anything I say")
    assert (level(chat), planned(chat)) == ("L5", ["FU-CARE/C7", "FU-CARE/C28"])
    await ana.world.until(START + timedelta(days=10))
    await chat.press(chat.label("new_danger", "yes"))
    await chat.press(NONE)
    await chat.tick(chat.label("g_spine", "saddle"))
    chat.reads("EMERGENCY")
    assert level(chat) == "L1"


@pytest.mark.parametrize(("language", "words"), [("en", "What did they say when you went?"), ("es", "¿Qué te dijeron")])
async def test_somebody_who_has_been_is_asked_what_they_said_and_an_old_button_shows_that(
    ana: Chat, language: str, words: str
) -> None:
    chat = ana.world.person(language=language)
    await chat.begin()
    await chat.answers(VIGNETTES["V11"]["answers"])
    await ana.world.until(START + timedelta(days=2))
    await chat.press(chat.label("new_danger", "no"))
    card, data = chat.find(chat.label("seen", "seen"))
    chat.tap(card, data)
    await ana.world.settle()
    chat.reads(words)
    assert chat.label("said", "not_been") not in chat.labels()
    chat.tap(card, data)
    await ana.world.settle()
    chat.reads(words)
    assert chat.asked == "said"
