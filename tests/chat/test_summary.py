"""Something to take to the doctor: a page as PDF, in the language of the place too, and the same as data."""

from __future__ import annotations

import io
import json
from typing import Any

from pypdf import PdfReader

from simulator.telegram import SimMessage
from tests.chat.stories import GATES, NUMBERS, emergency
from tests.world import Answers, Chat, World

PAGE, DATA = "A page for the doctor (PDF)", "For the clinic's computer"
WORSE: Answers = {
    "new_danger": ["no"], "status": ["worse"], "score": ["8"], "changed": ["lasts_longer"], "numb_between": ["no"],
}  # fmt: skip


def documents(chat: Chat) -> list[SimMessage]:
    return [message for message in chat.from_bot if message.kind == "document"]


def content(chat: Chat, message: SimMessage) -> bytes:
    return chat.world.telegram.file(message.payload["document"]["file_id"]).content


def words(chat: Chat, message: SimMessage) -> str:
    """What can be selected and copied on the page, line ends taken as spaces."""
    (page,) = PdfReader(io.BytesIO(content(chat, message))).pages
    return " ".join(page.extract_text().split())


def data(chat: Chat, message: SimMessage) -> Any:
    return json.loads(content(chat, message))


async def worse_after_a_day(chat: Chat) -> None:
    await chat.world.later(days=1)
    await chat.answers(WORSE)


async def test_after_an_escalation_the_page_has_the_course_and_what_was_denied(ana: Chat) -> None:
    assert PAGE not in ana.labels(ana.find("For the doctor")[0])
    await worse_after_a_day(ana)
    await ana.press(PAGE)
    ana.reads("A page for your doctor")
    assert ana.last.payload["document"]["file_name"] == "stride-check-2026-11-24-en.pdf"
    assert ana.labels() == [DATA]
    page = words(ana, ana.last)
    for each in (
        "Advised: Routine visit", "at first: Self-care with follow-up", "First answers 23 Nov 2026",
        "23 Nov, 09:00 first answers, strength 6 of 10", "worse, strength 8 of 10; from here on: Routine visit",
        "None ticked.", "Severe allergy signs · Chest, breath or faint", "It lasts longer after I stop",
        "not a diagnosis", "Content leg-tingling, version 1",
    ):  # fmt: skip
        assert each in page


async def test_the_clinics_computer_gets_two_documents_and_impatience_no_third(ana: Chat) -> None:
    await ana.says("/summary")
    await ana.says("/summary")
    message, button = ana.find(DATA)
    ana.tap(message, button)
    ana.tap(message, button)
    await ana.world.settle()
    _, plain, fhir = documents(ana)
    assert data(ana, plain)["level"]["id"] == "L5"
    assert data(ana, fhir)["resourceType"] == "Bundle"
    assert "FHIR" in fhir.text


async def test_a_spanish_speaker_in_london_gets_english_when_they_ask(ana: Chat) -> None:
    await ana.says("/language")
    await ana.press("Español")
    await ana.says("/summary")
    spanish = ana.last
    assert ana.labels() == ["Lo mismo en inglés", "Para el sistema de la clínica"]
    await ana.press("Lo mismo en inglés")
    ana.reads("La misma hoja en inglés")
    assert "Preguntadas y negadas" in words(ana, spanish)
    assert "Asked and denied" in words(ana, ana.last)
    assert ana.labels()[0] == "Lo mismo en español"


async def test_an_emergency_card_stays_short_and_the_page_comes_on_demand(small_world: World) -> None:
    chat = await emergency(small_world)
    assert PAGE not in chat.labels()
    await chat.says("/summary")
    page = words(chat, chat.last)
    assert "YES Both legs are weak" in page
    assert "Not asked (the questions ended before) Severe pain at rest" in page
    assert "Advised: Emergency now" in page


async def test_an_escalation_to_an_emergency_offers_the_page_below_the_card(ana: Chat) -> None:
    await ana.world.later(days=1)
    safe = {gate: ["none"] for gate in GATES}
    await ana.answers({**WORSE, **safe, "new_danger": ["yes"], "g_limb": ["cold_white"]})
    assert ana.labels() == [NUMBERS, "Sources", PAGE]
    await ana.press(PAGE)
    page = words(ana, ana.last)
    assert "Danger signs, asked on 24 Nov 2026 YES One leg or foot cold AND white" in page
    assert "a danger sign; from here on: Emergency now" in page


async def test_without_a_result_there_is_a_kind_word(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/summary")
    chat.reads("There is no result yet")
    await chat.begin()
    await chat.says("/summary")
    chat.reads("There is no result yet")
    assert not documents(chat)


async def test_of_two_checks_the_newest_with_a_result_counts(ana: Chat) -> None:
    await ana.says("/check")
    await ana.says("/summary")
    assert "Morton's neuroma" in words(ana, ana.last)


async def test_where_telegram_refuses_the_page_the_person_is_told_where_else_it_is(ana: Chat) -> None:
    refusal = "Bad Request: file must be non-empty"
    ana.world.expects.add(refusal)
    ana.world.telegram.fault(method="sendDocument", error_code=400, description=refusal)
    await ana.says("/summary")
    assert not documents(ana)
    ana.reads("I could not make the page just now", "For the doctor")


async def test_a_page_that_waits_when_the_process_dies_is_drawn_by_the_next(ana: Chat) -> None:
    ana.world.telegram.fault(method="sendDocument", cut=True)
    await ana.says("/summary")
    assert not documents(ana)
    await ana.world.restart()
    await ana.world.later(minutes=1)
    assert len(documents(ana)) == 1
