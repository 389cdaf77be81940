"""Where the walks walk."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def one_core(worker_id: str) -> Iterator[None]:
    """All of a bot's threads on one core: with a hundred people, going from core to core took a fifth of the time.

    The first worker of pytest-xdist has the first core, and so on; one too many goes where there is room.
    """
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else None
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if number is None or number >= len(cores):
        yield
        return
    os.sched_setaffinity(0, {cores[number]})
    yield
    os.sched_setaffinity(0, cores)
