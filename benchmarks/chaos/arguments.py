"""What can be typed behind `python -m benchmarks.chaos`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.chaos import every_bug, page, short
from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import KINDS
from benchmarks.chaos.scenarios import SCENARIOS

# What is done with scenarios: many runs, or a page of what they came to.
TOOLS = {"bugs": every_bug, "short": short, "page": page}


def parser() -> argparse.ArgumentParser:
    """A word for each scenario and tool, with its options."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos",
        description="`python -m benchmarks.chaos SCENARIO`: on which database, with which seed, with which bug put in.",
    )
    scenarios = made.add_subparsers(dest="scenario", required=True)
    for name, scenario in SCENARIOS.items():
        about = scenario.__doc__ or ""
        each = scenarios.add_parser(name, description=about, help=about.partition("\n")[0])
        each.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
        each.add_argument("--seed", type=int, default=1)
        each.add_argument("--bug", nargs="*", choices=list(BUGS), default=[], help="put this mistake into the bot")
        each.add_argument("--results", type=Path, help="add a line of JSON to this file")
        scenario.options(each)
    for name, tool in TOOLS.items():
        about = tool.__doc__ or ""
        tool.options(scenarios.add_parser(name, description=about, help=about.partition("\n")[0]))
    return made
