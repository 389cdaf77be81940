"""remembering(pack): while it lasts, what follows from the same answers is worked out once.

For searches that ask the same thing a hundred thousand times. Outside of it nothing is kept: a person's answers leave
no trace in memory when their turn is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from content.pack import Answers, Pack

MOST = 20_000
Found = TypeVar("Found")


@dataclass(slots=True)
class Kept:
    """What the answers given to one pack led to, by the function that worked it out; never more than `MOST`."""

    pack: Pack
    found: dict[object, Any] = field(default_factory=dict)


_KEPT: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def remembering(pack: Pack) -> Iterator[None]:
    """Inside, functions marked `once` remember their results for this pack; afterwards all is forgotten."""
    before = _KEPT.set(Kept(pack))
    try:
        yield
    finally:
        _KEPT.reset(before)


def once(work: Callable[[Pack, Answers], Found]) -> Callable[[Pack, Answers], Found]:
    """The same function, which inside `remembering` works out the same answers once. Its results must be frozen."""

    @wraps(work)
    def remembered(pack: Pack, answers: Answers) -> Found:
        kept = _KEPT.get()
        if kept is None or kept.pack is not pack:
            return work(pack, answers)
        key = (work, frozenset(answers.items()))
        if key not in kept.found:
            if len(kept.found) >= MOST:
                kept.found.clear()
            kept.found[key] = work(pack, answers)
        result: Found = kept.found[key]
        return result

    return remembered
