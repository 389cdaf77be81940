"""The text of a YAML file as a tree whose nodes know their places.

libyaml (by PyYAML) reads forty times as fast as ruamel.yaml, but stands at YAML 1.1. So it reads what both versions
mean alike, which is what packs are made of; anything else, and anything it refuses, is left to ruamel.yaml
(yaml_careful.py), whose words about a mistake the author sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

MAX_VALUES = 15_000
MAX_DEPTH = 20
# Where the versions differ, or may: directives and further documents, other ends of lines than ours, tabs and unseen
# signs, a colon or a question mark beside a bracket or a comma, and a comment that touches what is before it.
UNLIKE = re.compile(
    r"^(?:%|---|\.\.\.)"
    r"|[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    r"|[\[{,]\s*[:?]|:[,\[\]{}]|[|>][-+0-9]*#",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """From sign `start` of the text to before sign `end`; `line` and `column` of its start. All from 0."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(_Place):
    """A text."""

    value: str


@dataclass(frozen=True, slots=True)
class Sequence(_Place):
    """A list."""

    value: list[Tree]


@dataclass(frozen=True, slots=True)
class Mapping(_Place):
    """Names and their values, as they are written: one may come twice."""

    value: list[tuple[Tree, Tree]]


Tree: TypeAlias = Scalar | Sequence | Mapping


class UnreadableError(Exception):
    """No YAML, or YAML that a pack may not use. `line`: from 1; 0 where nobody knows."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def compose(text: str) -> Tree | None:
    """The tree; None for an empty text. Raises UnreadableError."""
    if (root := quick(text)) is not None:
        return root
    from content import yaml_careful  # noqa: PLC0415 - its library is wanted only for what is written unlike all else

    return yaml_careful.read(text)


def quick(text: str) -> Tree | None:
    """The tree, where libyaml reads it as ruamel.yaml does, and nothing is wrong with it."""
    if UNLIKE.search(text):
        return None
    parser = yaml.CBaseLoader(text)
    try:
        return _Builder(parser).tree()
    except (yaml.YAMLError, _LeftError):
        return None
    finally:
        parser.dispose()


class _LeftError(Exception):
    """Something for ruamel.yaml to judge."""


class _Builder:
    """Puts the events of one document together."""

    def __init__(self, parser: yaml.CBaseLoader) -> None:
        self.parser, self.values = parser, 0

    def tree(self) -> Tree:
        """The only document of the text."""
        self._next(yaml.StreamStartEvent)
        self._next(yaml.DocumentStartEvent)
        root = self._node(self.parser.get_event(), 0)
        self._next(yaml.DocumentEndEvent)
        self._next(yaml.StreamEndEvent)
        return root

    def _next(self, kind: type[yaml.Event]) -> None:
        if not isinstance(self.parser.get_event(), kind):
            raise _LeftError

    def _node(self, event: Any, depth: int) -> Tree:  # noqa: ANN401 - PyYAML's events have no type of their own
        self.values += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag or self.values > MAX_VALUES:
            raise _LeftError
        if isinstance(event, yaml.ScalarEvent):
            if not event.value and event.implicit[0]:
                raise _LeftError  # nothing was written: the two do not agree on the line where
            return Scalar(*place(event.start_mark, event.end_mark), event.value)
        if depth == MAX_DEPTH:
            raise _LeftError
        build = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
        return build(event, depth + 1)

    def _mapping(self, event: Any, depth: int) -> Mapping:  # noqa: ANN401 - as above
        pairs: list[tuple[Tree, Tree]] = []
        while not isinstance(key := self.parser.get_event(), yaml.MappingEndEvent):
            pairs.append((self._node(key, depth), self._node(self.parser.get_event(), depth)))
        return Mapping(*place(event.start_mark, key.end_mark), pairs)

    def _sequence(self, event: Any, depth: int) -> Sequence:  # noqa: ANN401 - as above
        items: list[Tree] = []
        while not isinstance(item := self.parser.get_event(), yaml.SequenceEndEvent):
            items.append(self._node(item, depth))
        return Sequence(*place(event.start_mark, item.end_mark), items)


def place(start: Any, end: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - the marks of either library
    """What a place is made of, from the marks at its ends."""
    return start.index, end.index, start.line, start.column
