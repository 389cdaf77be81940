"""What is planned for a person, as they see it: a list that they may shorten."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from content.episode import Json, Say
from storage import follow_ups
from storage.tables import PersonRow

MOST_SHOWN = 20


def listed(session: Session, row: PersonRow, where: Literal["new", "edit"]) -> Say:
    """What is planned, earliest first."""
    rows = follow_ups.planned(session, row.id)
    items: list[Json] = [{"id": row.id, "key": row.key, "due_at": row.due_at.isoformat()} for row in rows[:MOST_SHOWN]]
    return Say("follow_ups", {"items": items, "turn": row.turn}, where=where)


def dropped(session: Session, row: PersonRow, value: str) -> Say:
    """One reminder is cancelled, and the list shown again; a word when it is planned no more."""
    mine = {each.id: each for each in follow_ups.planned(session, row.id)}
    chosen = mine.get(int(value) if value.isdigit() else -1)
    if chosen is None:
        return Say("moved_on", where="toast")
    chosen.state = "cancelled"
    session.flush()
    return listed(session, row, "edit")
