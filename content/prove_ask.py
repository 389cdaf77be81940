"""One question to the solver: is there an answer set that does this? The example it finds is plain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import z3

from content import prove_flow, walked
from content.pack import Pack
from content.prove_flow import MINOR
from content.prove_model import Bit, Model, Sheet, all_of, any_of, either
from content.prove_told import Told

Example = dict[str, frozenset[str]]
TRIES = 6
# The solver's own count of its steps, some 0.3 s. Unlike a time, it gives everybody the same example.
LITTLE = 5_000_000


class UndecidedError(Exception):
    """The solver was stopped, or ran out of memory, before it knew.

    Without such limits there is an answer to everything: all of it is finite.
    """


@dataclass(slots=True)
class Solver:
    """A solver for finite domains that keeps what it has learned from one question to the next.

    `little`: how many of its own steps are a little work.
    """

    _z3: z3.Solver = field(default_factory=lambda: z3.SolverFor("QF_FD"))
    _guards: dict[int, tuple[Bit, Bit]] = field(default_factory=dict)
    little: int = LITTLE

    def add(self, *always: Bit) -> None:
        self._z3.add(*always)

    def example(self, *wanted: Bit) -> z3.ModelRef | None:
        """A way for all of this to hold, or None when there is none."""
        return self._found(wanted)

    def easy_example(self, *wanted: Bit) -> z3.ModelRef | None:
        """One that is found with little work. None does not mean that there is none."""
        self._z3.set("rlimit", self.little)
        try:
            return self._found(wanted)
        except UndecidedError:
            return None
        finally:
            self._z3.set("rlimit", 0)

    def decide(self, wanted: Sequence[Bit], within_s: float) -> z3.ModelRef | None:
        """The same within a time. Raises UndecidedError when that is not enough."""
        self._z3.set("timeout", max(1, int(within_s * 1000)))
        return self._found(wanted)

    def _found(self, wanted: Sequence[Bit]) -> z3.ModelRef | None:
        if any(z3.is_false(each) for each in wanted):
            return None
        try:
            answer = self._z3.check(*(self._guard(each) for each in wanted if not z3.is_true(each)))
            if answer == z3.unknown:
                raise UndecidedError
            return self._z3.model() if answer == z3.sat else None
        except (z3.Z3Exception, MemoryError) as error:  # where memory is limited, it may run out
            raise UndecidedError from error

    def _guard(self, wanted: Bit) -> Bit:
        if z3.is_const(wanted) or (z3.is_not(wanted) and z3.is_const(wanted.arg(0))):
            return wanted
        if wanted.get_id() not in self._guards:
            guard = z3.FreshBool("asked")
            self._z3.add(z3.Implies(guard, wanted))
            self._guards[wanted.get_id()] = (guard, wanted)
        return self._guards[wanted.get_id()][0]


@dataclass(slots=True)
class Anyone:
    """Any answers whatever to the triage's questions: more than the flow can produce, and quick to decide."""

    pack: Pack
    sheet: Sheet = field(init=False)
    model: Model = field(init=False)
    told: Told = field(init=False)
    solver: Solver = field(default_factory=Solver)

    def __post_init__(self) -> None:
        self.sheet = prove_flow.fresh(self.pack)
        self.model = Model(self.pack, self.sheet)
        self.told = Told(self.model)
        self.solver.add(*prove_flow.any_answers(self.pack, self.sheet, prove_flow.asked_questions(self.pack)))

    def find(self, *wanted: Bit) -> Example | None:
        """An answer set of which all of this holds, with as few ticks as are found with little work."""
        return plainest(self.pack, self.solver, self.sheet, self.sheet, wanted)

    def sheet_with(self, question: str, ticks: dict[str, Bit]) -> Sheet:
        """The same answers but for one question; options that are not given are not ticked."""
        return with_answer(self.sheet, question, ticks)


@dataclass(slots=True)
class Lived:
    """What people come to answer: the triage's flow, and after it perhaps a check-in that reports something new."""

    pack: Pack
    truth: Sheet = field(init=False)
    sheet: Sheet = field(init=False)
    model: Model = field(init=False)
    told: Told = field(init=False)
    solver: Solver = field(default_factory=Solver)
    checked: Bit = field(init=False)

    def __post_init__(self) -> None:
        self.truth = prove_flow.fresh(self.pack)
        self.checked = z3.Bool("checked in")
        again = [each for each in self._asked_again() if each in prove_flow.asked_questions(self.pack)]
        later = prove_flow.fresh(self.pack, "later ", again)
        first = prove_flow.answered(self.pack, self.truth)
        self.sheet = {pair: self._overlaid(pair, bit, later) for pair, bit in first.items()}
        self.model = Model(self.pack, self.sheet)
        self.told = Told(self.model)
        self.solver.add(*prove_flow.truths(self.pack, self.truth), *prove_flow.any_answers(self.pack, later, again))

    def _asked_again(self) -> list[str]:
        return list(dict.fromkeys(ask.question for ask in self.pack.check.flow if ask.question))

    def _overlaid(self, pair: tuple[str, str], bit: Bit, later: Sheet) -> Bit:
        if pair not in later:
            return bit
        answered = any_of(each for name, each in later.items() if name[0] == pair[0])
        return either(all_of((self.checked, answered)), later[pair], bit)

    def find(self, *wanted: Bit) -> Example | None:
        """Like Anyone.find; at a check-in only when no triage does it. Each triage is walked through the real flow."""
        found = plainest(self.pack, self.solver, self.truth, self.sheet, (*wanted, z3.Not(self.checked)))
        return found if found is not None else plainest(self.pack, self.solver, self.truth, self.sheet, wanted)

    def walked(self, *wanted: Bit) -> Iterator[Example]:
        """Answer sets of real walks through the flow, of people for whom all of this would hold in the end."""
        others: list[Bit] = []
        for _ in range(TRIES):
            model = self.solver.example(*wanted, z3.Not(self.checked), *others)
            if model is None:
                return
            truth = read(model, self.truth)
            yield dict(walked.triage(self.pack, truth, minor=z3.is_true(model.eval(MINOR))).answers)
            others.append(z3.Or(*(bit != model.eval(bit, model_completion=True) for bit in self.truth.values())))


def with_answer(sheet: Sheet, question: str, ticks: dict[str, Bit]) -> Sheet:
    """The same answers but for one question."""
    return {pair: ticks.get(pair[1], z3.BoolVal(False)) if pair[0] == question else bit for pair, bit in sheet.items()}


def read(model: z3.ModelRef, sheet: Sheet) -> Example:
    """The answers that the solver's example ticks."""
    found: dict[str, set[str]] = {}
    for (question, option), bit in sheet.items():
        if z3.is_true(model.eval(bit, model_completion=True)):
            found.setdefault(question, set()).add(option)
    return {question: frozenset(options) for question, options in found.items()}


def plainest(pack: Pack, solver: Solver, free: Sheet, sheet: Sheet, wanted: Sequence[Bit]) -> Example | None:
    """The answers of an example from which no tick can be taken away without losing what is wanted.

    That a tick is needed may take the solver many seconds to prove: what is not found to be idle at once, stays.
    """
    model, kept = solver.example(*wanted), list(wanted)
    if model is None:
        return None
    for (question, option), bit in free.items():
        if option in pack.questions[question].alone:
            continue
        is_ticked = z3.is_true(model.eval(bit, model_completion=True))
        plainer = solver.easy_example(*kept, z3.Not(bit)) if is_ticked else model
        kept += [z3.Not(bit)] if plainer is not None else []
        model = model if plainer is None else plainer
    return read(model, sheet)
