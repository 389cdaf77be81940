"""A chat as a file: a scenario (YAML) that a test replays, and a transcript (Markdown) that a person reads."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from simulator.records import Json, Person
from simulator.telegram import Telegram

_HEAD = "# Saved from the chat page. tests/scenarios replays it against the real bot, and fails when a word changes.\n"
_SPECIAL = re.compile(r"([\\`*_\[\]#|<>])")


def document(telegram: Telegram, user_id: int, about: Mapping[str, Any]) -> Json:
    """The scenario of one person's chat: who, when, and every step in its order."""
    person, diary = _person(telegram, user_id), telegram.diary(user_id)
    return {
        **{name: about[name] for name in ("pack", "version") if name in about},
        "person": {"name": person.first_name, "language": person.language_code},
        "starts_at": diary.begun_at.isoformat(),
        "ends_after_s": round((telegram.now() - diary.begun_at).total_seconds(), 3),
        "steps": [dict(step) for step in diary.steps],
    }


def scenario(telegram: Telegram, user_id: int, about: Mapping[str, Any]) -> str:
    """The scenario as YAML."""
    return write(document(telegram, user_id, about))


def write(scenario: Json) -> str:
    """A scenario as text, what was said in blocks that can be read."""
    yaml = YAML()
    yaml.width = 10_000
    out = io.StringIO()
    yaml.dump(_readable(scenario), out)
    return _HEAD + out.getvalue()


def read(text: str) -> Json:
    """A saved scenario."""
    return dict(YAML(typ="safe", pure=True).load(text))


def _readable(value: object) -> object:
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value


def transcript(telegram: Telegram, user_id: int, about: Mapping[str, Any]) -> str:
    """The conversation for a reviewer, times on the person's own clock."""
    person, diary = _person(telegram, user_id), telegram.diary(user_id)
    bot = telegram.bot()["first_name"]
    zone = ZoneInfo(person.zone)
    lines = [f"# {bot} and {person.first_name}", "", _about(person, about), ""]
    for step in diary.steps:
        if "at" in step:
            moment = (diary.begun_at + timedelta(seconds=step["at"])).astimezone(zone)
            lines += [f"**{person.first_name}**, {moment:%a %d %b %H:%M}: {_did(step)}", ""]
        else:
            lines += [*_shown(bot, step), ""]
    return "\n".join(lines)


def _about(person: Person, about: Mapping[str, Any]) -> str:
    pack = f"Pack {about['pack']} {about['version']}. " if "pack" in about else ""
    return f"{pack}Language of the app: {person.language_code}. Times are those of {person.zone}."


def _did(step: Json) -> str:
    if "says" in step:
        return _plain(step["says"])
    if "presses" in step:
        return f"presses **[{_plain(step['presses'])}]**"
    what, value = next((name, value) for name, value in step.items() if name not in ("at", "of"))
    return f"*{what} {_plain(str(value))}*"


def _shown(bot: str, step: Json) -> Sequence[str]:
    for name in ("toast", "alert"):
        if name in step:
            return [f"> *({name}: {_plain(step[name])})*"]
    if "gone" in step:
        return [f"> *(message {step['gone']} disappears)*"]
    edited = f" (message {step['edits']} now reads)" if "edits" in step else ""
    lines = [f"> **{bot}**{edited}:  ", *(f"> {_plain(line)}  " for line in step["bot"].split("\n"))]
    return [*lines, *(f"> {' '.join(f'`[{label}]`' for label in row)}  " for row in step.get("keys", ()))]


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _person(telegram: Telegram, user_id: int) -> Person:
    found = next((each for each in telegram.people() if each.user_id == user_id), None)
    if found is None:
        raise KeyError(f"nobody has the id {user_id}")
    return found
