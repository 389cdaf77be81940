"""A folder on disk -> Pack. Every mistake at once, each with file, line and cure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from content import meaning, picture_checks, proofreading, shape, simple
from content.pack import Pack
from content.reading import Node, Problem, Problems, read_bytes


class PackError(ValueError):
    """The pack cannot be used; `problems` says every place and its cure."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def load_pack(folder: Path) -> Pack:
    """The pack in a folder. Raises PackError with every problem of shape and meaning."""
    return parse_pack(pack_files(folder))


def pack_files(folder: Path) -> dict[str, bytes]:
    """The files that make up a pack: its structure, its words and its pictures, by name."""
    if not (folder / "pack.yaml").is_file():
        raise PackError([Problem(str(folder), 0, "has no pack.yaml; name the folder of a pack")])
    names = sorted(path.name for path in folder.glob("*.yaml") if not path.name.startswith("vignettes"))
    names += sorted(f"pictures/{path.name}" for path in folder.glob("pictures/*.svg"))
    return {name: (folder / name).read_bytes() for name in names}


def parse_pack(files: Mapping[str, bytes]) -> Pack:
    """The pack that these files are. Raises PackError with every problem of shape and meaning."""
    return _parse(frozenset(files.items()))


def problems_in(files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that an author is to mend: what keeps the pack from loading, and what proofreading finds."""
    found, silent = Problems(), Problems()
    root = read_bytes(files.get("pack.yaml", b""), "pack.yaml", silent)
    if root is None:
        return silent.found
    try:
        parse_pack(files)
    except PackError as error:
        found.found += error.problems
    spoken = _spoken(root, files)
    words = {each: read_bytes(files[f"{each}.yaml"], f"{each}.yaml", found) for each in spoken}
    whole = {language: node for language, node in words.items() if node is not None}
    if words and len(whole) == len(words):
        proofreading.check(whole)
        place = root.entries().get("languages", root)
        simple.proofread(_easier(root, files, found), whole, replace(place, problems=found))
    return sorted(set(found.found), key=lambda problem: (problem.file, problem.line, problem.message))


@lru_cache(maxsize=16)
def _parse(contents: frozenset[tuple[str, bytes]]) -> Pack:
    """Reading the YAML takes half a second, and the very same files mean the very same pack."""
    files, problems = dict(sorted(contents)), Problems()
    root = read_bytes(files.get("pack.yaml", b""), "pack.yaml", problems)
    if root is None:
        raise PackError(problems.found)
    words = {}
    for language in _spoken(root, files):
        node = read_bytes(files.get(f"{language}.yaml", b""), f"{language}.yaml", problems)
        if node is not None:
            words[language] = node
    pack = shape.build(root, words, _digest(files), picture_checks.read(files, problems))
    meaning.check(pack, root, words)
    picture_checks.check(pack, root, words, problems)
    pack = _with_easier(pack, _easier(root, files, problems), words, problems)
    if problems.found:
        raise PackError(sorted(set(problems.found), key=lambda problem: (problem.file, problem.line, problem.message)))
    return pack


def _spoken(root: Node, files: Mapping[str, bytes]) -> list[str]:
    """The pack's languages that have a file of words; the others, and having none at all, are problems."""
    place = root.entries().get("languages", root)
    languages = shape.languages(root)
    if not languages:
        place.wrong("name at least one language, such as [en]")
    for language in languages:
        if f"{language}.yaml" not in files:
            place.wrong(f"the pack has no {language}.yaml; add it, or take {language} from the list")
    return [language for language in languages if f"{language}.yaml" in files]


def _easier(root: Node, files: Mapping[str, bytes], problems: Problems) -> dict[str, Node]:
    """The files of easier words, as far as there are any."""
    named = {each: simple.file_name(each) for each in shape.languages(root)}
    nodes = {each: read_bytes(files[name], name, problems) for each, name in named.items() if name in files}
    return {each: node for each, node in nodes.items() if node is not None}


def _with_easier(pack: Pack, easier: Mapping[str, Node], words: Mapping[str, Node], problems: Problems) -> Pack:
    """The pack with its easier words, held to the usual ones where these are whole."""
    broken = {problem.file for problem in problems.found}
    for language, node in easier.items():
        if language in words and words[language].file not in broken:
            simple.check(node, words[language])
    found = {language: node.plain() for language, node in easier.items()}
    return replace(pack, simple={language: each for language, each in found.items() if isinstance(each, dict)})


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return total.hexdigest()
