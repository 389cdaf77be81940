"""Somebody asks for the page for a doctor by a command, wherever their check stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import telling
from content.episode import Say
from handlers.record import Reply
from storage import episodes, people
from storage.packs import Packs
from storage.tables import PersonRow


def asked(session: Session, packs: Packs, person: PersonRow, reply: Reply, now: datetime) -> None:
    """The page of the newest check that has a result, once a minute; a kind word where there is none."""
    row = episodes.newest_told(session, person.id)
    if row is None:
        reply.post(session, person, [Say("summary_none", {"ready": people.read(person).is_ready})], now)
        return
    packs.load(session, row.pack_id)
    once = f"page:{row.id}:{int(now.timestamp()) // 60}"
    reply.post(session, person, [telling.page("")], now, row, dedupe=once)
