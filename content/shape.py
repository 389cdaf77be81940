"""YAML nodes -> frozen records of a pack. A wrong shape is reported at its place, and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from content import fields, invariants, plan_shape
from content.pack import (
    Advice,
    Cause,
    Check,
    Floor,
    Kind,
    Level,
    Modifier,
    Option,
    Pack,
    Question,
    Review,
    Rule,
    Source,
)
from content.reading import Node, suggest

KINDS = ("gate", "many", "one", "scale")

SCALE = tuple(str(number) for number in range(11))
HEAD = ("pack", "version", "languages", "levels", "questions", "flow", "rules", "causes", "check", "plans", "sources")
REST = (
    "review",
    "default_plan",
    "plan_when",
    "prevention",
    "minor",
    "base_score",
    "since",
    "background",
    "define",
    "modifiers",
    "gate_causes",
    "advice",
    "ice",
    "provisional",
    "visit",
    "about",
    "recall",
)

REVIEWED = ("rule_sources", "scales", "invariants")


def languages(root: Node) -> tuple[str, ...]:
    """The languages that a pack says it speaks, the first one first."""
    node = root.entries().get("languages")
    return node.texts() if node else ()


def build(root: Node, words: Mapping[str, Node], digest: str, pictures: Mapping[str, str]) -> Pack:
    """The pack that these nodes are; what is wrong with them is in the nodes' problems."""
    given = root.fields((*HEAD, *REST, *REVIEWED), required=HEAD)
    review, minor = given.get("review"), given.get("minor")
    return Pack(
        id=fields.text(given, "pack"),
        version=fields.text(given, "version"),
        digest=digest,
        languages=languages(root),
        review=_review(review) if review else None,
        levels={
            name: _level(name, node, rank)
            for rank, (name, node) in enumerate(fields.entries_of(given, "levels").items())
        },
        default_plan=fields.text(given, "default_plan") or None,
        plan_when=plan_shape.choices(given.get("plan_when")),
        prevention=fields.texts(given, "prevention"),
        minor=_minor(minor) if minor else None,
        base_score=fields.text(given, "base_score") or None,
        since=fields.text(given, "since") or None,
        background=fields.text(given, "background") or None,
        questions={name: _question(name, node) for name, node in fields.entries_of(given, "questions").items()},
        define={name: fields.condition(node) for name, node in fields.entries_of(given, "define").items()},
        flow=plan_shape.flow(given.get("flow")),
        rules=tuple(_rule(name, node) for name, node in fields.entries_of(given, "rules").items()),
        modifiers=tuple(_modifier(name, node) for name, node in fields.entries_of(given, "modifiers").items()),
        gate_causes={
            fields.pair(node, name): node.texts() for name, node in fields.entries_of(given, "gate_causes").items()
        },
        causes={name: _cause(name, node) for name, node in fields.entries_of(given, "causes").items()},
        advice={name: _advice(name, node) for name, node in fields.entries_of(given, "advice").items()},
        ice=plan_shape.ice(given["ice"]) if "ice" in given else None,
        provisional=plan_shape.provisional(given["provisional"]) if "provisional" in given else None,
        visit=plan_shape.visit(given["visit"]) if "visit" in given else None,
        check=plan_shape.check(given["check"]) if "check" in given else Check((), "", (), (), plan_shape.NEVER),
        plans={name: plan_shape.plan(name, node) for name, node in fields.entries_of(given, "plans").items()},
        sources={name: _source(name, node) for name, node in fields.entries_of(given, "sources").items()},
        rule_sources={name: node.texts() for name, node in fields.entries_of(given, "rule_sources").items()},
        scales=invariants.scales(given),
        invariants=invariants.invariants(given),
        about=fields.texts(given, "about"),
        recall=plan_shape.recall(given["recall"]) if "recall" in given else None,
        words={language: cast(dict[str, object], node.plain()) for language, node in words.items()},
        pictures=pictures,
    )


def _review(node: Node) -> Review | None:
    if node.is_text:
        if node.text() != "none":
            node.wrong("write `none` or {by: name, on: date}")
        return None
    given = node.fields(("by", "on"), required=("by", "on"))
    return Review(fields.text(given, "by"), fields.text(given, "on"))


def _minor(node: Node) -> tuple[str, str]:
    given = node.fields(("question", "option"), required=("question", "option"))
    return fields.text(given, "question"), fields.text(given, "option")


def _level(name: str, node: Node, rank: int) -> Level:
    given = node.fields(("alone", "routine", "plan", "whom", "steps", "avoid", "net"))
    return Level(
        id=name,
        rank=rank,
        alone=fields.yes(given, "alone"),
        routine=fields.yes(given, "routine"),
        plan=fields.text(given, "plan") or None,
        whom=fields.texts(given, "whom"),
        steps=fields.texts(given, "steps"),
        avoid=fields.texts(given, "avoid"),
        net=fields.texts(given, "net"),
    )


def _question(name: str, node: Node) -> Question:
    given = node.fields(("kind", "options", "alone", "at_most", "show", "picture", "lasting"), required=("kind",))
    kind = fields.text(given, "kind")
    if kind not in KINDS:
        node.wrong(f"kind {kind!r}; {suggest(kind, KINDS)}")
    if kind == "scale":
        options: tuple[Option, ...] = tuple(Option(number) for number in SCALE)
    else:
        options = tuple(_option(item) for item in given["options"].items()) if "options" in given else ()
    return Question(
        id=name,
        kind=cast(Kind, kind),
        options=options,
        alone=frozenset(fields.texts(given, "alone")),
        at_most=fields.number(given, "at_most", 0) or None,
        show=fields.number(given, "show", 0) or None,
        picture=fields.text(given, "picture") or None,
        lasting=fields.yes(given, "lasting"),
    )


def _option(node: Node) -> Option:
    if node.is_text:
        return Option(node.text())
    for name, body in node.entries().items():
        return Option(name, fields.condition(body.fields(("when",)).get("when")))
    return Option("")


def _floors(node: Node) -> tuple[Floor, ...]:
    found = []
    for item in node.items():
        given = item.fields(("level", "when"), required=("level", "when"))
        found.append(Floor(fields.text(given, "level"), fields.condition(given.get("when"))))
    return tuple(found)


def _rule(name: str, node: Node) -> Rule:
    given = node.fields(("level", "when", "floors", "names", "say"))
    if "floors" in given:
        floors = _floors(given["floors"])
    else:
        given = node.fields(("level", "when", "names", "say"), required=("level", "when"))
        floors = (Floor(fields.text(given, "level"), fields.condition(given.get("when"))),)
    return Rule(name, floors, fields.texts(given, "names"), fields.text(given, "say") or None)


def _modifier(name: str, node: Node) -> Modifier:
    given = node.fields(("when", "moves"), required=("when", "moves"))
    moves = {old: new.text() for old, new in fields.entries_of(given, "moves").items()}
    return Modifier(name, fields.condition(given.get("when")), moves)


CAUSE = ("level", "level_when", "needs", "points", "plan", "plan_when", "whom", "steps", "avoid", "net", "from")


def _cause(name: str, node: Node) -> Cause:
    given = node.fields(CAUSE, required=("level", "points"))
    level = fields.text(given, "level")
    return Cause(
        id=name,
        level=None if level == "none" else level,
        level_when=_floors(given["level_when"]) if "level_when" in given else (),
        needs=tuple(fields.condition(item) for item in given["needs"].items()) if "needs" in given else (),
        points={fields.pair(each, pair): each.number() for pair, each in fields.entries_of(given, "points").items()},
        plan=fields.text(given, "plan") or None,
        plan_when=plan_shape.choices(given.get("plan_when")),
        whom={each: body.texts() for each, body in fields.entries_of(given, "whom").items()},
        steps=fields.texts(given, "steps"),
        avoid=fields.texts(given, "avoid"),
        net=fields.texts(given, "net"),
        sources={each: body.texts() for each, body in fields.entries_of(given, "from").items()},
    )


def _advice(name: str, node: Node) -> Advice:
    given = node.fields(("from", "when", "picture"), required=("from",))
    picture = fields.text(given, "picture") or None
    return Advice(name, fields.texts(given, "from"), fields.condition(given.get("when")), picture)


def _source(name: str, node: Node) -> Source:
    given = node.fields(("title", "at"), required=("title",))
    return Source(name, fields.text(given, "title"), fields.text(given, "at"))
