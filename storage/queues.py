"""How much waits, and for how long: what /metrics asks of the tables. Counts and moments, nothing about anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage import health, outbox
from storage.admin_tables import BroadcastRow
from storage.tables import OutboxRow, PersonRow

UNDER_WAY = ("scheduled", "sending", "paused")
SCHEMA = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Queues:
    """`lanes` and `oldest_at` by lane; a broadcast goes at its own pace, so its lane has no oldest. `overdue_since` is
    None when nothing is overdue. `broadcasts` by state, those under way.
    """

    lanes: Mapping[int, int]
    oldest_at: Mapping[int, datetime]
    dead: int
    overdue: int
    overdue_since: datetime | None
    broadcasts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Size:
    """What takes a look at whole tables, and changes slowly."""

    database: str
    schema: str
    blocked: int
    database_bytes: int


def queues(session: Session, now: datetime) -> Queues:
    """How it stands now."""
    count, since = health.overdue(session, now)
    return Queues(
        lanes=health.lanes(session),
        oldest_at=_oldest(session),
        dead=session.scalar(select(func.count()).where(OutboxRow.state == "dead")) or 0,
        overdue=count,
        overdue_since=since,
        broadcasts=_broadcasts(session),
    )


def size(session: Session) -> Size:
    """How large everything is, and how many people have blocked the bot."""
    blocked = select(func.count()).where(PersonRow.blocked_at.is_not(None))
    kind = session.get_bind().dialect.name
    return Size(kind, session.scalar(SCHEMA) or "", session.scalar(blocked) or 0, health.size_bytes(session))


def _oldest(session: Session) -> dict[int, datetime]:
    query = select(OutboxRow.lane, func.min(OutboxRow.created_at)).where(
        health.waits(), OutboxRow.lane < outbox.BROADCAST
    )
    return dict(session.execute(query.group_by(OutboxRow.lane)).all())


def _broadcasts(session: Session) -> dict[str, int]:
    query = select(BroadcastRow.state, func.count()).where(BroadcastRow.state.in_(UNDER_WAY))
    return dict(session.execute(query.group_by(BroadcastRow.state)).all())
