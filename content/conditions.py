"""The one small rule language: conditions over ticked options, and their three-valued evaluator.

A condition is one line in a subset of Python's expression syntax (see docs/content.md):

    sym.numb                      the option is ticked
    ease in (days, never_clears)  any of these is ticked
    sensory                       a definition of the pack
    points(cecs) >= 7             the cause is eligible and its points reach the number
    best in (runners_itch,)       the best-scoring non-emergency cause; bare `best`: there is one
    and, or, not, parentheses

The parsed form is a tree of frozen records, so that an evaluator, a solver and a reader see the same thing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_LENGTH = 2_000
NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class Ticked:
    """Any of these options of one question is ticked."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """The points of an eligible cause compared with a number; an ineligible cause has 0."""

    cause: str
    at_least: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Best:
    """The leading cause is one of these; an empty tuple means: there is a leading cause."""

    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A definition of the pack, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Ticked | Points | Best | Name | Not | And | Or
ALWAYS: Condition = And(())


class Facts(Protocol):
    """What a condition is asked about. None means: not known yet."""

    def ticked(self, question: str, options: tuple[str, ...]) -> bool | None: ...

    def points_reach(self, cause: str, at_least: int) -> bool | None: ...

    def best_in(self, causes: tuple[str, ...]) -> bool | None: ...

    def definition(self, name: str) -> Condition: ...

    def defined(self, name: str) -> bool | None: ...


class ConditionError(ValueError):
    """The text is not a condition; the message says what is odd and what would do."""


def parse(text: str) -> Condition:
    """The condition that a line of text means.

    Raises ConditionError with a sentence that names the odd part. Names of questions, options, causes and
    definitions are not checked here: content/load.py knows them.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"longer than {MAX_LENGTH} characters; split it with definitions")
    if "\0" in text:
        raise ConditionError("holds a character that nobody can see (NUL); take it out")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return _convert(tree)
    except SyntaxError as error:
        raise ConditionError(f"cannot be read near {(error.text or text).strip()!r}") from error
    except (RecursionError, MemoryError) as error:
        raise ConditionError("nested too deeply; split it with definitions") from error


def _convert(node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return And(tuple(_convert(value) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return Or(tuple(_convert(value) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_convert(operand))
        case ast.Attribute(value=ast.Name(id=question), attr=option):
            return Ticked(question, (option,))
        case ast.Name(id="best"):
            return Best(())
        case ast.Name(id=name):
            return Name(name)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _convert_comparison(left, op, right)
        case _:
            raise ConditionError(f"`{ast.unparse(node)}` is not a condition; write question.option")


def _convert_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
    match left, op, right:
        case ast.Name(id="best"), ast.In(), _:
            return Best(_ids(right))
        case ast.Name(id=question), ast.In(), _:
            return Ticked(question, _ids(right))
        case (
            ast.Call(func=ast.Name(id="points"), args=[ast.Name(id=cause)], keywords=[]),
            (ast.GtE() | ast.Lt()),
            ast.Constant(value=int(number)),
        ) if not isinstance(number, bool):
            return Points(cause, number, negated=isinstance(op, ast.Lt))
        case _:
            shown = f"{ast.unparse(left)} … {ast.unparse(right)}"
            raise ConditionError(f"`{shown}` is not a comparison; write `question in (a, b)` or `points(cause) >= 7`")


def _ids(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Name(id=one):
            return (one,)
        case ast.Tuple(elts=elements) if elements and all(isinstance(element, ast.Name) for element in elements):
            return tuple(element.id for element in elements if isinstance(element, ast.Name))
        case _:
            raise ConditionError(f"`{ast.unparse(node)}` is not a list of options; write (a, b)")


def holds(condition: Condition, facts: Facts) -> bool | None:
    """True, False, or None where the facts known so far leave it open (Kleene's three values)."""
    match condition:
        case Ticked():
            return facts.ticked(condition.question, condition.options)
        case And():
            return _joined(condition.parts, facts, decisive=False)
        case Or():
            return _joined(condition.parts, facts, decisive=True)
        case Not():
            return _negate(holds(condition.part, facts))
        case Name():
            return facts.defined(condition.name)
        case Points():
            reached = facts.points_reach(condition.cause, condition.at_least)
            return _negate(reached) if condition.negated else reached
        case Best():
            return facts.best_in(condition.causes)


def _negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def _joined(parts: tuple[Condition, ...], facts: Facts, *, decisive: bool) -> bool | None:
    """One decisive part decides; else one open part leaves all open."""
    result: bool | None = not decisive
    for part in parts:
        value = holds(part, facts)
        if value is decisive:
            return decisive
        if value is None:
            result = None
    return result


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and every part of it; definitions are not opened."""
    yield condition
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from walk(part)
        case Not(part):
            yield from walk(part)


def support(condition: Condition, facts: Facts) -> frozenset[tuple[str, str]]:
    """The ticked (question, option) pairs that make a condition hold: its reasons, in the person's own answers."""
    match condition:
        case Ticked(question, options):
            return frozenset((question, option) for option in options if facts.ticked(question, (option,)))
        case And(parts):
            return frozenset().union(*(support(part, facts) for part in parts))
        case Or(parts):
            return frozenset().union(*(support(part, facts) for part in parts if holds(part, facts)))
        case Name(name):
            return support(facts.definition(name), facts)
        case _:
            return frozenset()
