"""The bot's own words (not a pack's): gettext catalogues with short ids, one per language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
FIRST = "en"
SIMPLE = "simple."  # before an id: the easy words for the same
REGIONS = {"en": "en_GB"}  # our English is British: Monday 21 December


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
def locale(language: str) -> Locale:
    """How CLDR writes dates, lists and names in this language."""
    return Locale.parse(REGIONS.get(language, language))


def name_of(language: str) -> str:
    """The language in its own words: "Español"."""
    own = Locale.parse(language).get_display_name(language) or language
    return own[:1].upper() + own[1:]


def name_in(language: str, speaker: str) -> str:
    """The language as a speaker of another one calls it: "Spanish"."""
    return str(locale(speaker).languages.get(language, name_of(language)))


def path_of(language: str) -> Path:
    """Where the words of a language stand."""
    return LOCALES / language / "LC_MESSAGES" / "stridecheck.po"


def catalogue(language: str) -> dict[str, str]:
    """Every id with its words; of words that depend on a number, those for many."""
    return _spoken(language).words


def easier(language: str, key: str) -> str:
    """The id of the easy words for the same; the id itself where there are none."""
    return f"{SIMPLE}{key}" if f"{SIMPLE}{key}" in catalogue(language) else key


def say(language: str, key: str, **values: object) -> str:
    """The words of an id, values filled in; `count` chooses among singular and plural.

    Raises KeyError for an id without words: a test finds it first.
    """
    speaker = _spoken(language)
    if key not in speaker.words:
        speaker = _spoken(FIRST)
    text = speaker.words[key]
    if key in speaker.counted:
        text = speaker.forms.ngettext(key, key, int(str(values["count"])))
    return text.format(**values) if values else text


def sounds_alarming(text: str) -> bool:
    """Does a typed message speak of an emergency, in any language we know? Better once too often than once too few."""
    plain = f" {_plain(text)} "
    return any(f" {words} " in plain for language in languages() for words in _alarms(language))


def folded(text: str) -> str:
    """Words to compare by: no capitals, accents or punctuation, one space between them."""
    return _plain(text)


def key_of(message_id: str | tuple[str, ...] | list[str]) -> str:
    """The id of a message; one with a plural has two, which are the same."""
    return message_id if isinstance(message_id, str) else message_id[0]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A catalogue as it is used: Babel's own takes four times the memory. `counted`: ids of words that depend on a
    number; `forms` knows which form goes with which number."""

    words: dict[str, str]
    counted: frozenset[str]
    forms: GNUTranslations


@cache
def _spoken(language: str) -> _Spoken:
    with path_of(language).open("rb") as file:
        read = read_po(file, locale=language)
    words = ((key_of(message.id), message.string) for message in read)
    return _Spoken(
        {key: text if isinstance(text, str) else text[-1] for key, text in words if key and text},
        frozenset(key_of(message.id) for message in read if message.pluralizable),
        _forms(read),
    )


def _forms(read: Catalog) -> GNUTranslations:
    """The catalogue as gettext itself reads it."""
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _alarms(language: str) -> tuple[str, ...]:
    lines = catalogue(language).get("alarm.words", "").splitlines()
    return tuple(_plain(line) for line in lines if line.strip())


def _plain(text: str) -> str:
    """Words alone: no capitals, accents or punctuation, one space between them."""
    letters = "".join(
        each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each)
    )
    return " ".join(re.sub(r"[^\w\s]", "", letters).split())
