"""The bot of child.py whose hourly work keeps to our hurried clock (TIME_SCALE), and that forgets after two hours.

APScheduler lives in real time, so that in a day of twenty minutes what is done every hour would not be done at all.
What draws papers, some 30 MB, is there from the start: loaded when first wanted, late in the day, it looked like a
leak.
"""

from __future__ import annotations

import importlib
import os
from datetime import timedelta

from benchmarks.chaos import child, patching

FORGETS_AFTER = timedelta(hours=2)


def main() -> None:
    """Hurry, and run the bot."""
    importlib.import_module("bot.pdf")
    importlib.import_module("bot.copy_pdf")
    scale = float(os.environ["TIME_SCALE"])
    for module, name in (("bot.schedule", "TIDY_S"), ("bot.app", "RETAIN_EVERY_S")):
        patching.replace(module, name, lambda seconds: max(round(seconds / scale), 1))
    patching.replace("storage.outbox", "KEPT", lambda _: FORGETS_AFTER)
    child.live(["run"])


if __name__ == "__main__":
    main()
