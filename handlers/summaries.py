"""Somebody asks for the page for a doctor by a command, wherever their check stands."""

from __future__ import annotations

from content import telling
from content.episode import Say
from handlers.visit import Visit
from storage import episodes


def asked(visit: Visit, payload: str) -> None:
    """The page of the newest check that has a result, once a minute; a kind word where there is none."""
    row = episodes.newest_told(visit.session, visit.row.id)
    if row is None:
        visit.post(Say("summary_none", {"ready": visit.person.is_ready}))
        return
    visit.packs.load(visit.session, row.pack_id)
    once = f"page:{row.id}:{int(visit.now.timestamp()) // 60}"
    visit.reply().post(visit.session, visit.row, [telling.page("")], visit.now, row, dedupe=once)
