"""The 25 cases of the clinical text end within their range: assessed at once, by the command, and asked one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot import assessing
from content.assess import assess
from content.pack import Answers
from tests.content.shipped import FOLDER, PACK, TRIAGE
from tests.content.story import Story

CASES: list[dict[str, Any]] = YAML(typ="safe").load(FOLDER / "vignettes.yaml")["vignettes"]
each_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def answers_of(case: dict[str, Any]) -> Answers:
    return {question: frozenset(options) for question, options in case["answers"].items()}


def test_there_are_25_cases_and_each_answers_what_is_asked() -> None:
    assert [case["id"] for case in CASES] == [f"V{number:02}" for number in range(1, 26)]
    for case in CASES:
        assert set(TRIAGE) - set(case["answers"]) <= {"score0"}, case["id"]
        assert case["levels"] == sorted(case["levels"])


@each_case
def test_a_case_is_as_urgent_as_it_must_be_and_its_cause_is_named(case: dict[str, Any]) -> None:
    found = assess(PACK, answers_of(case))
    assert found.level in case["levels"]
    assert case["must_name"] in [each.cause for each in found.causes]


@each_case
def test_the_command_says_the_same(case: dict[str, Any]) -> None:
    found = assessing.outcome(PACK, assessing.read_answers(json.dumps(case["answers"])))
    assert found["level"] in case["levels"]
    assert case["must_name"] in found["causes"]


def played(case: dict[str, Any]) -> Story:
    """The case pressed through the chat, answering only what is asked and ticking only lines that are shown."""
    story, given = Story(), {**answers_of(case), "score0": frozenset({"5"})}
    while story.episode.state == "asking":
        question = PACK.questions[story.episode.question or ""]
        fitting = given[question.id] & set(story.shown)
        story.answer(*sorted(fitting or question.alone))
    return story


@each_case
def test_asked_only_what_the_flow_asks_a_case_ends_in_its_range(case: dict[str, Any]) -> None:
    story = played(case)
    assert story.episode.level in case["levels"]
    assert story.outcome["level"] == story.episode.level


@each_case
def test_asked_to_the_end_a_case_is_named_in_the_chat_too(case: dict[str, Any]) -> None:
    """An emergency ends the questions before everything is known; then a cause of the red flag is named instead."""
    story = played(case)
    assert story.episode.level == "L1" or case["must_name"] in story.episode.causes
    assert story.episode.causes


def test_no_case_of_self_care_is_sent_to_a_doctor_in_a_hurry() -> None:
    """Over-triage counts too: who may stay at home is told L5 or L4."""
    calm = [case for case in CASES if case["levels"][-1] == "L5"]
    levels = [assess(PACK, answers_of(case)).level for case in calm]
    assert len(calm) >= 7
    assert set(levels) <= {"L4", "L5"}
    assert levels.count("L5") >= 5
