"""What benchmarks.due has found, as tables, goals, files and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks import telling
from benchmarks.due.burst import Lateness
from benchmarks.due.costs import Cost
from benchmarks.due.job_store import Theirs
from benchmarks.telling import Goal

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CLAIMED_S = {"sqlite": 0.1, "postgresql": 0.25}
FLAT, STANDSTILL_S, ARMED_S, HELD_MB = 1.5, 0.05, 0.1, 150


@dataclass(frozen=True, slots=True)
class Stage:
    """What was found among so many people, in one kind of database; of several bursts the median of each figure."""

    kind: str
    people: int
    cost: Cost
    ours: Lateness | None
    theirs: Theirs | None


@dataclass(frozen=True, slots=True)
class Report:
    """All stages so far, and for each kind of database what the bot held in memory at the last one (MiB)."""

    stages: list[Stage] = field(default_factory=list)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Stage]:
        """One kind's, smallest first."""
        return [stage for stage in self.stages if stage.kind == kind]

    @property
    def kinds(self) -> list[str]:
        """Those that were looked at."""
        return list(dict.fromkeys(stage.kind for stage in self.stages))


def keep(report: Report, out: Path | None) -> None:
    """Two files and two pictures: follow-ups, and what one costs as people grow."""
    found = {"stages": [asdict(each) for each in report.stages], "memory_mib": report.memory}
    telling.keep("due", found, _lateness(report), goals(report), out)
    costs = [asdict(each.cost) | {"kind": each.kind} for each in report.stages]
    telling.keep("people", {"milliseconds": costs}, _curve(report), [], out)


def show(report: Report) -> None:
    """Three tables."""
    late = ("claimed p50", "p99", "turned p50", "p99", "first sent")
    heads = ("people", *late, "standstill", "of it CPU", "garbage", "idle", "armed", "CPU ms each")
    for kind in report.kinds:
        rows = [row for stage in report.of(kind) for row in _burst_rows(stage)]
        telling.table(f"1,000 due at one moment, {NAMES[kind]}; seconds", heads, rows)
    costs = ("people", "press CPU", "press", "follow-up CPU", "follow-up", "plan one", "next due", "nothing due")
    for kind in report.kinds:
        rows = [tuple(asdict(stage.cost).values()) for stage in report.of(kind)]
        telling.table(f"What one costs, {NAMES[kind]}; milliseconds, medians", costs, rows)
    telling.goals(goals(report))


def _burst_rows(stage: Stage) -> list[Sequence[object]]:
    if stage.ours is None or stage.theirs is None:
        return []
    mine, theirs = stage.ours, stage.theirs
    return [
        (f"{stage.people:,} ours", mine.claimed_p50, mine.claimed_p99, mine.turned_p50, mine.turned_p99,
         mine.first_sent, mine.standstill, mine.busiest, mine.garbage, mine.idle_standstill, mine.armed, mine.cpu_ms),
        (f"{stage.people:,} APScheduler", theirs.claimed_p50, theirs.claimed_p99, "", "", "", theirs.standstill,
         theirs.busiest),
    ]  # fmt: skip


def goals(report: Report) -> list[Goal]:
    """Of the largest size, and of the largest beside the smallest that had a burst."""
    wanted = list[Goal]()
    for kind in report.kinds:
        stages, name = [stage for stage in report.of(kind) if stage.ours is not None], NAMES[kind]
        if not stages:
            continue
        last = stages[-1]
        assert last.ours is not None  # noqa: S101 - for the type
        wanted += [
            Goal(f"{name}: claimed, p99", last.ours.claimed_p99, CLAIMED_S[kind], "s"),
            Goal(f"{name}: the loop's longest standstill", last.ours.standstill, STANDSTILL_S, "s"),
            Goal(f"{name}: its own work in one go", last.ours.busiest, STANDSTILL_S, "s"),
            Goal(f"{name}: armed", last.ours.armed, ARMED_S, "s"),
            Goal(f"{name}: planning one, most / fewest", _grown(stages, lambda cost: cost.plan), FLAT, "times"),
            Goal(f"{name}: finding the next due, most / fewest", _grown(stages, lambda cost: cost.next), FLAT, "times"),
        ]
    held = [Goal(f"{NAMES[kind]}: memory", mb["most"], HELD_MB, "MiB") for kind, mb in report.memory.items()]
    return wanted + held


def _grown(stages: Sequence[Stage], figure: Callable[[Cost], float]) -> float:
    return figure(stages[-1].cost) / figure(stages[0].cost)


def _lateness(report: Report) -> bytes:
    stages = [stage for stage in report.stages if stage.ours is not None and stage.theirs is not None]
    labels = [f"{NAMES[stage.kind]} {stage.people:,}" for stage in stages]
    series = {
        "ours: claimed, p99": [stage.ours.claimed_p99 for stage in stages if stage.ours],
        "ours: longest standstill": [stage.ours.standstill for stage in stages if stage.ours],
        "APScheduler's store: fired, p99": [stage.theirs.claimed_p99 for stage in stages if stage.theirs],
        "APScheduler's store: longest standstill": [stage.theirs.standstill for stage in stages if stage.theirs],
    }
    pairs = {name: dict(zip(labels, values, strict=True)) for name, values in series.items()}
    return telling.bars("1,000 follow-ups due at one moment, by how many are pending", "seconds", pairs)


def _curve(report: Report) -> bytes:
    labels = list(dict.fromkeys(f"{stage.people:,}" for stage in report.stages))
    series = dict[str, list[float | None]]()
    for kind in report.kinds:
        costs = [stage.cost for stage in report.of(kind)]
        series[f"a press, {NAMES[kind]}"] = [cost.press_cpu for cost in costs]
        series[f"a follow-up, {NAMES[kind]}"] = [cost.follow_up_cpu for cost in costs]
    return telling.lines("What one costs the bot's process as people grow", "milliseconds of CPU", labels, series)
