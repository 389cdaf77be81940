"""`python -m benchmarks.chaos SCENARIO`: on which database, with which seed, and with which bug put in."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"

from benchmarks.chaos import every_bug, page, running, short
from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import KINDS
from benchmarks.chaos.scenarios import SCENARIOS

# What is done with scenarios: many runs, or a page of what they came to.
TOOLS = {"bugs": every_bug, "short": short, "page": page}


def main() -> None:
    """Run, print, and exit with 1 when a promise does not hold (with a bug: when it was not caught)."""
    given = _arguments()
    logging.disable(logging.CRITICAL)  # a connection that a kill cut is no news here
    if given.scenario in TOOLS:
        raise SystemExit(TOOLS[given.scenario].run(given))
    ill = False
    for kind in given.database:
        run = running.run(kind, given)
        print(run.told(), flush=True)
        if given.results:
            run.write(given.results)
        ill = ill or not (
            all(BUGS[bug].is_caught_by(run.verdict) for bug in given.bug) if given.bug else run.verdict.holds
        )
    raise SystemExit(int(ill))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    scenarios = parser.add_subparsers(dest="scenario", required=True)
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
    return parser.parse_args()


main()
