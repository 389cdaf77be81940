"""remembering(pack): while it lasts, what follows from the same is worked out once.

For searches that ask the same thing a hundred thousand times. Outside of it nothing is kept: a person's answers leave
no trace in memory when their turn is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from content.pack import Pack

MOST = 20_000
Given = ParamSpec("Given")
Found = TypeVar("Found")


@dataclass(slots=True)
class Kept:
    """What was worked out for one pack, by the function that worked it out; never more than `MOST`."""

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


def once(work: Callable[Concatenate[Pack, Given], Found]) -> Callable[Concatenate[Pack, Given], Found]:
    """The same function, which inside `remembering` works out the same once. Its results must be frozen."""

    @wraps(work)
    def remembered(pack: Pack, /, *given: Given.args, **named: Given.kwargs) -> Found:
        kept = _KEPT.get()
        if kept is None or kept.pack is not pack or named:
            return work(pack, *given, **named)
        key = (work, *map(_as_key, given))
        if key not in kept.found:
            if len(kept.found) >= MOST:
                kept.found.clear()
            kept.found[key] = work(pack, *given, **named)
        result: Found = kept.found[key]
        return result

    return remembered


def _as_key(given: object) -> object:
    return frozenset(given.items()) if isinstance(given, Mapping) else given
