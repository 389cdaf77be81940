"""Very many people who said yes to news, put straight into the tables, and a broadcast to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import audience, broadcasts, people
from storage.tables import PersonRow

TOLD = "Hello runners"


def move_in(session: Session, ids: Sequence[int], now: datetime, zone: str = "Europe/London") -> None:
    """All of them, through their first meeting."""
    one = {
        "language": "en", "zone": zone, "setup": "ready", "turn": 1, "consent_version": "1", "news": True,
        "created_at": now, "seen_at": now,
    }  # fmt: skip
    for place in range(0, len(ids), 1000):
        some = ids[place : place + 1000]
        session.add_all(PersonRow(**one, mark=people.mark(session, each), telegram_id=each) for each in some)
        session.flush()
        session.expunge_all()


def begin(session: Session, now: datetime) -> int:
    """To everybody but the first person, who sends it; the broadcast's number."""
    first = session.scalars(select(PersonRow).order_by(PersonRow.id).limit(1)).one()
    row = broadcasts.draft(session, first.id, audience.NEWS, now)
    first.news = None
    row.words = {"en": {"html": TOLD}}
    broadcasts.start(session, row, now)
    return row.id
