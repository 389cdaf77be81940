"""Under a result: something for the doctor, words explained; and a first answer that is called a first answer."""

from __future__ import annotations

from tests.chat.stories import NUMBERS, answers, emergency, level, planned, told
from tests.world import Answers, Chat, World

DOCTOR, WORDS = "For the doctor", "Words explained"
SAME: Answers = {
    "new_danger": ["no"], "status": ["same"], "score": ["6"], "changed": ["none"], "numb_between": ["no"],
    "g_limb": ["none"],
}  # fmt: skip


async def test_the_card_for_the_doctor_has_the_answers_the_dates_and_the_scores(ana: Chat) -> None:
    await ana.world.later(days=1)
    await ana.answers(SAME)
    await ana.press(DOCTOR)
    ana.reads(
        "For the doctor or clinic", "Morton's neuroma", "Dates and strength", "first answers", "the same, strength 6"
    )
    ana.reads("None of the danger signs", "Where is it most", "the ball of the foot", "Pushing off or a hard floor")
    assert ana.labels(ana.last) == [NUMBERS]


async def test_who_is_who_is_explained_with_the_note_on_dark_skin(ana: Chat) -> None:
    await ana.press(WORDS)
    ana.reads("Family doctor (GP", "Podiatrist", "On dark skin")


async def test_an_emergency_card_stays_short(small_world: World) -> None:
    chat = await emergency(small_world)
    chat.reads("Do not run")
    assert not {DOCTOR, WORDS} & set(chat.labels(chat.last))


async def test_what_is_still_there_gets_a_first_answer_and_the_settled_one_after_the_rechecks(
    small_world: World,
) -> None:
    chat = await told(small_world, {**answers("V01"), "ease": ["still_new"]})
    chat.reads("This is a first answer", "after 30 minutes and after 2 hours")
    assert planned(chat)[0] == "FU-CECS/p30min"
    before = level(chat)
    await small_world.later(minutes=30)
    await chat.answers({**SAME, "status": ["resolved"], "gone_when": ["le30"]})
    chat.reads("noted how long it took")
    assert level(chat) == before
    assert planned(chat)[0] == "FU-CECS/D1"
