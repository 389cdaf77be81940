"""Drawings of a pack: words filled in, every place checked, and nothing in them that runs or points elsewhere."""

from __future__ import annotations

import re

import pytest

from bot import png
from content import pictures
from content.load import parse_pack
from tests.content.shipped import PACK
from tests.content.tiny import problems_of, tiny_files

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
  <circle r="9"/>
  <text x="5" y="50" font-size="10" data-width="60">{spot}</text>
  <text x="5" y="90">{questions.sym.options.numb.label}</text>
</svg>
"""
NAMED = ("sym: {kind: many,", "sym: {kind: many, picture: foot,")
WORDS = "pictures: {foot: {alt: A foot., button: Show it, labels: {spot: The sore spot}}}\n"


def files(*changes: tuple[str, str], svg: str = DRAWING, words: str = WORDS) -> dict[str, bytes]:
    """The tiny pack with a picture of a foot."""
    found = tiny_files(NAMED, *changes)
    return {**found, "en.yaml": found["en.yaml"] + words.encode(), "pictures/foot.svg": svg.encode()}


def filled(svg: str, **words: str) -> str:
    return pictures.fill(svg, "foot", lambda *path: words[path[-1]])


def test_a_pack_holds_its_drawings() -> None:
    pack = parse_pack(files())
    assert pack.questions["sym"].picture == "foot"
    assert pack.pictures == {"foot": DRAWING}


def test_another_drawing_is_another_pack() -> None:
    assert parse_pack(files()).digest != parse_pack(files(svg=DRAWING.replace('r="9"', 'r="8"'))).digest


def test_words_fill_the_places_in_lines_of_their_width() -> None:
    svg = filled(DRAWING, spot="The sore <spot> & more", label="Numb")
    assert re.findall(r'<tspan x="5" y="([\d.]+)">(.*?)</tspan>', svg) == [
        ("38.4", "The sore"), ("50", "&lt;spot&gt; &amp;"), ("61.6", "more"), ("90", "Numb"),
    ]  # fmt: skip
    assert "data-width" not in svg


def test_the_letters_of_a_group_count_for_the_lines() -> None:
    grouped = DRAWING.replace("<text", '<g font-size="30"><text', 1).replace("</text>", "</text></g>", 1)
    svg = filled(grouped.replace(' font-size="10"', ""), spot="The sore spot", label="")
    assert re.findall(r">([^<]+)</tspan>", svg) == ["The", "sore", "spot"]


def test_lines_are_about_equally_long() -> None:
    assert re.findall(
        r">([^<]+)</tspan>", filled(DRAWING.replace("60", "90"), spot="10 minutes, at most 15", label="")
    )[:2] == ["10 minutes,", "at most 15"]


# What is wrong: a change of the pack, of the drawing or of the words; where it is blamed; what is said.
WORDLESS = WORDS.replace("spot: The sore spot", "")
BROKEN = [
    ({"changes": [("picture: foot", "picture: fot")]}, "pack.yaml:15", "unknown picture 'fot'; did you mean 'foot'?"),
    ({"changes": [("picture: foot, ", "")]}, "pictures/foot.svg:1", "nobody names it"),
    ({"words": ""}, "en.yaml:1", "no words for the picture 'foot'"),
    ({"words": WORDLESS}, "en.yaml:35", "no words for the label 'spot'"),
    ({"words": WORDS.replace("alt: A foot., ", "")}, "en.yaml:35", "`alt:` is missing"),
    ({"words": WORDS.replace("A foot.", "''")}, "en.yaml:35", "is empty"),
    ({"words": WORDS.replace("A foot.", "x" * 1025)}, "en.yaml:35", "is 1025 characters long; it may have 1024"),
    ({"words": WORDS.replace("Show it", "x" * 25)}, "en.yaml:35", "is 25 characters long; it may have 24"),
    ({"words": WORDS.replace("{spot:", "{heel: Heel, spot:")}, "en.yaml:35", "the picture has no place {heel}"),
    ({"words": WORDS.replace("{foot:", "{hand: {}, foot:")}, "en.yaml:35", "there is no pictures/hand.svg"),
    ({"svg": DRAWING.replace("numb.label", "nub.label")}, "pictures/foot.svg:4", "en.yaml has no such text"),
    ({"svg": DRAWING.replace("</svg>", "")}, "pictures/foot.svg:6", "is not XML"),
    ({"svg": DRAWING.replace("<circle", "<script/><circle")}, "pictures/foot.svg:2", "<script> is not drawn here"),
    ({"svg": DRAWING.replace("<circle", "<image/><circle")}, "pictures/foot.svg:2", "<image> is not drawn"),
    ({"svg": DRAWING.replace("<circle", "<use href='b.svg#x'/><circle")}, "pictures/foot.svg:2", "points to nothing"),
    ({"svg": DRAWING.replace("<circle", "<circle onclick='x'")}, "pictures/foot.svg:1", "points to nothing"),
    ({"svg": DRAWING.replace("<circle", "<circle fill='url(http://x)'")}, "pictures/foot.svg:2", "points to nothing"),
    ({"svg": "<!DOCTYPE svg [<!ENTITY a 'b'>]>" + DRAWING}, "pictures/foot.svg:1", "plain SVG needs none"),
    ({"svg": "x" * 200_001}, "pictures/foot.svg:", "larger than 200000 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "place", "words"), BROKEN)
def test_a_picture_that_is_not_whole_is_named_with_its_line(case: dict[str, str], place: str, words: str) -> None:
    changes = case.pop("changes", ())
    problems = problems_of(files(*changes, **case))
    assert [each for each in problems if each.startswith(f"{place} ") and words in each], problems


@pytest.mark.parametrize("name", PACK.pictures)
def test_a_shipped_picture_has_words_in_every_language_and_becomes_a_photo(name: str) -> None:
    for language in PACK.languages:
        svg = pictures.fill(PACK.pictures[name], name, lambda *path, words=PACK.words[language]: text_at(words, path))
        assert not re.search(r">[^<]*[{}][^<]*<", svg)
        assert png.photo(svg) != png.photo(re.sub(r"<text.*?</text>", "", svg)), "no word was drawn"


def text_at(words: object, path: tuple[str, ...]) -> str:
    for part in path:
        assert isinstance(words, dict)
        words = words[part]
    return str(words)
