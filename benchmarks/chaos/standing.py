"""Makes a part of the bot stop at a moment that the bench chooses: put in from outside, like a failpoint.

STOP="polling|hangs|FILE|STRUCK": as soon as FILE is there, the next round of polling never ends, and STRUCK is written.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.chaos import patching
from benchmarks.chaos.patching import AnyFunction

# Rounds of the parts; all of them are coroutines of the loop.
ROUNDS: Mapping[str, tuple[str, str]] = {
    "polling": ("bot.intake", "Intake.poll_once"),
    "sweeping": ("bot.follow_ups", "sweep"),
    "sending": ("bot.deliver", "Deliver._start_sending"),
    "a call": ("bot.speaker", "Speaker.say"),
    "the loop": ("bot.intake", "Intake.take"),
}


def put_in(wanted: str) -> None:
    """From here on that part stops when it is told to."""
    part, deed, at, struck = wanted.split("|")
    patching.replace(*ROUNDS[part], functools.partial(_stopping, deed, Path(at), Path(struck)))


def _stopping(deed: str, at: Path, struck: Path, inner: AnyFunction) -> AnyFunction:
    async def stopping(*args: Any, **kwargs: Any) -> Any:
        if _is_time(at, struck):
            await _stop(deed)
        return await inner(*args, **kwargs)

    return stopping


def _is_time(at: Path, struck: Path) -> bool:
    if at.exists() and not struck.exists():
        struck.touch()
    return at.exists()


async def _stop(deed: str) -> None:
    match deed:
        case "hangs":
            await asyncio.Event().wait()
        case "raises":
            raise RuntimeError("stopped by the bench")
        case "is cancelled":
            raise asyncio.CancelledError
        case "stands still":
            time.sleep(10_000)  # noqa: ASYNC251 - that is the fault
