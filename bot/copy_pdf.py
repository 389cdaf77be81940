"""Copy -> PDF: as many sheets of A4 as it takes, numbered. Letters are embedded, words selectable."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import font_roboto
from fpdf import FPDF
from fpdf.fonts import TTFFont

from handlers.copy_page import Copy
from handlers.summary_page import Row, Section

MARGIN, FOOT, GUTTER = 15.0, 16.0, 4.0
BODY, SMALL, TITLE, HEAD = 10.0, 8.5, 17.0, 12.0
LEADING, NAME_SHARE = 0.46, 0.34
INK, GREY, RULE = 0, 85, 150


def draw(copy: Copy, made_at: datetime) -> bytes:
    """The pages. Takes 0.1 s of CPU, half a second for a dozen checks."""
    with closing(Pages(copy)) as pages:
        pages.lay_out()
        return pages.finish(made_at)


class Pages(FPDF):
    """A copy on paper; a row is never torn apart unless it is longer than a page."""

    def __init__(self, copy: Copy) -> None:
        super().__init__(format="A4")
        self.copy = copy
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=FOOT)
        self.c_margin = 0
        self.add_font("Roboto", "", font_roboto.font_files["Roboto"])
        self.add_font("Roboto", "B", font_roboto.font_files["RobotoBold"])
        self.set_font("Roboto")

    def footer(self) -> None:
        """On every page: what this is, and which page of how many."""
        self.set_y(-FOOT + 4)
        self._say(f"{self.copy.title} · {self.page_no()} / {{nb}}", MARGIN, self.epw, SMALL, ink=GREY)

    def lay_out(self) -> None:
        """Everything from top to bottom."""
        self.add_page()
        self._say(self.copy.title, MARGIN, self.epw, TITLE, bold=True)
        self._say(self.copy.made, MARGIN, self.epw, BODY)
        self.ln(1.5)
        self._say(self.copy.notice, MARGIN, self.epw, SMALL, ink=GREY)
        for section in self.copy.sections:
            self._section(section)

    def finish(self, made_at: datetime) -> bytes:
        """The PDF's bytes."""
        self.set_title(self.copy.title)
        self.set_creator("Stride Check")
        self.set_lang(self.copy.language)
        self.set_creation_date(made_at)
        return bytes(self.output())

    def close(self) -> None:
        """Let go of the font files, which are read as they are needed."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def _section(self, section: Section) -> None:
        """A title with a rule under it, never alone at the foot of a page."""
        first = self._height(section.rows[0]) if section.rows else 0
        self.ln(5)
        self._make_room(HEAD * LEADING + 3 + first)
        self._say(section.title, MARGIN, self.epw, HEAD, bold=True)
        self.set_draw_color(RULE)
        self.set_line_width(0.3)
        self.line(MARGIN, self.y + 0.6, MARGIN + self.epw, self.y + 0.6)
        self.ln(2.2)
        for row in section.rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        """The name on the left, the text beside it; a text without a name takes the whole width."""
        self._make_room(self._height(row))
        size, ink, top, left = *_look(row), self.y, self._indent(row)
        self._say(row.name, MARGIN, left - GUTTER, size, ink=GREY)
        below = self.y if row.name else top
        self.set_y(top)
        self._say(row.text, MARGIN + left, self.epw - left, size, ink=ink, bold=row.strong)
        self.set_y(max(below, self.y) + 1.2)

    def _height(self, row: Row) -> float:
        size, left = _look(row)[0], self._indent(row)
        return max(self._tall(row.name, left - GUTTER, size), self._tall(row.text, self.epw - left, size)) + 1.2

    def _tall(self, words: str, width: float, points: float) -> float:
        if not words:
            return 0.0
        self.set_font(style="", size=points)
        shown = self._legible(words)
        lines = self.multi_cell(width, points * LEADING, shown, align="L", dry_run=True, output="LINES")
        return (len(lines) if isinstance(lines, list) else 1) * points * LEADING

    def _legible(self, words: str) -> str:
        """A letter that the font lacks, such as an emoji in a message to many, is a question mark; the data has it."""
        font = self.current_font
        known = font.cmap if isinstance(font, TTFFont) else {}
        return "".join(each if ord(each) in known or each == "\n" else "?" for each in words)

    def _indent(self, row: Row) -> float:
        return self.epw * NAME_SHARE if row.name else 0.0

    def _make_room(self, height: float) -> None:
        if self.y + height > self.h - FOOT and self.y > MARGIN:
            self.add_page()

    def _say(
        self,
        words: str,
        x: float,
        width: float,
        points: float,
        *,
        bold: bool = False,
        ink: int = INK,
    ) -> None:
        """A paragraph; afterwards `y` is below it."""
        if not words:
            return
        self.set_font(style="B" if bold else "", size=points)
        self.set_text_color(ink)
        self.set_x(x)
        self.multi_cell(width, points * LEADING, self._legible(words), align="L", new_x="LEFT", new_y="NEXT")


def _look(row: Row) -> tuple[float, int]:
    return (SMALL, GREY) if row.quiet else (BODY, INK)
