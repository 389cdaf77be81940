"""The bench of chaos itself: what it names is there, it tells a repeat from a loss, and it can say no."""

from __future__ import annotations

import importlib
import json
import operator
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from benchmarks.chaos import oracle, page, soak, stamps, steps
from benchmarks.chaos.bug import Change
from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.failpoints import PLACES, POINTS
from benchmarks.chaos.hurried import HURRIES
from benchmarks.chaos.lives import Kill
from benchmarks.chaos.scenarios import SCENARIOS
from benchmarks.chaos.shrink import shrink
from benchmarks.chaos.verdict import Run, Verdict
from simulator.telegram import SimMessage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGES = [*HURRIES.values(), *(change for bug in BUGS.values() for change in bug.changes)]


def found(module: str, path: str) -> object:
    return operator.attrgetter(path)(importlib.import_module(module))


def chat(*texts: str) -> list[SimMessage]:
    """One message a second."""
    return [
        SimMessage(number, 7, from_bot=True, sender_id=1, text=text, at=NOON + timedelta(seconds=number))
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize("name", PLACES)
def test_every_named_place_is_a_function_of_ours(name: str) -> None:
    assert callable(found(*PLACES[name]))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.module}.{change.path}")
def test_every_change_from_outside_finds_what_it_replaces(change: Change) -> None:
    assert found(change.module, change.path) is not None


def test_there_are_at_least_twelve_bugs_each_of_a_scenario_that_exists() -> None:
    assert len(BUGS) >= 12
    assert {bug.scenario for bug in BUGS.values()} <= set(SCENARIOS)
    assert all(bug.broken for bug in BUGS.values())


def test_steps_come_to_every_point() -> None:
    parser = ArgumentParser()
    steps.options(parser)
    kills = steps.script(Random(1), parser.parse_args([]))
    assert {kill.point for kill in kills} == set(POINTS)


def test_a_question_says_of_which_version_it_is(tmp_path: Path) -> None:
    pack = stamps.Stamped(tmp_path / "pack")
    pack.write(12)
    words = (pack.folder / "en.yaml").read_text(encoding="utf-8")
    question = "Right now, or since the run: any of these?"
    assert f'ask: "[bc] {question}"' in words
    assert pack.asked_in(f"<b>[bc] {question}</b> and {question}") == [(12, 0), (stamps.SHIPPED, 0)]
    assert 'version: "1.12"' in (pack.folder / "pack.yaml").read_text(encoding="utf-8")
    assert (stamps.number("1.12"), stamps.number("1")) == (12, stamps.SHIPPED)


@pytest.mark.parametrize(
    ("texts", "owed", "lost", "doubled", "out_of_turn"),
    [
        (("A", "B", "A", "B"), 2, 0, 0, 0),
        (("A", "A", "B"), 1, 0, 1, 0),
        (("A", "B", "B"), 1, 0, 1, 0),
        (("A", "B"), 2, 2, 0, 0),
        (("A",), 1, 1, 0, 0),
        (("B", "A"), 1, 0, 0, 1),
        (("A", "B", "A"), 1, 0, 0, 1),
    ],
)
def test_a_repeat_comes_right_after_itself_and_anything_else_is_wrong(
    texts: tuple[str, ...], owed: int, lost: int, doubled: int, out_of_turn: int
) -> None:
    seen = oracle.in_turns(chat(*texts), ("A", "B"), owed)
    assert (seen.lost, len(seen.doubled), seen.out_of_turn) == (lost, doubled, out_of_turn)


def test_a_message_before_its_moment_is_early_and_does_not_count_for_it() -> None:
    second = timedelta(seconds=1)
    moments = [oracle.Moment(NOON + second * each, NOON + second * (each + 2)) for each in (0, 10)]
    seen = oracle.at_moments([NOON + second * each for each in (1, 12)], moments)
    assert (seen.lost, seen.out_of_turn, seen.doubled) == (1, 1, ())
    seen = oracle.at_moments([NOON + second * each for each in (2, 11, 12, 13)], moments)
    assert (seen.lost, seen.out_of_turn, seen.doubled) == (0, 1, (NOON + second * 13,))


def test_repeats_are_counted_by_the_kill_before_them() -> None:
    kills = [NOON, NOON + timedelta(seconds=10)]
    again = [NOON + timedelta(seconds=each) for each in (1, 11, 12)]
    assert oracle.per_kill(again, kills) == {0: 1, 1: 2}


def test_shrinking_finds_the_two_kills_that_break_it_together() -> None:
    script = [Kill(wait_s=float(number)) for number in range(20)]
    culprits = {script[3], script[17]}
    assert set(shrink(script, culprits.issubset)) == culprits


def test_a_day_is_judged_after_its_caches_are_full() -> None:
    looks = [soak.Look(200 * number, number / 4, min(number, 30), 20 + number % 3) for number in range(97)]
    day = soak.Day(looks)
    assert (day.later[0].updates, day.too_short, day.files) == (8000, False, (21, 21))
    assert day.grown_mb("updates") == pytest.approx(0)
    assert soak.Day(looks[:35]).too_short


def test_a_run_is_one_line_that_can_be_read_back(tmp_path: Path) -> None:
    run = Run("kills", "sqlite", 3, "kills --seed 3", 1.5, Verdict(Counter({"lost answers": 2}), {"kills": 60}))
    run.write(tmp_path / "results.jsonl")
    told = json.loads((tmp_path / "results.jsonl").read_text())
    assert (told["holds"], told["verdict"]) == (False, {"broken": {"lost answers": 2}, "figures": {"kills": 60}})


def test_the_page_says_what_was_not_measured_and_what_does_not_hold() -> None:
    told = {"scenario": "kills", "database": "sqlite", "command": "kills", "seed": 3, "at": "2026-03-01"}
    line = {
        **told,
        "bugs": [],
        "verdict": {"broken": {"lost answers": 2}, "figures": {"kills": 60}},
    }
    written = page.page([line])
    assert "**DOES NOT HOLD**: 2 lost answers; 60 kills | not measured" in written
    assert written.count("not measured") > 2 * (len(page.ROWS) - 2)
