"""YAML nodes -> the records of plans, check-ins and icing."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, cast

from content import fields
from content.pack import Ask, Check, Choice, Ice, Move, Plan, Provisional, Recall, Return, Rhythm, Step, Verdict, Visit
from content.reading import Node, suggest


def flow(node: Node | None) -> tuple[Ask, ...]:
    return tuple(_ask(item) for item in node.items()) if node else ()


def _ask(node: Node) -> Ask:
    if node.is_text:
        return Ask(node.text())
    given = node.fields(("ask", "stop", "when"))
    if ("ask" in given) == ("stop" in given):
        node.wrong("write either `ask: question` or `stop: true`")
    return Ask(fields.text(given, "ask") or None, fields.condition(given.get("when")))


ICE = ("causes", "may", "ask", "gentle_when", "rhythms", "minutes", "off_by_min", "lapse_min", "after_last_min",
       "injury_level", "injury_steps", "injury_avoid", "how", "instead")  # fmt: skip


def ice(node: Node) -> Ice:
    given = node.fields((*ICE, "picture"), required=ICE)
    return Ice(
        causes=fields.texts(given, "causes"),
        may=fields.condition(given.get("may")),
        ask=fields.text(given, "ask"),
        gentle_when=fields.condition(given.get("gentle_when")),
        rhythms=tuple(_rhythm(name, body) for name, body in fields.entries_of(given, "rhythms").items()),
        minutes=fields.number(given, "minutes", 10),
        off_by_min=fields.number(given, "off_by_min", 15),
        lapse_min=fields.number(given, "lapse_min", 20),
        after_last_min=fields.number(given, "after_last_min", 30),
        injury_level=fields.text(given, "injury_level"),
        how=fields.texts(given, "how"),
        instead=fields.texts(given, "instead"),
        injury_steps=fields.texts(given, "injury_steps"),
        injury_avoid=fields.texts(given, "injury_avoid"),
        picture=fields.text(given, "picture") or None,
    )


def recall(node: Node) -> Recall:
    given = node.fields(("within", "say", "floors"), required=("within", "say"))
    return Recall(
        within=fields.duration(given["within"]) if "within" in given else NEVER.after,
        say=fields.text(given, "say"),
        floors=tuple(_return(item) for item in given["floors"].items()) if "floors" in given else (),
    )


def _return(node: Node) -> Return:
    given = node.fields(("level", "times", "say", "when"), required=("level", "times", "say"))
    return Return(
        level=fields.text(given, "level"),
        times=fields.number(given, "times", 2),
        say=fields.text(given, "say"),
        when=fields.condition(given.get("when")),
    )


RHYTHMS = ("hourly", "gentle")


def _rhythm(name: str, node: Node) -> Rhythm:
    if name not in RHYTHMS:
        node.wrong(f"the bot has no button for this rhythm; {suggest(name, RHYTHMS)}")
    given = node.fields(("rounds", "every_min"), required=("rounds", "every_min"))
    return Rhythm(name, fields.number(given, "rounds", 1), timedelta(minutes=fields.number(given, "every_min", 60)))


PROVISIONAL = ("question", "option", "ask", "gone", "otherwise", "until", "steps")


def provisional(node: Node) -> Provisional:
    given = node.fields(PROVISIONAL, required=PROVISIONAL)
    return Provisional(
        question=fields.text(given, "question"),
        option=fields.text(given, "option"),
        ask=fields.text(given, "ask"),
        gone=fields.condition(given.get("gone")),
        otherwise=fields.text(given, "otherwise"),
        until=fields.duration(given["until"]) if "until" in given else timedelta(hours=2),
        steps=tuple(_step(each, body) for each, body in fields.entries_of(given, "steps").items()),
    )


def check(node: Node) -> Check:
    names = ("flow", "score", "verdicts", "moves", "returning")
    given = node.fields(names, required=names)
    returning = given["returning"].fields(("step", "after")) if "returning" in given else {}
    after = fields.duration(returning["after"]) if "after" in returning else timedelta(days=7)
    return Check(
        flow=flow(given.get("flow")),
        score=fields.text(given, "score"),
        verdicts=tuple(_verdict(item) for item in given["verdicts"].items()) if "verdicts" in given else (),
        moves=_moves(given.get("moves")),
        returning=Step(fields.text(returning, "step"), after, timedelta(days=3)),
    )


VISIT = ("appointment", "said", "milder", "moves")


def visit(node: Node) -> Visit:
    given = node.fields(VISIT, required=VISIT)
    return Visit(
        appointment=fields.text(given, "appointment"),
        said=fields.text(given, "said"),
        milder=fields.texts(given, "milder"),
        moves=_moves(given.get("moves")),
    )


def _verdict(node: Node) -> Verdict:
    given = node.fields(("verdict", "when"), required=("verdict", "when"))
    return Verdict(fields.text(given, "verdict"), fields.condition(given.get("when")))


def _moves(node: Node | None) -> tuple[Move, ...]:
    return tuple(_move(item) for item in node.items()) if node else ()


ENDS = ("resolved", "returning", "seen")


def _move(node: Node) -> Move:
    given = node.fields(("when", "level", "up", "say", "end", "means", "plan", "eases", "call"), required=("when",))
    end = fields.text(given, "end") or None
    if end and end not in ENDS:
        node.wrong(f"end {end!r}; {suggest(end, ENDS)}")
    return Move(
        when=fields.condition(given.get("when")),
        level=fields.text(given, "level") or None,
        up=fields.number(given, "up", 0),
        say=fields.text(given, "say") or None,
        end=cast(Literal["resolved", "returning", "seen"] | None, end),
        means=fields.pair(given["means"], given["means"].text()) if "means" in given else None,
        plan=fields.text(given, "plan") or None,
        eases=fields.text(given, "eases") or None,
        call=fields.text(given, "call") or None,
    )


def choices(node: Node | None) -> tuple[Choice, ...]:
    return tuple(_choice(item) for item in node.items()) if node else ()


def _choice(node: Node) -> Choice:
    given = node.fields(("plan", "when"), required=("plan", "when"))
    return Choice(fields.text(given, "plan"), fields.condition(given.get("when")))


def plan(name: str, node: Node) -> Plan:
    given = node.fields(("deadline", "asks", "flow", "safety", "steps", "moves"), required=("steps",))
    return Plan(
        id=name,
        steps=tuple(_step(each, body) for each, body in fields.entries_of(given, "steps").items()),
        deadline=fields.text(given, "deadline") or None,
        asks=flow(given.get("asks")),
        flow=flow(given["flow"]) if "flow" in given else None,
        safety=flow(given.get("safety")),
        moves=_moves(given.get("moves")),
    )


def _step(name: str, node: Node) -> Step:
    given = node.fields(("after", "expires", "when", "urgent", "morning"), required=("after",))
    after = fields.duration(given["after"]) if "after" in given else timedelta(days=1)
    return Step(
        id=name,
        after=after,
        expires=fields.duration(given["expires"]) if "expires" in given else _patience(after),
        when=fields.condition(given.get("when")),
        urgent=fields.yes(given, "urgent"),
        morning=fields.yes(given, "morning"),
    )


def _patience(after: timedelta) -> timedelta:
    """How late a check-in may still arrive when the pack does not say: about as long as its wait, 3 days at most."""
    return min(max(after, timedelta(minutes=30)), timedelta(days=3))


NEVER = Step("", timedelta(), timedelta())
