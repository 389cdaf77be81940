"""A diary as SVG for a phone: 390 wide, no letter smaller than 13, on paper of its own (night mode is no matter).

Nothing is told by colour alone: runs are triangles, icing rounds are diamonds, advice is a numbered line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import svg as shapes
from handlers.charts import Mark, Timeline

WIDTH, MARGIN = 390, 16
TITLE, LETTER = 17, 14
TOP, HIGH = 84, 190  # where the plot begins, and how high it is
AXIS, ROW, NOTE = 26, 28, 22
MANY = 24  # from so many on, marks are drawn small and points without numbers
NUMBER_GAP, MARK = 18, 22
STRENGTH, GRID = "#0d47a1", "#d3d6dc"
ROW_COLOURS = ("#b34700", "#00695c")
Shape = Callable[[float, float, float, str], str]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the line may run."""

    left: float
    right: float
    since: datetime
    until: datetime
    most: int

    def x(self, at: datetime) -> float:
        share = (at.timestamp() - self.since.timestamp()) / (self.until.timestamp() - self.since.timestamp())
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    @property
    def day_width(self) -> float:
        return (self.right - self.left) / (self.until.date() - self.since.date()).days

    def y(self, score: float) -> float:
        return TOP + HIGH * (1 - score / self.most)


def svg(line: Timeline) -> str:
    """The picture."""
    widest = max((len(label) for _, label in line.scale), default=1)
    left = MARGIN + widest * LETTER * shapes.LETTER + 8
    frame = Frame(left, WIDTH - MARGIN, line.since, line.until, line.top)
    rows = [(*row, *look) for row, look in zip(line.rows, zip(SHAPES, ROW_COLOURS, strict=True), strict=True) if row[1]]
    below = TOP + HIGH + AXIS
    parts = [
        *_titles(line.title),
        *_grid(line, frame),
        *_notes(line.notes, frame),
        *_curve(line, frame),
        *_axis(line.days, frame),
    ]
    for place, (_, moments, shape, colour) in enumerate(rows):
        parts += _marks(moments, frame, below + ROW * (place + 0.5), shape, colour)
    below += ROW * len(rows)
    for place, (name, moments, shape, colour) in enumerate(rows):
        parts += _named(shape, colour, f"{name}: {len(moments)}", below + NOTE * (place + 0.5))
    below += NOTE * len(rows)
    for place, note in enumerate(line.notes):
        parts += _listed(place + 1, note.text, below + NOTE * (place + 0.5))
    return shapes.document(WIDTH, below + NOTE * len(line.notes) + MARGIN, parts)


def _titles(title: str) -> list[str]:
    first, _, second = title.partition("\n")
    return [
        shapes.text(MARGIN, 30, first, size=TITLE, weight="bold"),
        shapes.text(MARGIN, 52, second, size=LETTER, fill=shapes.QUIET),
    ]


def _grid(line: Timeline, frame: Frame) -> list[str]:
    parts = []
    for score, label in line.scale:
        y = frame.y(score)
        parts.append(_stroke(frame.left, y, frame.right, y, GRID, 1))
        parts.append(shapes.text(frame.left - 8, y + 5, label, size=LETTER, anchor="end", fill=shapes.QUIET))
    return parts


def _curve(line: Timeline, frame: Frame) -> list[str]:
    places = [(frame.x(at), frame.y(score)) for at, score in line.points]
    many = len(places) > MANY
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{path}" fill="none" stroke="{STRENGTH}" stroke-width="2.5" stroke-linejoin="round"/>']
    parts += [_dot(x, y, 3 if many else 5) for x, y in places]
    if not line.numbered:
        return parts
    for number in _apart(places, _first_numbers(line.points, many=many)):
        x, y = places[number]
        score = str(line.points[number][1])
        parts.append(_halo(shapes.text(x, y - 10, score, size=LETTER, anchor="middle", weight="bold", fill=STRENGTH)))
    return parts


def _first_numbers(points: Sequence[tuple[datetime, int]], *, many: bool) -> list[int]:
    """Whose number is not to be missing: the newest, the strongest, the first; then the others where there is room."""
    strongest = max(range(len(points)), key=lambda place: points[place][1])
    first = [len(points) - 1, strongest, 0]
    return list(dict.fromkeys(first if many else [*first, *range(len(points))]))


def _apart(places: Sequence[tuple[float, float]], order: Sequence[int]) -> list[int]:
    """Those whose numbers do not run into one that comes before them in this order."""
    kept: list[int] = []
    for number in order:
        x, y = places[number]
        near = [
            each for each in kept if abs(places[each][0] - x) < NUMBER_GAP and abs(places[each][1] - y) < NUMBER_GAP
        ]
        if not near:
            kept.append(number)
    return kept


def _axis(days: Sequence[Mark], frame: Frame) -> list[str]:
    """The dates, the newest for certain, none into another."""
    parts, free_until = list[str](), float(WIDTH)
    for day in reversed(days):
        x = frame.x(day.at)
        half = len(day.text) * LETTER * shapes.LETTER / 2
        at = min(x, WIDTH - 4 - half)
        if at + half > free_until:
            continue
        parts.append(_stroke(x, TOP + HIGH, x, TOP + HIGH + 5, shapes.QUIET, 1))
        parts.append(shapes.text(at, TOP + HIGH + 21, day.text, size=LETTER, anchor="middle", fill=shapes.QUIET))
        free_until = at - half - 6
    return parts


def _notes(notes: Sequence[Mark], frame: Frame) -> list[str]:
    """A broken line each, its number on top; numbers that would touch stand beside each other."""
    parts, taken = list[str](), float(-WIDTH)
    for place, note in enumerate(notes):
        x = frame.x(note.at)
        at = max(x, taken + 20)
        taken = at
        parts.append(_stroke(x, TOP - 6, x, TOP + HIGH, shapes.INK, 1.5, dash="4 4"))
        parts += _number(place + 1, at, TOP - 15)
    return parts


def _number(number: int, x: float, y: float) -> list[str]:
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{shapes.INK}"/>',
        shapes.text(x, y + 5, str(number), size=13, anchor="middle", weight="bold", fill=shapes.PAPER),
    ]


def _listed(number: int, words: str, y: float) -> list[str]:
    return [*_number(number, MARGIN + 9, y), shapes.text(MARGIN + 28, y + 5, words, size=LETTER)]


def _named(shape: Shape, colour: str, words: str, y: float) -> list[str]:
    return [shape(MARGIN + 9, y, 7, colour), shapes.text(MARGIN + 28, y + 5, words, size=LETTER)]


def _marks(moments: Sequence[datetime], frame: Frame, y: float, shape: Shape, colour: str) -> list[str]:
    """One a day. Of several on it their number is written into the mark, where there is room."""
    days = Counter(at.replace(hour=12, minute=0, second=0, microsecond=0) for at in moments)
    roomy, half = frame.day_width >= MARK, 4 if len(days) > MANY else 7
    parts = [_stroke(frame.left, y, frame.right, y, GRID, 1)]
    for at, count in sorted(days.items()):
        x, counts = frame.x(at), count > 1 and roomy
        parts.append(shape(x, y, MARK / 2 if counts else half, colour))
        if counts:
            parts.append(shapes.text(x, y + 6, str(count), size=13, anchor="middle", weight="bold", fill=shapes.PAPER))
    return parts


def _triangle(x: float, y: float, half: float, colour: str) -> str:
    corners = f"{x:.1f},{y - half:.1f} {x + half:.1f},{y + half:.1f} {x - half:.1f},{y + half:.1f}"
    return f'<polygon points="{corners}" fill="{colour}"/>'


def _diamond(x: float, y: float, half: float, colour: str) -> str:
    corners = f"{x:.1f},{y - half:.1f} {x + half:.1f},{y:.1f} {x:.1f},{y + half:.1f} {x - half:.1f},{y:.1f}"
    return f'<polygon points="{corners}" fill="{colour}"/>'


def _dot(x: float, y: float, radius: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{STRENGTH}" stroke="{shapes.PAPER}" stroke-width="1.5"/>'
    )


def _halo(text: str) -> str:
    """The same letters on paper of their own, so that no line runs through them."""
    halo = f'<text stroke="{shapes.PAPER}" stroke-width="4" stroke-linejoin="round" '
    return text.replace("<text ", halo, 1) + text


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


SHAPES: tuple[Shape, ...] = (_triangle, _diamond)
