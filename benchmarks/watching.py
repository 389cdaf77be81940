"""What being watched costs: one look at /metrics, and each thing that is counted, in CPU of this process.

`uv run python -m benchmarks.watching`; a press is one turn, two calls and some six transactions.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import generate_latest

from bot.meter import Meter
from bot.metrics import Metrics

TIMES, ROUNDS = 20_000, 5
PER_PRESS = {"a turn": 1, "a call": 2, "a transaction": 6}


def cpu_us(work: Callable[[], object], times: int = TIMES) -> float:
    """The least of some rounds, per call, in microseconds of CPU: what disturbs only adds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for _ in range(times):
            work()
        best = min(best, time.thread_time() - begun)
    return best / times * 1e6


def counted(meter: Meter) -> dict[str, float]:
    """Each thing that is counted, and what it costs."""

    def turn() -> None:
        with meter.turn("press"):
            pass

    return {
        "a turn": cpu_us(turn),
        "a call": cpu_us(lambda: meter.called("sendMessage", 200, 0.05)),
        "a transaction": cpu_us(lambda: meter.transacted(0.0001, 0.001, done=True)),
    }


def main() -> None:
    """Print the table."""
    metrics = Metrics()
    on, off = counted(metrics), counted(Meter())
    for name, cost in on.items():
        print(f"{name:14} {cost:6.2f} us counted, {off[name]:6.2f} us where nobody may ask")
    press = sum(times * on[name] for name, times in PER_PRESS.items())
    print(f"{'a press':14} {press:6.2f} us")
    print(
        f"{'a look':14} {cpu_us(lambda: generate_latest(metrics.registry), 50):6.0f} us to write down, with no tables"
    )


if __name__ == "__main__":
    main()
