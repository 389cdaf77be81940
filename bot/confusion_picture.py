"""The confusion table as a picture: gold level down, level told across, the safe side and the unsafe side marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot import png, svg
from content.evaluate import Result, confusion
from content.pack import Pack

CELL, LEFT, TOP = 84, 280, 108
GOOD, OVER, UNDER = (46, 125, 50), (249, 168, 37), (198, 40, 40)


class PictureError(RuntimeError):
    """The picture cannot be written; the message says what would help."""


def write(pack: Pack, results: Sequence[Result], path: Path) -> None:
    """Write the picture, as SVG or PNG by the file's ending. Raises PictureError for another one."""
    picture = draw(pack, results)
    if path.suffix == ".svg":
        path.write_text(picture, encoding="utf-8")
    elif path.suffix == ".png":
        path.write_bytes(png.draw(picture, zoom=2))
    else:
        raise PictureError(f"{path}: a picture ends in .svg or .png")


def draw(pack: Pack, results: Sequence[Result]) -> str:
    """The picture as SVG text."""
    table, levels = confusion(pack, results), list(pack.levels)
    width, height = LEFT + CELL * len(levels) + 40, TOP + CELL * len(levels) + 96
    most = max((count for row in table.values() for count in row.values()), default=1) or 1
    parts = _titles(pack, len(results), levels)
    for down, gold in enumerate(levels):
        for across, told in enumerate(levels):
            parts.append(_cell(down, across, table[gold][told], most))
    parts += _legend(TOP + CELL * len(levels) + 30)
    return svg.document(width, height, parts)


def _titles(pack: Pack, cases: int, levels: Sequence[str]) -> list[str]:
    found = [
        svg.text(20, 34, f"{pack.id}: {cases} test cases", size=20, weight="bold"),
        svg.text(LEFT + CELL * len(levels) / 2, 68, "level told", anchor="middle", fill=svg.QUIET),
        svg.text(20, TOP - 12, "gold level", fill=svg.QUIET),
    ]
    for place, level in enumerate(levels):
        found.append(svg.text(LEFT + CELL * (place + 0.5), TOP - 12, level, anchor="middle", weight="bold"))
        found.append(svg.text(20, TOP + CELL * (place + 0.5) + 6, f"{level}  {_short(pack, level)}"))
    return found


def _short(pack: Pack, level: str) -> str:
    words = pack.words[pack.languages[0]]
    levels = words.get("levels")
    given = levels.get(level) if isinstance(levels, dict) else None
    return str(given.get("name", "")) if isinstance(given, dict) else ""


def _cell(down: int, across: int, count: int, most: int) -> str:
    colour = GOOD if down == across else OVER if across < down else UNDER
    strength = 0.06 if not count else 0.9 if across > down else 0.25 + 0.75 * count / most
    fill = "#" + "".join(f"{round(255 + (part - 255) * strength):02x}" for part in colour)
    x, y = LEFT + CELL * across, TOP + CELL * down
    ink = svg.PAPER if count and strength > 0.75 and colour is not OVER else svg.INK
    box = f'<rect x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{CELL - 4}" rx="6" fill="{fill}"/>'
    number = svg.text(x + CELL / 2, y + CELL / 2 + 9, str(count), size=26, anchor="middle", fill=ink) if count else ""
    return box + number


def _legend(y: float) -> list[str]:
    lines = (("exact", GOOD), ("more urgent than gold", OVER), ("less urgent than gold: unsafe", UNDER))
    found, x = [], 20.0
    for words, colour in lines:
        fill = "#" + "".join(f"{part:02x}" for part in colour)
        found.append(f'<rect x="{x}" y="{y}" width="18" height="18" rx="4" fill="{fill}"/>')
        found.append(svg.text(x + 26, y + 15, words, size=15))
        x += 56 + 8.4 * len(words)
    return found
