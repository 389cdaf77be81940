"""Page -> PDF: one sheet of A4 or Letter that reads well in black and white. Letters are embedded, words selectable."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Literal

import font_roboto
from fpdf import FPDF
from fpdf.fonts import TTFFont

from bot import pdf_chart
from bot.pdf_chart import Frame
from handlers.summary_page import Page, Row, Section

Format = Literal["A4", "Letter"]
Align = Literal["L", "R"]
MARGIN, GUTTER = 13.0, 7.0
SMALLEST = 0.6
BODY, SMALL, TITLE, HEADLINE, HEAD = 9.5, 8.5, 16.0, 14.0, 11.0
LEADING, NAME_SHARE, CHART = 0.46, 0.3, 34.0
INK, GREY, RULE = 0, 85, 150
FEWEST_POINTS = 2


def draw(page: Page, paper: Format, made_at: datetime) -> bytes:
    """The page as a PDF on one sheet, in letters as large as fit it. Takes 0.1 s of CPU, twice that for long ones."""
    size = 1.0
    while True:
        with closing(Sheet(page, paper, size)) as sheet:
            sheet.lay_out()
            if sheet.overflow <= 1.0 or size == SMALLEST:
                return sheet.finish(made_at)
            size = max(SMALLEST, size / sheet.overflow**0.7 - 0.01)


class Sheet:
    """One try: the page in letters of this size."""

    def __init__(self, page: Page, paper: Format, size: float) -> None:
        self.page, self.size = page, size
        self.pdf = pdf = FPDF(format=paper)
        pdf.set_auto_page_break(auto=False)
        pdf.set_margin(MARGIN)
        pdf.c_margin = 0
        pdf.add_font("Roboto", "", font_roboto.font_files["Roboto"])
        pdf.add_font("Roboto", "B", font_roboto.font_files["RobotoBold"])
        self.end = 0.0

    def lay_out(self) -> None:
        """Everything from top to bottom, whether it fits or not. Raises ValueError for letters that the font lacks."""
        pdf, page = self.pdf, self.page
        pdf.set_font("Roboto")
        pdf.add_page()
        self._head()
        self._headline()
        self._section(page.flags, MARGIN, pdf.epw, share=0.14)
        self._columns()
        self._section(page.advice, MARGIN, pdf.epw, share=0.12)
        self.end = pdf.y
        self._foot()

    @property
    def overflow(self) -> float:
        """How high the page is, the space above the foot being 1. Lines get lower and fewer with smaller letters."""
        return (self.end - MARGIN) / (self.foot - MARGIN)

    def finish(self, made_at: datetime) -> bytes:
        """The PDF's bytes."""
        self.pdf.set_title(self.page.title)
        self.pdf.set_creator("Stride Check")
        self.pdf.set_lang(self.page.language)
        self.pdf.set_creation_date(made_at)
        return bytes(self.pdf.output())

    def close(self) -> None:
        """Let go of the font files, which are read as they are needed."""
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    # --- parts, from top to bottom ------------------------------------------------------------------------------------

    def _head(self) -> None:
        pdf, page = self.pdf, self.page
        top = pdf.y
        self._text(page.title, MARGIN, pdf.epw, TITLE, bold=True)
        below = pdf.y
        pdf.set_y(top + 1)
        self._text(page.made, MARGIN, pdf.epw, SMALL, align="R")
        pdf.set_y(below)
        self._text(page.about, MARGIN, pdf.epw, BODY)
        self._text(page.notice, MARGIN, pdf.epw, SMALL, ink=GREY)
        self._blanks()

    def _blanks(self) -> None:
        """Lines to fill in by hand: the bot knows no name."""
        pdf, (name, birth) = self.pdf, self.page.blanks
        pdf.ln(3.5 * self.size)
        y, half = pdf.y, pdf.epw * 0.6
        for x, width, words in ((MARGIN, half, name), (MARGIN + half + GUTTER, pdf.epw - half - GUTTER, birth)):
            pdf.set_y(y)
            self._text(words, x, width, BODY)
            pdf.set_draw_color(RULE)
            pdf.set_line_width(0.2)
            pdf.line(x + pdf.get_string_width(words) + 2, pdf.y, x + width, pdf.y)
        pdf.ln(3 * self.size)

    def _headline(self) -> None:
        """What a doctor reads first, in a frame."""
        pdf, pad = self.pdf, 2.5 * self.size
        top = pdf.y
        pdf.set_y(top + pad)
        self._text(self.page.headline, MARGIN + 3, pdf.epw - 6, HEADLINE, bold=True)
        self._text(self.page.under_headline, MARGIN + 3, pdf.epw - 6, BODY)
        pdf.set_draw_color(INK)
        pdf.set_line_width(0.6)
        pdf.rect(MARGIN, top, pdf.epw, pdf.y + pad - top)
        pdf.set_y(pdf.y + pad)

    def _columns(self) -> None:
        """On the left what was told at first, on the right how it went on."""
        pdf, page = self.pdf, self.page
        width = (pdf.epw - GUTTER) / 2
        right = MARGIN + width + GUTTER
        top = pdf.y
        self._section(page.story, MARGIN, width)
        left_end = pdf.y
        pdf.set_y(top)
        self._section(page.course, right, width)
        if len(page.points) >= FEWEST_POINTS:
            self._chart(right, width)
        if page.check.rows:
            self._section(page.check, right, width)
        pdf.set_y(max(left_end, pdf.y))

    def _chart(self, x: float, width: float) -> None:
        pdf, height = self.pdf, CHART * self.size
        pdf.ln(1.5 * self.size)
        self._text(self.page.points_title, x, width, SMALL, ink=GREY)
        top = pdf.y
        pdf_chart.draw(pdf, self.page.points, Frame(x, top, width, height), SMALL * self.size)
        pdf.set_y(top + height + 1)

    def _foot(self) -> None:
        pdf = self.pdf
        pdf.set_y(self.foot + 1)
        self._text(self.page.footer, MARGIN, pdf.epw, SMALL, ink=GREY)

    @property
    def foot(self) -> float:
        """Where the foot begins."""
        return float(self.pdf.h - MARGIN - 4)

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _section(self, section: Section, x: float, width: float, share: float = NAME_SHARE) -> None:
        """A title with a rule under it, and its rows."""
        pdf = self.pdf
        pdf.ln(3 * self.size)
        self._text(section.title, x, width, HEAD, bold=True)
        pdf.set_draw_color(RULE)
        pdf.set_line_width(0.3)
        pdf.line(x, pdf.y + 0.4, x + width, pdf.y + 0.4)
        pdf.ln(1.4 * self.size)
        for row in section.rows:
            self._row(row, x, width, share)

    def _row(self, row: Row, x: float, width: float, share: float) -> None:
        """The name on the left, the text beside it; a text without a name takes the whole width."""
        pdf, ink = self.pdf, GREY if row.quiet else INK
        top, indent = pdf.y, width * share if row.name else 0.0
        self._text(
            row.name, x, indent - 2, SMALL if row.quiet else BODY, bold=row.strong, ink=GREY if not row.strong else INK
        )
        below = pdf.y if row.name else top
        pdf.set_y(top)
        self._text(row.text, x + indent, width - indent, SMALL if row.quiet else BODY, bold=row.strong, ink=ink)
        pdf.set_y(max(below, pdf.y) + 0.7 * self.size)

    def _text(
        self,
        words: str,
        x: float,
        width: float,
        points: float,
        *,
        bold: bool = False,
        ink: int = INK,
        align: Align = "L",
    ) -> None:
        """A paragraph; afterwards `y` is below it."""
        if not words:
            return
        pdf, points = self.pdf, points * self.size
        pdf.set_font(style="B" if bold else "", size=points)
        self._look_for_letters(words)
        pdf.set_text_color(ink)
        pdf.set_x(x)
        pdf.multi_cell(width, points * LEADING, words, align=align, new_x="LEFT", new_y="NEXT")

    def _look_for_letters(self, words: str) -> None:
        """Raises ValueError for a script that the font does not have: a page of empty boxes helps nobody."""
        font = self.pdf.current_font
        missing = {each for each in words if isinstance(font, TTFFont) and ord(each) not in font.cmap}
        if missing:
            raise ValueError(f"the font has no {', '.join(sorted(missing))}")
