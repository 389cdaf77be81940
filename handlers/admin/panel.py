"""/admin: what is live, and the doors to the rooms."""

from __future__ import annotations

from collections.abc import Callable

from content.episode import Json, Say
from handlers.admin.desk import Desk
from storage import publications


def show(desk: Desk, *, new: bool = False) -> None:
    """The first card. Whatever was awaited is awaited no more."""
    desk.awaits(None)
    live = publications.newest(desk.session)
    values: dict[str, Json] = {"pack": live.pack, "version": live.version, "number": live.pack_id} if live else {}
    desk.show("admin", values, new=new)


def back(desk: Desk, value: str) -> None:
    """The first card, in place."""
    show(desk)


def unknown(desk: Desk, value: str) -> None:
    """A button of an older program: the first card instead."""
    desk.post(Say("moved_on", where="toast"), Say("strip", where="edit"))
    show(desk, new=True)


ACTS: dict[str, Callable[[Desk, str], None]] = {"admin": back}
