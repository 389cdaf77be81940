"""Runs the solver's formulas on many answer sets at once: a Boolean is one bit per answer set, a number one such row of
bits for each of its binary digits, the lowest first, as the solver's own bit vectors have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import z3

Bits = int
Digits = list[int]
SIGNED = {z3.Z3_OP_SLEQ, z3.Z3_OP_SGEQ, z3.Z3_OP_SLT, z3.Z3_OP_SGT}
SWAPPED = {z3.Z3_OP_SGT, z3.Z3_OP_SLEQ}
OR_EQUAL = {z3.Z3_OP_SLEQ, z3.Z3_OP_SGEQ}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, and where its parts come from. `fixed`: a variable's name, or a number."""

    key: int
    kind: int
    parts: tuple[int, ...]
    fixed: Any = None
    width: int = 0


class Program:
    """Formulas in the order in which they can be worked out; made once, run on many batches."""

    def __init__(self, formulas: Sequence[Any]) -> None:
        self.roots = [each.get_id() for each in formulas]
        self.steps: list[Step] = []
        self._kept = list(formulas)  # the solver gives the number of a formula that is gone to another one
        done: set[int] = set()
        stack = list(reversed(formulas))
        while stack:
            each = stack[-1]
            parts = each.children()
            waiting = [part for part in parts if part.get_id() not in done]
            if each.get_id() in done or not waiting:
                stack.pop()
                self._add(each, parts, done)
            stack += waiting if each.get_id() not in done else []

    def _add(self, each: Any, parts: Sequence[Any], done: set[int]) -> None:
        if each.get_id() not in done:
            done.add(each.get_id())
            self.steps.append(_step(each, tuple(part.get_id() for part in parts)))

    def run(self, bits: Mapping[str, Bits], size: int) -> list[Bits]:
        """For each formula, in which of the answer sets it holds."""
        run, found = Run(bits, (1 << size) - 1), dict[int, Any]()
        for step in self.steps:
            found[step.key] = run.made(step, [found[part] for part in step.parts])
        return [found[root] for root in self.roots]


def _step(each: Any, parts: tuple[int, ...]) -> Step:
    key, kind = each.get_id(), each.decl().kind()
    width = each.size() if z3.is_bv(each) else 0
    if z3.is_bv_value(each):
        return Step(key, kind, parts, each.as_long(), width)
    if kind == z3.Z3_OP_UNINTERPRETED:
        return Step(key, kind, parts, each.decl().name())
    if kind in {z3.Z3_OP_PB_LE, z3.Z3_OP_PB_AT_MOST}:
        assert set(each.params()[1:]) <= {1}, "every answer counts once"
        return Step(key, kind, parts, each.params()[0])
    return Step(key, kind, parts, width=width)


@dataclass(frozen=True, slots=True)
class Run:
    """One batch; `bits` says for each variable in which answer sets it is true, `all` are all of them."""

    bits: Mapping[str, Bits]
    all: Bits

    def made(self, step: Step, parts: Sequence[Any]) -> Any:
        """What a step comes to: Bits, or the Digits of a number."""
        match step.kind:
            case z3.Z3_OP_BNUM:
                return self.digits(step.fixed, step.width)
            case z3.Z3_OP_UNINTERPRETED:
                return self.bits[step.fixed]
            case z3.Z3_OP_ITE:
                return [parts[0] & yes | ~parts[0] & no for yes, no in zip(parts[1], parts[2], strict=True)]
            case z3.Z3_OP_BADD:
                return reduce(self.sum, parts)
            case z3.Z3_OP_BMUL:
                return reduce(self.product, parts)
            case _:
                return self._bit(step, parts)

    def _bit(self, step: Step, parts: Sequence[Any]) -> Bits:
        match step.kind:
            case z3.Z3_OP_TRUE | z3.Z3_OP_AND:
                return reduce(and_, parts, self.all)
            case z3.Z3_OP_FALSE | z3.Z3_OP_OR:
                return reduce(or_, parts, 0)
            case z3.Z3_OP_NOT:
                return self.all & ~int(parts[0])
            case z3.Z3_OP_PB_LE | z3.Z3_OP_PB_AT_MOST:
                return self.at_most(parts, step.fixed)
            case z3.Z3_OP_EQ:
                pairs = zip(*parts, strict=True) if isinstance(parts[0], list) else [parts]
                return reduce(and_, (~(one ^ other) for one, other in pairs), self.all)
            case kind if kind in SIGNED:
                one, other = reversed(parts) if kind in SWAPPED else parts
                less = self.is_less(one, other)
                return self.all & ~less if kind in OR_EQUAL else less
            case z3.Z3_OP_ULT:
                return self.is_less([*parts[0], 0], [*parts[1], 0])
        raise LookupError(
            f"the solver's formulas have an operator, {step.kind}, which is not worked out here yet: add it"
        )

    def digits(self, number: int, width: int) -> Digits:
        """The same number in every answer set."""
        return [self.all if number >> place & 1 else 0 for place in range(width)]

    def sum(self, one: Digits, other: Digits) -> Digits:
        """As bit vectors add: what is carried out at the top is lost."""
        carried, found = 0, []
        for first, second in zip(one, other, strict=True):
            found.append(first ^ second ^ carried)
            carried = first & second | carried & (first ^ second)
        return found

    def product(self, one: Digits, other: Digits) -> Digits:
        """By adding up, as on paper."""
        width = len(one)
        rows = [[0] * place + [digit & each for each in other[: width - place]] for place, digit in enumerate(one)]
        return reduce(self.sum, rows)

    def is_less(self, one: Digits, other: Digits) -> Bits:
        """Of signed numbers: the highest digit counts the other way round."""
        less, same = one[-1] & ~other[-1], ~(one[-1] ^ other[-1])
        for first, second in zip(reversed(one[:-1]), reversed(other[:-1]), strict=True):
            less |= same & second & ~first
            same &= ~(first ^ second)
        return self.all & less

    def at_most(self, parts: Sequence[Bits], most: int) -> Bits:
        """Where no more than so many of them hold."""
        width = (len(parts) + most + 1).bit_length() + 1
        count = reduce(self.sum, ([part, *[0] * (width - 1)] for part in parts), [0] * width)
        return self.is_less(count, self.digits(most + 1, width))


def rows(found: Iterable[Iterable[str]], size: int) -> dict[str, Bits]:
    """For each name, in which of `size` collections of names it stands."""
    digits: dict[str, bytearray] = {}
    for number, names in enumerate(found, 1):
        for name in names:
            if name not in digits:
                digits[name] = bytearray(b"0" * size)
            digits[name][-number] = ord("1")
    return {name: int(each, 2) for name, each in digits.items()}


def masks(answer_sets: Sequence[Mapping[str, frozenset[str]]], names: Iterator[tuple[str, str]]) -> dict[str, Bits]:
    """For each option, the answer sets that tick it."""
    ticked = ([f"{name}.{option}" for name in each for option in each[name]] for each in answer_sets)
    return {f"{question}.{option}": 0 for question, option in names} | rows(ticked, len(answer_sets))
