"""The card of the content room."""

from __future__ import annotations

from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, fit, plain
from handlers.voice import Voice


def room(stage: Stage, values: Values) -> Screen:
    """What is live since when, what was before, and how to change it."""
    voice = stage.voice
    lines = [_entry(voice, each) for each in values["entries"]]
    before = f"{plain(voice.ui('admin.content.before'))}\n{bullets(lines[1:])}" if lines[1:] else ""
    refused = values["refused"]
    text = fit(
        [
            bold(voice.ui("admin.content.title")),
            plain(lines[0]) if lines else "",
            plain(voice.ui("admin.content.how")),
            plain(voice.ui("admin.content.not_used", names=refused["names"])) if refused else "",
            before,
        ]
    )
    rows = [*_ready(stage, values["ready"]), *_back(stage, values["after"], values["before"])]
    if refused:
        rows.append((stage.admin("upload.key.discard", "discard", str(refused["upload"])),))
    return Screen(text, (*rows, (stage.admin("admin.back", "admin"),)))


def _entry(voice: Voice, entry: Values) -> str:
    return voice.ui(
        f"admin.content.{entry['kind']}",
        pack=entry["pack"],
        version=entry["version"],
        number=entry["number"],
        when=voice.when(entry["at"]),
    )


def _ready(stage: Stage, found: list[Values]) -> list[tuple[Key, ...]]:
    """One button for each version that may be published."""
    return [(_offer(stage, each),) for each in found]


def _offer(stage: Stage, each: Values) -> Key:
    key = "admin.content.key.shipped" if each["shipped"] else "admin.content.key.ready"
    return stage.admin(key, "upload", str(each["upload"]), "primary", number=each["number"])


def _back(stage: Stage, after: int, numbers: list[int]) -> list[tuple[Key, ...]]:
    """One button for each version that may be brought back."""
    return [(bring_back(stage, after, number),) for number in numbers]


def bring_back(stage: Stage, after: int, number: int) -> Key:
    """It counts only as long as nobody else has published: `after` is the entry that was newest."""
    return stage.admin("admin.content.key.back", "roll_back", f"{after}/{number}", number=number)


SCREENS: dict[str, Draw] = {"admin_content": room}
