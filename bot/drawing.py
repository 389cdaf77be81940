"""One thread that draws, for pictures, charts and papers alike.

The C library keeps a store of memory for each thread and gives little of it back. Among asyncio's own threads, of which
there are more the more processors there are, every one that has drawn once would keep its own: 6 of them held 44 MB
more than one does. Two drawings at once would hardly be quicker, either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="drawing")


async def drawn(draw: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What it draws, beside the event loop, in its turn."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, partial(draw, *args, **kwargs))
