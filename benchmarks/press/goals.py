"""What was promised of a press, as ratios of one run, and whether it is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.press.race import Cell, Figures

ALONE, CROWD = "1 at once", "256 at once"
EVENLY = "50 a second"
RTT_MS = 50
PTB, PTB_256, AIOGRAM = "PTB's echo", "PTB's echo, 256", "aiogram's echo"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of one of our bots: a figure that may be `most` (or at `least`)."""

    name: str
    bot: str
    figure: float
    most: float | None = None
    least: float | None = None

    @property
    def is_met(self) -> bool:
        """Does it hold in this run?"""
        return (self.most is None or self.figure <= self.most) and (self.least is None or self.figure >= self.least)

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"


def judge(
    figures: Mapping[Cell, Figures], memory_mb: Mapping[str, float], lost: Mapping[str, int], ours: list[str]
) -> list[Goal]:
    """Every goal of which there are figures."""
    found: list[Goal] = []
    for bot in ours:
        found += _of_crowds(figures, bot) + _of_latency(figures, bot)
        if bot in lost:
            found.append(Goal("presses lost of 400, 32 under way on five people", bot, lost[bot], most=0))
        if bot in memory_mb and PTB in memory_mb:
            found.append(Goal("RSS after start / PTB's echo", bot, memory_mb[bot] / memory_mb[PTB], most=1.6))
    return found


def _of_crowds(figures: Mapping[Cell, Figures], bot: str) -> list[Goal]:
    found: list[Goal] = []

    def ratio(name: str, over: Cell, under: Cell, what: str = "cpu_ms", **bound: float) -> None:
        if over in figures and under in figures:
            found.append(Goal(name, bot, figures[over].median(what) / figures[under].median(what), **bound))

    ratio("CPU alone / PTB's echo alone", (bot, ALONE, 0), (PTB, ALONE, 0), most=1.0)
    ratio("CPU at 256 / PTB's echo at 256", (bot, CROWD, 0), (PTB_256, CROWD, 0), most=1 / 3)
    ratio("CPU at 256 / CPU alone", (bot, CROWD, 0), (bot, ALONE, 0), most=1.1)
    ratio("presses a second / aiogram's, 50 ms", (bot, CROWD, 50), (AIOGRAM, CROWD, 50), "a_second", least=1.0)
    return found


def _of_latency(figures: Mapping[Cell, Figures], bot: str) -> list[Goal]:
    measured = figures.get((bot, EVENLY, RTT_MS))
    if measured is None:
        return []
    in_rtt: Callable[[str], float] = lambda name: measured.median(name) / RTT_MS  # noqa: E731 - a name for one line
    if "webhook" not in bot:
        return [Goal("edit p95 in round trips, polling", bot, in_rtt("edit_p95_ms"), most=3.6)]
    return [
        Goal("answer p95 in round trips, webhook", bot, in_rtt("answer_p95_ms"), most=0.2),
        Goal("edit p95 in round trips, webhook", bot, in_rtt("edit_p95_ms"), most=0.3),
    ]
