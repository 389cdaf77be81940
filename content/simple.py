"""Easier words for some of a pack's texts: en.simple.yaml beside en.yaml. What has none is said in the usual words.

They change no structure and no fact: the same ids, the same numbers, the same places to fill in, and every red flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from content import readability
from content.pack import Pack
from content.proofreading import OWN_CHOICE, places_in
from content.reading import Node, suggest

LABEL_LENGTH = 24
NUMBER = re.compile(r"\d+")
Words = Mapping[str, object]
Path = tuple[str, ...]


def file_name(language: str) -> str:
    """Where the easier words of a language stand."""
    return f"{language}.simple.yaml"


@lru_cache(maxsize=32)
def words(pack: Pack, language: str) -> Words:
    """All words of a language, the easier ones in their places."""
    return _overlaid(pack.words.get(language, {}), pack.simple.get(language, {}))


def _overlaid(usual: Words, simple: Words) -> Words:
    found = dict(usual)
    for name, value in simple.items():
        before = usual.get(name)
        found[name] = _overlaid(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return found


# --- what keeps a pack from loading: easier words that say something else ---------------------------------------------


def check(simple: Node, usual: Node) -> None:
    """Report every text that the usual words do not have, or that says something else than they do."""
    _check(simple, usual, ())
    if (pictures := simple.entry("pictures")) is not None:
        pictures.wrong("pictures have one wording; leave it out")
    questions = simple.entry("questions")
    told = usual.entry("questions")
    for name, body in (questions.entries() if questions and not questions.is_text else {}).items():
        if told and (whole := told.entry(name)) and not body.is_text:
            _check_options(body, whole)
            _check_help(body, whole)


def _check(simple: Node, usual: Node, path: Path) -> None:
    if simple.is_text != usual.is_text:
        simple.wrong(f"is not of the same kind as in {usual.file}:{usual.line}")
        return
    if simple.is_text:
        _check_text(simple, usual, path)
        return
    given, known = simple.entries(), usual.entries()
    for name, node in given.items():
        if name in known:
            _check(node, known[name], (*path, name))
        elif path[-2:-1] != ("options",) or name not in OWN_CHOICE:
            node.wrong(f"left over: {usual.file} has no '{name}' here; {suggest(name, known)}")


def _check_text(simple: Node, usual: Node, path: Path) -> None:
    text, before = simple.text(), usual.text()
    if not text:
        simple.wrong("is empty; leave it out, and the usual words are said")
        return
    for difference in differences(text, before):
        simple.wrong(f"{difference}; see {usual.file}:{usual.line}")
    if path[-1] == "label" and len(text) > LABEL_LENGTH:
        simple.wrong(f"is {len(text)} characters long; a button holds {LABEL_LENGTH}")


def differences(simple: str, usual: str) -> Iterator[str]:
    """Places to fill in, such as an emergency number, and numbers that are not in both."""
    if (given := places_in(simple)) != (wanted := places_in(usual)):
        yield f"has the places {given} to fill in, the usual words have {wanted}"
    if (numbers := _numbers(simple)) != (others := _numbers(usual)):
        yield f"has the numbers {numbers}, the usual words have {others}"


def _numbers(text: str) -> list[str]:
    return sorted(set(NUMBER.findall(text)))


def _check_options(simple: Node, usual: Node) -> None:
    """The lines of one card are easier all together; a line keeps its explanation when its button is worded anew."""
    options, whole = simple.entry("options"), usual.entry("options")
    if options is None or whole is None or options.is_text or whole.is_text:
        return
    given, wanted = options.entries(), whole.entries()
    for name in (each for each in wanted if each not in given):
        options.wrong(f"option '{name}' has no easier words, the others have; word all of them, or none")
    for name in (each for each in given if each in wanted and not given[each].is_text):
        lost = {"text"} & set(wanted[name].entries()) - set(given[name].entries())
        if lost and "label" in given[name].entries():
            given[name].wrong(f"has a new `label:` without its `text:`; see {usual.file}:{wanted[name].line}")


def _check_help(simple: Node, usual: Node) -> None:
    """The examples of a red flag name its button: a new button needs new examples."""
    given, wanted = simple.entries(), usual.entries()
    if "options" not in given or "options" not in wanted or "help" in given or "help" not in wanted:
        return
    buttons = {name: option.entry("label") for name, option in wanted["options"].entries().items()}
    for name, option in given["options"].entries().items():
        label, before = option.entry("label"), buttons.get(name)
        if label and before and label.text() != before.text() and before.text() in wanted["help"].text():
            label.wrong(f"is worded anew, but the examples in `help:` name “{before.text()}”; add an easier `help:`")


# --- what an author is to mend before it is published -----------------------------------------------------------------


def proofread(simple: Mapping[str, Node], usual: Mapping[str, Node], languages: Node) -> None:
    """Report words that are no easier than the usual ones, and easier ones that a language lacks."""
    for language in usual:
        if simple and language not in simple:
            languages.wrong(f"the pack has no {file_name(language)}, but easier words in other languages")
    for language, node in simple.items():
        for text, before in _pairs(node, usual[language]):
            for complaint in readability.not_easier(text.text(), before.text(), language):
                text.wrong(complaint)
    for language, node in simple.items():
        for other, theirs in simple.items():
            if other != language:
                _translated(node, theirs)


def _pairs(simple: Node, usual: Node) -> Iterator[tuple[Node, Node]]:
    if simple.is_text and usual.is_text:
        yield simple, usual
    elif not simple.is_text and not usual.is_text:
        known = usual.entries()
        for name, node in simple.entries().items():
            if name in known:
                yield from _pairs(node, known[name])


def _translated(node: Node, other: Node) -> None:
    if node.is_text or other.is_text:
        return
    theirs = other.entries()
    for name, each in node.entries().items():
        if name in theirs:
            _translated(each, theirs[name])
        elif name not in OWN_CHOICE:
            other.wrong(f"`{name}` has no easier words; see {each.file}:{each.line}")
