"""Content: which version is live, and which were before."""

from __future__ import annotations

from collections.abc import Callable

from content.episode import Json
from handlers.admin.desk import Desk
from storage import publications

SHOWN = 6


def show(desk: Desk, value: str) -> None:
    """The card of the room."""
    entries: list[Json] = [
        {
            "pack": each.pack,
            "version": each.version,
            "number": each.pack_id,
            "kind": each.kind,
            "at": each.at.isoformat(),
        }
        for each in publications.history(desk.session, SHOWN)
    ]
    desk.show("admin_content", {"entries": entries})


ACTS: dict[str, Callable[[Desk, str], None]] = {"content": show}
