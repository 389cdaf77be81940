"""What a clinic gets: one page of real letters on its own paper, and data that its system can read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle as StrictBundle
from fhirclient.models.bundle import Bundle
from pypdf import PdfReader

from bot import papers
from content import summary
from content.assess import assess
from content.episode import Entry, Episode
from content.pack import Answers, Pack
from content.summary import Summary
from handlers import summary_page
from handlers.screens import Paper
from handlers.summary_page import Page, Section
from handlers.voice import Voice
from tests.chat.stories import VIGNETTES
from tests.content.shipped import PACK, calm
from tests.content.story import NOON
from tests.content.tiny import tiny_pack

COUNTRIES = {"GB": (595, 842), "MX": (612, 792)}
CHECKED: Answers = {
    "new_danger": frozenset({"yes"}), "status": frozenset({"worse"}), "score": frozenset({"8"}),
    "changed": frozenset({"new_place", "lasts_longer", "rest_night", "weak_numb", "constant"}),
    "numb_between": frozenset({"yes"}), "seen": frozenset({"no_appointment"}),
}  # fmt: skip
# FHIR R4's required value sets, for the fields that we fill in; the libraries look at forms, not at these.
CODES = {
    "Bundle": {"type": {"collection"}},
    "QuestionnaireResponse": {"status": {"in-progress", "completed", "amended", "entered-in-error", "stopped"}},
    "Questionnaire": {"status": {"draft", "active", "retired", "unknown"}},
}
ITEM_TYPES = {"group", "boolean", "integer", "dateTime", "string", "choice"}


def told(given: Answers, *, check_ins: int = 0, pack: Pack = PACK) -> Summary:
    """The summary after so many check-ins, which find it worse and ask for a doctor."""
    outcome, level = assess(pack, given), "L2" if pack is PACK else "L1"
    history = [Entry(NOON.isoformat(), "triage", "", 6, outcome.level)]
    for number in range(check_ins):
        at = NOON + timedelta(days=3.5 * number + 0.02)
        history.append(Entry(at.isoformat(), f"P/D{number}", "worse", number % 11, pack.most_urgent(level, "L3")))
    episode = Episode(
        zone="Europe/London",
        state="following",
        form="",
        answers=given,
        level=history[-1].level,
        check=CHECKED if check_ins else {},
        last_check=history[-1].key,
        history=tuple(history),
    )
    return summary.summarise(pack, episode, NOON, NOON + timedelta(days=60))


def answers_of(case: str) -> Answers:
    return {question: frozenset(ticked) for question, ticked in VIGNETTES[case]["answers"].items()}


def voice(language: str, country: str = "GB", pack: Pack = PACK) -> Voice:
    return Voice(language, pack, NOON, "Europe/London", country)


def sections(page: Page) -> tuple[Section, ...]:
    return page.flags, page.story, page.course, page.check, page.advice


def texts(page: Page) -> Iterator[str]:
    """Everything that stands on the page."""
    yield from (page.title, page.about, page.made, page.notice, *page.blanks, page.headline, page.under_headline)
    yield page.footer
    for section in sections(page):
        for row in section.rows:
            yield from (row.name, row.text)


def longest(language: str, most: int) -> list[str]:
    """The vignettes with the most to say."""
    pages = {case: summary_page.page(voice(language), told(answers_of(case), check_ins=16)) for case in VIGNETTES}
    return sorted(pages, key=lambda case: -sum(map(len, texts(pages[case]))))[:most]


def read(content: bytes) -> str:
    """The page's words as they can be copied; it must be one page."""
    (page,) = PdfReader(io.BytesIO(content)).pages
    return together(page.extract_text())


def together(words: str) -> str:
    return "".join(words.split())


def fonts_of(reader: PdfReader) -> list[Any]:
    """The fonts of the first page, as the file describes them."""
    resources: Any = reader.pages[0]["/Resources"]
    return [font.get_object()["/DescendantFonts"][0].get_object() for font in resources["/Font"].values()]


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_histories_stand_on_one_page_with_every_word_selectable(language: str, country: str) -> None:
    for case in longest(language, 2):
        found = told(answers_of(case), check_ins=16)
        page = read(papers.draw("page", voice(language, country), found))
        wanted = [each for each in texts(summary_page.page(voice(language), found)) if together(each) not in page]
        assert wanted == []


@pytest.mark.parametrize(("language", "country"), [("en", "MX"), ("es", "GB")])
def test_an_episode_without_a_history_has_a_page_too(language: str, country: str) -> None:
    bare = replace(told(calm()), history=(), check=())
    content = papers.draw("page", voice(language, country), bare)
    assert together(voice(language).ui("page.no_history")) in read(content)
    box = PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == COUNTRIES[country]


def test_fonts_are_embedded_as_subsets_and_letters_stay_readable() -> None:
    content = papers.draw("page", voice("es", "MX"), told(answers_of("V02"), check_ins=16))
    sizes: set[float] = set()
    reader = PdfReader(io.BytesIO(content))
    reader.pages[0].extract_text(visitor_text=lambda text, _cm, _tm, _font, size: sizes.add(size) if text else None)
    descriptors = [each["/FontDescriptor"].get_object() for each in fonts_of(reader)]
    assert len(descriptors) == 2
    assert all("/FontFile2" in each and "+Roboto" in each["/FontName"] for each in descriptors)
    assert min(size for size in sizes if size) >= 6
    assert len(content) < 60_000
    assert reader.metadata is not None
    assert reader.metadata.title == "Resumen para el médico"


def test_a_language_whose_letters_the_font_lacks_is_refused_and_not_drawn_as_boxes() -> None:
    pack = tiny_pack(("name: Tiny", 'name: "しびれ"'))
    found = told({"danger": frozenset({"none"}), "sym": frozenset({"numb"})}, pack=pack)
    with pytest.raises(ValueError, match="the font has no"):
        papers.draw("page", voice("en", pack=pack), found)


def test_a_pack_without_short_names_shows_its_whole_questions() -> None:
    pack = tiny_pack()
    found = told({"danger": frozenset({"not_sure"}), "sym": frozenset({"numb"})}, pack=pack)
    page = summary_page.page(voice("en", pack=pack), found)
    assert [(row.name, row.text) for row in page.story.rows] == [
        ("What is it?", "Numb"),
        ("Asked and denied", "Itch · Sore"),
    ]
    assert page.flags.rows[0] == summary_page.Row("NOT SURE", "I fainted", strong=True)


def test_a_new_danger_sign_is_not_told_as_all_of_its_examples() -> None:
    rows = summary_page.page(voice("en"), told(calm(), check_ins=1)).check.rows
    assert rows[0] == summary_page.Row("New danger sign", "Yes, something was new")


def test_many_check_ins_keep_the_first_and_the_newest_and_say_how_many_are_not_shown() -> None:
    rows = summary_page.page(voice("en"), told(calm(), check_ins=16)).course.rows
    assert [row.name for row in rows][:1] == ["23 Nov, 12:00"]
    assert rows[1].text == "10 earlier entries are not shown."
    assert len(rows) == 8
    assert rows[-1].text.startswith("worse, strength 4 of 10")


# --- data -------------------------------------------------------------------------------------------------------------

STORIES = [("V02", 0, "es"), ("V04", 16, "en"), ("V03", 0, "en"), ("V17", 3, "es")]


def fhir(case: str, check_ins: int, language: str, **other: str) -> dict[str, Any]:
    given = {**answers_of(case), **{name: frozenset({option}) for name, option in other.items()}}
    document = json.loads(papers.draw("fhir", voice(language), told(given, check_ins=check_ins)))
    assert isinstance(document, dict)
    return document


def resources(bundle: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    response, form = (entry["resource"] for entry in bundle["entry"])
    return response, form


def items(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every item, the inner ones too."""
    for item in resource.get("item", ()):
        yield item
        yield from items(item)


@pytest.mark.parametrize(("case", "check_ins", "language"), STORIES)
def test_the_resources_are_valid_fhir_r4(case: str, check_ins: int, language: str) -> None:
    bundle = fhir(case, check_ins, language)
    assert Bundle(bundle).as_json() == bundle
    StrictBundle.model_validate(bundle)
    for resource in (bundle, *resources(bundle)):
        for name, allowed in CODES[resource["resourceType"]].items():
            assert resource[name] in allowed
    assert {item["type"] for item in items(resources(bundle)[1])} <= ITEM_TYPES


@pytest.mark.parametrize(("case", "check_ins", "language"), STORIES)
def test_every_answer_fits_its_question_and_stands_in_its_order(case: str, check_ins: int, language: str) -> None:
    response, form = resources(fhir(case, check_ins, language, score0="not_sure", bg="not_sure", g_spine="not_sure"))
    asked = {item["linkId"]: item for item in items(form)}
    assert len(asked) == len(list(items(form)))
    order = [item["linkId"] for item in form["item"]]
    given = [order.index(item["linkId"]) for item in response["item"]]
    assert given == sorted(given)
    for item in items(response):
        fits(item, asked[item["linkId"]])


def fits(item: dict[str, Any], question: dict[str, Any]) -> None:
    """The answers have the question's type and are among its options; one only where it does not repeat."""
    answers = item.get("answer", [])
    field = {"choice": "valueCoding", "dateTime": "valueDateTime"}.get(
        question["type"], f"value{question['type'].capitalize()}"
    )
    assert all(set(answer) == {field} for answer in answers)
    assert len(answers) <= 1 or question.get("repeats")
    if question["type"] == "choice":
        options = [option["valueCoding"] for option in question["answerOption"]]
        assert all(answer["valueCoding"] in options for answer in answers)
    assert ("item" in item) == (question["type"] == "group")


def test_a_denied_flag_is_false_an_unsure_one_is_not_there_and_neither_is_one_that_was_not_asked() -> None:
    response, _ = resources(fhir("V04", 0, "en", g_spine="not_sure"))
    said = {item["linkId"]: item["answer"][0] for item in items(response) if "answer" in item}
    assert said["g_life.stroke_signs"] == {"valueBoolean": False}
    assert said["g_spine.not_sure"] == {"valueBoolean": True}
    assert "g_spine.saddle" not in said
    early = told({"g_life": frozenset({"stroke_signs"})})
    links = {
        item["linkId"] for item in items(json.loads(papers.draw("fhir", voice("en"), early))["entry"][0]["resource"])
    }
    assert "g_life.stroke_signs" in links
    assert "g_limb" not in links


def test_plain_json_says_the_same_with_ids_and_words() -> None:
    document = json.loads(papers.draw("json", voice("es"), told(calm("g_limb=rock_hard"), check_ins=2)))
    assert document["level"] == {"id": "L2", "name": "Hoy mismo", "place": 2, "of": 5}
    signs = document["danger_signs"]
    assert [each["option"] for each in signs["present"]] == ["rock_hard"]
    assert "foot_drop" in [each["option"] for each in signs["denied"]]
    assert [entry["word"] for entry in document["history"]] == ["first", "worse", "worse"]
    assert document["pack"] == {"id": "leg-tingling", "version": "1", "digest": PACK.digest, "review": None}
    assert "R07" in [rule["id"] for rule in document["rules"]]


@pytest.mark.parametrize("kind", papers.ENDINGS)
def test_a_file_says_nothing_of_health_and_nothing_of_the_person(kind: Any) -> None:
    name = papers.file_name(Paper(kind, "es", ""), NOON)
    assert name.startswith("stride-check-2026-11-23-es.")
