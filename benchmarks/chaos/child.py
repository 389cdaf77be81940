"""The bot as `stridecheck run` starts it, with failpoints and bugs put in from outside.

CHAOS: what is put in, as JSON. Without it this is `stridecheck run` and nothing else.
"""

from __future__ import annotations

import json
import os

from benchmarks.chaos import bugs, troubles
from benchmarks.chaos.failpoints import Failpoints, Point


def main() -> None:
    """Put in what is wanted, and run the bot."""
    from bot.cli import app  # noqa: PLC0415 - it reads what is put in before

    wanted = json.loads(os.environ.get("CHAOS", "{}"))
    for name in wanted.get("bugs", ()):
        bugs.BUGS[name].put_in()
    Failpoints([Point(**each) for each in wanted.get("points", ())], os.environ.get("CHAOS_HITS")).put_in()
    troubles.put_in(wanted)
    app(["run"])


if __name__ == "__main__":
    main()
