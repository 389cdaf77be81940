"""While it lasts, what follows from the same is worked out once: for a whole search, or for one decision.

`remembering(pack)` is for searches that ask the same thing a hundred thousand times, `deciding()` for one press, which
asks three times what may still be asked. Outside of them nothing is kept: a person's answers leave no trace in memory
when their turn is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from content.episode import Episode
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


# --- one decision -----------------------------------------------------------------------------------------------------

# By the very objects, which are kept beside the result so that no other takes their place in memory.
_DECIDING: ContextVar[dict[tuple[object, int, int], tuple[Pack, Episode, Any]] | None]
_DECIDING = ContextVar("deciding", default=None)


@contextmanager
def deciding() -> Iterator[None]:
    """Inside, functions marked `once_decided` look at the same episode once; afterwards all is forgotten."""
    before = _DECIDING.set({})
    try:
        yield
    finally:
        _DECIDING.reset(before)


def once_decided(work: Callable[[Pack, Episode], Found]) -> Callable[[Pack, Episode], Found]:
    """The same function, which inside `deciding` works out the same episode once."""

    @wraps(work)
    def remembered(pack: Pack, episode: Episode) -> Found:
        kept = _DECIDING.get()
        if kept is None:
            return work(pack, episode)
        key = (work, id(pack), id(episode))
        if key not in kept:
            kept[key] = (pack, episode, work(pack, episode))
        result: Found = kept[key][2]
        return result

    return remembered
