"""Are the bot's own words whole in every language? Findings with file and line, as for a pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from content import readability, simple, words
from content.proofreading import places_in
from content.reading import Problem, suggest

# The most characters: buttons as phones show them, the rest as Telegram takes them.
LENGTHS = {"button.": 36, "command.": 60, "toast.": 200, "bot.short": 120, "bot.description": 512}
NOT_READ = "alarm.words"
FROM, USUAL = "English: ", "Usual: "  # comments: the words before a translator, or before a writer of easy ones


def problems(paths: dict[str, Path] | None = None) -> list[Problem]:
    """Every finding in the catalogues, the first language's own included. `paths`: where each language stands."""
    paths = paths or {language: words.path_of(language) for language in words.languages()}
    found: list[Problem] = []
    catalogues = {language: _read(path, language, found) for language, path in paths.items()}
    first = catalogues[next(iter(paths))]
    for language, catalog in catalogues.items():
        if first is not None and catalog is not None:
            found += [Problem(_shown(paths[language]), *each) for each in _findings(first, catalog, language)]
    return found


def _read(path: Path, language: str, found: list[Problem]) -> Catalog | None:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        found.append(Problem(_shown(path), error.lineno + 1, f"is no gettext catalogue: {error}"))
        return None


def _shown(path: Path) -> str:
    return "/".join(path.parts[-4:])


def _findings(first: Catalog, catalog: Catalog, language: str) -> Iterator[tuple[int, str]]:
    """Each finding and its line."""
    wanted, given = _by_key(first), _by_key(catalog)
    plural = get_plural(language)
    if (catalog.num_plurals, catalog.plural_expr) != (plural.num_plurals, plural.plural_expr):
        yield 1, f"Plural-Forms: CLDR has {plural}"
    for key, before in _missing(wanted, given):
        yield (given[before].lineno or 1) if before else 1, f"{key}: missing; it belongs after '{before}'"
    for key, message in given.items():
        found = _complaints(key, message, wanted[key], language) if key in wanted else [_left_over(key, wanted)]
        if key.startswith(words.SIMPLE):
            found = [*found, *_about_simple(message, given.get(key.removeprefix(words.SIMPLE)), language)]
        for complaint in found:
            yield message.lineno or 1, f"{key}: {complaint}"


def _left_over(key: str, wanted: dict[str, Message]) -> str:
    return f"left over: {words.FIRST} has no such id; {suggest(key, wanted)}"


def _by_key(catalog: Catalog) -> dict[str, Message]:
    return {words.key_of(message.id): message for message in catalog if message.id}


def _missing(wanted: dict[str, Message], given: dict[str, Message]) -> Iterator[tuple[str, str]]:
    """Each missing id, and the id that it belongs after."""
    before = ""
    for key in wanted:
        if key in given:
            before = key
        else:
            yield key, before


def _complaints(key: str, message: Message, first: Message, language: str) -> Iterator[str]:
    forms = _forms(message)
    if not all(forms):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked fuzzy; look at it, then take the mark off"
    if message.pluralizable != first.pluralizable:
        yield "has a plural in one language only"
    yield from _differences(message, first)
    for prefix, most in LENGTHS.items():
        if key.removeprefix(words.SIMPLE).startswith(prefix) and max(map(len, forms)) > most:
            yield f"is {max(map(len, forms))} characters long; {most} are the most"
    if key != NOT_READ:
        yield from (complaint for form in forms for complaint in readability.complaints(form, language))


def _differences(message: Message, first: Message) -> Iterator[str]:
    wanted = places_in(_forms(first)[-1])
    for form in _forms(message):
        if places_in(form) != wanted:
            yield f"has the places {places_in(form)} to fill in, {words.FIRST} has {wanted}"
    source = _source(message)
    if source is not None and source != _forms(first)[-1]:
        yield f"was translated from “{source}”, which has changed; translate it anew, and the comment above it"


def _about_simple(message: Message, usual: Message | None, language: str) -> Iterator[str]:
    """Easy words say what the usual ones say, and are easier."""
    if usual is None:
        yield f"left over: there are no usual words for it; take the id without {words.SIMPLE}"
        return
    if message.pluralizable != usual.pluralizable:
        yield "has a plural in the easy or in the usual words only"
    text, before = _forms(message)[-1], _forms(usual)[-1]
    yield from simple.differences(text, before)
    yield from readability.not_easier(text, before, language)
    made_from = _comment(message, USUAL)
    if made_from is not None and made_from != before:
        yield f"was made from “{made_from}”, which has changed; look at it anew, and at the comment above it"


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _source(message: Message) -> str | None:
    """The English words that a translator had before them, from the comment `English: ...`."""
    return _comment(message, FROM)


def _comment(message: Message, name: str) -> str | None:
    text = "\n".join(message.auto_comments).partition("\nNote: ")[0]
    return text.removeprefix(name) if text.startswith(name) else None
