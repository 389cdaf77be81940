"""The bots that are compared: how each is started, what its process has used so far, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.press.street import Street

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stridecheck-press"
START_S, END_S = 240.0, 15.0
CORES = sorted(os.sched_getaffinity(0))
# Compiled, as anybody's second start is: what the compiler leaves behind would be counted as the bot's memory.
INHERITED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
Tokens = Callable[[], str]


@dataclass(slots=True)
class Contestant:
    """One bot. `at_once`: the crowds that it is compared with; `walks`: its people walk through real questions."""

    name: str
    command: Sequence[str]
    at_once: Sequence[int] = (1, 256)
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    walks: bool = False
    street: Street | None = None
    process: asyncio.subprocess.Process | None = None

    @property
    def before(self) -> Street:
        """Its side of the Bot API."""
        if self.street is None:
            raise RuntimeError(f"{self.name} has no street yet")
        return self.street

    async def start(self, log: Path) -> None:
        """It polls, or whatever it does, by itself; whoever waits for it looks at its street."""
        with log.open("ab") as written:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, cwd=self.folder, env={**INHERITED, **self.environment}, stdin=subprocess.DEVNULL,
                stdout=written, stderr=written, preexec_fn=_on_the_first_core,
            )  # fmt: skip

    async def stop(self) -> None:
        """Asked to end, and ended."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), END_S)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def cpu_s(self) -> float:
        """User and system time of all its threads since it began, to the nanosecond."""
        return time.clock_gettime((~self._pid() << 3) | 2)  # what clock_getcpuclockid(3) makes of a process

    def memory_mb(self) -> float:
        """What is resident."""
        pages = int(Path(f"/proc/{self._pid()}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1024 / 1024

    def _pid(self) -> int:
        if self.process is None or self.process.returncode is not None:
            raise RuntimeError(f"{self.name} does not run; its log says why")
        return self.process.pid


def _on_the_first_core() -> None:
    os.sched_setaffinity(0, CORES[:1])


def stay_on_the_last_core() -> None:
    """The fake server, its load and a database server of ours leave the first core to the bots."""
    os.sched_setaffinity(0, CORES[-1:])


async def until(true: Callable[[], object], what: str, seconds: float = START_S) -> None:
    """Wait for something that tells nobody when it has happened."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - that is what this function is for
                await asyncio.sleep(0.02)
            return
    raise RuntimeError(f"waited {seconds:.0f} s in vain for {what}")


def grammy() -> Path | str:
    """The folder with grammY, fetched by npm once; or why there is none."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "grammY is left out: node and npm are not both here"
    source = HERE / "echoes" / "grammy"
    folder = CACHE / "grammy"
    folder.mkdir(parents=True, exist_ok=True)
    same = (folder / "package.json").exists() and _text(folder) == _text(source)
    shutil.copy(source / "echo.mjs", folder)
    if not (same and (folder / "node_modules" / "grammy").is_dir()):
        shutil.copy(source / "package.json", folder)
        quiet = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error")
        done = subprocess.run([npm, "install", *quiet], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            return f"grammY is left out: npm could not fetch it ({done.stderr.strip()[:200]})"
    return folder


def _text(folder: Path) -> str:
    return (folder / "package.json").read_text(encoding="utf-8")


def echoes(address: str, tokens: Tokens) -> list[Contestant]:
    """The echo bots. Each is asked for what it is good at: PTB's own is two, for it is sequential as it comes."""
    python, name = (sys.executable, "-W", "ignore", "-m"), "benchmarks.press.echoes"
    found = [
        Contestant("PTB's echo", (*python, f"{name}.ptb", address, tokens()), (1,)),
        Contestant("PTB's echo, 256", (*python, f"{name}.ptb", address, tokens(), "256"), (256,)),
        Contestant("aiogram's echo", (*python, f"{name}.aiogram", address, tokens())),
    ]
    folder = grammy()
    if isinstance(folder, str):
        print(folder)
    else:
        node = shutil.which("node") or "node"
        found.append(Contestant("grammY's echo", (node, "echo.mjs", address, tokens()), folder=folder))
    return found
