"""The left column of the poster: gates with the level of every red flag, then all other questions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from bot import svg
from bot.review_style import colour
from content.assess import Known, fired_rules
from content.conditions import ALWAYS
from content.pack import Ask, Pack, Question
from content.telling_rules import Teller

PAD, GAP, SIZE = 14.0, 26.0, 14
CHIPS = 120.0
RED = "#a11212"


@dataclass(slots=True)
class Drawn:
    """Shapes, and where the next one goes."""

    parts: list[str]
    bottom: float


@dataclass(frozen=True, slots=True)
class Exit:
    """Where an arrow leaves the column, and the level it goes to."""

    level: str
    x: float
    y: float


def flow_column(tell: Teller, x: float, y: float, width: float) -> tuple[Drawn, list[Exit], float]:
    """The whole column, the arrows that leave its gates, and how far down its end leaves."""
    drawn, exits = Drawn([], y), list[Exit]()
    for kind, asks in groupby(tell.pack.flow, lambda each: _kind(tell.pack, each)):
        listed = list(asks)
        if kind == "gate":
            for ask in listed:
                exits += _gate(tell, tell.pack.questions[ask.question or ""], drawn, (x, width))
        elif kind == "branch":
            _branch(tell, listed, drawn, (x, width))
        else:
            _questions(tell, listed, drawn, (x, width))
    return drawn, exits, _end(drawn, (x, width))


def _kind(pack: Pack, ask: Ask) -> str:
    if ask.question is None or ask.when != ALWAYS:
        return "branch"
    return "gate" if pack.questions[ask.question].kind == "gate" else "plain"


def _gate(tell: Teller, gate: Question, drawn: Drawn, place: tuple[float, float]) -> list[Exit]:
    x, width = place
    head = svg.wrapped(tell.question(gate.id), width - 2 * PAD, 15, bold=True)
    top, y = drawn.bottom, drawn.bottom + 10 + svg.height_of(head, 15) + 4
    rows, found = list[str](), dict[str, float]()
    for option in (*gate.option_ids, "not_sure"):
        if option in gate.alone:
            continue
        level, rules = _alone(tell.pack, gate.id, option)
        words = "Not sure, even after an example" if option == "not_sure" else tell.line(gate.id, option)
        listed = svg.wrapped(words, width - 2 * PAD - CHIPS, SIZE)
        rows += svg.lines(x + PAD, y, listed, size=SIZE)
        rows.append(svg.chip(x + width - CHIPS, y, level, colour(tell.pack.levels[level].rank)))
        rows.append(svg.text(x + width - CHIPS + 42, y + 15, ", ".join(rules), size=13, fill=svg.QUIET))
        found.setdefault(level, y + 10)
        y += svg.height_of(listed, SIZE) + 7
    drawn.parts.append(svg.box(x, top, width, y - top + 4, edge=RED))
    drawn.parts += [*svg.lines(x + PAD, top + 8, head, size=15, weight="bold"), *rows]
    _go_on(drawn, x + width / 2, y + 4)
    return [Exit(level, x + width, where) for level, where in found.items()]


def _alone(pack: Pack, gate: str, option: str) -> tuple[str, list[str]]:
    """The level of this answer when nothing else is known, and the rules that say so."""
    fired = fired_rules(pack, Known(pack, {gate: frozenset({option})}))
    level = pack.most_urgent(pack.mildest, *(each for _, each in fired))
    return level, [rule.id for rule, each in fired if each == level and rule.names == ()][:2]


def _branch(tell: Teller, asks: list[Ask], drawn: Drawn, place: tuple[float, float]) -> None:
    """Questions that only some people are asked: a dashed box, one paragraph for each condition."""
    x, width = place
    top, y, rows = drawn.bottom, drawn.bottom + 8, list[str]()
    for when, group in groupby(asks, tell.ask):
        names = [tell.short(ask.question) if ask.question else "" for ask in group]
        asked = ", ".join(name for name in names if name)
        ends = " Then no more questions." if "" in names else ""
        head = svg.wrapped(f"Only if {when}:", width - 2 * PAD, 13)
        body = svg.wrapped(f"asks {asked}.{ends}" if asked else ends.strip(), width - 2 * PAD - 16, SIZE)
        rows += svg.lines(x + PAD, y, head, size=13, fill=svg.QUIET)
        y += svg.height_of(head, 13)
        rows += svg.lines(x + PAD + 16, y, body, size=SIZE)
        y += svg.height_of(body, SIZE) + 7
    drawn.parts += [svg.box(x, top, width, y - top + 2, fill=svg.WASH, dash="6 4"), *rows]
    _go_on(drawn, x + width / 2, y + 2)


def _questions(tell: Teller, asks: list[Ask], drawn: Drawn, place: tuple[float, float]) -> None:
    x, width = place
    top, y, rows = drawn.bottom, drawn.bottom + 8, list[str]()
    for ask in asks:
        listed = svg.wrapped(tell.question(ask.question or ""), width - 2 * PAD, SIZE)
        rows += svg.lines(x + PAD, y, listed, size=SIZE)
        y += svg.height_of(listed, SIZE) + 4
    drawn.parts += [svg.box(x, top, width, y - top + 6), *rows]
    _go_on(drawn, x + width / 2, y + 6)


def _go_on(drawn: Drawn, x: float, y: float) -> None:
    drawn.parts.append(svg.down(x, y, y + GAP))
    drawn.bottom = y + GAP


def _end(drawn: Drawn, place: tuple[float, float]) -> float:
    x, width = place
    words = "All rules together: the most urgent one that holds decides; points name the likely causes."
    listed = svg.wrapped(words, width - 2 * PAD, SIZE, bold=True)
    height = svg.height_of(listed, SIZE) + 22
    drawn.parts.append(svg.box(x, drawn.bottom, width, height, fill=svg.WASH, edge=svg.INK))
    drawn.parts += svg.lines(x + PAD, drawn.bottom + 10, listed, size=SIZE, weight="bold")
    drawn.bottom += height
    return drawn.bottom - height / 2
