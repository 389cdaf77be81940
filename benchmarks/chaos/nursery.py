"""A quick start: a parent that has imported everything, and forks a process of its own for each life of the bot.

What a life does is what `python -m benchmarks.chaos.child` does, without the two seconds of imports before it. There
is no thread and no event loop in the parent. Each line that it reads is a life to begin; each that it writes says that
one has begun, or how one has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from benchmarks.chaos import child

ROOT = Path(__file__).resolve().parents[2]


class Wish(TypedDict):
    """One life that is wanted."""

    life: int
    command: list[str]
    environment: dict[str, str]
    folder: str
    log: str


# --- the bench's side -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Life:
    """One forked process, as asyncio's own are seen: its number, a signal, its end."""

    pid: int = 0
    returncode: int | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended; ProcessLookupError never reaches a stranger, whose number might be the same."""
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Its exit code, or the signal's number below zero."""
        await self.ended.wait()
        return self.returncode or 0


class Nursery:
    """Begins lives; `spawn` stands for asyncio.create_subprocess_exec."""

    def __init__(
        self, parent: asyncio.subprocess.Process, wishes: asyncio.StreamWriter, answers: asyncio.StreamReader
    ) -> None:
        self._parent, self._wishes, self._answers = parent, wishes, answers
        self._lives = dict[int, Life]()
        self._told = asyncio.create_task(self._listen())

    async def spawn(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Life:
        """A life of its own with this environment; `command` is what `stridecheck` is given."""
        life = Life()
        number = max(self._lives, default=0) + 1
        self._lives[number] = life
        wish = Wish(life=number, command=[*command], environment={**environment}, folder=str(folder), log=str(log))
        self._wishes.write(json.dumps(wish).encode() + b"\n")
        await asyncio.wait_for(life.begun.wait(), 60)
        return life

    async def _listen(self) -> None:
        while line := await self._answers.readline():
            told = json.loads(line)
            life = self._lives[told["life"]]
            if "pid" in told:
                life.pid = told["pid"]
                life.begun.set()
            else:
                life.returncode = told["code"]
                life.ended.set()

    async def close(self) -> None:
        """No more lives."""
        self._wishes.close()
        await asyncio.wait_for(self._parent.wait(), 30)
        await self._told


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """The parent runs as long as this is open."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.chaos.nursery"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if parent.stdin is None or parent.stdout is None:
        raise RuntimeError("a process without pipes")
    made = Nursery(parent, parent.stdin, parent.stdout)
    try:
        yield made
    finally:
        await made.close()


# --- the parent's side ------------------------------------------------------------------------------------------------


class Parent:
    """Reads wishes, forks, and tells of ends, in one thread."""

    def __init__(self) -> None:
        self._lives = dict[int, int]()
        self._rest = b""
        self._ends, self._bell = socket.socketpair()
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._eye = selectors.DefaultSelector()
        self._eye.register(self._ends, selectors.EVENT_READ)
        self._eye.register(sys.stdin.fileno(), selectors.EVENT_READ)

    def work(self) -> None:
        """Until nobody wishes for more."""
        while True:
            for key, _ in self._eye.select():
                if key.fileobj is self._ends:
                    self._ends.recv(4096)
                    self._tell_ends()
                elif not self._read():
                    return

    def _read(self) -> bool:
        read = os.read(sys.stdin.fileno(), 1 << 16)
        *lines, self._rest = (self._rest + read).split(b"\n")
        for line in lines:
            self._begin(json.loads(line))
        return bool(read)

    def _begin(self, wish: Wish) -> None:
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for each in (self._eye, self._ends, self._bell):
                each.close()
            _live(wish)
        self._lives[pid] = wish["life"]
        _tell({"life": wish["life"], "pid": pid})

    def _tell_ends(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                _tell({"life": self._lives.pop(found[0]), "code": os.waitstatus_to_exitcode(found[1])})


def _tell(what: Mapping[str, object]) -> None:
    os.write(sys.stdout.fileno(), json.dumps(what).encode() + b"\n")


def _live(wish: Wish) -> None:
    """What a fresh process would do, and its end: this never returns."""
    code = 1
    try:
        _furnish(wish)
        child.live(wish["command"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, this copy of the parent must end here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _furnish(wish: Wish) -> None:
    """Its environment, its folder, nothing to read, and a file to write into."""
    os.environ.clear()
    os.environ.update(wish["environment"])
    os.chdir(wish["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(wish["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for given, wanted in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, wanted)


def main() -> None:
    """Import what a bot needs, read the pack once, and wait for wishes."""
    os.environ["PTB_TIMEDELTA"] = "true"
    from bot import running  # noqa: F401, PLC0415 - so that no life has to
    from content import words  # noqa: PLC0415
    from content.load import pack_files, parse_pack  # noqa: PLC0415
    from content.shipped import PACKS  # noqa: PLC0415

    parse_pack(pack_files(PACKS / "leg-tingling"))
    words.languages()
    gc.freeze()
    Parent().work()


if __name__ == "__main__":
    main()
