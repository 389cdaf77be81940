"""The bot as `stridecheck` starts it, with failpoints and bugs put in from outside.

CHAOS: what is put in, as JSON; STOP: which part ends (standing.py); GROWTH: where it tells what of it has grown
(growth.py). Without them this is `stridecheck` and nothing else; without words, `stridecheck run`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos import bugs, standing, troubles
from benchmarks.chaos.failpoints import Failpoints, Point
from benchmarks.chaos.growth import Growth
from benchmarks.chaos.hurried import HURRIES


def live(command: Sequence[str]) -> None:
    """Put in what is wanted, and do what the command says. Raises SystemExit at its end."""
    from bot.cli import app  # noqa: PLC0415 - it reads what is put in before

    wanted = json.loads(os.environ.get("CHAOS", "{}"))
    for name in wanted.get("bugs", ()):
        bugs.BUGS[name].put_in()
    for name in wanted.get("hurries", ()):
        HURRIES[name].put_in()
    Failpoints([Point(**each) for each in wanted.get("points", ())], os.environ.get("CHAOS_HITS")).put_in()
    troubles.put_in(wanted)
    if stop := os.environ.get("STOP"):
        standing.put_in(stop)
    if told := os.environ.get("GROWTH"):
        Growth(Path(told)).put_in()
    app(list(command))


if __name__ == "__main__":
    live(sys.argv[1:] or ["run"])
