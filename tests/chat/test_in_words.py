"""Who does not like numbers is asked in words how strong it is; advice, verdicts and plans stay the same."""

from __future__ import annotations

from tests.chat.stories import answers, level
from tests.world import Chat, World

PHRASES = ["Nothing", "A little", "It bothers me", "It stops me"]
CALM = {"new_danger": ["no"], "status": ["better"], "changed": ["none"], "numb_between": ["no"]}


async def test_strength_is_asked_in_words_at_first_and_at_check_ins(world: World) -> None:
    chat = world.person()
    await chat.begin()
    chat.settle_on(scale=False)
    await chat.answers(answers("V04"), until="score0")
    chat.reads("Choose the words that fit best.", "It stops me: I must slow down")
    assert chat.labels()[:4] == PHRASES
    await chat.press("It stops me")
    assert level(chat) == "L5"
    await world.later(days=1)
    await chat.answers({**CALM, "score": ["little"]})
    chat.reads("Good, it is getting better.")
    await chat.press("For the doctor")
    chat.reads("first answers, told in words: It stopped me", "better, told in words: A little")
    assert chat.export()["episodes"][0]["answers"]["score0"] == ["8"]


async def test_a_card_with_numbers_takes_both_and_a_later_one_asks_in_words(ana: Chat) -> None:
    await ana.world.later(days=1)
    await ana.answers(CALM, until="score")
    message, data = ana.find("4")
    ana.settle_on(scale=False)
    ana.tap(message, data)
    await ana.world.settle()
    assert ana.asked == "changed"
    await ana.press(ana.ui("button.back"))
    assert ana.labels()[:4] == ["Nothing", "A little", "It bothered me", "It stopped me"]
    await ana.answers({**CALM, "status": ["same"], "score": ["stops"]})
    ana.reads("so I take the safe side", "Routine visit", "it stopped you")
