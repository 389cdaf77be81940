"""Trials: an admin plays a version in their own chat. A trial is nobody's check, and nothing of it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from storage.tables import EpisodeRow, EventRow, FollowUpRow, OutboxRow

LIVES = timedelta(days=1)


def end(session: Session, person_id: int) -> int:
    """Forget the person's trials, whatever of them waits to be sent included; how many there were."""
    return _forget(session, EpisodeRow.person_id == person_id)


def tidy(session: Session, now: datetime) -> int:
    """Forget trials that nobody has ended."""
    return _forget(session, EpisodeRow.started_at < now - LIVES)


def _forget(session: Session, which: ColumnElement[bool]) -> int:
    found = list(session.scalars(select(EpisodeRow.id).where(EpisodeRow.trial.is_(True), which)))
    if not found:
        return 0
    for table in (OutboxRow, FollowUpRow, EventRow):
        session.execute(delete(table).where(table.episode_id.in_(found)))
    session.execute(delete(EpisodeRow).where(EpisodeRow.id.in_(found)))
    return len(found)
