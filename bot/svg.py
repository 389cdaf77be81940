"""The few shapes our pictures are made of: lines of text that wrap, boxes, chips and arrows, as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from xml.sax.saxutils import escape

INK, QUIET, LINE, PAPER, WASH = "#1b1b1f", "#5c5f66", "#c9ccd3", "#ffffff", "#f4f5f7"
FONT = "DejaVu Sans, Arial, sans-serif"
LETTER, BOLD_LETTER = 0.54, 0.6
LEADING = 1.35


def document(width: float, height: float, parts: Sequence[str]) -> str:
    """A whole picture on white paper."""
    body = "\n".join([f'<rect width="{width}" height="{height}" fill="{PAPER}"/>', *parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}">\n{body}\n</svg>\n'
    )


def text(
    x: float, y: float, words: str, *, size: int = 16, anchor: str = "start", weight: str = "normal", fill: str = INK
) -> str:
    """One line of text; y is its base line."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{fill}">{escape(words)}</text>'
    )


def wrapped(words: str, width: float, size: int, *, bold: bool = False) -> list[str]:
    """The words in lines that fit the width, as far as letters can be guessed."""
    letters = max(8, int(width / (size * (BOLD_LETTER if bold else LETTER))))
    return textwrap.wrap(words, letters, break_long_words=False) or [""]


def lines(
    x: float, y: float, listed: Sequence[str], *, size: int, weight: str = "normal", fill: str = INK
) -> list[str]:
    """Lines of text below each other; y is the top of the first."""
    step = size * LEADING
    return [
        text(x, y + size + step * place, each, size=size, weight=weight, fill=fill) for place, each in enumerate(listed)
    ]


def height_of(listed: Sequence[str], size: int) -> float:
    """How high these lines stand."""
    return len(listed) * size * LEADING


def box(x: float, y: float, width: float, height: float, *, fill: str = PAPER, edge: str = LINE, dash: str = "") -> str:
    """A box with round corners."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1.5"{dashed}/>'
    )


def chip(x: float, y: float, words: str, fill: str) -> str:
    """A short coloured label, 34 wide; y is its top."""
    shape = f'<rect x="{x:g}" y="{y:g}" width="34" height="20" rx="5" fill="{fill}"/>'
    return shape + text(x + 17, y + 15, words, size=13, anchor="middle", weight="bold", fill=PAPER)


def arrow(start: tuple[float, float], end: tuple[float, float], stroke: str) -> str:
    """A curve from left to right that ends in a point."""
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    curve = f"M{x1:g},{y1:g} C{middle:g},{y1:g} {middle:g},{y2:g} {x2 - 8:g},{y2:g}"
    point = f"{x2:g},{y2:g} {x2 - 9:g},{y2 - 5:g} {x2 - 9:g},{y2 + 5:g}"
    return (
        f'<path d="{curve}" fill="none" stroke="{stroke}" stroke-width="2" opacity="0.75"/>'
        f'<polygon points="{point}" fill="{stroke}"/>'
    )


def down(x: float, y1: float, y2: float) -> str:
    """A straight arrow downwards."""
    point = f"{x:g},{y2:g} {x - 5:g},{y2 - 8:g} {x + 5:g},{y2 - 8:g}"
    return (
        f'<line x1="{x:g}" y1="{y1:g}" x2="{x:g}" y2="{y2 - 6:g}" stroke="{QUIET}" stroke-width="2"/>'
        f'<polygon points="{point}" fill="{QUIET}"/>'
    )


def corner(start: tuple[float, float], end: tuple[float, float]) -> str:
    """An arrow that goes right and then straight up."""
    (x1, y1), (x2, y2) = start, end
    point = f"{x2:g},{y2:g} {x2 - 6:g},{y2 + 10:g} {x2 + 6:g},{y2 + 10:g}"
    return (
        f'<path d="M{x1:g},{y1:g} H{x2 - 16:g} q16,0 16,-16 V{y2 + 8:g}" fill="none" stroke="{INK}" stroke-width="2"/>'
        f'<polygon points="{point}" fill="{INK}"/>'
    )
