"""What every benchmark does alike: a bar while it runs; then a table, a JSON file and a picture.

They go to benchmarks/results/ and docs/pictures/, where docs/performance.md shows them, or both to one folder of your
own (`--out`). A timing is of one machine and of what else it did: the file says which, and how busy.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

HOUSE = Path(__file__).resolve().parents[1]
RESULTS, PICTURES = HOUSE / "benchmarks" / "results", HOUSE / "docs" / "pictures"
COLOURS = ("#0d47a1", "#c0392b", "#7a8a99", "#e07a1f", "#2e7d32")
WIDTH, HEIGHT = 800, 420
MEGABYTE = 1024 * 1024

# pygal hooks itself into every later import, in a way that Python 3.11 warns of.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached: `figure` at most `limit`, or `at_least` that much. `dominates`: why, where it is not."""

    words: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = False
    dominates: str = ""

    @property
    def is_met(self) -> bool:
        """Was it?"""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


@contextlib.contextmanager
def progress(words: str, total: float) -> Iterator[Callable[[float], None]]:
    """A bar on stderr; what it yields is called with how much more is done."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=total)
        yield lambda more: bar.advance(task, more)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print one; figures stand to the right."""
    made = Table(title=title, title_justify="left")
    for place, head in enumerate(heads):
        made.add_column(head, justify="left" if place == 0 else "right", overflow="fold")
    for row in rows:
        made.add_row(*(number(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 150).print(made)


def goals(wanted: Sequence[Goal]) -> None:
    """Print each with its figure, and whether it was met."""
    rows = [
        (each.words, f"{'>=' if each.at_least else '<='} {number(each.limit)} {each.unit}", each.figure, _verdict(each))
        for each in wanted
    ]
    table("Goals", ("", "goal", "measured", ""), rows)


def _verdict(goal: Goal) -> str:
    return "met" if goal.is_met else f"MISSED {goal.dominates}".strip()


def number(value: object) -> str:
    """A figure as people read it: three digits that count, thousands apart."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def keep(name: str, found: Mapping[str, Any], picture: bytes, wanted: Sequence[Goal], out: Path | None) -> None:
    """Write NAME.json (the figures, the goals, the command, the machine) and NAME.svg."""
    results, pictures = out or RESULTS, out or PICTURES
    for folder in (results, pictures):
        folder.mkdir(parents=True, exist_ok=True)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "command": command(),
        "machine": machine(),
        "goals": [{**asdict(each), "met": each.is_met} for each in wanted],
        **found,
    }
    (results / f"{name}.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (pictures / f"{name}.svg").write_bytes(picture)
    print(f"written: {results / name}.json, {pictures / name}.svg")


def command() -> str:
    """What was typed."""
    started = Path(sys.argv[0]).resolve()
    if not started.is_relative_to(HOUSE):
        return shlex.join(sys.argv)
    module = ".".join(started.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__main__")
    return shlex.join(["uv", "run", "python", "-m", module, *sys.argv[1:]])


def machine() -> dict[str, Any]:
    """What it was measured on, and how much else waited for the processor when this was written."""
    return {
        "processors": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def resident_mb() -> float:
    """MiB that this process holds in memory now (on Linux; elsewhere the most it ever held)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return pages * resource.getpagesize() / MEGABYTE


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


# --- pictures ---------------------------------------------------------------------------------------------------------


def bars(title: str, of: str, series: Mapping[str, Mapping[str, float | None]], *, log: bool = False) -> bytes:
    """Bars side by side: name of a series -> label -> figure."""
    labels = list(dict.fromkeys(label for values in series.values() for label in values))
    return _drawn(
        pygal.Bar, title, of, labels, {name: [each.get(one) for one in labels] for name, each in series.items()}, log
    )


def lines(
    title: str, of: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]], *, log: bool = False
) -> bytes:
    """A line a series; `labels` stand under its points. `log`: each step upwards is a multiple."""
    return _drawn(pygal.Line, title, of, labels, series, log)


def _drawn(
    kind: Any, title: str, of: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]], log: bool
) -> bytes:
    style = Style(
        background="#ffffff", plot_background="#ffffff", foreground="#1b1b1f", foreground_strong="#1b1b1f",
        foreground_subtle="#5c5f66", colors=COLOURS, font_family="sans-serif", title_font_size=17, label_font_size=13,
        major_label_font_size=13, legend_font_size=13, value_font_size=12,
    )  # fmt: skip
    graph = kind(
        style=style, width=WIDTH, height=HEIGHT, explicit_size=True, js=[], title=title, y_title=of, logarithmic=log,
        legend_at_bottom=True, legend_at_bottom_columns=3, truncate_legend=-1, truncate_label=-1, print_values=True,
        value_formatter=number, min_scale=4, dots_size=4, include_x_axis=not log,
        margin_right=50,
    )  # fmt: skip
    graph.x_labels = list(labels)
    for name, values in series.items():
        graph.add(name, list(values))
    drawn: bytes = graph.render()
    return drawn


def parser(about: str | None) -> argparse.ArgumentParser:
    """With the options that all share."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--out", type=Path, metavar="FOLDER", help="where the JSON file and the picture go")
    return made
