"""`python -m benchmarks.chaos SCENARIO`: on which database, with which seed, and with which bug put in."""

from __future__ import annotations

import logging
import os

os.environ["PTB_TIMEDELTA"] = "true"

from benchmarks.chaos import arguments, running
from benchmarks.chaos.bugs import BUGS


def main() -> None:
    """Run, print, and exit with 1 when a promise does not hold (with a bug: when it was not caught)."""
    given = arguments.parser().parse_args()
    logging.disable(logging.CRITICAL)  # a connection that a kill cut is no news here
    if given.scenario in arguments.TOOLS:
        raise SystemExit(arguments.TOOLS[given.scenario].run(given))
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


main()
