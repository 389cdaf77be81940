"""A clinician can read a pack without opening YAML: one picture, and every rule in words with its source."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.review_poster import poster
from bot.review_sheet import sheet
from bot.svg import wrapped
from content.conditions import parse
from content.load import PackError, load_pack, pack_files, parse_pack
from content.notes import remarks
from content.pack import Pack
from content.shipped import PACKS
from content.telling_rules import Teller

FOLDER = PACKS / "leg-tingling"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


@pytest.fixture(scope="module")
def tell(pack: Pack) -> Teller:
    return Teller(pack)


@pytest.fixture(scope="module")
def page(tell: Teller) -> str:
    return sheet(tell, remarks((FOLDER / "pack.yaml").read_text(encoding="utf-8")))


def rule_ids(pack: Pack) -> list[str]:
    return [rule.id for rule in pack.rules] + [each.id for each in pack.modifiers]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("sym.numb", "numbness"),
        ("sym in (numb, tingling)", "numbness or tingling"),
        ("sym in (numb, tingling) and side.both", "(numbness or tingling), AND on both sides"),
        ("side.both or (sym.numb and trend.worse)", "on both sides OR (numbness, AND getting worse)"),
        ("not trend.worse", "NOT getting worse"),
        ("not (trend.worse or side.both)", "NOT (getting worse OR on both sides)"),
        ("not best", "no cause fits"),
        ("best in (cecs,)", "what fits best is “Muscle pressure during runs”"),
        ("points(cecs) >= 7", "7 or more points for “Muscle pressure during runs”"),
        ("points(cecs) < 7", "fewer than 7 points for “Muscle pressure during runs”"),
        ("sym.pain_cramp", "“pain or cramp”"),
        ("g_spine.not_sure", "not sure about “Is any of these new, or different from your usual”"),
        ("life_danger", "anything ticked at “Right now, or since the run: any of these”"),
        ("trigger.none", "“None, or I don't know” at “What brings it on”"),
        ("level.L3", "the level is L3 (Doctor within days)"),
        ("step.D3 and timing.last", "at the check-in “Day 3”, AND it is the last check-in"),
    ],
)
def test_a_condition_is_told_in_the_packs_own_words(tell: Teller, condition: str, words: str) -> None:
    assert tell.condition(parse(condition)) == words


def test_a_long_definition_is_called_by_its_name_and_explained_in_the_glossary(tell: Teller) -> None:
    assert tell.condition(parse("plain_pressure and side.one")) == "“plain pressure”, AND always on the same side"
    assert "diabetes, AND NOT" in tell.glossary()["“plain pressure”"]


def test_no_id_of_an_option_shows_where_words_should_stand(tell: Teller, pack: Pack) -> None:
    told = " ".join(tell.condition(floor.when) for rule in pack.rules for floor in rule.floors)
    assert not re.findall(r"\b\w+_\w+\b|\b\w+\.\w+\(", told)


def test_every_rule_every_cause_and_every_plan_stands_on_the_page(page: str, pack: Pack) -> None:
    for name in rule_ids(pack):
        assert f"<td>{name}</td>" in page
    tell = Teller(pack)
    for name in (*pack.plans, *(escape(tell.word("causes", cause)) for cause in pack.causes)):
        assert f"<td><b>{name}</b>" in page


def test_every_rule_of_the_shipped_pack_names_its_sources(page: str, pack: Pack) -> None:
    assert [name for name in rule_ids(pack) if not pack.rule_sources.get(name)] == []
    assert "none given" not in page


def test_a_rule_without_a_source_is_shown_as_a_gap(pack: Pack) -> None:
    files = pack_files(FOLDER)
    files["pack.yaml"] = files["pack.yaml"].replace(b"  R04: [N2, P15]\n", b"", 1)
    assert "none given" in sheet(Teller(parse_pack(files)), {})


def test_an_unknown_rule_or_source_is_a_problem_with_its_line() -> None:
    files = pack_files(FOLDER)
    files["pack.yaml"] = files["pack.yaml"].replace(b"  R04: [N2, P15]\n", b"  R004: [N2, X15]\n", 1)
    with pytest.raises(PackError) as caught:
        parse_pack(files)
    assert re.search(r"pack\.yaml:\d+ .*unknown rule 'R004'", str(caught.value))
    assert "unknown source 'X15'" in str(caught.value)


def test_an_unreviewed_pack_says_so_on_page_and_picture(page: str, tell: Teller) -> None:
    assert "Not reviewed by a clinician yet." in page
    assert "not reviewed by a clinician yet" in poster(tell)


def test_a_remark_above_rules_becomes_their_heading() -> None:
    lines = [
        "rules:",
        "  # Life first:",
        "  # at once.",
        "  R01: {}",
        "  R02: {}",
        "modifiers:",
        "  # Not it.",
        "  M1: {}",
    ]
    text = "\n".join(lines)
    assert remarks(text) == {"R01": "Life first: at once."}


def test_the_page_needs_no_script_and_no_other_file(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!#)", page)


def test_words_that_look_like_markup_stay_words(pack: Pack) -> None:
    files = pack_files(FOLDER)
    files["en.yaml"] = files["en.yaml"].replace(b"why: getting worse}", b'why: "worse <b>&amp;</b>"}', 1)
    tell = Teller(parse_pack(files))
    assert "worse &lt;b&gt;&amp;amp;" in sheet(tell, {})
    ET.fromstring(poster(tell))  # noqa: S314 - our own text


def test_the_picture_shows_every_gate_level_and_plan_inside_its_frame(tell: Teller, pack: Pack) -> None:
    root = ET.fromstring(poster(tell))  # noqa: S314 - our own text
    words = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    for plan in pack.plans:
        assert plan in words
    for level in pack.levels:
        assert f"{level}  {tell.word('levels', level)}" in words
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for each in root.iter(f"{SVG}text"):
        assert 0 <= float(each.attrib["x"]) < width
        assert 0 <= float(each.attrib["y"]) < height


def test_boxes_of_the_picture_do_not_overlap(tell: Teller) -> None:
    root = ET.fromstring(poster(tell))  # noqa: S314 - our own text
    boxes = [
        tuple(float(each.attrib[name]) for name in ("x", "y", "width", "height"))
        for each in root.iter(f"{SVG}rect")
        if each.attrib.get("rx") == "8"
    ]
    for column in {box[0] for box in boxes}:
        stacked = sorted(box for box in boxes if box[0] == column)
        assert all(one[1] + one[3] <= two[1] for one, two in pairwise(stacked))


def test_long_words_wrap_and_never_vanish() -> None:
    text = "one two three four five six seven eight nine ten"
    assert " ".join(wrapped(text, 100, 14)) == text


def test_the_command_writes_both_files_into_a_folder_it_makes(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["draw", "--out", str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["leg-tingling.html", "leg-tingling.svg"]


def test_a_folder_without_a_pack_ends_with_code_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["draw", "--pack", str(tmp_path), "--out", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert "has no pack.yaml" in result.output
