"""The process that looks at what was uploaded: it knows no secret, and is ended when it takes too much."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from bot import apart, inspector
from bot.apart import StoppedError
from content.load import pack_files
from content.shipped import PACKS

ITCH = inspector.write_files(pack_files(PACKS / "runner-itch"))


async def _nobody(stage: str) -> None:
    """Nobody listens."""


async def test_a_pack_that_holds_is_checked_in_a_process_of_its_own() -> None:
    stages: list[str] = []

    async def hear(stage: str) -> None:
        stages.append(stage)

    found = await apart.ask({"do": "check", "files": ITCH}, hear)
    assert stages == ["reading", "proving"]
    assert (found["pack"], found["problems"], found["promises"]) == ("runner-itch", [], 33)


async def test_it_is_ended_when_it_takes_too_long() -> None:
    with pytest.raises(StoppedError, match="time"):
        await apart.ask({"do": "check", "files": ITCH}, _nobody, patience_s=0.01)


async def test_it_is_ended_when_nobody_waits_any_more() -> None:
    waiting = asyncio.create_task(apart.ask({"do": "check", "files": ITCH}, _nobody))
    children = _children()
    while not _children() - children:  # noqa: ASYNC110 - the process tells nobody that it has begun
        await asyncio.sleep(0.005)
    (process,) = _children() - children
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert process not in _children()


async def test_a_job_that_fails_says_where_and_nothing_else() -> None:
    with pytest.raises(StoppedError, match=r"KeyError at bot/inspector\.py"):
        await apart.ask({"do": "check"}, _nobody)


def test_its_surroundings_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", "DATABASE_URL", "ENCRYPTION_KEYS", "WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in apart.surroundings().values()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
async def test_its_memory_and_its_time_are_limited() -> None:
    code = (
        "import resource; from bot import inspector; inspector.limit_yourself(); "
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=apart.surroundings()
    )
    said, _ = await process.communicate()
    assert said.split() == [str(inspector.MEMORY_BYTES).encode(), str(inspector.CPU_S).encode()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process say so")
async def test_when_memory_runs_out_it_goes_before_the_bot() -> None:
    code = "from bot import inspector; inspector.limit_yourself(); print(open('/proc/self/oom_score_adj').read())"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=apart.surroundings()
    )
    said, _ = await process.communicate()
    assert int(said) == 1000


def _children() -> set[int]:
    """Our own children, as the system tells them."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return set(map(int, file.read().split()))
