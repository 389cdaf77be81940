"""Once a minute: is everything sent that is due, and does the live content stand? Admins are told when not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import logs
from bot.clock import Clock
from content.episode import Json
from content.load import PackError
from handlers.admin import notices
from storage import health
from storage.database import Database
from storage.packs import Packs

log = logs.get("watch")


async def look(database: Database, packs: Packs, clock: Clock, admins: frozenset[int]) -> None:
    """Look once. When the database is away nobody can be told; the log says so, and the next look is in a minute."""
    try:
        wrong = await database.run(take, packs, admins, clock.now(), health.LATE * clock.scale)
    except SQLAlchemyError as error:
        log.error("cannot look whether all is well", error=logs.place(error))
        return
    for key in wrong:
        log.error("something is wrong", what=key)


def take(
    session: Session, packs: Packs, admins: frozenset[int], now: datetime, late: timedelta
) -> dict[str, dict[str, Json]]:
    """What is wrong now; what is new about that is said, in the same transaction."""
    wrong = find(session, packs, now, late)
    notices.tell(session, admins, wrong, now)
    return wrong


def find(session: Session, packs: Packs, now: datetime, late: timedelta) -> dict[str, dict[str, Json]]:
    """Queues, content, its review, its proofs."""
    found = health.health(session, now, late)
    wrong = health.wrong(found, now, late, health.noticed(session))
    try:
        packs.look(session)
    except (PackError, LookupError):
        return {**wrong, health.CONTENT: {}}
    pack_id, pack = packs.live
    proof = health.proof_problem(session, pack_id)
    return {**wrong, **health.review_problem(pack.review, now), **proof}
