"""Small readers of one field each, shared by the builders of shape.py and plan_shape.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from content.conditions import ALWAYS, Condition, ConditionError, parse
from content.reading import Node

UNITS = {"minutes": 1, "minute": 1, "hours": 60, "hour": 60, "days": 1440, "day": 1440}


def entries_of(given: Mapping[str, Node], name: str) -> dict[str, Node]:
    """The entries of a field that is a mapping; none when it is not given."""
    return given[name].entries() if name in given else {}


def text(given: Mapping[str, Node], name: str) -> str:
    """A text field, "" when it is not given."""
    return given[name].text() if name in given else ""


def texts(given: Mapping[str, Node], name: str) -> tuple[str, ...]:
    """A list of texts, empty when it is not given."""
    return given[name].texts() if name in given else ()


def number(given: Mapping[str, Node], name: str, otherwise: int) -> int:
    """A whole number, or what stands in for a missing one."""
    return given[name].number() if name in given else otherwise


def yes(given: Mapping[str, Node], name: str) -> bool:
    """true or false; false when it is not given."""
    return given[name].yes() if name in given else False


def condition(node: Node | None) -> Condition:
    """A condition; one that is not given always holds, one that cannot be read is a problem."""
    if node is None:
        return ALWAYS
    try:
        return parse(node.text())
    except ConditionError as error:
        node.wrong(f"condition {error}")
        return ALWAYS


def pair(node: Node, text: str) -> tuple[str, str]:
    """question.option."""
    question, dot, option = text.partition(".")
    if not dot:
        node.wrong(f"write question.option, not {text!r}")
    return question, option


def duration(node: Node) -> timedelta:
    """`30 minutes`, `3 hours`, `2 days`."""
    number, _, unit = node.text().partition(" ")
    if not re.fullmatch("[0-9]{1,5}", number) or unit not in UNITS:
        node.wrong(f"{node.text()!r} is not a time; write `30 minutes`, `3 hours` or `2 days`")
        return timedelta(days=1)
    return timedelta(minutes=int(number) * UNITS[unit])
