"""Test cases are run through the very questions a person is asked, and measured as the literature measures."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import confusion_picture, evaluating
from bot.cli import app
from content.evaluate import Result, Share, confusion, evaluate, figures, run
from content.load import load_pack
from content.pack import Pack
from content.reading import Problems
from content.shipped import PACKS
from content.vignettes import Vignette, read_vignettes
from tests.content.shipped import CALM

FOLDER = PACKS / "leg-tingling"
GATES = ("g_life", "g_spine", "g_limb", "g_urgent", "g_fluid_heat")
CLEAR = {gate: frozenset({"none"}) for gate in GATES}
CASE = """vignettes:
  - id: X1
    title: "A case"
    answers: {answers}
    levels: {levels}
"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


@pytest.fixture(scope="module")
def shipped(pack: Pack) -> dict[str, tuple[Result, ...]]:
    return evaluating.run("leg-tingling", [])[1]


def case(gold: str, name: str = "X", **gates: str) -> Vignette:
    answers = {**CLEAR, **{gate: frozenset({option}) for gate, option in gates.items()}}
    return Vignette(name, name, answers, gold, (gold,))


def told(pack: Pack, gold: str, level: str) -> Result:
    gate = {"L1": {"g_life": "chest_breath_faint"}, "L2": {"g_urgent": "red_fever"}}[level]
    found = run(pack, Vignette("X", "X", {**CALM, **case(gold, **gate).answers}, gold, (gold,)))
    assert found.outcome.level == level
    return found


def written(folder: Path, answers: str = "{g_life: [chest_breath_faint]}", levels: str = "[L1]") -> Path:
    path = folder / "cases.yaml"
    path.write_text(CASE.format(answers=answers, levels=levels), encoding="utf-8")
    return path


def problems_in(path: Path, pack: Pack) -> list[str]:
    problems = Problems()
    read_vignettes(path, pack, problems)
    return [str(each) for each in problems.found]


def test_the_questions_end_where_they_would_end_for_a_person(pack: Pack) -> None:
    assert run(pack, case("L1", g_spine="saddle")).asked == ("g_life", "g_spine")


def test_a_line_that_is_not_shown_to_a_person_cannot_be_ticked(pack: Pack) -> None:
    problems = Problems()
    worried = next(each for each in read_vignettes(FOLDER / "vignettes-own.yaml", pack, problems) if each.id == "W23")
    only_hidden = Vignette("X", "X", {**worried.answers, "extra": frozenset({"one_sided_weak_hip"})}, "L5", ("L5",))
    assert "extra" in run(pack, only_hidden).asked
    assert ("extra", "one_sided_weak_hip") not in run(pack, only_hidden).outcome.reasons


def test_every_shipped_case_can_be_read_and_answers_whatever_it_is_asked(
    shipped: dict[str, tuple[Result, ...]],
) -> None:
    assert {name: len(listed) for name, listed in shipped.items()} == {"vignettes.yaml": 25, "vignettes-own.yaml": 82}


def test_our_cases_cover_all_levels_and_every_cause_with_a_level_of_its_own(
    pack: Pack, shipped: dict[str, tuple[Result, ...]]
) -> None:
    own = [each.vignette for each in shipped["vignettes-own.yaml"]]
    assert {each.gold for each in own} == set(pack.levels)
    assert {each.id for each in pack.causes.values() if each.level} <= {name for each in own for name in each.must_name}


def test_no_shipped_case_that_ticks_a_red_flag_of_an_emergency_is_told_anything_milder(
    pack: Pack, shipped: dict[str, tuple[Result, ...]]
) -> None:
    flagged = [
        each
        for each in evaluating.everything(shipped)
        if each.vignette.gold == "L1" and any(each.vignette.answers[gate] != {"none"} for gate in GATES)
    ]
    assert len(flagged) >= 15
    assert {each.outcome.level for each in flagged} == {"L1"}


def test_a_gold_level_that_is_not_given_is_the_least_urgent_one_accepted(pack: Pack, tmp_path: Path) -> None:
    path = written(tmp_path, levels="[L4, L2]")
    assert read_vignettes(path, pack, Problems())[0].gold == "L4"


def test_strict_safety_counts_the_gold_level_or_more_urgent(pack: Pack) -> None:
    found = figures(pack, [told(pack, "L2", "L1"), told(pack, "L1", "L2"), told(pack, "L2", "L2")])
    assert (found.safety, found.safety_by_one) == (Share(2, 3), Share(3, 3))


def test_over_triage_is_measured_among_the_errors_only(pack: Pack) -> None:
    results = [told(pack, "L2", "L1"), told(pack, "L1", "L2"), told(pack, "L2", "L2"), told(pack, "L1", "L1")]
    assert figures(pack, results).over == Share(1, 2)
    assert figures(pack, results).accuracy == Share(2, 4)
    assert figures(pack, results[2:]).over.percent is None


def test_three_classes_join_the_levels_between_emergency_and_self_care(pack: Pack) -> None:
    assert figures(pack, [told(pack, "L4", "L2"), told(pack, "L1", "L2")]).accuracy_of_three == Share(1, 2)


def test_the_confusion_table_counts_every_case_once(pack: Pack) -> None:
    table = confusion(pack, [told(pack, "L2", "L1"), told(pack, "L1", "L1")])
    assert table["L2"]["L1"] == table["L1"]["L1"] == 1
    assert sum(sum(row.values()) for row in table.values()) == 2


@pytest.mark.parametrize(("hits", "of", "low", "high"), [(0, 10, 0, 27.8), (10, 10, 72.2, 100), (81, 263, 25.5, 36.6)])
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=0.06)


@pytest.mark.parametrize(
    ("answers", "levels", "message"),
    [
        ("{g_lief: [none]}", "[L1]", "cases.yaml:4 vignettes answers g_lief: the pack has no question 'g_lief'"),
        ("{g_life: [chest]}", "[L1]", "no option 'chest'"),
        ("{g_life: [none, stroke_signs]}", "[L1]", "these exclude each other; keep one"),
        ("{side: [one, both]}", "[L1]", "these exclude each other; keep one"),
        ("{sym: [numb, itch, burning, tingling]}", "[L1]", "4 are ticked; the question takes 3"),
        ("{g_life: []}", "[L1]", "nothing is ticked"),
        ("{g_life: [none]}", "[L7]", "cases.yaml:5 vignettes levels: the pack has no level 'L7'"),
        ("{g_life: [none]}", "[]", "name at least one acceptable level"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_cure(
    pack: Pack, tmp_path: Path, answers: str, levels: str, message: str
) -> None:
    assert any(message in each for each in problems_in(written(tmp_path, answers, levels), pack))


def test_a_case_that_leaves_an_asked_question_open_ends_with_code_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", str(written(tmp_path, "{g_life: [none]}"))])
    assert result.exit_code == 2
    assert "cases.yaml:2 X1: is asked `g_spine` and has no answer to it" in result.output


def test_the_command_reports_writes_a_picture_and_json_and_ends_well_though_imperfect(tmp_path: Path) -> None:
    wrong = written(tmp_path, levels="[L5]")
    picture, data = tmp_path / "table.svg", tmp_path / "all.json"
    result = CliRunner().invoke(app, ["evaluate", str(wrong), "--picture", str(picture), "--json", str(data)])
    assert result.exit_code == 0, result.output
    assert "strict safety" in result.output
    assert "Semigran 2015" in result.output
    assert re.search(r"X1 A case: gold L5, told L1 by R01.*, OUTSIDE its range", result.output)
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(data.read_text(encoding="utf-8"))["cases"][0]["told"] == "L1"


def test_a_picture_of_an_unknown_kind_is_refused_with_the_cure(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(confusion_picture.PictureError, match=r"ends in \.svg or \.png"):
        confusion_picture.write(pack, evaluate(pack, [case("L1", g_spine="saddle")]), tmp_path / "table.gif")


def test_the_cases_are_no_part_of_a_packs_fingerprint(pack: Pack, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "pack", ignore=shutil.ignore_patterns("vignettes*"))
    assert load_pack(tmp_path / "pack").digest == pack.digest


def test_a_png_can_be_written_on_a_machine_without_fonts(pack: Pack, tmp_path: Path) -> None:
    confusion_picture.write(pack, evaluate(pack, [case("L1", g_spine="saddle")]), tmp_path / "table.png")
    assert (tmp_path / "table.png").read_bytes().startswith(b"\x89PNG")
