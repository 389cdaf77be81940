"""Files to be sent: kept until Telegram has them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage.tables import FileRow

KEPT = timedelta(days=2)


def keep(session: Session, person_id: int | None, name: str, content: bytes, now: datetime) -> int:
    """The number under which a say names this file."""
    row = FileRow(person_id=person_id, name=name, content=content, at=now)
    session.add(row)
    session.flush()
    return row.id


def read(session: Session, file_id: int) -> tuple[str, bytes]:
    """Name and content. Raises NoResultFound when it is gone."""
    row = session.get_one(FileRow, file_id)
    return row.name, row.content


def tidy(session: Session, now: datetime) -> None:
    """Forget what was sent, or never will be."""
    session.execute(delete(FileRow).where(FileRow.at < now - KEPT))
