"""A break from all reminders: /pause and its buttons. What falls due meanwhile waits (content/pausing.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from content import hours, pausing, plan
from content.episode import Held, Say
from handlers.visit import Visit
from storage import episodes, follow_ups

OFF = "off"


def asked(visit: Visit, payload: str) -> None:
    """/pause shows how it stands and asks for how long; /pause 5 does it at once."""
    if _days(payload):
        _pause(visit, _days(payload))
    visit.post(_card(visit, "new", wrong=bool(payload) and not _days(payload)))


def pressed(visit: Visit, value: str) -> None:
    """So many days; "off": no longer; nothing: the card."""
    if value == OFF:
        _resume(visit)
        visit.post(Say("pause_over", where="edit"))
        return
    if _days(value):
        _pause(visit, _days(value))
    visit.post(_card(visit, "edit" if value else "new"))


def _days(text: str) -> int:
    """A number of days that may be paused, else 0."""
    days = int(text) if text.isdecimal() and len(text) <= 2 else 0
    return days if days <= pausing.LONGEST_DAYS else 0


def _pause(visit: Visit, days: int) -> None:
    """Until the first morning after so many days."""
    own = visit.person.hours
    until = hours.next_morning(plan.later(visit.now, timedelta(days=days), own), own)
    visit.row.paused_until = until
    _wait(visit, until)


def _resume(visit: Visit) -> None:
    """What has waited comes now, or in the morning when it is night."""
    if visit.row.paused_until is None or visit.row.paused_until <= visit.now:
        return
    visit.row.paused_until = None
    _wait(visit, hours.awake(visit.now, visit.person.hours))


def _wait(visit: Visit, until: datetime) -> None:
    """What waits for the end of a pause learns of the new one."""
    for row in episodes.running(visit.session, visit.row.id):
        held = episodes.read(row.data).held
        waiting = follow_ups.planned_as(visit.session, row.id, held) if held else None
        if waiting is not None:
            visit.happen(row, Held(follow_ups.read(waiting), until))


def _card(visit: Visit, where: Literal["new", "edit"], *, wrong: bool = False) -> Say:
    """`needed`: somebody should see the person soon, and about that I still ask."""
    until = visit.row.paused_until
    is_paused = until is not None and until > visit.now
    running = [(each.pack_id, episodes.read(each.data)) for each in episodes.running(visit.session, visit.row.id)]
    needed = any(pausing.is_needed(visit.packs.load(visit.session, pack_id), each) for pack_id, each in running)
    values = {
        "until": until.isoformat() if until is not None and is_paused else None,
        "turn": visit.row.turn,
        "needed": needed,
        "wrong": wrong,
        "most": pausing.LONGEST_DAYS,
    }
    return Say("pause", values, where=where)
