"""One person's update becomes a turn. A press in a check is by far the most frequent: what it says goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.deliver import Deliver
from handlers.arrival import Arrival
from handlers.callback import EpisodePress

T = TypeVar("T")


async def take(deliver: Deliver, arrival: Arrival, turn: Callable[[Session], T]) -> T:
    """The turn is committed when this returns, and the sender knows of what it said."""
    if isinstance(arrival.what, EpisodePress):
        return await deliver.with_turn(arrival.telegram_id, turn)
    await deliver.marking.catch_up(deliver.database.keys.mark("person", arrival.telegram_id))
    done = await deliver.database.run(turn)
    deliver.wake()
    return done
