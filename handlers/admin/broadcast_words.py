"""What a broadcast says: written by sending a message, one per language, and up to three buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from content import words
from content.episode import Say
from handlers.admin import broadcast_card
from handlers.admin.desk import Desk
from handlers.arrival import Typed
from handlers.screens import CAPTION_UNITS, TEXT_UNITS, units
from storage import broadcasts
from storage.admin_tables import BroadcastRow

MOST_BUTTONS = 3
SPARE = 200  # for the line that a safety notice begins with
LINK = re.compile(r"(.{1,36}?)\s+(https?://\S{3,200})")


def choose(desk: Desk, value: str) -> None:
    """In which language: a card; with a language, wait for the message."""
    desk.awaits(None)
    row, language = broadcast_card.draft_of(desk, value), broadcast_card.rest_of(value)
    if row is None:
        return
    if language in words.languages():
        desk.awaits({"what": "broadcast_words", "id": row.id, "language": language})
        desk.show("broadcast_write", {"id": row.id, "language": language, "has": language in row.words})
    else:
        desk.show("broadcast_languages", {"id": row.id, "has": sorted(row.words)})


def leave_out(desk: Desk, value: str) -> None:
    """Without this language."""
    row, language = broadcast_card.draft_of(desk, value), broadcast_card.rest_of(value)
    if row is not None:
        desk.awaits(None)
        row.words = {each: said for each, said in row.words.items() if each != language}
        broadcast_card.show(desk, row)


def hear(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """The message itself: shown as its readers will see it, and the card under it."""
    row = broadcasts.lock(desk.session, awaited["id"])
    if row is None or row.state != "draft":
        desk.awaits(None)
        return
    if not typed.html and typed.file is None:
        desk.post(Say("broadcast_unfit", {"why": "empty"}))
    elif units(typed.text) > (CAPTION_UNITS if typed.file else TEXT_UNITS) - SPARE:
        desk.post(Say("broadcast_unfit", {"why": "long"}))
    else:
        _keep(desk, row, awaited["language"], typed)


def _keep(desk: Desk, row: BroadcastRow, language: str, typed: Typed) -> None:
    said = {"html": typed.html}
    if typed.file is not None:
        said |= {"file": typed.file.kind, "file_id": typed.file.file_id}
    row.words, row.confirmed_by = {**row.words, language: said}, None
    desk.awaits(None)
    desk.session.flush()
    preview = Say("broadcast", {**broadcasts.words_of(row), "language": language})
    desk.post(preview, Say("broadcast_draft", broadcast_card.draft(desk.session, row, desk.admin_id, desk.now)))


def buttons(desk: Desk, value: str) -> None:
    """Which buttons it carries: pressed once it is there, pressed twice it is not."""
    desk.awaits(None)
    row, kind = broadcast_card.draft_of(desk, value), broadcast_card.rest_of(value)
    if row is None:
        return
    has = [each["kind"] for each in row.buttons]
    if kind in has:
        row.buttons = [each for each in row.buttons if each["kind"] != kind]
    elif kind == "link":
        desk.awaits({"what": "broadcast_link", "id": row.id})
        desk.show("broadcast_link", {"id": row.id})
        return
    elif kind in {"check", "changes"}:
        row.buttons = [*row.buttons, {"kind": kind}]
    desk.show("broadcast_buttons", {"id": row.id, "has": [each["kind"] for each in row.buttons]})


def hear_link(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """A label and an address."""
    row = broadcasts.lock(desk.session, awaited["id"])
    found = LINK.fullmatch(typed.text.strip())
    if row is None or row.state != "draft":
        desk.awaits(None)
    elif found is None:
        desk.post(Say("broadcast_unfit", {"why": "link"}))
    else:
        others = [each for each in row.buttons if each["kind"] != "link"][: MOST_BUTTONS - 1]
        row.buttons, row.confirmed_by = [*others, {"kind": "link", "label": found[1], "url": found[2]}], None
        desk.awaits(None)
        broadcast_card.show(desk, row, new=True)


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "bc_words": choose,
    "bc_without": leave_out,
    "bc_buttons": buttons,
}
HEARS: dict[str, Callable[[Desk, dict[str, Any], Typed], None]] = {
    "broadcast_words": hear,
    "broadcast_link": hear_link,
}
