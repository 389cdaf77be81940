"""A small line chart of how strong it was: time to the right, 0 to 10 upwards. Runs of the diary are hollow points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf import FPDF

from handlers.summary_page import Point

TOP_SCORE = 10
LEFT, BELOW, ABOVE = 7.0, 5.0, 4.0
NUMBER_GAP, DAY_GAP, DOT = 4.0, 14.0, 0.9
GRID, INK, PAPER = 190, 0, 255


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the lines may run, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    def up(self, score: int) -> float:
        return self.y + self.height * (1 - score / TOP_SCORE)


def draw(pdf: FPDF, points: Sequence[Point], box: Frame, size: float) -> None:
    """The chart within the box. Labels that would run into each other are left out; the first and the last stay."""
    frame = Frame(box.x + LEFT, box.y + ABOVE, box.width - LEFT - 3, box.height - BELOW - ABOVE)
    pdf.set_font(size=size)
    _grid(pdf, frame)
    places = _places(points, frame)
    pdf.set_draw_color(INK)
    pdf.set_line_width(0.5)
    pdf.polyline(places)
    for point, (x, y) in zip(points, places, strict=True):
        pdf.set_fill_color(PAPER if point.of_run else INK)
        pdf.circle(x, y, DOT, style="DF")
    worst = max(range(len(points)), key=lambda place: points[place].score)
    for place in _apart(places, [worst, 0, len(points) - 1], NUMBER_GAP):
        _centred(pdf, places[place][0], places[place][1] - 4.6, str(points[place].score))
    level = [(x, 0.0) for x, _ in places]
    for place in _apart(level, [0, len(points) - 1], DAY_GAP):
        _centred(pdf, places[place][0], frame.y + frame.height + 1, points[place].day)


def _grid(pdf: FPDF, frame: Frame) -> None:
    pdf.set_line_width(0.2)
    for score in (0, TOP_SCORE // 2, TOP_SCORE):
        pdf.set_draw_color(GRID)
        pdf.line(frame.x, frame.up(score), frame.x + frame.width, frame.up(score))
        _centred(pdf, frame.x - 4, frame.up(score) - 2, str(score))


def _places(points: Sequence[Point], frame: Frame) -> list[tuple[float, float]]:
    start, end = points[0].at, points[-1].at
    whole_s = (end - start).total_seconds() or 1.0
    inner = frame.width - 8
    return [
        (frame.x + 4 + inner * (each.at - start).total_seconds() / whole_s, frame.up(each.score)) for each in points
    ]


def _apart(places: Sequence[tuple[float, float]], first: Sequence[int], gap: float) -> list[int]:
    """Which points get a label, so that none runs into another; these first, then the others in order."""
    kept: list[int] = []
    for number in dict.fromkeys((*first, *range(len(places)))):
        x, y = places[number]
        if all(abs(x - places[other][0]) >= gap or abs(y - places[other][1]) >= gap for other in kept):
            kept.append(number)
    return kept


def _centred(pdf: FPDF, x: float, y: float, words: str) -> None:
    pdf.set_xy(x - 10, y)
    pdf.cell(20, 4, words, align="C")
