"""Planned misfortune: calls that match end in an error, a cut connection, silence or nonsense, or just take long.

A fault strikes the `nth` matching call and those after it, `times` times (None: until it is cleared), each with a
`probability`. The dice are seeded, so that a run can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from simulator.records import ConnectionCut, Hang, Json, Malformed, Refused

_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
TWISTS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "duplicate": lambda updates: [update for update in updates for _ in range(2)],
    "reorder": lambda updates: updates[::-1],
}


@dataclass(slots=True)
class Fault:
    """One plan; `times` and `nth` count down. Without any end (and no twist) it only delays."""

    name: str = ""
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    nth: int = 1
    probability: float = 1.0
    after_work: bool = False
    error_code: int | None = None
    description: str = ""
    retry_after: int | None = None
    hang_s: float | None = None
    cut: bool = False
    malformed: bool = False
    twist: str | None = None
    delay_before_s: float = 0.0
    delay_after_s: float = 0.0

    def matches(self, method: str, chat_id: object) -> bool:
        """Whether it is meant for this call."""
        if self.times == 0 or (self.method is not None and self.method.lower() != method.lower()):
            return False
        if self.twist is not None and method.lower() != "getupdates":
            return False
        return self.chat_id is None or str(self.chat_id) == str(chat_id)

    @property
    def end(self) -> Exception | None:
        """How the call ends; None when it is only slow, or its updates are twisted."""
        if self.cut:
            return ConnectionCut(self.after_work)
        if self.hang_s is not None:
            return Hang(self.hang_s, self.after_work)
        if self.malformed:
            return Malformed(self.after_work)
        if self.retry_after is not None:
            words = self.description or f"Too Many Requests: retry after {self.retry_after}"
            return Refused(self.error_code or 429, words, {"retry_after": self.retry_after})
        if self.error_code is None and (self.twist or self.delay_before_s or self.delay_after_s):
            return None
        code = self.error_code or 500
        return Refused(code, self.description or _WORDS.get(code, "Internal Server Error"))


def read(given: Mapping[str, Any]) -> Fault:
    """A fault written as JSON. ValueError names what no fault has."""
    known = {each.name for each in fields(Fault)}
    for name in given:
        if name not in known:
            raise ValueError(f"a fault has no {name!r}; it has: {', '.join(sorted(known))}")
    if given.get("twist") not in (None, *TWISTS):
        raise ValueError(f"unknown twist {given['twist']!r}; known: {', '.join(TWISTS)}")
    return Fault(**given)


class Faults:
    """All plans, in the order they were made; the first that matches strikes."""

    def __init__(self, seed: int = 1) -> None:
        self._plans: list[Fault] = []
        self._dice = random.Random(seed)  # noqa: S311 - planned bad luck, not a secret

    def plan(self, fault: Fault) -> None:
        """One more; a plan of the same name is replaced."""
        self.clear(fault.name or None)
        self._plans.append(fault)

    def clear(self, name: str | None) -> None:
        """Forget the plan of this name."""
        self._plans = [fault for fault in self._plans if name is None or fault.name != name]

    def clear_all(self) -> None:
        """All is well again."""
        self._plans = []

    def listed(self) -> list[Json]:
        """The plans that may still strike, as they would be written."""
        empty = Fault()
        names = [each.name for each in fields(Fault)]
        return [
            {name: getattr(fault, name) for name in names if getattr(fault, name) != getattr(empty, name)}
            for fault in self._plans
            if fault.times != 0
        ]

    def strike(self, method: str, chat_id: object) -> Fault | None:
        """The fault this call meets, counted down."""
        for fault in self._plans:
            if fault.matches(method, chat_id) and self._hits(fault):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def _hits(self, fault: Fault) -> bool:
        if fault.nth > 1:
            fault.nth -= 1
            return False
        return self._dice.random() < fault.probability
