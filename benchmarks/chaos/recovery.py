"""How long it takes until the bot works again, from the moment when whatever was wrong is wrong no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.chaos.crowd import Crowd
from tests.bot.process import Process

WITHIN_S = 60.0
GIVEN_UP_S = 150.0
WAITS = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the cause's end to: the first press answered, the first message sent, nothing left waiting."""

    cause: str
    press_s: float
    message_s: float
    all_s: float

    @property
    def is_slow(self) -> bool:
        """Was it not working within a minute?"""
        return max(self.press_s, self.message_s) > WITHIN_S


async def recovery(cause: str, bot: Process, crowd: Crowd) -> Recovery:
    """The cause has just ended: people press and ask, and what waited must come."""
    bot.engine.dispose()  # the bench's own connections may have been cut, too
    since = len(bot.telegram.journal)
    crowd.stir()

    def first(method: str) -> Callable[[], bool]:
        return lambda: any(call.ok and call.method == method for call in bot.telegram.journal[since:])

    def nothing_waits() -> bool:
        return not bot.telegram.waiting() and bot.scalar(WAITS) == 0

    begun = time.monotonic()
    press, message = await asyncio.gather(
        _seconds(begun, first("answerCallbackQuery")), _seconds(begun, first("sendMessage"))
    )
    return Recovery(cause, press, message, await _seconds(begun, nothing_waits))


async def _seconds(begun: float, true: Callable[[], bool]) -> float:
    """Until it is true, or nobody hopes any more."""
    while (passed := time.monotonic() - begun) < GIVEN_UP_S and not true():  # noqa: ASYNC110 - nobody tells when
        await asyncio.sleep(0.05)
    return round(passed, 2)


def figures(found: Iterable[Recovery]) -> dict[str, float | int | str]:
    """The worst of the run, and the worst of each cause."""
    every = list(found)
    told: dict[str, float | int | str] = {
        "outages": len(every),
        "first press answered, worst s": max((each.press_s for each in every), default=0),
        "first message sent, worst s": max((each.message_s for each in every), default=0),
        "nothing left waiting, worst s": max((each.all_s for each in every), default=0),
    }
    for cause in sorted({each.cause for each in every}):
        mine = [each for each in every if each.cause == cause]
        told[f"{cause}: times"] = len(mine)
        told[f"{cause}: worst s"] = max(max(each.press_s, each.message_s) for each in mine)
    return told
