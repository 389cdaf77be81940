"""The only way in: admins by their numeric id, in their private chat, by their own hand.

Whoever is refused sees what they would see if there were no such door; every refusal is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.admin import (
    broadcast_audience,
    broadcast_room,
    broadcast_run,
    broadcast_words,
    content_room,
    follow_ups_room,
    health_room,
    panel,
    people_room,
    uploading,
)
from handlers.admin.desk import Desk
from handlers.arrival import Arrival, Command, Typed, What
from handlers.callback import AdminPress
from storage import audit
from storage.packs import Packs
from storage.tables import PersonRow

CONTENT_FILES = (".zip", ".yaml", ".yml", ".svg")

Act = Callable[[Desk, str], None]
Hear = Callable[[Desk, dict[str, Any], Typed], None]

# What a button does, by its name; and what an awaited message means, by what is awaited.
ACTS: dict[str, Act] = {
    **panel.ACTS,
    **content_room.ACTS,
    **people_room.ACTS,
    **follow_ups_room.ACTS,
    **health_room.ACTS,
    **uploading.ACTS,
    **broadcast_room.ACTS,
    **broadcast_words.ACTS,
    **broadcast_audience.ACTS,
    **broadcast_run.ACTS,
}
HEARS: dict[str, Hear] = {**uploading.HEARS, **broadcast_words.HEARS, **broadcast_run.HEARS}


def enter(
    session: Session, packs: Packs, row: PersonRow, arrival: Arrival, admins: frozenset[int], now: datetime
) -> bool:
    """Take what is an admin's business. False: it is not, or is refused, and goes on as anybody's would."""
    door = tried(arrival.what)
    if row.telegram_id not in admins or _is_forwarded(arrival.what):
        if door is not None:
            audit.note(session, row.id, door, now, allowed=False)
        return False
    desk = Desk(session, packs, row, arrival, now, admins)
    match arrival.what:
        case Command("admin"):
            panel.show(desk, new=True)
            return True
        case AdminPress(name, value):
            ACTS.get(name, panel.unknown)(desk, value)
            return True
        case Typed() as typed:
            return _hear(desk, typed)
        case _:
            desk.awaits(None)
            return False


def tried(what: What) -> str | None:
    """Which admin door this is, if any."""
    match what:
        case Command("admin"):
            return "command"
        case AdminPress():
            return "press"
        case Typed(file=file) if file is not None and file.name.lower().endswith(CONTENT_FILES):
            return "upload"
        case _:
            return None


def _is_forwarded(what: What) -> bool:
    return isinstance(what, Command | Typed) and what.forwarded


def _hear(desk: Desk, typed: Typed) -> bool:
    """A message that was awaited, or a file of content; anything else is as anybody's."""
    awaited = desk.awaited
    what = awaited.get("what") or ("upload" if tried(typed) == "upload" else "")
    hear = HEARS.get(what)
    if hear is None:
        return False
    hear(desk, awaited, typed)
    return True
