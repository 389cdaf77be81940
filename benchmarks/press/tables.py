"""The figures of a race as tables, as JSON, and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pygal
from rich.console import Console
from rich.table import Table

from benchmarks.press.goals import Goal
from benchmarks.press.race import Cell, Figures

COLUMNS = ("cpu_ms", "a_second", "answer_p50_ms", "answer_p95_ms", "edit_p50_ms", "edit_p95_ms")
Megabytes = Mapping[str, float]


def show(
    console: Console, figures: Mapping[Cell, Figures], memory: Megabytes, loaded: Megabytes, goals: Sequence[Goal]
) -> None:
    """Three tables: the presses, the memory, the goals."""
    presses = Table("bot", "pressed", "RTT ms", *(each.replace("_", " ") for each in COLUMNS), title="medians")
    for (bot, heat, latency_ms), found in sorted(figures.items(), key=lambda each: (each[0][2], each[0][1])):
        presses.add_row(bot, heat, str(latency_ms), *(f"{found.median(each):.2f}" for each in COLUMNS))
    resident = Table("bot", "MB after start", "MB after the presses")
    for bot, megabytes in memory.items():
        resident.add_row(bot, f"{megabytes:.0f}", f"{loaded[bot]:.0f}")
    judged = Table("goal", "bot", "figure", "wanted", "")
    for goal in goals:
        judged.add_row(goal.name, goal.bot, f"{goal.figure:.2f}", goal.wanted, "met" if goal.is_met else "MISSED")
    for table in (presses, resident, judged):
        console.print(table)


def as_json(
    figures: Mapping[Cell, Figures],
    memory: Megabytes,
    loaded: Megabytes,
    lost: Mapping[str, int],
    goals: Sequence[Goal],
) -> str:
    """Every round of everything."""
    heats = [
        {"bot": bot, "pressed": heat, "latency_ms": latency_ms, **found.as_json()}
        for (bot, heat, latency_ms), found in figures.items()
    ]
    judged = [
        {"goal": goal.name, "bot": goal.bot, "figure": round(goal.figure, 3), "wanted": goal.wanted, "met": goal.is_met}
        for goal in goals
    ]
    resident = {bot: {"after_start": round(memory[bot], 1), "after": round(loaded[bot], 1)} for bot in memory}
    return json.dumps({"heats": heats, "memory_mb": resident, "lost": dict(lost), "goals": judged}, indent=1)


def draw(figures: Mapping[Cell, Figures], file: Path) -> None:
    """CPU of a press, a bar for each bot, alone and in a crowd."""
    chart = pygal.HorizontalBar(
        js=(), title="CPU of one press, ms (0 ms latency, median)", print_values=True, legend_at_bottom=True
    )
    bots = list(dict.fromkeys(bot for bot, _, latency_ms in figures if latency_ms == 0))
    heats = list(dict.fromkeys(heat for _, heat, latency_ms in figures if latency_ms == 0))
    chart.x_labels = bots
    for heat in heats:
        found = [figures.get((bot, heat, 0)) for bot in bots]
        chart.add(heat, [round(each.median("cpu_ms"), 2) if each else None for each in found])
    chart.render_to_file(str(file))
