"""The processes that serve one PostgreSQL: who is there, who leads, who is sending what.

Each has a number that it drew by lot and a line, a connection of its own, and is there as long as the line is
(bot/line.py). It holds advisory locks on that line: one on its number, and whoever leads one on LEADER's.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, column, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from storage.tables import OutboxRow

LEADER = 0
MOST = 2**31 - 1
CHANNEL = "stridecheck"
PRESENT, CLAIMING = 1_937_009_001, 1_937_009_002  # two kinds of locks, so that nobody else's are taken for ours

NUMBERS = f"""
    SELECT DISTINCT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND classid = {PRESENT} AND objid <> {LEADER} AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - numbers of ours
RING = text("SELECT pg_notify(:channel, '')").bindparams(channel=CHANNEL)
ALONE_IN_CLAIMING = text("SELECT pg_advisory_xact_lock(:kind, 0)").bindparams(kind=CLAIMING)
HERE = text(NUMBERS).columns(column("objid", BigInteger))
SENDS = (
    select(OutboxRow.holder)
    .where(OutboxRow.state == "sending", OutboxRow.holder.is_not(None), OutboxRow.holder.not_in(HERE))
    .distinct()
)
ALONE, LET_IN = select(func.pg_try_advisory_lock(PRESENT, LEADER)), select(func.pg_advisory_unlock(PRESENT, LEADER))


def others(connection: Connection) -> int:
    """How many processes serve this PostgreSQL now."""
    return len(connection.execute(HERE).all())


def keep_away(connection: Connection) -> bool:
    """Nobody leads as long as this connection lasts, if nobody does now."""
    return bool(connection.scalar(ALONE))


def let_in(connection: Connection) -> None:
    """What kept them away is over."""
    connection.execute(LET_IN)


def ring(session: Session) -> None:
    """When this is committed every process looks at everything, instead of when it next would."""
    if _has_neighbours(session):
        session.execute(RING)


def missing(session: Session) -> frozenset[int]:
    """Who was sending something and is not there any more."""
    return frozenset(each for each in session.scalars(SENDS) if each is not None)


def claim_alone(session: Session) -> None:
    """Until this transaction ends no other process claims letters: each sees what the one before has taken."""
    if _has_neighbours(session):
        session.execute(ALONE_IN_CLAIMING)


def _in_flight() -> ColumnElement[bool]:
    other = aliased(OutboxRow)
    return exists().where(
        other.chat == OutboxRow.chat,
        other.state == "sending",
        other.kind != "answer",
        other.broadcast_id.is_(None),
        other.holder.is_distinct_from(bindparam("me")),
        other.lease_until > bindparam("now"),
    )


def _has_neighbours(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


# An answer to a press is shown nowhere in the chat: it may go beside anything.
NOBODY_ELSE_SENDS_THERE = or_(OutboxRow.kind == "answer", ~_in_flight())
