"""Puts something else in the place of a function of ours, from outside: for failpoints and deliberate bugs only."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from typing import Any

AnyFunction = Callable[..., Any]


def replace(module: str, path: str, make: Callable[[Any], Any]) -> None:
    """Whatever `module` has under `path` ("Intake.take") becomes `make(what it was)`."""
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, make(getattr(owner, name)))


def watch(module: str, path: str, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Whenever the function is called, `before` it and, when it has returned, `after` it."""
    replace(module, path, functools.partial(_watched, before, after))


def _watched(before: Callable[[], None], after: Callable[[], None], inner: AnyFunction) -> AnyFunction:
    @functools.wraps(inner)
    def watched(*args: Any, **kwargs: Any) -> Any:
        before()
        result = inner(*args, **kwargs)
        after()
        return result

    @functools.wraps(inner)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        before()
        result = await inner(*args, **kwargs)
        after()
        return result

    return awaited if inspect.iscoroutinefunction(inner) else watched
