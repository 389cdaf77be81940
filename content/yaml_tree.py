"""The text of a YAML file as a tree whose nodes know their lines.

libyaml (by PyYAML) reads forty times as fast as ruamel.yaml, but stands at YAML 1.1. So it reads what both versions
mean alike, which is what packs are made of; anything else, and anything it refuses, is left to ruamel.yaml, whose words
about a mistake the author sees.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import StringMark
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.parser import Parser

Tree: TypeAlias = ScalarNode | SequenceNode | MappingNode

MAX_VALUES = 15_000
MAX_DEPTH = 20
HALF_A_SIGN = re.compile("[\ud800-\udfff]")  # no text with it can be stored or sent
# Where the versions differ, or may: directives and further documents, other ends of lines than ours, tabs and unseen
# signs, a colon or a question mark beside a bracket or a comma, and a comment that touches what is before it.
UNLIKE = re.compile(
    r"^(?:%|---|\.\.\.)"
    r"|[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    r"|[\[{,]\s*[:?]|:[,\[\]{}]|[|>][-+0-9]*#",
    re.MULTILINE,
)


class ForbiddenError(Exception):
    """YAML that a pack may not use."""

    def __init__(self, event: Event, message: str) -> None:
        self.line = int(event.start_mark.line) + 1
        super().__init__(message)


def compose(text: str) -> Tree | None:
    """The tree; None for an empty text. Raises ForbiddenError, ruamel's YAMLError, ValueError or OverflowError."""
    return quick(text) or careful(text)


def quick(text: str) -> Tree | None:
    """The tree, where libyaml reads it as ruamel.yaml does, and nothing is wrong with it."""
    if UNLIKE.search(text):
        return None
    parser = yaml.CBaseLoader(text)
    try:
        return _Builder(parser, text).tree()
    except (yaml.YAMLError, _LeftError):
        return None
    finally:
        parser.dispose()


class _LeftError(Exception):
    """Something for ruamel.yaml to judge."""


class _Builder:
    """Puts the events of one document together."""

    def __init__(self, parser: yaml.CBaseLoader, text: str) -> None:
        self.parser, self.buffer, self.values = parser, f"{text}\0", 0

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
            return ScalarNode(None, event.value, self._mark(event.start_mark), self._mark(event.end_mark))
        if depth == MAX_DEPTH:
            raise _LeftError
        build = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
        return build(event, depth + 1)

    def _mapping(self, event: Any, depth: int) -> MappingNode:  # noqa: ANN401 - as above
        pairs: list[tuple[Tree, Tree]] = []
        while not isinstance(key := self.parser.get_event(), yaml.MappingEndEvent):
            pairs.append((self._node(key, depth), self._node(self.parser.get_event(), depth)))
        return MappingNode(None, pairs, self._mark(event.start_mark), self._mark(key.end_mark))

    def _sequence(self, event: Any, depth: int) -> SequenceNode:  # noqa: ANN401 - as above
        items: list[Tree] = []
        while not isinstance(item := self.parser.get_event(), yaml.SequenceEndEvent):
            items.append(self._node(item, depth))
        return SequenceNode(None, items, self._mark(event.start_mark), self._mark(item.end_mark))

    def _mark(self, mark: Any) -> StringMark:  # noqa: ANN401 - libyaml's own record
        return StringMark("<unicode string>", mark.index, mark.line, mark.column, self.buffer, mark.index)


def careful(text: str) -> Tree | None:
    """The tree as ruamel.yaml reads it. Raises as `compose` does."""
    reader = YAML(typ="safe", pure=True)
    reader.Parser = StrictParser
    root: Tree | None = reader.compose(text)
    return root


class StrictParser(Parser):
    """Hands out the events from which the tree is built, one after the other, and stops at a forbidden one."""

    depth = values = 0

    def get_event(self) -> Any:  # noqa: ANN401 - as ruamel has it: an event of any kind
        """The next event. Raises ForbiddenError."""
        event = super().get_event()
        self.values += isinstance(event, NodeEvent)
        if self.values > MAX_VALUES:
            raise ForbiddenError(event, f"has more than {MAX_VALUES} names and values; leave some out")
        self.depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
        self.depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
        if self.depth > MAX_DEPTH:
            raise ForbiddenError(event, f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise ForbiddenError(event, "anchors and aliases are not allowed; write it out")
        if HALF_A_SIGN.search(getattr(event, "value", None) or ""):
            raise ForbiddenError(event, "has half a sign, such as \\ud83d; write the sign itself")
        if getattr(event, "tag", None) is not None:
            raise ForbiddenError(event, f"tags such as {event.tag} are not allowed")
        return event
