"""One form walked from its first question to its last, with every answer that any of its conditions tells apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from content import buttons, explore_form, flow, strength
from content.assess import Known
from content.conditions import NOT_SURE, Condition, Ticked, holds
from content.explore_form import Form
from content.pack import Answers, Pack, Question


@dataclass(frozen=True, slots=True)
class Filled:
    """A card filled in but for its last press: the answers so far, the open question and what is ticked there.

    `upcoming` is asked after the press; `complete`: nothing more is.
    """

    question: str | None
    check: Answers
    ticked: frozenset[str] = frozenset()
    helped: bool = False
    upcoming: str | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """A form under way. `free`: how many more answers may differ from those of a person who has nothing to add."""

    question: str | None
    check: Answers
    free: int


CALM, ONE = 99, 1
Step = tuple[Filled, str, Answers]


def _never(given: Answers) -> bool:
    del given
    return False


@dataclass(slots=True)
class Walker:
    """`is_enough`: with a red flag among these answers nothing more is asked."""

    pack: Pack
    form: Form
    is_enough: Callable[[Answers], bool] = _never
    _apart: dict[str, tuple[Ticked, ...]] = field(init=False)
    _asked: dict[str, tuple[Ticked, ...]] = field(init=False)
    _measured: frozenset[str] = field(init=False)
    _before: Answers = field(init=False)
    _options: Mapping[str, tuple[tuple[str, Condition], ...]] = field(init=False)
    _answers: dict[object, tuple[frozenset[str], list[frozenset[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._apart = self._looked(explore_form.conditions(self.form))
        self._asked = self._looked(line.when for line in self.form.lines)
        self._before, self._options = dict(self.form.before), dict(self.form.options)
        self._measured = frozenset(self._looked(explore_form.measures(self.form)))

    def _looked(self, conditions: Iterable[Condition]) -> dict[str, tuple[Ticked, ...]]:
        return explore_form.by_question(self.pack, conditions)

    def walked(self, free: int) -> Iterator[Step]:
        """With `CALM`: no red flag, every combination; the complete ones. Else every red flag, each press of it."""
        yield from self._at(Walk(self._next({}), {}, free), calm=free == CALM)

    def _next(self, check: Answers) -> str | None:
        known = Known(self.pack, {**self._before, **check})
        return flow.next_of(self.form.lines, known, check)

    def _at(self, walk: Walk, *, calm: bool) -> Iterator[Step]:
        question = self.pack.questions[walk.question or ""]
        usual, answers = self._answers_to(question, walk.check)
        in_danger = not calm and bool(dangers(self.pack, walk.check))
        for ticked in answers:
            if ticked == usual:
                yield from self._after(walk, question, ticked, walk.free, calm=calm)
            elif question.kind == "gate":
                if not calm and not in_danger:
                    yield from self._after(walk, question, ticked, ONE, calm=calm)
            elif walk.free:
                free = walk.free - 1 if self._is_measured(question) else 0
                yield from self._after(walk, question, ticked, free, calm=calm)

    def _after(
        self, walk: Walk, question: Question, ticked: frozenset[str], free: int, *, calm: bool
    ) -> Iterator[Step]:
        given = {**walk.check, question.id: ticked}
        upcoming = self._next(given)
        danger = not calm and bool(dangers(self.pack, given))
        complete = upcoming is None or (danger and self.is_enough(given))
        if complete or danger:
            filled, press = _pressed(question, walk.check, ticked)
            yield replace(filled, upcoming=upcoming, complete=complete), press, given
        if not complete:
            yield from self._at(Walk(upcoming, given, free), calm=calm)

    def _is_measured(self, question: Question) -> bool:
        """Does the outcome look at it? What only leads on to the red flags is not varied any further."""
        return question.id in self._measured or question.id == self.pack.check.score or self._is_told(question)

    def _is_told(self, question: Question) -> bool:
        """An answer that goes into the triage's, or settles them: every option is another answer."""
        ours = self.pack.provisional
        return question.id in {ours.ask if ours else None, *(ask.question for ask in self.pack.flow)}

    # --- the answers to one question ----------------------------------------------------------------------------------

    def _answers_to(self, question: Question, check: Answers) -> tuple[frozenset[str], list[frozenset[str]]]:
        """What somebody says who has nothing to add, and every answer that anything tells from the others."""
        known = Known(self.pack, {**self._before, **check})
        shown = flow.as_shown(question, [option for option, when in self._options[question.id] if holds(when, known)])
        if (question.id, shown) not in self._answers:
            self._answers[question.id, shown] = self._usual(question, shown), self._different(question, shown)
        return self._answers[question.id, shown]

    def _usual(self, question: Question, shown: tuple[str, ...]) -> frozenset[str]:
        """None of these; or what the fewest lines follow after."""
        if question.id == self.pack.check.score:
            return self._scores(question)[0]
        parts = self._asked.get(question.id, ())
        alone = [option for option in shown if option in question.alone]
        return frozenset(
            {min(alone or (*shown, NOT_SURE), key=lambda each: sum(each in part.options for part in parts))}
        )

    def _different(self, question: Question, shown: tuple[str, ...]) -> list[frozenset[str]]:
        if question.id == self.pack.check.score:
            return self._scores(question)
        single = [frozenset({option}) for option in (*shown, NOT_SURE)]
        if self._is_told(question):
            return single
        several = [option for option in shown if option not in question.alone]
        pairs = combinations(several, 2) if question.multiple and question.at_most != 1 else ()
        found: dict[object, frozenset[str]] = {
            self._looks(question, self._usual(question, shown)): self._usual(question, shown)
        }
        for ticked in (*single, *map(frozenset, pairs)):
            found.setdefault(self._looks(question, ticked), ticked)
        return list(found.values())

    def _looks(self, question: Question, ticked: frozenset[str]) -> tuple[bool, ...]:
        return tuple(not ticked.isdisjoint(part.options) for part in self._apart.get(question.id, ()))

    def _scores(self, question: Question) -> list[frozenset[str]]:
        """As strong as before, clearly more, clearly less, and not sure."""
        base = self.form.base if self.form.base is not None else 5
        wanted = (base, base + strength.SMALLEST_CHANGE, base - max(2, -(-base // 3)))
        scores = [frozenset({str(each)}) for each in wanted if str(each) in question.option_ids]
        return [*scores, frozenset({NOT_SURE})]


def _pressed(question: Question, check: Answers, ticked: frozenset[str]) -> tuple[Filled, str]:
    """The card filled in with this answer, and the press that sends it."""
    if ticked == {NOT_SURE}:
        return Filled(question.id, check, helped=True), buttons.UNSURE
    if not question.multiple or ticked & question.alone:
        return Filled(question.id, check), f"{buttons.PICK}{next(iter(ticked))}"
    return Filled(question.id, check, ticked), buttons.DONE


def dangers(pack: Pack, given: Answers) -> frozenset[tuple[str, str]]:
    """The red flags among these answers; "not sure" about a gate is one."""
    gates = [name for name in given if pack.questions[name].kind == "gate"]
    return frozenset((name, each) for name in gates for each in given[name] - pack.questions[name].alone)
