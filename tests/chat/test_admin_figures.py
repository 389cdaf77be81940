"""An admin looks at how it goes: cards, pictures and files, all of counts, none of them small."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

import pytest

from bot import charts
from content import words
from handlers.admin import draw_charts
from handlers.charts import Chart
from handlers.screens import Screen, Stage, units
from handlers.voice import Voice
from simulator.telegram import SimMessage
from storage import responses
from tests.crowd import move_in
from tests.world import START, Chat, World

PHONE, SMALLEST_LETTER = 390, 12


async def busy(world: World) -> Chat:
    """An admin before the first card, after two months with two hundred people."""
    world.house.database.run_now(move_in, *world.house.packs.live, world.clock.now())
    kim = world.admin()
    await kim.says("/admin")
    return kim


def content(world: World, message: SimMessage) -> bytes:
    part = message.payload["photo"][-1] if message.kind == "photo" else message.payload["document"]
    return world.telegram.file(part["file_id"]).content


def rows(world: World, message: SimMessage) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(world, message).decode())))


async def test_people_as_a_card_a_picture_and_a_file(small_world: World) -> None:
    kim = await busy(small_world)
    await kim.press(kim.ui("admin.room.people"))
    kim.reads("the last 30 days")
    await kim.press(kim.ui("admin.window.button0"))
    kim.reads("Came to the bot: 200", "Said no: <5", "Left in the first meeting: *", "Begun: 170")
    await kim.press(kim.ui("admin.chart.way"))
    kim.reads("• Came to the bot: 200\n• Agreed to go on: 170\n• Checks begun: 170\n• Checks with a result: 145")
    await kim.press(kim.ui("admin.chart.levels"))
    kim.reads("Emergency now: <5", "Self-care with follow-up: 85", kim.ui("admin.few"))
    assert content(small_world, kim.last).startswith(b"\x89PNG")
    await kim.press(kim.ui("admin.figures"))
    told = {(row["figure"], row["what"]): row["count"] for row in rows(small_world, kim.last)}
    assert (told["checks", "started"], told["levels", "L5"], told["levels", "L1"]) == ("170", "85", "<5")


async def test_follow_ups_beside_the_published_figures(small_world: World) -> None:
    kim = await busy(small_world)
    await kim.press(kim.ui("admin.room.follow_ups"))
    kim.reads("92 %", "88 %", "82.8 %", "n = 1,084", "enrolled patients, with staff behind the number")
    await kim.press(kim.ui("admin.window.button0"))
    kim.reads("check-ins, 78 to ", "Half of the answers come within")
    await kim.press(kim.ui("admin.chart.answered"))
    kim.reads("Day 7: 81\u00a0% of 119", "82 and 92 %")
    await kim.press(kim.ui("admin.follow_ups.plans"))
    await kim.press("FU-NEUROMA")
    kim.reads("FU-NEUROMA", "Day 7: 10 gone, 8 better")
    await kim.press(kim.ui("admin.back"))
    await kim.press(kim.ui("admin.figures"))
    assert not {"1", "2", "3", "4"} & {row["count"] for row in rows(small_world, kim.last) if row["plan"]}


async def test_before_anybody_came_there_is_nothing_to_draw(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    await kim.press(kim.ui("admin.room.follow_ups"))
    kim.reads(kim.ui("admin.follow_ups.too_few"))
    await kim.press(kim.ui("admin.chart.verdicts"))
    kim.reads(kim.ui("admin.follow_ups.too_few"))
    assert kim.last.kind == "text"


async def test_health_says_first_that_all_is_well(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    await kim.press(kim.ui("admin.room.health"))
    kim.reads(kim.ui("admin.well"), "SQLite", kim.ui("admin.health.not_reviewed"), "In the next hour: 0")


def screens(world: World, language: str) -> dict[str, Screen]:
    """Every picture at its fullest: all causes, all steps, numbers of four digits."""
    voice = Voice(language, world.pack, START)
    steps = list(voice.words("steps"))
    cells = {step: dict.fromkeys(responses.KINDS, 1000) for step in steps}
    full: Mapping[str, Mapping[str, object]] = {
        "way": dict.fromkeys(("came", "agreed", "started", "finished"), 2000),
        "levels": dict.fromkeys(world.pack.levels, 2000),
        "causes": dict.fromkeys(world.pack.causes, 2000),
        "stops": dict.fromkeys(world.pack.questions, 2000),
    }
    asked = dict.fromkeys(steps, 5000)
    of_steps = {"days": 30, "asked": asked, "steps": cells, "plan": "FU-NEUROMA", "escalated": asked}
    stage = Stage(voice)
    return {
        **{name: draw_charts.people(stage, {"chart": name, "days": 30, "cells": full[name]}) for name in full},
        **{
            name: draw_charts.follow_ups(stage, {"chart": name, **of_steps})
            for name in ("answered", "verdicts", "escalated")
        },
    }


@pytest.mark.parametrize("language", words.languages())
async def test_every_picture_can_be_read_on_a_phone_and_is_told_in_words(small_world: World, language: str) -> None:
    for name, screen in screens(small_world, language).items():
        assert units(screen.text) <= 1024, name
        assert isinstance(screen.chart, Chart)
        svg = charts.svg(screen.chart)
        assert f'viewBox="0 0 {PHONE} ' in svg
        sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", svg)]
        assert min(sizes, default=0) >= SMALLEST_LETTER, name
        shown = " ".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", svg))
        for bar in screen.chart.bars:
            assert " ".join(bar.label.split())[:12] in " ".join(shown.split()), (name, bar.label)
