"""The parts of a pack that say what must always hold: its scales and its invariants, read and checked for sense."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from content import fields
from content.pack import Invariant
from content.reading import Node, suggest

if TYPE_CHECKING:
    from content.pack import Pack

At = Callable[[tuple[str, ...]], Node]
PROMISES = ("level", "no_ice", "unsaid", "adding", "unsure", "untold", "at_most", "unmissed")


def scales(given: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    """Question id -> its options from mild to bad. Options that are neither milder nor worse are left out."""
    return {name: node.texts() for name, node in fields.entries_of(given, "scales").items()}


def invariants(given: Mapping[str, Node]) -> tuple[Invariant, ...]:
    """What the pack promises for every possible answer set, in its order."""
    return tuple(_invariant(name, node) for name, node in fields.entries_of(given, "invariants").items())


def _invariant(name: str, node: Node) -> Invariant:
    given = node.fields(("when", *PROMISES))
    if sum(each in given for each in PROMISES) != 1:
        node.wrong(f"write exactly one of {', '.join(PROMISES)}")
    return Invariant(
        id=name,
        when=fields.condition(given.get("when")),
        level=fields.text(given, "level") or None,
        no_ice=fields.yes(given, "no_ice"),
        unsaid=fields.texts(given, "unsaid"),
        adding=fields.texts(given, "adding"),
        unsure=fields.texts(given, "unsure"),
        untold=fields.texts(given, "untold"),
        at_most=fields.number(given, "at_most", 0) or None,
        unmissed=fields.text(given, "unmissed") or None,
    )


def check(pack: Pack, at: At) -> None:
    """Report every unknown level, question, option or advice at its place."""
    for question, options in pack.scales.items():
        known = pack.questions[question].option_ids if question in pack.questions else ()
        if not known or pack.questions[question].multiple:
            at(("scales", question)).wrong("is no question with one answer; only those have an order")
            continue
        _refer(at(("scales", question)), "option", options, known)
    for each in pack.invariants:
        node = at(("invariants", each.id))
        _refer(node, "level", filter(None, [each.level, each.unmissed]), pack.levels)
        _refer(node, "advice", each.unsaid, pack.advice)
        _refer(node, "question", (*each.adding, *each.unsure, *each.untold), pack.questions)


def _refer(node: Node, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            node.wrong(f"unknown {kind} '{name}'; {suggest(name, known)}")
