"""Every bad upload of the corpus, each in a process of its own as the bot does it: refused, how fast, how large.

uv run python -m benchmarks.uploads
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time

from bot import apart, inspector
from bot.apart import StoppedError
from content import unpacking
from content.unpacking import BadUploadError
from tests.content.bad_uploads import ALL, Bad
from tests.content.tiny import tiny_files

MOST_S = 2.0


async def _nobody(stage: str) -> None:
    """Nobody listens."""


async def _refused(bad: Bad) -> bool:
    """As handlers and the inspector do it: unpacked with limits, then read apart."""
    try:
        files = unpacking.put_together(tiny_files(), [unpacking.unpack(bad.name, bad.data)])
        found = await apart.ask({"do": "check", "files": inspector.write_files(files)}, _nobody)
    except (BadUploadError, StoppedError):
        return True
    return bool(found["problems"])


async def main() -> None:
    """A line for what was slow or let in, and one for all."""
    let_in, times = list[str](), list[float]()
    for bad in ALL:
        begun = time.monotonic()
        if not await _refused(bad):
            let_in.append(bad.what)
        times.append(time.monotonic() - begun)
        if times[-1] > MOST_S:
            print(f"{times[-1]:6.2f} s  {bad.what}")
    apart_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{len(ALL)} files, let in: {let_in or 'none'}, slowest {max(times):.2f} s, a process at most {apart_mb:.0f} MB"
    )
    sys.exit(bool(let_in))


asyncio.run(main())
