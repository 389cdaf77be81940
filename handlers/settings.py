"""/settings: what a person may set, on one card, edited in place. Zone and quiet hours have rooms of their own."""

from __future__ import annotations

from dataclasses import replace

from content import words
from content.episode import Json, Say
from handlers import news, speaking
from handlers.visit import Visit


def asked(visit: Visit, payload: str) -> None:
    """The card, as a new message."""
    visit.post(replace(card(visit), where="new"))


def shown(visit: Visit, value: str) -> None:
    """The card, in place of the one that was pressed."""
    visit.post(card(visit))


def switched(visit: Visit, value: str) -> None:
    """One of the switches: news, the question how strong it is, large simple words."""
    match value.split("/"):
        case ["news", "on" | "off" as said]:
            news.choose(visit.session, visit.row, wants=said == "on")
        case ["scale", "on" | "off" as said]:
            visit.row.scale = said == "on"
        case ["simple", "on" | "off" as said]:
            visit.row.simple = said == "on"
        case _:
            visit.post(Say("moved_on", where="toast"))
            return
    visit.post(card(visit))


def spoken(visit: Visit, language: str) -> None:
    """The languages; with one of them, that one from now on."""
    if language not in words.languages():
        visit.post(Say("settings_language", where="edit"))
        return
    row, asking = visit.row, visit.asking()
    if language == row.language:
        visit.post(card(visit))
        return
    speaking.choose(visit.session, visit.packs, row, language, asking, visit.reply(), visit.now, shows=card(visit))


def card(visit: Visit, **done: Json) -> Say:
    """Everything that may be set. `done`: what has just been changed, in words."""
    row = visit.row
    values: dict[str, Json] = {
        "news": bool(row.news),
        "scale": row.scale,
        "simple": row.simple,
        "zone": row.zone,
        "quiet": list[Json](visit.person.quiet),
        "now": visit.now.isoformat(),
        **visit.around(),
        **done,
    }
    return Say("settings", values, where="edit")
