"""Once a minute: is everything sent that is due, and does the live content stand? Admins are told when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import logs
from bot.clock import Clock
from content.episode import Json
from handlers.admin import notices
from storage import health, publications
from storage.database import Database
from storage.packs import Packs

log = logs.get("notices")

# A machine that slept, or a clock that was pushed, is late for a moment: these count when two looks in a row find them.
PASSING = frozenset({health.STANDSTILL, health.STUCK})

Found = dict[str, dict[str, Json]]


class Notices:
    """Looks when told to. What was said is in the database; here is only what the look before has found."""

    def __init__(
        self, database: Database, packs: Packs, clock: Clock, admins: frozenset[int], wake: Callable[[], None]
    ) -> None:
        self.database, self.packs, self.clock, self.admins, self._wake = database, packs, clock, admins, wake
        self._before = frozenset[str]()

    async def look(self) -> None:
        """Look once. When the database is away nobody can be told: the log says so, and the next look comes soon."""
        late, doubted = health.LATE * self.clock.scale, PASSING - self._before
        try:
            found = await self.database.run(take, self.packs, self.admins, self.clock.now(), late, doubted)
        except SQLAlchemyError as error:
            log.error("cannot look whether all is well", error=logs.place(error))
            return
        for key in sorted(found.keys() - self._before):
            log.error("something is wrong", kind=key)
        self._before = frozenset(found)
        self._wake()


def take(
    session: Session, packs: Packs, admins: frozenset[int], now: datetime, late: timedelta, doubted: frozenset[str]
) -> Found:
    """What is wrong now. What is new about that, and not doubted, is said in the same transaction."""
    found, known = find(session, packs, now, late), health.noticed(session)
    sure = {key: values for key, values in found.items() if key in known or key not in doubted}
    notices.tell(session, admins, sure, now)
    return found


def find(session: Session, packs: Packs, now: datetime, late: timedelta) -> Found:
    """Queues, content, its review, its proofs."""
    found = health.health(session, now, late)
    wrong = health.wrong(found, now, late, health.noticed(session))
    packs.look(session)
    pack_id, pack = packs.live
    if pack_id != publications.live_id(session):
        wrong = {**wrong, health.CONTENT: {}}
    review = health.review_problem(pack.review, now)
    return {**wrong, **review, **health.proof_problem(session, pack_id), **health.restore_problem(session)}
