"""The bot's own words: whole in every language, as translators' tools expect them, with forms that follow CLDR."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from content import catalogues, words
from handlers.voice import Voice
from tests.content.shipped import PACK

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def changed(folder: Path, *changes: tuple[str, str], language: str = "es") -> tuple[dict[str, Path], Path]:
    """A copy of the catalogues, one of them changed."""
    paths = {}
    for each in words.languages():
        paths[each] = folder / "locales" / each / "LC_MESSAGES" / "stridecheck.po"
        paths[each].parent.mkdir(parents=True)
        shutil.copy(words.path_of(each), paths[each])
    text = paths[language].read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    paths[language].write_text(text, encoding="utf-8")
    return paths, paths[language]


def test_the_shipped_catalogues_are_whole() -> None:
    assert catalogues.problems() == []


# What is changed in es, the words of the line that is blamed, and what is said about it.
FINDINGS = [
    ('msgid "clock.why"', 'msgid "clock.wy"', 'msgid "clock.ask"', "clock.why: missing; it belongs after 'clock.ask'"),
    ('msgid "clock.why"', 'msgid "clock.wy"', 'msgid "clock.wy"',
     "clock.wy: left over: en has no such id; did you mean 'clock.why'?"),
    ('msgstr "Así nunca te escribo de noche."', 'msgstr ""', 'msgid "clock.why"', "clock.why: is not translated"),
    ("no me uses: llama al {number}", "no me uses: llama al {numero}", 'msgid "hello.emergency"',
     "hello.emergency: has the places ['numero'] to fill in, en has ['number']"),
    ('msgstr "Empezar de nuevo"', 'msgstr "Empezar otra vez desde el principio, de nuevo"', 'msgid "button.anew"',
     "button.anew: is 45 characters long; 36 are the most"),
    ('msgstr[1] "Listo ({count} marcadas)"\n', "", 'msgid "button.done"', "button.done: is not translated"),
    ("#. English: Begin anew", "#. English: Start anew", 'msgid "button.anew"',
     "was translated from “Start anew”, which has"),
    ('#. English: Begin anew', "#. English: Begin anew\n#, fuzzy", 'msgid "button.anew"', "is marked fuzzy"),
    ("nplurals=2; plural=(n != 1);", "nplurals=2; plural=(n > 1);", "# Stride",
     "Plural-Forms: CLDR has nplurals=2; plural=(n != 1);"),
    ('msgstr "Así nunca te escribo de noche."', f'msgstr "Así {"y así " * 16}no te escribo."', 'msgid "clock.why"',
     "clock.why: a sentence has 36 words, 30 are the most"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), FINDINGS, ids=[finding[3] for finding in FINDINGS])
def test_a_finding_names_file_line_and_what_is_wrong(tmp_path: Path, old: str, new: str, line: str, says: str) -> None:
    paths, path = changed(tmp_path, (old, new))
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(number for number, each in enumerate(lines, 1) if each.startswith(line))
    found = [str(problem) for problem in catalogues.problems(paths)]
    there = f"locales/es/LC_MESSAGES/stridecheck.po:{number} "
    assert [each for each in found if each.startswith(there) and says in each], found


def test_a_file_that_is_no_catalogue_is_named_with_its_line(tmp_path: Path) -> None:
    paths, path = changed(tmp_path, ('msgid "clock.why"', 'mgsid "clock.why"'))
    line = path.read_text(encoding="utf-8").splitlines().index('mgsid "clock.why"') + 1
    assert f"stridecheck.po:{line} is no gettext catalogue" in str(catalogues.problems(paths)[0])


@pytest.mark.parametrize("language", words.languages())
def test_the_header_is_what_translators_tools_expect(language: str) -> None:
    with words.path_of(language).open("rb") as file:
        catalog = read_po(file)
    header = dict(catalog.mime_headers)
    assert header["Language"] == language
    assert header["Plural-Forms"] == str(get_plural(language))
    assert header["Content-Type"].lower() == "text/plain; charset=utf-8"
    assert not catalog.fuzzy
    assert not catalog.obsolete
    notes = [message for message in catalog if message.auto_comments]
    assert len(notes) > (10 if language == "en" else 150)


# --- forms that follow CLDR -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.languages())
def test_gettext_chooses_the_form_that_cldr_names(language: str) -> None:
    forms = {words.say(language, "button.done", count=2).replace("2", "{}"): "other"}
    forms[words.say(language, "button.done", count=1).replace("1", "{}")] = "one"
    if language == "en":
        assert len(forms) == 1
        return
    rule = Locale.parse(language).plural_form
    for count in range(1, 200):
        assert forms[words.say(language, "button.done", count=count).replace(str(count), "{}", 1)] == rule(count)


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 0, "today at 14:05"),
        ("en", 1, "tomorrow at 14:05"),
        ("en", 28, "Monday 21 December at 14:05"),
        ("es", 0, "hoy a las 14:05"),
        ("es", 1, "mañana a las 14:05"),
        ("es", 28, "el lunes, 21 de diciembre, a las 14:05"),
    ],
)
def test_a_day_is_said_as_cldr_writes_it(language: str, days: int, said: str) -> None:
    voice = Voice(language, PACK, NOON, "Europe/London")
    moment = NOON.replace(hour=14, minute=5) + timedelta(days=days)
    assert voice.when(moment.isoformat()) == said


def test_lists_and_numbers_are_joined_as_cldr_joins_them() -> None:
    said = {each: Voice(each, PACK, NOON, "Europe/London") for each in words.languages()}
    assert (said["en"].emergency_number, said["es"].emergency_number) == ("999 or 112", "999 o 112")
    assert said["es"].whom(["podiatrist", "physio", "pharmacist"]) == (
        "un especialista del pie (podólogo), un fisioterapeuta (kinesiólogo) o un farmacéutico"
    )


def test_languages_are_named_by_themselves() -> None:
    assert [words.name_of(each) for each in words.languages()] == ["English", "Español"]


@pytest.mark.parametrize(
    "text",
    ["No puedo respirar", "me duele EL PECHO", "me desmaye", "¡¡Se desmayó!!", "I can't breathe", "quiero morir"],
)
def test_alarming_words_are_heard_in_every_language_with_and_without_accents(text: str) -> None:
    assert words.sounds_alarming(text)


@pytest.mark.parametrize("text", ["hola", "¿cuándo puedo correr?", "me pica el pie", "gracias, todo bien", "hello"])
def test_ordinary_words_are_not_alarming(text: str) -> None:
    assert not words.sounds_alarming(text)
