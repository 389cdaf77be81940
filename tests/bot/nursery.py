"""A quick start: a parent that has imported everything, and forks a process of its own for each life of the bot.

What a life does is what `stridecheck` does, without the two seconds of imports before it. There is no thread and no
event loop in the parent. Each line that it reads is a life to begin; each that it writes says that one has begun, or
how one has ended. A process that is forked is as real as one that was executed: it has its own number, memory and
files, and dies of SIGKILL alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypedDict

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240  # the imports of a busy machine
NUMBERS = itertools.count(1)


Warm: TypeAlias = "subprocess.Popen[bytes]"
Live: TypeAlias = Callable[[Sequence[str]], None]


class Wish(TypedDict):
    """One life that is wanted."""

    life: int
    command: list[str]
    environment: dict[str, str]
    folder: str
    log: str


# --- the side of whoever starts bots ----------------------------------------------------------------------------------


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
    """Begins lives; `spawn` stands for asyncio.create_subprocess_exec. One at a time may use a parent."""

    def __init__(self, warm: Warm) -> None:
        if warm.stdin is None or warm.stdout is None:
            raise RuntimeError("a process without pipes")
        self._wishes, self._answers, self._rest = warm.stdin.fileno(), warm.stdout.fileno(), b""
        self._lives = dict[int, Life]()
        asyncio.get_running_loop().add_reader(self._answers, self._hear)

    async def spawn(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Life:
        """A life of its own with this environment; `command` is what `stridecheck` is given."""
        life, number = Life(), next(NUMBERS)
        self._lives[number] = life
        wish = Wish(life=number, command=[*command], environment={**environment}, folder=str(folder), log=str(log))
        _tell(self._wishes, wish)
        await asyncio.wait_for(life.begun.wait(), PATIENCE_S)
        return life

    def _hear(self) -> None:
        read = os.read(self._answers, 1 << 16)
        if not read:
            asyncio.get_running_loop().remove_reader(self._answers)
        *lines, self._rest = (self._rest + read).split(b"\n")
        for line in lines:
            self._note(json.loads(line))

    def _note(self, told: Mapping[str, int]) -> None:
        life = self._lives.get(told["life"])
        if life is None:  # a test before this one did not wait until it had begun
            with contextlib.suppress(ProcessLookupError, KeyError):
                os.kill(told["pid"], signal.SIGKILL)
        elif "pid" in told:
            life.pid = told["pid"]
            life.begun.set()
        else:
            life.returncode = told["code"]
            life.ended.set()

    async def close(self) -> None:
        """Nothing more is wished for from here; the parent goes on. A life that is left over ends, and is heard of."""
        for life in self._lives.values():
            if life.pid and life.returncode is None:
                life.send_signal(signal.SIGKILL)
                await asyncio.wait_for(life.wait(), PATIENCE_S)
        asyncio.get_running_loop().remove_reader(self._answers)


@contextlib.contextmanager
def parent(module: str = "tests.bot.nursery") -> Iterator[Warm]:
    """A warm parent, for as long as this is open; its imports go on meanwhile."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as made:
        try:
            yield made
        finally:
            made.terminate()


@contextlib.asynccontextmanager
async def nursery(warm: Warm) -> AsyncIterator[Nursery]:
    """Lives from this parent, as long as this event loop runs."""
    made = Nursery(warm)
    try:
        yield made
    finally:
        await made.close()


def _tell(pipe: int, what: Mapping[str, object]) -> None:
    """One line, whole, however little of it the pipe takes at once."""
    left = json.dumps(what).encode() + b"\n"
    while left:
        left = left[os.write(pipe, left) :]


# --- the parent's side ------------------------------------------------------------------------------------------------


class Parent:
    """Reads wishes, forks, and tells of ends, in one thread. `live` does what a command says, and ends."""

    def __init__(self, live: Live) -> None:
        self._live = live
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
            _end(wish, self._live)
        self._lives[pid] = wish["life"]
        _tell(sys.stdout.fileno(), {"life": wish["life"], "pid": pid})

    def _tell_ends(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                _tell(
                    sys.stdout.fileno(),
                    {"life": self._lives.pop(found[0]), "code": os.waitstatus_to_exitcode(found[1])},
                )


def _end(wish: Wish, live: Live) -> None:
    """What a fresh process would do, and its end: this never returns."""
    code = 1
    try:
        _furnish(wish)
        live(wish["command"])
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


def as_typed(command: Sequence[str]) -> None:
    """What `stridecheck` does with these words. Raises SystemExit at its end."""
    from bot.cli import app  # noqa: PLC0415 - it may not be imported before PTB_TIMEDELTA is set

    app(list(command))


def main(live: Live = as_typed) -> None:
    """Import what a bot needs, read the pack once, and wait for wishes."""
    os.environ["PTB_TIMEDELTA"] = "true"
    from bot import running  # noqa: F401, PLC0415 - so that no life has to
    from content import words  # noqa: PLC0415
    from content.load import pack_files, parse_pack  # noqa: PLC0415
    from content.shipped import PACKS  # noqa: PLC0415

    parse_pack(pack_files(PACKS / "leg-tingling"))
    words.languages()
    gc.freeze()
    Parent(live).work()


if __name__ == "__main__":
    main()
