"""What is planned for a person, as they see it: a list that they may shorten."""

from __future__ import annotations

from typing import Literal

from content.episode import Json, Say
from handlers.visit import Visit
from storage import follow_ups

MOST_SHOWN = 20


def asked(visit: Visit, value: str) -> None:
    """What is planned, earliest first, as a new message."""
    visit.post(_listed(visit, "new"))


def dropped(visit: Visit, value: str) -> None:
    """One reminder is cancelled, and the list shown again; a word when it is planned no more."""
    mine = {each.id: each for each in follow_ups.planned(visit.session, visit.row.id)}
    chosen = mine.get(int(value) if value.isdigit() else -1)
    if chosen is None:
        visit.post(Say("moved_on", where="toast"))
        return
    chosen.state = "cancelled"
    visit.session.flush()
    visit.post(_listed(visit, "edit"))


def _listed(visit: Visit, where: Literal["new", "edit"]) -> Say:
    rows = follow_ups.planned(visit.session, visit.row.id)
    items: list[Json] = [{"id": row.id, "key": row.key, "due_at": row.due_at.isoformat()} for row in rows[:MOST_SHOWN]]
    return Say("follow_ups", {"items": items, "turn": visit.row.turn}, where=where)
