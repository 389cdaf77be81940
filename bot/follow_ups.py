"""Rows that are due become turns. Each is re-checked under its person's lock, so asking twice is harmless."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot import logs
from bot.clock import Clock
from bot.meter import FOLLOW_UP, Meter
from handlers import turn
from storage import follow_ups
from storage.database import AWAY, Database
from storage.packs import Packs

log = logs.get("follow_ups")

BATCH = 1000


async def sweep(
    database: Database,
    packs: Packs,
    clock: Clock,
    taken: Callable[[], None],
    urgent_since: datetime | None,
    meter: Meter,
) -> datetime:
    """Take every follow-up that is due, in the order of their times; the moment up to which all were taken.

    One that cannot be taken is logged and left for the next sweep: it does not stop the others. Nor does one whose
    person another process is with, which may be taking it: those come last, so that several share the work. `taken` is
    called after each.
    """
    failed, met = set[int](), set[int]()
    looked_at = clock.now()
    while pending := await _pending(database, looked_at, failed, urgent_since):
        for each in pending:
            try:
                with meter.turn(FOLLOW_UP):
                    await database.run(turn.take_due, packs, each, clock.now(), patient=each.id in met)
                met.add(each.id)
            except AWAY:
                raise
            except Exception as error:  # noqa: BLE001 - a poisoned row must not stop the other people's reminders
                failed.add(each.id)
                log.error("a follow-up cannot be taken", follow_up=each.id, error=logs.place(error))
            taken()
        looked_at = clock.now()
    return looked_at


async def _pending(
    database: Database, now: datetime, failed: set[int], urgent_since: datetime | None
) -> list[follow_ups.Pending]:
    rows = await database.run(follow_ups.due, now, BATCH + len(failed), urgent_since)
    return [row for row in rows if row.id not in failed]
