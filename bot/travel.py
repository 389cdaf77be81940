"""The time machine: go to a later moment, stopping at every due one on the way so that each fires in its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.app import House
from storage import broadcasts, follow_ups

Settle = Callable[[], Awaitable[None]]


async def until(house: House, moment: datetime, settle: Settle) -> None:
    """Push the house's clock to `moment`. `settle` lets everything happen that is to happen at one moment."""
    await settle()
    while (due_at := await next_due(house)) is not None and due_at <= moment:
        _push_to(house, due_at)
        await settle()
    _push_to(house, moment)
    await settle()


async def next_due(house: House) -> datetime | None:
    """The earliest planned moment, a broadcast's among them."""
    moments = (
        await house.database.run(follow_ups.next_due),
        await house.database.run(broadcasts.next_moment, house.clock.now()),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def _push_to(house: House, moment: datetime) -> None:
    house.clock.push(max(moment - house.clock.now(), timedelta()))
