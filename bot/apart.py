"""A job for bot/inspector.py, in a process of its own that is ended when it takes too long or nobody waits any more."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Json = dict[str, Any]
Tell = Callable[[str], Awaitable[None]]

PATIENCE_S = 600.0
MOST_ANSWER = 32 * 1024 * 1024
# What a Python program needs of its surroundings. No token, no key, no address of a database.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT")


class StoppedError(Exception):
    """No answer: `why` is time, memory, or where it failed."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


async def ask(job: Json, tell: Tell, patience_s: float = PATIENCE_S) -> Json:
    """The answer of bot/inspector.py; `tell` hears of each stage. Raises StoppedError when there is none."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.inspector"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=surroundings(),
        limit=MOST_ANSWER,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(patience_s):
            return await _talk(process, job, tell)
    except TimeoutError:
        raise StoppedError("time") from None
    finally:
        _end(process)
        await process.wait()


async def _talk(process: asyncio.subprocess.Process, job: Json, tell: Tell) -> Json:
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101
    with contextlib.suppress(ConnectionError):
        process.stdin.write(json.dumps(job).encode())
        await process.stdin.drain()
        process.stdin.close()
    async for line in process.stdout:
        said = json.loads(line)
        if "answer" in said:
            answer: Json = said["answer"]
            return answer
        if "failed" in said:
            raise StoppedError(said["failed"])
        await tell(said["stage"])
    code = await process.wait()
    # The system ends a process that has used up its time by a signal; a solver without memory gives up by itself.
    raise StoppedError("time" if code == -getattr(signal, "SIGXCPU", 24) else "memory")


def surroundings() -> dict[str, str]:
    """The environment of the process: where our packages are, and nothing secret."""
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**known, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PTB_TIMEDELTA": "true"}


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
