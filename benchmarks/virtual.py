"""An event loop that never waits: where all are asleep, time jumps to whoever wakes first.

A minute takes as long as what is done in it, and a busy machine changes no figure. What is given to a thread is done at
once instead, and takes no time. There are no sockets.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
PASS_S = 1e-5  # each pass takes that long at least, or who waits for a moment that floats miss by a hair waits for ever


class _Jumping(selectors.SelectSelector):
    """Waits for nothing but adds up what was to be waited."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; if nothing is, the wait is over."""
        found = super().select(0)
        if not found:
            if timeout is None:
                raise RuntimeError("everybody waits, and nobody for a moment in time")
            self.now += max(timeout, PASS_S)
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` begins at 0 and goes as far as it is awaited."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Done when this returns."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whoever awaits it learns of it
            done.set_exception(error)
        return done


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result, as asyncio.run would have it."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
