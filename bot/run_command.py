"""`stridecheck run`, by the shortest way: what reads command lines, and pictures of them, is not held for weeks."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from typing import NoReturn


def main() -> None:
    """The command line of `stridecheck`."""
    if sys.argv[1:] == ["run"]:
        run()
    else:
        from bot.cli import app

        app()


def run() -> None:
    """Run the bot until it is told to end. Ends the process with 3 when its database is served already, with 1 for
    any other reason that it cannot go on."""
    import asyncio

    with imported_to_stay():
        from bot import alone, logs, running, settings
        from bot.pulse import PartEndedError
    try:
        given = settings.read()
        logs.configure(given.log_level, given.log_format or logs.usual_form())
        with running.reporting(given):
            asyncio.run(running.run(given))
    except alone.AlreadyRunningError as error:
        _fail(error, 3)
    except (settings.SettingsError, PartEndedError) as error:
        _fail(error, 1)


@contextlib.contextmanager
def imported_to_stay() -> Iterator[None]:
    """What is imported meanwhile stays: to look through it for garbage would take a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _fail(error: Exception, code: int) -> NoReturn:
    sys.stderr.write(f"{error}\n")
    sys.exit(code)
