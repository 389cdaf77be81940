"""The cards of the content room."""

from __future__ import annotations

from handlers.screens import Draw, Screen, Stage, Values, bold, bullets, join, plain
from handlers.voice import Voice


def room(stage: Stage, values: Values) -> Screen:
    """What is live since when, and what was before."""
    voice = stage.voice
    lines = [_entry(voice, each) for each in values["entries"]]
    before = join(plain(voice.ui("admin.content.before")), bullets(lines[1:])) if lines[1:] else ""
    text = join(bold(voice.ui("admin.content.title")), plain(lines[0]) if lines else "", before)
    return Screen(text, ((stage.admin("admin.back", "admin"),),))


def _entry(voice: Voice, entry: Values) -> str:
    return voice.ui(
        f"admin.content.{entry['kind']}",
        pack=entry["pack"],
        version=entry["version"],
        number=entry["number"],
        when=voice.when(entry["at"]),
    )


SCREENS: dict[str, Draw] = {"admin_content": room}
