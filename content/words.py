"""The bot's own words (not a pack's): gettext catalogues with short ids, one per language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
FIRST = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that the bot speaks, the first one first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/stridecheck.po"))
    return (FIRST, *(each for each in found if each != FIRST))


def guess(code: str | None) -> str:
    """The language to speak with somebody whose Telegram says `code`."""
    plain = (code or "").partition("-")[0].lower()
    return plain if plain in languages() else FIRST


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every id with its words."""
    path = LOCALES / language / "LC_MESSAGES" / "stridecheck.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def say(language: str, key: str, **values: object) -> str:
    """The words of an id, values filled in. Raises KeyError for an id without words: a test finds it first."""
    words = catalogue(language)
    text = words[key] if key in words else catalogue(FIRST)[key]
    return text.format(**values) if values else text


def sounds_alarming(text: str) -> bool:
    """Does a typed message speak of an emergency, in any language we know? Better once too often than once too few."""
    plain = re.sub(r"[^\w\s]", "", text.casefold())
    plain = f" {' '.join(plain.split())} "
    return any(f" {words} " in plain for language in languages() for words in _alarms(language))


@cache
def _alarms(language: str) -> tuple[str, ...]:
    lines = catalogue(language).get("alarm.words", "").splitlines()
    return tuple(re.sub(r"[^\w\s]", "", line.casefold()).strip() for line in lines if line.strip())
