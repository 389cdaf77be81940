"""A solver tries to work out a small count from everything that is shown of check-ins: steps, plans, every sum."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

import z3

from storage import responses, suppression
from storage.suppression import FEW, Cell

TABLES = 40
COUNTS = (0, 0, 1, 2, 3, 4, 5, 6, 9, 12, 20)
Counts = Mapping[tuple[str, str, str], int]


def table(luck: random.Random) -> Counter[tuple[str, str, str]]:
    """One step of up to three plans."""
    plans = ("A", "B", "C")[: luck.randint(1, 3)]
    return Counter({(plan, "D1", kind): luck.choice(COUNTS) for plan in plans for kind in responses.KINDS})


class Reader:
    """Knows what is shown, what the marks mean, and which counts make up which; `true` is what it must not find."""

    def __init__(self, counts: Counts) -> None:
        self.solver = z3.Solver()
        self.true: dict[str, tuple[z3.ArithRef, int]] = {}
        step = responses.of_step(counts, "D1")
        asked = suppression.whole(step)
        shown = suppression.parts(step, asked)
        plans = responses.of_plans(counts, {"D1": shown})
        parts = {kind: self.reads(kind, shown[kind], step[kind]) for kind in responses.KINDS}
        self.solver.add(self.reads("asked", asked, sum(step.values())) == z3.Sum(list(parts.values())))
        for kind, whole in parts.items():
            cells = [(plan, steps["D1"][kind]) for plan, steps in plans.items() if steps]
            own = [self.reads(f"{plan}/{kind}", cell, counts[plan, "D1", kind]) for plan, cell in cells]
            self.solver.add(z3.Sum([*own, z3.IntVal(0)]) == whole)

    def reads(self, name: str, cell: Cell, true: int) -> z3.ArithRef:
        count = z3.Int(name)
        self.true[name] = (count, true)
        self.solver.add(count >= 0)
        if isinstance(cell, int):
            self.solver.add(count == cell)
        elif cell == FEW:
            self.solver.add(count >= 1, count <= 4)
        return count

    def finds(self, name: str) -> bool:
        count, true = self.true[name]
        return bool(self.solver.check(count != true) == z3.unsat)

    def small(self) -> list[str]:
        return [name for name, (_, true) in self.true.items() if 0 < true < suppression.SMALLEST]


def test_no_small_count_can_be_worked_out_from_what_is_shown() -> None:
    luck, tried = random.Random(3), 0
    for _ in range(TABLES):
        reader = Reader(table(luck))
        tried += len(reader.small())
        assert [name for name in reader.small() if reader.finds(name)] == []
    assert tried > TABLES
