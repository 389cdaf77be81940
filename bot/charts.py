"""Charts as SVG for a phone: 390 wide, no letter smaller than 12, on paper of its own, so that night mode is no matter.

Nothing is told by colour alone: the kinds stand in the order of their legend, and each part carries its number.
"""

from __future__ import annotations

import sys
import textwrap
from typing import Any
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

from handlers.charts import Chart, Part

# For plugins that we do not have, pygal hooks itself into every later import, in a way that Python 3.11 warns of.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

WIDTH = 390
LETTER, TITLE = 13, 17
LABEL_CHARS, LABEL_LINES = 20, 3
PLACE = 17  # pygal leaves room for so many wide letters; ours are narrower, and wrapped
LINE, GAP, FOOT, LEGEND_LINE = 16, 18, 26, 26
ROOM = 1.25  # the widest, as a multiple of the longest bar
STUB = 0.08  # a count that is not shown, as a part of the widest: always the same, so that it tells nothing
PAPER, INK, QUIET = "#ffffff", "#1b1b1f", "#5c5f66"
# From good to bad, apart in lightness as well as in hue: blue and orange are told apart by everybody.
ONE, SCALE = ("#1f5fa8",), ("#0d47a1", "#90caf9", "#d3d6dc", "#e07a1f")
ON_ONE, ON_SCALE = (INK,), ("#ffffff", INK, INK, INK)


def svg(chart: Chart) -> str:
    """The picture. Takes some ten milliseconds: draw it beside the event loop."""
    labels = [_wrapped(bar.label) for bar in chart.bars]
    graph = _graph(chart, max((len(lines) for lines in labels), default=1))
    places = [f"{number:0{PLACE}d}" for number in range(len(labels))]
    # pygal counts from below.
    graph.x_labels = places[::-1]
    stub = _longest(chart) * STUB if chart.kinds else 0
    for kind in range(max(1, len(chart.kinds))):
        parts = [bar.parts[kind] for bar in reversed(chart.bars)]
        name = chart.kinds[kind] if chart.kinds else ""
        graph.add(name, [_value(part, stub) for part in parts])
    graph.add_xml_filter(lambda root: _labelled(root, dict(zip(places, labels, strict=True))))
    return str(graph.render(is_unicode=True))


def _value(part: Part, stub: float) -> dict[str, object]:
    """A number behind a single bar is a label to pygal, one inside a part a value."""
    length = stub if part.value is None and part.text else part.value or 0
    return {"value": length, "label": part.text, "formatter": lambda _: part.text}


def _graph(chart: Chart, lines: int) -> Any:  # noqa: ANN401 - pygal has no types
    kind = pygal.HorizontalStackedBar if chart.kinds else pygal.HorizontalBar
    legend = LEGEND_LINE * ((len(chart.kinds) + 1) // 2)
    height = 64 + len(chart.bars) * (LINE * lines + GAP) + legend + (FOOT if chart.marks else 0)
    return kind(
        style=_style(chart),
        width=WIDTH,
        height=max(height, 220),
        explicit_size=True,
        js=[],
        no_prefix=True,
        title=chart.title,
        margin=12,
        spacing=6,
        rounded_bars=0 if chart.kinds else 3,
        print_values=bool(chart.kinds),
        print_labels=not chart.kinds,
        print_values_position="center" if chart.kinds else "top",
        show_legend=bool(chart.kinds),
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        truncate_label=-1,
        show_x_labels=bool(chart.marks),
        show_x_guides=False,
        show_y_guides=bool(chart.marks),
        y_labels=list(chart.marks) or None,
        range=(0, chart.most or _longest(chart)),
    )


def _longest(chart: Chart) -> float:
    """As long as the longest bar, and room behind it: for a number, or for counts that are not shown."""
    return ROOM * max((sum(part.value or 0 for part in bar.parts) for bar in chart.bars), default=1)


def _style(chart: Chart) -> Style:
    sizes = ("label", "major_label", "value", "value_label", "legend", "tooltip", "no_data")
    return Style(
        background=PAPER,
        plot_background=PAPER,
        foreground=INK,
        foreground_strong=INK,
        foreground_subtle=QUIET,
        colors=SCALE if chart.kinds else ONE,
        value_label_colors=ON_ONE,
        value_colors=ON_SCALE if chart.kinds else ON_ONE,
        font_family="Roboto",
        title_font_size=TITLE,
        opacity=1,
        transition="0s",
        **{f"{name}_font_size": LETTER for name in sizes},
    )


def _wrapped(label: str) -> list[str]:
    return textwrap.wrap(label, LABEL_CHARS, max_lines=LABEL_LINES, placeholder=" …") or [""]


def _labelled(root: ET.Element, labels: dict[str, list[str]]) -> ET.Element:
    """The labels in lines of their own, which pygal cannot do: it has left room for them."""
    for node in list(root.iter()):
        lines = labels.get(node.text or "")
        if lines is None:
            continue
        node.text = None
        top = float(node.get("y", "0")) - LINE * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            row = node.makeelement("tspan", {"x": node.get("x", "0"), "y": f"{top + LINE * number:g}"})
            row.text = line
            node.append(row)
    return root
