"""Sending to very many: how much of Telegram's rate is used, is anything refused or lost, and what does queueing cost?

    uv run python -m benchmarks.bulk [--people 100000] [--seconds 90] [--database URL]

In time that is jumped through (benchmarks/virtual.py), so a busy machine changes nothing but the CPU figures. The
server is benchmarks/bulk/strict.py. Ours is the whole way: a database of people, the outbox, the pace, the sender.
"""

from __future__ import annotations

import logging
import os
import tempfile
from argparse import Namespace
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

os.environ["PTB_TIMEDELTA"] = "true"

from benchmarks import telling, virtual
from benchmarks.bulk import limiter
from benchmarks.bulk.ours import People, Queued, Sent
from benchmarks.telling import Goal
from bot import logs

JITTER_S, SENDERS = 0.03, 5
OURS, JITTERED, THEIRS = "ours", "ours, 30 ms of jitter", "AIORateLimiter, as it comes"


@dataclass(slots=True)
class Found:
    """By sender; `memory_mb` is what this process holds at the end."""

    queued: Queued
    sent: dict[str, Sent] = field(default_factory=dict)
    memory_mb: float = 0.0


def main(given: Namespace) -> None:
    """Queue everybody, let each sender have its minutes, and tell."""
    logs.configure("CRITICAL")
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there
    with (
        tempfile.TemporaryDirectory(dir=memory, prefix="stridecheck-bulk-") as folder,
        telling.progress("people, queue, senders", 2 + SENDERS) as more,
    ):
        people = People(given.database or f"sqlite:///{folder}/bulk.db", given.people)
        more(1)
        found = Found(people.queue())
        more(1)
        for name, sender in _senders(people, given.seconds).items():
            found.sent[name] = virtual.run(sender())
            more(1)
        found.memory_mb = telling.resident_mb()
    _tell(found, given.out)


def _senders(people: People, seconds: float) -> dict[str, Callable[[], Coroutine[Any, Any, Sent]]]:
    return {
        OURS: partial(people.send, seconds, 0.0),
        JITTERED: partial(people.send, seconds, JITTER_S),
        THEIRS: partial(limiter.send, seconds, 0.0, 0),
        "AIORateLimiter, 5 retries": partial(limiter.send, seconds, 0.0, 5),
        "AIORateLimiter, 5 retries, 30 ms of jitter": partial(limiter.send, seconds, JITTER_S, 5),
    }


def _tell(found: Found, out: Path | None) -> None:
    heads = ("sender", "share of 30/s", "refused", "lost", "twice", "busiest second", "CPU ms a message")
    rows = [
        (name, f"{one.share:.1%}", one.refused, one.lost, one.again, one.busiest, one.cpu_ms)
        for name, one in found.sent.items()
    ]
    telling.table("Sending to very many", heads, rows)
    _tell_more(found)
    wanted = _goals(found)
    telling.goals(wanted)
    shares = {"share of the allowed rate, %": {name: 100 * one.share for name, one in found.sent.items()}}
    picture = telling.bars("Sending to very many, before a server that refuses", "per cent of 30 a second", shares)
    telling.keep("bulk", asdict(found), picture, wanted, out)


def _tell_more(found: Found) -> None:
    queued, grown_mb = found.queued, found.queued.after_mb - found.queued.before_mb
    print(f"{queued.people:,} queued in {queued.seconds:.2f} s, memory grown by {grown_mb:.1f} MiB")
    print(f"{queued.after_mb:.0f} MiB before the first was sent, {found.memory_mb:.0f} MiB at the end")


def _goals(found: Found) -> list[Goal]:
    mine, jittered = found.sent[OURS], found.sent[JITTERED]
    queued = found.queued
    return [
        Goal("share of the allowed rate", mine.share, 0.97, at_least=True),
        Goal("the same with 30 ms of jitter", jittered.share, 0.95, at_least=True),
        Goal("refused", mine.refused + jittered.refused, 0),
        Goal("lost or doubled", mine.lost + jittered.lost + mine.again + jittered.again, 0),
        Goal("times what AIORateLimiter reaches as it comes", mine.share / found.sent[THEIRS].share, 3, at_least=True),
        Goal("memory grown by queueing", queued.after_mb - queued.before_mb, 5, "MiB"),
        Goal("memory grown by sending", found.memory_mb - queued.after_mb, 25, "MiB"),
    ]


def _given() -> Namespace:
    parser = telling.parser(__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--database", help="another database than a new SQLite file, empty")
    return parser.parse_args()


if __name__ == "__main__":
    main(_given())
