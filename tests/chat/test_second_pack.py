"""A second pack, with levels, questions and a plan of its own, is played to its end: no line of Python knows it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner

from bot.cli import app
from content.load import load_pack
from content.shipped import PACKS
from tests.chat.stories import NONE, NUMBERS, level, planned
from tests.test_house import HOUSE, code
from tests.world import World

ITCH = PACKS / "runner-itch"
AFTER_WINTER = {
    "g_now": ["none"], "g_soon": ["none"], "look": ["normal"], "before": ["break_from_running"],
    "ease": ["within_hour"], "since": ["days"], "strength": ["6"],
}  # fmt: skip

# An example in a message, and milliseconds.
ALSO_WORDS = {"bot/assessing.py": {"g_life"}, "bot/logs.py": {"ms"}}


@pytest.fixture
async def itch_world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot that plays the second pack."""
    world = await World(sqlite_url, pack=ITCH).open()
    yield world
    world.clean()
    await world.close()


async def test_an_itch_is_followed_until_it_is_gone(itch_world: World) -> None:
    chat = itch_world.person()
    await chat.begin()
    assert await chat.answers(AFTER_WINTER) == list(AFTER_WINTER)
    chat.reads("Self-care", "Runner's itch", "Build up slowly", "a pharmacist", "I will check back")
    assert planned(chat) == ["ITCH/D3", "ITCH/D14"]
    await itch_world.later(days=3, minutes=1)
    await chat.answers({"g_now": ["none"], "status": ["better"], "strength_now": ["3"]})
    chat.reads("getting better")
    await itch_world.later(days=11)
    await chat.answers({"g_now": ["none"], "status": ["gone"]})
    chat.reads("glad it has gone")
    assert planned(chat) == []


async def test_an_itch_that_stays_reaches_a_doctor(itch_world: World) -> None:
    chat = itch_world.person()
    await chat.begin()
    await chat.answers(AFTER_WINTER)
    await itch_world.later(days=3, minutes=1)
    await chat.answers({"g_now": ["none"], "status": ["same"], "strength_now": ["6"]})
    await itch_world.later(days=11)
    await chat.answers({"g_now": ["none"], "status": ["same"], "strength_now": ["6"]})
    chat.reads("See a doctor", "has not gone in the time", "your family doctor")
    assert level(chat) == "doctor"


async def test_a_tight_throat_is_an_emergency_and_nothing_more_is_asked(itch_world: World) -> None:
    chat = itch_world.person()
    await chat.begin()
    await chat.tick("Tight throat or breath")
    chat.reads("EMERGENCY NOW", "Call ", "severe allergic reaction of the whole body", "adrenaline pen")
    assert chat.labels() == [NUMBERS, "Sources"]
    assert chat.asked is None
    assert level(chat) == "now"
    assert planned(chat) == []


async def test_a_red_flag_at_a_check_in_is_an_emergency(itch_world: World) -> None:
    chat = itch_world.person()
    await chat.begin()
    await chat.answers(AFTER_WINTER)
    await itch_world.later(days=3, minutes=1)
    await chat.tick("Faint")
    chat.reads("EMERGENCY NOW")
    assert planned(chat) == []
    assert NONE not in chat.labels()


@pytest.mark.parametrize("command", [["check", str(ITCH)], ["evaluate", "--pack", "runner-itch"]])
def test_the_commands_know_it(command: list[str]) -> None:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "runner-itch 1" in result.output


def test_it_can_be_asked_for_an_outcome() -> None:
    result = CliRunner().invoke(app, ["assess", "--pack", "runner-itch", "-"], input='{"g_now": ["faint"]}')
    assert '"level": "now", "causes": ["allergy"], "rules": ["I1"], "plan": null' in result.output


def test_no_line_of_python_names_a_question_a_cause_a_level_or_a_plan_of_the_first_pack() -> None:
    pack = load_pack(PACKS / "leg-tingling")
    ids = {*pack.causes, *pack.plans, *pack.levels, *(each for each in pack.questions if "_" in each)}
    said = {name: set(re.findall(r"[\"'](\w[\w-]*)[\"']", (HOUSE / name).read_text())) for name in code()}
    assert {name: ids & words for name, words in said.items() if ids & words} == ALSO_WORDS
