"""Counters and times for Prometheus, kept while the bot works. Their labels are words of the program's own.

Imported only where somebody may ask (LISTEN): bot/meter.py is what stands here otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from bot.meter import TURNS, Meter

# Seconds. A turn takes some milliseconds; beyond a second people notice; a call is given up after 30, a poll after 40.
TURN_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30)
CALL_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 40)
LAG_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
# Counted from 0 on, so that the first refusal is a growth.
USUAL = ("getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery")
OUTCOMES = {0: "no_answer", 200: "ok", 409: "conflict", 429: "too_many"}


class Metrics(Meter):
    """Counts into a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library has no types for it
        self.registry = CollectorRegistry()
        turns = self._histogram("turn_seconds", "One turn, from the asking to the commit.", TURN_S, ["kind"])
        failed = self._counter("turns_failed", "Turns that raised; an update is tried three times.", ["kind"])
        self._turns = {kind: (turns.labels(kind).observe, failed.labels(kind).inc) for kind in TURNS}
        self._calls = self._counter("telegram_calls", "Calls to Telegram, by what came of them.", ["method", "outcome"])
        self._call_s = self._histogram("telegram_call_seconds", "One call to Telegram.", CALL_S, ["method"])
        self._known: dict[tuple[str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}
        for method in USUAL:
            for status in (*OUTCOMES, 400, 500):
                self._learn(method, status)
        self._waited = self._histogram("transaction_wait_seconds", "A transaction waits for a thread.", TURN_S)
        self._took = self._histogram("transaction_seconds", "A transaction, with its commit.", TURN_S)
        self._rolled_back = self._counter("transactions_failed", "Transactions that came to nothing.")
        self._lag = self._histogram(
            "loop_lag_seconds", "What is to be done at once waits, looked at each second.", LAG_S
        )

    def _counter(self, name: str, help_text: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(f"stridecheck_{name}", help_text, labels, registry=self.registry)

    def _histogram(self, name: str, help_text: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> Histogram:
        return Histogram(f"stridecheck_{name}", help_text, labels, registry=self.registry, buckets=buckets)

    def turn(self, kind: str) -> _Timed:
        return _Timed(*self._turns[kind])

    def called(self, method: str, status: int, seconds: float) -> None:
        known = self._known.get((method, status)) or self._learn(method, status)
        known[0]()
        known[1](seconds)

    def _learn(self, method: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
        """Both counters of a call, found once: looking for them takes longer than counting."""
        found = self._calls.labels(method, outcome(status)).inc, self._call_s.labels(method).observe
        self._known[method, status] = found
        return found

    def transacted(self, waited_s: float, seconds: float, done: bool) -> None:
        self._waited.observe(waited_s)
        self._took.observe(seconds)
        if not done:
            self._rolled_back.inc()

    def lagged(self, seconds: float) -> None:
        self._lag.observe(seconds)


def outcome(status: int) -> str:
    """A word for what Telegram answered."""
    return OUTCOMES.get(status) or ("server_error" if status >= 500 else "ok" if status < 400 else "refused")


class _Timed:
    """Measures what is done inside; what fails is counted and not timed."""

    __slots__ = ("_begun", "_failed", "_took")

    def __init__(self, took: Callable[[float], None], failed: Callable[[], None]) -> None:
        self._took, self._failed = took, failed

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self._took(time.perf_counter() - self._begun)
        elif issubclass(kind, Exception):
            self._failed()
