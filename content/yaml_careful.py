"""YAML 1.2 read by ruamel.yaml, slowly, whose words about a mistake help its author."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.parser import Parser

from content.yaml_tree import MAX_DEPTH, MAX_VALUES, Mapping, Scalar, Sequence, Tree, UnreadableError, place

HALF_A_SIGN = re.compile("[\ud800-\udfff]")  # no text with it can be stored or sent


def read(text: str) -> Tree | None:
    """The tree; None for an empty text. Raises UnreadableError."""
    reader = YAML(typ="safe", pure=True)
    reader.Parser = StrictParser
    try:
        root: Node | None = reader.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UnreadableError(line, f"is not YAML: {error.problem or error.context}") from error
    except YAMLError as error:
        raise UnreadableError(0, f"is not YAML: {str(error).splitlines()[0]}") from error
    except (ValueError, OverflowError) as error:  # it lets them through: "\\UFFFFFFFF" is no sign
        raise UnreadableError(0, f"is not YAML: {error}") from error
    return None if root is None else _tree(root)


def _tree(node: Node) -> Tree:
    """The same as one of ours, which takes a third of the memory."""
    where = place(node.start_mark, node.end_mark)
    if isinstance(node, MappingNode):
        return Mapping(*where, [(_tree(key), _tree(value)) for key, value in node.value])
    if isinstance(node, SequenceNode):
        return Sequence(*where, [_tree(each) for each in node.value])
    return Scalar(*where, node.value)


class StrictParser(Parser):
    """Hands out the events from which the tree is built, one after the other, and stops at a forbidden one."""

    depth = values = 0

    def get_event(self) -> Any:  # noqa: ANN401 - as ruamel has it: an event of any kind
        """The next event. Raises UnreadableError."""
        event = super().get_event()
        self.values += isinstance(event, NodeEvent)
        if self.values > MAX_VALUES:
            raise _forbidden(event, f"has more than {MAX_VALUES} names and values; leave some out")
        self.depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
        self.depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
        if self.depth > MAX_DEPTH:
            raise _forbidden(event, f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise _forbidden(event, "anchors and aliases are not allowed; write it out")
        if HALF_A_SIGN.search(getattr(event, "value", None) or ""):
            raise _forbidden(event, "has half a sign, such as \\ud83d; write the sign itself")
        if getattr(event, "tag", None) is not None:
            raise _forbidden(event, f"tags such as {event.tag} are not allowed")
        return event


def _forbidden(event: Event, message: str) -> UnreadableError:
    return UnreadableError(int(event.start_mark.line) + 1, message)
