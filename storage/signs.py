"""Signs: what the bot's processes tell each other, and what one tells the next. One moment a name; about nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storage.tables import SignRow


def seen(session: Session, name: str, *, lock: bool = False) -> SignRow | None:
    """The sign of this name, if there is one; `lock` it, to change it by what it says."""
    return session.get(SignRow, name, populate_existing=True, with_for_update=lock)


def note(session: Session, name: str, at: datetime, by: str = "") -> None:
    """From now on the sign of this name says this."""
    session.merge(SignRow(name=name, at=at, by=by))
