"""Do a pack's languages say the same, in words that its readers follow? Findings for `check`, never for a running bot.

What a pack cannot do without is looked for when it is loaded (wording.py). Here stands what an author is to mend before
it is published: a missing or left-over translation of what is optional, places to fill in that differ, hard sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from content import readability
from content.reading import Node, suggest
from content.wording import FREE_SECTIONS

OWN_CHOICE = ("text", "why")  # a label may say it all in one language and need more words in another

Path = tuple[str, ...]


def check(words: Mapping[str, Node]) -> None:
    """Report every finding at its place. `words`: the root of each language's file, the first language first."""
    for language, root in words.items():
        for text in _texts(root):
            for complaint in readability.complaints(text.text(), language):
                text.wrong(complaint)
    first, *others = words.values()
    for other in others:
        _compare(first, other, ())


def places_in(text: str) -> list[str]:
    """The names in braces that a program fills in."""
    return sorted(set(re.findall(r"{(\w*)}", text)))


def _texts(node: Node) -> Iterator[Node]:
    if node.is_text:
        yield node
        return
    for each in node.entries().values():
        yield from _texts(each)


def _compare(first: Node, other: Node, path: Path) -> None:
    if first.is_text or other.is_text:
        _compare_texts(first, other)
        return
    wanted, given = first.entries(), other.entries()
    for name in wanted:
        if name in given:
            _compare(wanted[name], given[name], (*path, name))
        elif not _loading_says(path, name):
            other.wrong(_missing(path, name, first))
    for name in given:
        if name not in wanted and _is_left_over(path, name):
            given[name].wrong(f"left over: {first.file} has no '{name}' here; {suggest(name, wanted)}")


def _compare_texts(first: Node, other: Node) -> None:
    if first.is_text != other.is_text:
        other.wrong(f"is not of the same kind as in {first.file}:{first.line}")
    elif (wanted := places_in(first.text())) != (given := places_in(other.text())):
        other.wrong(f"has the places {given} to fill in, {first.file}:{first.line} has {wanted}")


def _missing(path: Path, name: str, first: Node) -> str:
    if len(path) == 1:
        return f"no words for '{name}' in section `{path[0]}`"  # as wording.py says it, so that it is said once
    return f"`{name}` is not translated; see {first.file}:{first.entries()[name].line}"


def _loading_says(path: Path, name: str) -> bool:
    """Is this missing for the pack itself? Then loading it has said so."""
    if len(path) == 0:
        return name not in (*FREE_SECTIONS, "name")
    if len(path) == 1:
        return path[0] not in FREE_SECTIONS
    return path[-1] == "options" or name in {"ask", "label"}


def _is_left_over(path: Path, name: str) -> bool:
    """Ids that the pack lacks are named by loading it; an option's own words are the translator's choice."""
    if len(path) == 1:
        return path[0] in FREE_SECTIONS
    return path[-1:] != ("options",) and name not in OWN_CHOICE
