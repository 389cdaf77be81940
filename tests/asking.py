"""The checks of an upload without a process of their own, and for the same files only once: tests have many of them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from bot import apart, inspector

Json = dict[str, Any]


async def at_once(job: Json, tell: apart.Tell) -> Json:
    """What bot/inspector.py answers; its stages are told first."""
    stages, answer = _answered(json.dumps(job, sort_keys=True))
    for stage in stages:
        await tell(stage)
    found: Json = json.loads(answer)
    return found


@cache
def _answered(job: str) -> tuple[tuple[str, ...], str]:
    stages: list[str] = []
    answer = inspector.answer(json.loads(job), stages.append)
    return tuple(stages), json.dumps(answer)
