"""Are a pack's pictures whole? Each can be drawn and is named somewhere, and every place in it has its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from content import pictures
from content.reading import Node, Problem, Problems, suggest
from content.wording import LABEL_LENGTH

if TYPE_CHECKING:
    from content.pack import Pack

MAX_BYTES = 200_000
CAPTION_LENGTH = 1024
NAME = re.compile("[A-Za-z0-9_-]{1,30}")
FOLDER, ENDING = "pictures/", ".svg"


def read(files: Mapping[str, bytes], problems: Problems) -> dict[str, str]:
    """The pack's drawings by name; one that cannot be drawn is empty, and told in `problems`."""
    found = {}
    for file, data in files.items():
        if not file.startswith(FOLDER):
            continue
        name = file.removeprefix(FOLDER).removesuffix(ENDING)
        if not NAME.fullmatch(name):
            problems.found.append(Problem(file, 0, "is no name; use letters, digits, _ and -, at most 30"))
        if len(data) > MAX_BYTES:
            problems.found.append(Problem(file, 0, f"larger than {MAX_BYTES} bytes"))
        found[name] = ""
        try:
            found[name] = pictures.parse(data[:MAX_BYTES])
        except pictures.PictureError as error:
            problems.found.append(Problem(file, error.line, str(error)))
    return found


def check(pack: Pack, root: Node, words: Mapping[str, Node], problems: Problems) -> None:
    """Report every picture that nobody names, and every missing or left over word of one."""
    for name in sorted(set(pack.pictures) - set(_named(pack))):
        problems.found.append(Problem(_file(name), 1, "nobody names it; write `picture:` where it helps, or remove it"))
    for language, node in words.items():
        _check_words(pack, language, node, problems)


def _named(pack: Pack) -> Iterator[str]:
    named = [each.picture for each in pack.questions.values()]
    named += [each.picture for each in pack.advice.values()]
    named += [pack.ice.picture] if pack.ice else []
    yield from filter(None, named)


def _file(name: str) -> str:
    return f"{FOLDER}{name}{ENDING}"


def _check_words(pack: Pack, language: str, node: Node, problems: Problems) -> None:
    sections = node.entries()
    given = sections["pictures"].entries() if "pictures" in sections else {}
    for name in sorted(set(pack.pictures) - set(given)):
        (sections.get("pictures") or node).wrong(f"no words for the picture '{name}'; write `alt`, `button`, `labels`")
    for name in sorted(set(given) - set(pack.pictures)):
        given[name].wrong(f"left over: there is no {_file(name)}; {suggest(name, pack.pictures)}")
    for name in sorted(name for name in given if pack.pictures.get(name)):
        _check_texts(given[name])
        _check_labels(pack.pictures[name], given[name])
        _check_paths(pack, name, language, problems)


def _check_texts(node: Node) -> None:
    """`alt` says in words what is to be seen: the caption, and all there is when the picture cannot be shown."""
    given = node.fields(("alt", "button", "labels"), required=("alt", "button"))
    for name, most in (("alt", CAPTION_LENGTH), ("button", LABEL_LENGTH)):
        text = given[name].text() if name in given else "?"
        if not text:
            given[name].wrong("is empty")
        if len(text) > most:
            given[name].wrong(f"is {len(text)} characters long; it may have {most}")


def _check_labels(svg: str, node: Node) -> None:
    entries = node.entries()
    given = entries["labels"].entries() if "labels" in entries else {}
    wanted = {place for _, place in pictures.places(svg) if "." not in place}
    for place in sorted(wanted - set(given)):
        (entries.get("labels") or node).wrong(f"no words for the label '{place}'")
    for place in sorted(set(given) - wanted):
        given[place].wrong(f"left over: the picture has no place {{{place}}}; {suggest(place, wanted)}")


def _check_paths(pack: Pack, name: str, language: str, problems: Problems) -> None:
    """A place that borrows words from elsewhere in the language's file finds them there."""
    for line, place in pictures.places(pack.pictures[name]):
        found: object = pack.words[language]
        for part in place.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if "." in place and not isinstance(found, str):
            problems.found.append(Problem(_file(name), line, f"{{{place}}}: {language}.yaml has no such text"))
