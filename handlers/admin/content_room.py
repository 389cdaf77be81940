"""Content: which version is live, what may be published, and what may be brought back."""

from __future__ import annotations

from collections.abc import Callable

from content.episode import Json, Say
from handlers.admin.desk import Desk
from storage import publications, uploads
from storage.publications import Publication

SHOWN, BROUGHT_BACK, READY_SHOWN = 6, 3, 5


def show(desk: Desk, value: str) -> None:
    """The card of the room. Whatever was awaited is awaited no more."""
    desk.awaits(None)
    desk.post(card(desk))


def card(desk: Desk, *, new: bool = False) -> Say:
    """What is live and what was; the buttons of what may become live."""
    history = publications.history(desk.session, SHOWN)
    mine = uploads.open_of(desk.session, desk.admin_id, desk.now)
    values: dict[str, Json] = {
        "entries": [_entry(each) for each in history],
        "after": history[0].id if history else 0,
        "ready": [
            {"upload": row.id, "number": row.pack_id, "shipped": row.name == uploads.CAME_WITH_THE_PROGRAM}
            for row in uploads.ready(desk.session, READY_SHOWN)
        ],
        "refused": {"upload": mine.id, "names": mine.name} if mine and mine.state == uploads.REFUSED else None,
        "before": [each.pack_id for each in publications.before(desk.session, BROUGHT_BACK)],
    }
    return Say("admin_content", values, where="new" if new else "edit")


def _entry(each: Publication) -> Json:
    return {
        "pack": each.pack,
        "version": each.version,
        "number": each.pack_id,
        "kind": each.kind,
        "at": each.at.isoformat(),
    }


ACTS: dict[str, Callable[[Desk, str], None]] = {"content": show}
