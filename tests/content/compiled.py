"""Runs the solver's formulas on many answer sets at once: a Boolean is one bit per answer set, a number a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any

import z3

COMPARES = {z3.Z3_OP_SLEQ: le, z3.Z3_OP_SGEQ: ge, z3.Z3_OP_SLT: lt, z3.Z3_OP_SGT: gt, z3.Z3_OP_ULT: lt}


class Program:
    """Formulas in the order in which they can be worked out; made once, run on many batches."""

    def __init__(self, formulas: Sequence[Any]) -> None:
        self.roots = [each.get_id() for each in formulas]
        self.steps: list[tuple[int, Any, list[int]]] = []
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
            self.steps.append((each.get_id(), each, [part.get_id() for part in parts]))

    def run(self, bits: Mapping[str, int], size: int) -> list[list[bool]]:
        """For each formula, in which of the answer sets it holds."""
        run, found = Run(bits, size), dict[int, Any]()
        for key, each, parts in self.steps:
            found[key] = run.made(each, [found[part] for part in parts])
        return [run.listed(found[root]) for root in self.roots]


@dataclass(frozen=True, slots=True)
class Run:
    """One batch of `size` answer sets; `bits` says for each variable in which of them it is true."""

    bits: Mapping[str, int]
    size: int

    @property
    def all(self) -> int:
        return (1 << self.size) - 1

    def made(self, each: Any, parts: Sequence[Any]) -> Any:
        kind = each.decl().kind()
        if z3.is_bv_value(each):
            return [each.as_signed_long()] * self.size
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self.bits[each.decl().name()]
        if kind == z3.Z3_OP_ITE and z3.is_bv(each):
            return [
                yes if here else no for here, yes, no in zip(self.listed(parts[0]), parts[1], parts[2], strict=True)
            ]
        if kind == z3.Z3_OP_BADD:
            return [sum(values) for values in zip(*parts, strict=True)]
        if kind == z3.Z3_OP_BMUL:
            return [one * other for one, other in zip(*parts, strict=True)]
        return self._bit(each, kind, parts)

    def _bit(self, each: Any, kind: int, parts: Sequence[Any]) -> int:
        if kind == z3.Z3_OP_TRUE:
            return self.all
        if kind == z3.Z3_OP_FALSE:
            return 0
        if kind == z3.Z3_OP_NOT:
            return self.all & ~int(parts[0])
        if kind in {z3.Z3_OP_AND, z3.Z3_OP_OR}:
            found = self.all if kind == z3.Z3_OP_AND else 0
            for part in parts:
                found = found & part if kind == z3.Z3_OP_AND else found | part
            return found
        if kind in {z3.Z3_OP_PB_LE, z3.Z3_OP_PB_AT_MOST}:
            numbers = [each.params()[0]] * self.size
            counts = [sum(values) for values in zip(*(self.listed(part) for part in parts), strict=True)]
            return self.masked([one <= most for one, most in zip(counts, numbers, strict=True)])
        if kind == z3.Z3_OP_EQ and isinstance(parts[0], int):
            return self.all & ~(parts[0] ^ int(parts[1]))
        compare = (lambda one, other: one == other) if kind == z3.Z3_OP_EQ else COMPARES[kind]
        return self.masked([compare(one, other) for one, other in zip(*parts, strict=True)])

    def listed(self, mask: int) -> list[bool]:
        """The bits, the first answer set first."""
        return [digit == "1" for digit in reversed(f"{mask:0{self.size}b}")]

    @staticmethod
    def masked(values: Sequence[bool]) -> int:
        return int("".join("1" if value else "0" for value in reversed(values)), 2)


def masks(answer_sets: Sequence[Mapping[str, frozenset[str]]], names: Iterator[tuple[str, str]]) -> dict[str, int]:
    """For each option, the answer sets that tick it."""
    return {
        f"{question}.{option}": Run.masked([option in each.get(question, ()) for each in answer_sets])
        for question, option in names
    }
