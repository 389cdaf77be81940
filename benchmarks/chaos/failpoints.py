"""Named places at which the bot can be killed, stopped or made to fail: each is a function of ours, before or after.

A plan is read from the environment, so that it reaches the process: CHAOS='{"points": [{"name": "turn.after", "hit": 3,
"do": "kill"}]}'. What was hit is appended to the file CHAOS_HITS, a name a line, written before anything is done.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.chaos import patching

Deed = Literal["kill", "raise", "sleep", "note"]

# name -> the module, and the function or method in it. Each is a point before and a point after.
PLACES: Mapping[str, tuple[str, str]] = {
    "intake": ("bot.intake", "Intake.take"),
    "turn": ("handlers.turn", "take_turn"),
    "claim": ("storage.outbox", "claim"),
    "direct": ("storage.direct", "take"),
    "send": ("bot.speaker", "Speaker.say"),
    "mark": ("storage.outbox", "mark_sent"),
    "marks": ("storage.outbox", "mark_all"),
    "sweep": ("storage.follow_ups", "due"),
    "due": ("handlers.turn", "take_due"),
    "recipient": ("storage.recipients", "claim"),
    "recipient_mark": ("storage.recipients", "mark"),
    "publish": ("storage.publications", "publish"),
    "erase": ("storage.erasures", "erase"),
    "rotate": ("storage.rotation", "_renew"),
    "retain": ("storage.retention", "batch"),
    "upload": ("storage.uploads", "claim"),
}
COMMIT = "commit"
POINTS = tuple(f"{name}.{when}" for name in (*PLACES, COMMIT) for when in ("before", "after"))


@dataclass(slots=True)
class Point:
    """At the `hit`-th time that this place is reached, `do` it; `hit` 0 is every time."""

    name: str
    hit: int = 1
    do: Deed = "kill"
    seconds: float = 5.0


class Failpoints:
    """The plan of this process."""

    def __init__(self, points: Sequence[Point], hits: str | None) -> None:
        self._points = {point.name: point for point in points}
        self._hits, self._seen, self._lock = hits, Counter[str](), threading.Lock()

    def reach(self, name: str) -> None:
        """This place is reached."""
        with self._lock:
            self._seen[name] += 1
            seen = self._seen[name]
        if self._hits and seen == 1:
            self._note(name)
        point = self._points.get(name)
        if point is not None and point.hit in {0, seen}:
            self._do(point)

    def _note(self, name: str) -> None:
        descriptor = os.open(self._hits or "", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{name}\n".encode())
        os.close(descriptor)

    def _do(self, point: Point) -> None:
        match point.do:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "raise":
                raise RuntimeError(f"failpoint {point.name}")
            case "sleep":
                time.sleep(point.seconds)
            case "note":
                pass

    def put_in(self) -> None:
        """From here on every place is watched."""
        for name, (module, path) in PLACES.items():
            patching.watch(module, path, partial(self.reach, f"{name}.before"), partial(self.reach, f"{name}.after"))
        event.listen(Session, "before_commit", lambda session: self.reach(f"{COMMIT}.before"))
        event.listen(Session, "after_commit", lambda session: self.reach(f"{COMMIT}.after"))
