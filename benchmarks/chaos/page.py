"""docs/promises.md, from the lines that runs have left: each promise, what was measured, and whether it holds."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGE, RESULTS = ROOT / "docs" / "promises.md", ROOT / "benchmarks" / "chaos" / "results.jsonl"
Line = Mapping[str, Any]

HEAD = """# What holds, and how we know

Every figure here was measured by the bench in `benchmarks/chaos/`: the bot as a process of its own, a Telegram that is
simulated and never dies, and a real SQLite or PostgreSQL. What was not measured says so, and what does not hold too.
The command in a row measures it again. What is drawn by lot comes from the seed; on which line of code a process is
when a moment of chance has come, and how busy the machine is, does not, so figures differ a little from run to run.
`python -m benchmarks.chaos page` writes this page from `benchmarks/chaos/results.jsonl`.

| promise | SQLite | PostgreSQL | command, seed and day |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`scenarios` show the promise, each by its last run on each database; `figures` are told where there are any.

    `wanted`: a figure and what it must come to; a shorter run holds only as far as it went. `kinds`: of databases.
    """

    promise: str
    scenarios: tuple[str, ...]
    figures: tuple[str, ...] = ()
    wanted: tuple[str, int] | None = None
    kinds: tuple[str, ...] = KINDS


DOUBLED = ("doubled messages", "doubled messages a chat and kill, mean", "doubled messages a chat and kill, worst")
ROWS = (
    Row(
        "No answer, follow-up or broadcast lost over 1,000 kills; every effect in our tables exactly once",
        ("kills",),
        ("kills", "presses", "commands", "follow-ups"),
        ("kills", 1000),
    ),
    Row(
        "The same at every named step of every process", ("steps",), ("kills", "at a named point", "recipients unsure")
    ),
    Row("At most one doubled message in a chat after a kill", ("kills", "steps"), DOUBLED),
    Row(
        "200 graceful stops: exit 0 in under 10 s, nothing left in flight, nothing doubled",
        ("stops",),
        ("stops", "p50 s", "p95 s", "max s", "doubled messages"),
        ("stops", 200),
    ),
    Row("Never early: 100,000 follow-ups on the moved clock", ("late", "jumps"), (), ("follow-ups", 100_000)),
    Row(
        "On time: 99 of 100 handed to Telegram within 2 s of being due, in a real hour",
        ("hour",),
        (),
        ("follow-ups", 3500),
    ),
    Row("Comes back by itself within 60 s of the end of an outage", ("outages", "faults")),
    Row("A dead bot is noticed: `/readyz` red within 90 s", ("dead",)),
    Row("Taps lost to a long outage are made good, once", ("away",)),
    Row("An emergency overtakes a broadcast to 100,000: 99 of 100 within 2 s", ("emergency",)),
    Row("Buttons cannot corrupt: 1,000,000 tampered, 100,000 repeated", ("buttons",), (), ("tampered", 1_000_000)),
    Row("Memory is flat over 24 simulated hours", ("soak",)),
    Row(
        "Several replicas: each killed in turn, nothing lost or doubled, order kept",
        ("replicas",),
        kinds=("postgresql",),
    ),
    Row("A backup is restored as it was", ("restore",)),
    Row("Content published in the middle: open checks stay on their version, new ones get the new one", ("publish",)),
)


def options(parser: argparse.ArgumentParser) -> None:
    """Where from, and where to."""
    parser.add_argument("results", nargs="*", type=Path, default=[RESULTS], help="files of lines, later ones count")
    parser.add_argument("--out", type=Path, default=PAGE)


def run(given: argparse.Namespace) -> int:
    """Write the page."""
    lines = [json.loads(line) for file in given.results for line in file.read_text(encoding="utf-8").splitlines()]
    given.out.write_text(page(lines), encoding="utf-8")
    print(f"{given.out}: {len(ROWS)} promises, from {len(lines)} runs")
    return 0


def page(lines: Sequence[Line]) -> str:
    """The whole page; of several runs of a scenario on a database the last one counts."""
    last = {(each["scenario"], each["database"]): each for each in lines if not each["bugs"]}
    rows = "".join(_row(row, last) for row in ROWS)
    return HEAD + rows + "\n" + _others(last) + _bugs(lines)


def _row(row: Row, last: Mapping[tuple[str, str], Line]) -> str:
    cells = [
        _cell(row, [last.get((name, kind)) for name in row.scenarios]) if kind in row.kinds else "served by one process"
        for kind in KINDS
    ]
    runs = [last[name, kind] for name in row.scenarios for kind in KINDS if (name, kind) in last]
    return f"| {row.promise} | {' | '.join(cells)} | {_commands(runs)} |\n"


def _commands(runs: Iterable[Line]) -> str:
    told = dict.fromkeys(f"`{each['command']}`, seed {each['seed']}, {each['at'][:10]}" for each in runs)
    return "<br>".join(told) or "none"


def _cell(row: Row, runs: Sequence[Line | None]) -> str:
    """One database: holds only when every run of the row is there and holds."""
    found = [each for each in runs if each is not None]
    if not found:
        return "not measured"
    missing = [name for name, each in zip(row.scenarios, runs, strict=True) if each is None]
    broken = [f"{count} {name}" for each in found for name, count in each["verdict"]["broken"].items() if count]
    state = f"**DOES NOT HOLD**: {', '.join(broken)}" if broken else "holds"
    if not broken and row.wanted is not None:
        state = _as_far(row.wanted, found)
    told = [f"{value} {name}" for each in found for name, value in _told(row, each)]
    return "; ".join([state, *([f"not measured: {', '.join(missing)}"] if missing else []), *told])


def _as_far(wanted: tuple[str, int], found: Sequence[Line]) -> str:
    name, least = wanted
    came = max(each["verdict"]["figures"].get(name, 0) for each in found)
    return "holds" if came >= least else f"held as far as it went, {came:,} of {least:,} {name}"


def _told(row: Row, line: Line) -> list[tuple[str, Any]]:
    figures = line["verdict"]["figures"]
    return [(name, figures[name]) for name in row.figures or figures if name in figures]


def _others(last: Mapping[tuple[str, str], Line]) -> str:
    """Scenarios that show no promise of the table."""
    known = {name for row in ROWS for name in row.scenarios}
    rows = [Row(name, (name,)) for name in dict.fromkeys(scenario for scenario, _ in last) if name not in known]
    if not rows:
        return ""
    head = "## Measured besides\n\n| scenario | SQLite | PostgreSQL | command, seed and day |\n|---|---|---|---|\n"
    return head + "".join(_row(row, last) for row in rows) + "\n"


def _bugs(lines: Sequence[Line]) -> str:
    """A bench that cannot fail proves nothing."""
    last = {(name, each["database"]): each for each in lines for name in each["bugs"] if name in BUGS}
    caught = {
        key for key, each in last.items() if any(each["verdict"]["broken"].get(name) for name in BUGS[key[0]].broken)
    }
    wanted = [(name, kind) for name, bug in BUGS.items() for kind in bug.databases]
    head = (
        "## The bench can fail\n\n"
        f"{len(BUGS)} deliberate bugs (`benchmarks/chaos/bugs.py`) are put into the bot, one at a time, and "
        "`python -m benchmarks.chaos bugs` looks whether the promise breaks that each must break: "
        f"{len(caught & set(wanted))} of {len(wanted)} were caught (a bug counts once a database), "
        f"{len(set(wanted) - set(last))} were not tried.\n"
    )
    missed = [f"- **not caught**: {name} on {kind}\n" for name, kind in wanted if (name, kind) in set(last) - caught]
    return head + ("\n" + "".join(missed) if missed else "")
