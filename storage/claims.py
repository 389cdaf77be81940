"""The statements that take rows of the outbox to send, put together once: building one takes longer than running it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from storage import neighbours, plain
from storage.tables import EpisodeRow, OutboxRow, PersonRow

HAND = "hand"  # where a session has who takes what is put into the outbox (storage/direct.py)
LANES = URGENT, REPLY, FOLLOW_UP, BROADCAST = 0, 1, 2, 3

CLAIMED = (
    select(OutboxRow, PersonRow, EpisodeRow)
    .outerjoin(PersonRow, PersonRow.id == OutboxRow.person_id)
    .outerjoin(EpisodeRow, EpisodeRow.id == OutboxRow.episode_id)
    .where(
        OutboxRow.state.in_(("waiting", "sending")),
        OutboxRow.lane <= bindparam("last"),
        or_(OutboxRow.state == "waiting", OutboxRow.lease_until <= bindparam("now")),
        OutboxRow.not_before <= bindparam("now"),
        or_(PersonRow.not_before.is_(None), PersonRow.not_before <= bindparam("now")),
        OutboxRow.chat.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(OutboxRow.lane, OutboxRow.id)
    .limit(bindparam("most"))
    .with_for_update(of=OutboxRow, skip_locked=True)
)
CLAIMED_BESIDE = CLAIMED.where(neighbours.NOBODY_ELSE_SENDS_THERE)
# A chat that has had much just now gets no new message but an urgent one; edits and answers are not counted.
UNPACED = or_(
    OutboxRow.kind != "send", OutboxRow.lane == URGENT, OutboxRow.chat.not_in(bindparam("slow", expanding=True))
)
CLAIMS = {  # (beside neighbours, while some chats are slow)
    (False, False): CLAIMED,
    (True, False): CLAIMED_BESIDE,
    (False, True): CLAIMED.where(UNPACED),
    (True, True): CLAIMED_BESIDE.where(UNPACED),
}
PASSED_OVER = (
    select(OutboxRow.chat)
    .where(OutboxRow.state == "waiting", OutboxRow.lane < BROADCAST, OutboxRow.not_before <= bindparam("now"))
    .where(OutboxRow.chat.in_(bindparam("busy", expanding=True)))
    .distinct()
)

LEFT = (
    select(OutboxRow.id)
    .where(OutboxRow.state == "waiting", OutboxRow.lane < BROADCAST, OutboxRow.not_before <= bindparam("now"))
    .where(OutboxRow.lane > bindparam("last"))
    .limit(1)
)


def passed_over(session: Session, chats: Collection[bytes], now: datetime) -> list[bytes]:
    """Those of these busy chats for which something waits that might go now."""
    return list(plain.connection(session).scalars(PASSED_OVER, {"busy": list(chats), "now": now})) if chats else []


def are_left(session: Session, last: int, now: datetime) -> bool:
    """Does something wait that might go now, in a lane behind the last that is taken?"""
    return last < FOLLOW_UP and plain.connection(session).execute(LEFT, {"last": last, "now": now}).first() is not None
