"""What every act on a broadcast needs: the broadcast that a button names, and the card that shows where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.episode import Json
from handlers.admin.desk import Desk
from storage import audience, broadcasts
from storage.admin_tables import BroadcastRow
from storage.audience import Audience
from storage.tables import PackRow

UNSENT = ("draft", "scheduled")


def of(desk: Desk, value: str) -> BroadcastRow | None:
    """The broadcast, held. None: there is no such one any more, and the admin has been told.

    Whoever presses has its card from now on: what goes on is shown there.
    """
    number = value.partition(":")[0]
    row = broadcasts.lock(desk.session, int(number)) if number.isdigit() else None
    if row is None:
        desk.toast("moved_on")
    elif desk.arrival.message_id is not None and row.confirmed_by in {None, desk.admin_id}:
        row.by, row.message_id = desk.admin_id, desk.arrival.message_id
    return row


def draft_of(desk: Desk, value: str) -> BroadcastRow | None:
    """The same, for acts that change it: what is a draft no more is shown as it is. A change needs each yes anew."""
    row = of(desk, value)
    if row is None or row.state == "draft":
        if row is not None:
            row.confirmed_by = None
        return row
    show(desk, row)
    return None


def rest_of(value: str) -> str:
    """What stands behind the number in a button's value."""
    return value.partition(":")[2]


def show(desk: Desk, row: BroadcastRow, *, new: bool = False) -> None:
    """Its card: as it is being written, or as it goes."""
    if row.state in UNSENT:
        desk.show("broadcast_draft", draft(desk.session, row, desk.admin_id, desk.now), new=new)
    else:
        desk.show("broadcast_progress", progress(desk.session, row, desk.now), new=new)


def draft(session: Session, row: BroadcastRow, admin_id: int, now: datetime) -> dict[str, Json]:
    """Everything that the card of a draft shows to this admin, the exact count among it."""
    return {**written(session, row), **counted(session, row, now), "may_confirm": may_confirm(row, admin_id)}


def may_confirm(row: BroadcastRow, admin_id: int) -> bool:
    """Has another admin asked for somebody's yes?"""
    return row.confirmed_by not in {None, admin_id}


def written(session: Session, row: BroadcastRow) -> dict[str, Json]:
    """What is written down so far."""
    whom = audience.read(row.audience)
    return {
        "id": row.id,
        "about": row.kind,
        "state": row.state,
        "languages": sorted(row.words),
        "file": next((said["file"] for said in row.words.values() if said.get("file")), ""),
        "buttons": [each["kind"] for each in row.buttons],
        "audience": audience.write(whom) | {"version": version_of(session, whom)},
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "why_not": why_not(row),
    }


def counted(session: Session, row: BroadcastRow, now: datetime) -> dict[str, Json]:
    """The exact count of people, if it can be known yet."""
    if is_searching(row):
        return {"count": None}
    count = audience.count(session, row, now)
    names = ("meant", "blocked", "no_news", "in_check", "now", "asleep", "recipients")
    return {"count": {name: getattr(count, name) for name in names}}


def version_of(session: Session, whom: Audience) -> Json:
    """The version whose change concerns people, as one reads it."""
    if whom.version is None:
        return None
    pack = session.get_one(PackRow, whom.version)
    return f"{pack.pack} {pack.version} ({pack.id})"


def is_searching(row: BroadcastRow) -> bool:
    """Is it still being found out whose advice changes?"""
    return row.audience.get("version") is not None and row.searched_at is None


def why_not(row: BroadcastRow) -> str:
    """Why it cannot be sent yet; empty when it can."""
    if row.kind == audience.SAFETY and audience.read(row.audience) == Audience():
        return "everybody"
    if not row.words:
        return "no_words"
    return "searching" if is_searching(row) else ""


def progress(
    session: Session, row: BroadcastRow, now: datetime, *, rate: float = 0.0, left_s: float | None = None
) -> dict[str, Json]:
    """How far it is. `rate`: people a second; `left_s`: until everybody who is awake has it."""
    counts = dict(row.counts) if row.ended_at else dict(broadcasts.tally(session, row.id))
    due = 0 if row.ended_at else broadcasts.due_now(session, row.id, now)
    return {
        "id": row.id,
        "about": row.kind,
        "state": row.state,
        "over": row.ended_at is not None,
        "counts": counts,
        "due": due,
        "asleep": counts.get("waiting", 0) - due,
        "rate": round(rate, 1),
        "left_s": round(left_s) if left_s is not None else None,
    }
