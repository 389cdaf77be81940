"""The diary's picture can be read on a phone, however much or little there is, and its caption says the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot import svg as shapes
from bot import timeline
from content import words
from handlers import draw_diary
from handlers.charts import Timeline
from handlers.screens import CAPTION_UNITS, Screen, Stage, units
from handlers.voice import Voice
from tests.content.shipped import PACK

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
TEXT = re.compile(
    r'<text (?:stroke[^>]*? )?x="([\d.-]+)" y="([\d.]+)" font-size="(\d+)" text-anchor="(\w+)"[^>]*>([^<]*)<'
)
LONGEST = "L5"


def diary(days: int, every: float = 1, *, in_words: bool = False, points: bool = True) -> dict[str, Any]:
    """So many days with a run, a strength and ice every so often, and four changes of advice."""
    since = (NOW - timedelta(days=days - 1)).replace(hour=0)
    count = int(days / every)
    moments = [(since + timedelta(days=place * every, hours=9)).isoformat() for place in range(count)]
    advice = [[moments[place], LONGEST] for place in sorted({0, count // 3, count // 2, count - 1})]
    return {
        "since": since.isoformat(),
        "until": NOW.isoformat(),
        "words": in_words,
        "points": [[at, place * 7 % 11] for place, at in enumerate(moments)] if points else [],
        "runs": moments,
        "ice": moments,
        "advice": advice,
        "others": [14, 60],
        "asking": False,
        "turn": 1,
    }


def draw(language: str, values: dict[str, Any]) -> Screen:
    return draw_diary.shown(Stage(Voice(language, PACK, NOW, "Europe/Madrid")), values)


def placed(svg: str) -> list[tuple[float, float, float, str]]:
    """Every text: where it begins and ends, its base line, and what it says."""
    found = []
    for x, y, size, anchor, text in TEXT.findall(svg):
        long = len(text) * int(size) * shapes.LETTER
        begins = float(x) - {"start": 0.0, "middle": long / 2, "end": long}[anchor]
        found.append((begins, begins + long, float(y), text))
    return found


@pytest.mark.parametrize("language", words.languages())
@pytest.mark.parametrize(
    "values",
    [diary(14), diary(14, 14), diary(60), diary(200, 3.3), diary(365, 2), diary(14, in_words=True), diary(60, 0.5)],
    ids=["two weeks", "one entry", "60 days", "200 days", "a year", "in words", "120 runs"],
)
def test_every_picture_can_be_read_on_a_phone(language: str, values: dict[str, Any]) -> None:
    screen = draw(language, values)
    assert isinstance(screen.chart, Timeline)
    assert units(screen.text) <= CAPTION_UNITS
    svg = timeline.svg(screen.chart)
    texts = placed(svg)
    assert len(texts) == svg.count("<text "), "every text is looked at"
    assert min(int(size) for size in re.findall(r'font-size="(\d+)"', svg)) >= 13
    assert all(begins >= 0 and ends <= timeline.WIDTH for begins, ends, _, _ in texts), texts
    days = sorted(each for each in texts if each[2] == timeline.TOP + timeline.HIGH + 21)
    assert 1 <= len(days) <= 6
    assert all(before[1] < after[0] for before, after in pairwise(days))
    assert days[-1][3].startswith("23"), "today is among them"


def test_the_caption_says_what_the_picture_shows() -> None:
    values = diary(14, 2)
    text = draw("en", values).text
    assert "you logged 7 runs" in text
    assert "0 of 10 on Tuesday 10 November, then 9 of 10 yesterday" in text
    assert "At its strongest: 10 of 10 on Monday 16 November" in text
    assert "You put ice on 7 times" in text
    assert "• Self-care with follow-up (Tuesday 10 November)" in text


def test_of_one_entry_there_is_one_sentence_and_words_can_stand_for_numbers() -> None:
    values = {**diary(14, 14, in_words=True), "ice": []}
    values["points"] = [[NOW.isoformat(), 8]]
    assert "How strong it was: “it stops me” today." in draw("en", values).text
    assert "Intensidad: «me hace parar» hoy." in draw("es", values).text


def test_without_any_strength_there_are_only_words() -> None:
    screen = draw("en", {**diary(14, points=False), "runs": [], "ice": []})
    assert screen.chart is None
    assert "you logged no run" in screen.text
