"""Read YAML 1.2 into nodes that know their file and line, and collect every mistake instead of stopping at the first.

Refuses what a questionnaire never needs and an attacker likes: anchors, aliases, tags, deep nesting, huge files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from content.yaml_tree import Mapping, Scalar, Sequence, Tree, UnreadableError, compose

# Three times our largest file; reading so much takes a second.
MAX_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file, the line (1-based; 0: the file as a whole), what is wrong and how to mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}:" if self.file else ""
        return f"{place} {self.message}".lstrip()


@dataclass(slots=True)
class Problems:
    """Every mistake found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, node: Node | None, message: str) -> None:
        file, line = (node.file, node.line) if node is not None else ("", 0)
        self.found.append(Problem(file, line, message))


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a file. Reading a wrong kind reports a problem and gives an empty value, so that reading goes on."""

    raw: Tree
    file: str
    where: str
    problems: Problems

    @property
    def line(self) -> int:
        return self.raw.line + 1

    def wrong(self, message: str) -> None:
        self.problems.add(self, f"{self.where}: {message}" if self.where else message)

    def child(self, raw: Tree, where: str) -> Node:
        return Node(raw, self.file, where, self.problems)

    def entries(self) -> dict[str, Node]:
        """The keys and values of a mapping; a key given twice is a problem."""
        if not isinstance(self.raw, Mapping):
            self.wrong("expected `name: value` lines")
            return {}
        found: dict[str, Node] = {}
        for key, value in self.raw.value:
            name = str(key.value)
            if name in found:
                self.child(key, self.where).wrong(f"`{name}` is given twice; keep one")
            found[name] = self.child(value, f"{self.where} {name}".strip())
        return found

    def entry(self, name: str) -> Node | None:
        """One value of a mapping, as `entries` has it, without looking at the others."""
        for key, value in reversed(self.raw.value if isinstance(self.raw, Mapping) else ()):
            if str(key.value) == name:
                return self.child(value, f"{self.where} {name}".strip())
        return None

    def fields(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """Entries whose names are fixed; others are problems, as are missing ones."""
        found, names = self.entries(), list(known)
        for name, node in found.items():
            if name not in names:
                node.wrong(f"unknown field; {suggest(name, names)}")
        for name in required:
            if name not in found:
                self.wrong(f"`{name}:` is missing")
        return {name: node for name, node in found.items() if name in names}

    def items(self) -> list[Node]:
        """The items of a list."""
        if not isinstance(self.raw, Sequence):
            self.wrong("expected a list")
            return []
        return [self.child(each, self.where) for each in self.raw.value]

    @property
    def is_text(self) -> bool:
        return isinstance(self.raw, Scalar)

    def text(self) -> str:
        if not isinstance(self.raw, Scalar):
            self.wrong("expected a text")
            return ""
        return str(self.raw.value).strip()

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def number(self) -> int:
        text = self.text()
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            self.wrong(f"expected a whole number, not {text!r}")
            return 0
        return int(text)

    def yes(self) -> bool:
        text = self.text()
        if text not in {"true", "false"}:
            self.wrong(f"expected true or false, not {text!r}")
        return text == "true"

    def plain(self) -> object:
        """Texts, dictionaries and lists, as they stand."""
        if isinstance(self.raw, Mapping):
            return {name: node.plain() for name, node in self.entries().items()}
        if isinstance(self.raw, Sequence):
            return [node.plain() for node in self.items()]
        return self.text()


def read_file(path: Path, name: str, problems: Problems) -> Node | None:
    """The root node of a YAML file, or None when it cannot be read at all; says why in `problems`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.found.append(Problem(name, 0, f"cannot be read: {error.strerror or error}"))
        return None
    return read_bytes(data, name, problems)


def read_bytes(data: bytes, name: str, problems: Problems) -> Node | None:
    """Like read_file, for bytes at hand."""
    if len(data) > MAX_BYTES:
        problems.found.append(Problem(name, 0, f"larger than {MAX_BYTES} bytes"))
        return None
    try:
        root = _composed(data)
    except UnreadableError as error:
        problems.found.append(Problem(name, error.line, str(error)))
        return None
    except UnicodeDecodeError as error:
        problems.found.append(Problem(name, data[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8"))
        return None
    if root is None:
        problems.found.append(Problem(name, 1, "is empty"))
        return None
    return Node(root, name, "", problems)


@lru_cache(maxsize=6)
def _composed(data: bytes) -> Tree | None:
    """The tree of a file, which nobody changes: who mends one file of a pack does not wait for the others again."""
    return compose(data.decode("utf-8"))


def forget() -> None:
    """The trees of the files read so far are let go: a bot that runs reads no file of a pack again."""
    _composed.cache_clear()


def suggest(word: str, known: Iterable[str]) -> str:
    """A cure for a misspelled word."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else f"known are: {', '.join(names[:20])}"
