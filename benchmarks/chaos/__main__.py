"""`python -m benchmarks.chaos SCENARIO`: on which database, with which seed, and with which bug put in."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"

from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import KINDS, place
from benchmarks.chaos.scenarios import SCENARIOS
from benchmarks.chaos.verdict import Run


def main() -> None:
    """Run, print, and exit with 1 when a promise does not hold (with a bug: when it was not caught)."""
    given = _arguments()
    logging.disable(logging.CRITICAL)  # a connection that a kill cut is no news here
    ill = False
    for kind in given.database:
        run = _run(kind, given)
        print(run.told(), flush=True)
        if given.results:
            run.write(given.results)
        ill = ill or not (
            all(BUGS[bug].is_caught_by(run.verdict) for bug in given.bug) if given.bug else run.verdict.holds
        )
    raise SystemExit(int(ill))


def _run(kind: str, given: argparse.Namespace) -> Run:
    begun = time.monotonic()
    with place(kind, given.seed, given.bug) as here:
        verdict = asyncio.run(SCENARIOS[given.scenario].run(here, given))
    command = " ".join(["uv run python -m benchmarks.chaos", *sys.argv[1:]])
    took_s = round(time.monotonic() - begun, 1)
    return Run(given.scenario, kind, given.seed, command, took_s, verdict, tuple(given.bug))


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
    return parser.parse_args()


main()
