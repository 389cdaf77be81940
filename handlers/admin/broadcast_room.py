"""Broadcasts: the room, where one begins, and where those under way are found again."""

from __future__ import annotations

from collections.abc import Callable

from content import words
from content.episode import Json
from handlers.admin import broadcast_card
from handlers.admin.desk import Desk
from handlers.screens import bold, join, plain
from storage import audience, broadcasts
from storage.admin_tables import BroadcastRow
from storage.audience import Audience

SHOWN = 6


def show(desk: Desk, value: str) -> None:
    """The card of the room."""
    desk.awaits(None)
    entries: list[Json] = [
        {"id": row.id, "about": row.kind, "state": row.state, "at": (row.started_at or row.at).isoformat()}
        for row in broadcasts.newest(desk.session, SHOWN)
    ]
    desk.show("broadcasts", {"entries": entries})


def new(desk: Desk, value: str) -> None:
    """A new draft: news, or a safety notice."""
    kind = audience.SAFETY if value == audience.SAFETY else audience.NEWS
    _open(desk, broadcasts.draft(desk.session, desk.admin_id, kind, desk.now))


def changes(desk: Desk, value: str) -> None:
    """The bot writes it: to everybody whose advice changes with the version that is live now. The admin may edit it."""
    row = broadcasts.draft(desk.session, desk.admin_id, audience.NEWS, desk.now)
    row.words = {each: {"html": _changed(each)} for each in words.languages()}
    row.buttons = [{"kind": "changes"}, {"kind": "check"}]
    row.audience = audience.write(Audience(version=desk.packs.live[0]))
    _open(desk, row)


def _changed(language: str) -> str:
    return join(bold(words.say(language, "broadcast.changed")), plain(words.say(language, "broadcast.changed_how")))


def _open(desk: Desk, row: BroadcastRow) -> None:
    row.message_id = desk.arrival.message_id
    desk.note("broadcast_draft", {"broadcast": row.id, "kind": row.kind})
    broadcast_card.show(desk, row)


def open_one(desk: Desk, value: str) -> None:
    """One of them, as it is now."""
    desk.awaits(None)
    row = broadcast_card.of(desk, value)
    if row is not None:
        broadcast_card.show(desk, row)


def discard(desk: Desk, value: str) -> None:
    """Forget a draft."""
    row = broadcast_card.of(desk, value)
    if row is not None and row.state in broadcast_card.UNSENT:
        desk.note("broadcast_discard", {"broadcast": row.id})
        broadcasts.discard(desk.session, row)
    if row is not None:
        show(desk, "")


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "broadcasts": show,
    "bc_new": new,
    "bc_changes": changes,
    "bc": open_one,
    "bc_discard": discard,
}
