"""Looking back at one's checks, and a complaint that is back: known things are confirmed, red flags asked again."""

from __future__ import annotations

from content.load import load_pack, pack_files
from content.shipped import PACKS
from tests import replayed
from tests.chat.stories import GATES, NONE, NUMBERS, answers, emergency
from tests.world import Answers, Chat, World

BACK_AGAIN, STILL, CHANGED = "It is back", "Yes, all still true", "Something has changed"
PAGE = "A page for the doctor (PDF)"
PEBBLE = answers("V04")
LASTING = {"injury", "bg", "age"}


async def open_newest(chat: Chat) -> None:
    await chat.says("/history")
    await chat.press("1: …")


async def answer_until_known(chat: Chat, given: Answers = PEBBLE) -> list[str]:
    """Everything that comes before the card of what is known."""
    return await chat.answers(given, until="injury")


def is_replayed(chat: Chat) -> bool:
    """Do the events of every check give its state?"""
    return not chat.world.house.database.run_now(replayed.odd, chat.world.house.packs)


async def test_it_is_back_asks_only_what_can_have_changed(ana_on_both: Chat) -> None:
    ana = ana_on_both
    await ana.world.later(days=1)
    await ana.answers({"new_danger": ["no"], "status": ["better"], "score": ["3"], "changed": ["none"],
                       "numb_between": ["no"]})  # fmt: skip
    await ana.says("/history")
    ana.reads("1. 23 Nov 2026 Tingling · Burning · Toes or ball of foot", "Self-care with follow-up: Thickened nerve",
              "Better so far")  # fmt: skip
    await open_newest(ana)
    ana.reads("23 Nov, 09:00: first answers, strength 6 of 10. I said: Self-care with follow-up",
              "24 Nov, 09:00: better, strength 3 of 10")  # fmt: skip
    await ana.world.later(hours=5)
    card = len(ana.from_bot)
    await ana.press(BACK_AGAIN)
    assert len(ana.from_bot) == card + 1
    assert (await answer_until_known(ana))[: len(GATES)] == list(GATES)
    ana.reads("Is all of this still true?", "23 Nov 2026", "None of these:", "• Diabetes", "40 to 59")
    await ana.press(STILL)
    asked = await ana.answers(PEBBLE)
    assert not set(asked) & LASTING
    ana.reads("Self-care with follow-up", "Morton")
    assert ana.export()["episodes"][-1]["answers"] == ana.export()["episodes"][0]["answers"]
    assert is_replayed(ana)
    await open_newest(ana)
    ana.reads("It had come back: the check before was on 23 Nov 2026.")
    assert PAGE in ana.labels()


async def test_what_has_changed_is_asked_and_every_time_counts(ana: Chat) -> None:
    await open_newest(ana)
    await ana.press(BACK_AGAIN)
    await answer_until_known(ana)
    await ana.press(CHANGED)
    assert set(await ana.answers(PEBBLE)) >= LASTING
    await open_newest(ana)
    await ana.press(BACK_AGAIN)
    back = ana.state()[1][-1][3]["back"]
    assert (back["check"], back["times"], back["level"], set(back["known"])) == (1, 3, "L5", LASTING)


async def test_an_open_question_comes_first_and_a_double_tap_begins_one_check(ana: Chat) -> None:
    await open_newest(ana)
    story, press = ana.find(BACK_AGAIN)
    ana.tap(story, press)
    ana.tap(story, press)
    await ana.world.settle()
    assert len(ana.export()["episodes"]) == 2
    await ana.answer("none")
    ana.tap(story, press)
    await ana.world.settle()
    assert "A question is still open" in ana.find("Begin anew")[0].text
    await ana.press("Begin anew")
    assert ana.asked == GATES[0]
    await answer_until_known(ana)
    ana.reads("Is all of this still true?")


async def test_a_red_flag_ends_it_at_once_and_an_emergency_can_be_opened(small_world: World) -> None:
    chat = await emergency(small_world)
    await open_newest(chat)
    chat.reads("Both legs weak", "first answers. I said: Emergency now")
    await chat.press(BACK_AGAIN)
    assert chat.asked == GATES[0]
    await chat.press(NONE)
    await chat.tick("Both legs weak")
    chat.reads("EMERGENCY NOW")
    assert chat.labels() == [NUMBERS, "Sources"]


async def test_many_checks_are_turned_by_pages_and_nobody_opens_another_persons(ana: Chat) -> None:
    for _ in range(6):
        await ana.says("/check")
        await ana.says("/cancel")
    await ana.says("/history")
    ana.reads("1. 23 Nov 2026 Tingling, numb or itchy legs and feet", "You left before there was a result.")
    assert ana.labels() == ["Older"]
    sent = len(ana.from_bot)
    await ana.press("Older")
    ana.reads("6. ", "7. 23 Nov 2026 Tingling · Burning")
    assert ana.labels() == ["7: 23 Nov", "Newer"]
    await ana.press("7: …")
    await ana.press("Back")
    assert ana.labels() == ["7: 23 Nov", "Newer"]
    assert len(ana.from_bot) == sent
    stranger = ana.world.person("Bo")
    await stranger.meet()
    _, data = ana.find("7: …")
    for stolen in (data, data.replace(".story.", ".is_back."), data.replace(".story.1", ".story.999"), "p0.history.x9"):
        stranger.tap(stranger.last, stolen)
    await ana.world.settle()
    assert not stranger.has_read("Burning")
    assert stranger.export()["episodes"] == []


async def test_without_a_check_there_is_a_kind_word_and_the_big_button(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/history")
    chat.reads("You have not made a check yet.")
    assert chat.labels() == []
    await chat.meet()
    await chat.says("/history")
    assert chat.labels() == ["Start a check"]


async def test_answers_of_half_a_year_ago_are_asked_again(ana: Chat) -> None:
    await ana.world.later(days=181)
    await open_newest(ana)
    await ana.press(BACK_AGAIN)
    await answer_until_known(ana)
    ana.reads("Was there an injury just before it began?")
    assert CHANGED not in ana.labels()


async def test_a_check_of_another_pack_is_told_in_its_own_words_and_nothing_of_it_is_known(ana: Chat) -> None:
    house, itch = ana.world.house, PACKS / "runner-itch"
    house.database.run_now(house.packs.publish, load_pack(itch), pack_files(itch), ana.world.clock.now())
    await open_newest(ana)
    ana.reads("Toes or ball of foot", "Morton")
    await ana.press(BACK_AGAIN)
    assert ana.asked == "g_now"
    assert ana.state()[1][-1][3]["back"] is None
