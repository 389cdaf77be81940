"""Who did, or tried to do, what at an admin door. Never anything about a person's health, never what somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.admin_tables import AuditRow

SHELL = None  # nobody's Telegram id: somebody with a shell on the server


def note(
    session: Session,
    by: int | None,
    act: str,
    now: datetime,
    *,
    allowed: bool = True,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line, in the transaction of the act itself."""
    session.add(AuditRow(at=now, by=by, act=act, allowed=allowed, detail=dict(detail) if detail else None))


def newest(session: Session, most: int = 50) -> list[AuditRow]:
    """The last lines, newest first."""
    return list(session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(most)))
