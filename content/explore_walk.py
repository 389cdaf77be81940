"""One form walked from its first question to its last, with every answer that any of its conditions tells apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from content import buttons, explore_form, flow, strength
from content.assess import Known
from content.conditions import NOT_SURE, Condition, Ticked, holds
from content.explore_form import Form
from content.explore_looks import Seen
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


@dataclass(frozen=True, slots=True)
class Step:
    """One press on the way: the question, the answers before it and with it, what is asked then."""

    question: Question
    before: Answers
    ticked: frozenset[str]
    given: Answers
    upcoming: str | None
    complete: bool

    def pressed(self) -> tuple[Filled, str]:
        """The card filled in but for this press, and the press."""
        ticked, multiple, press = frozenset[str](), False, buttons.UNSURE
        if self.ticked != {NOT_SURE}:
            multiple = self.question.multiple and not self.ticked & self.question.alone
            press = buttons.DONE if multiple else f"{buttons.PICK}{next(iter(self.ticked))}"
        if multiple:
            ticked = self.ticked
        filled = Filled(self.question.id, self.before, ticked, self.ticked == {NOT_SURE}, self.upcoming, self.complete)
        return filled, press


CALM, ONE = 99, 1


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
    _lines: Seen = field(init=False)
    _shown: dict[str, Seen] = field(init=False)
    _upcoming: dict[object, str | None] = field(default_factory=dict)
    _answered: dict[object, tuple[frozenset[str], list[frozenset[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._apart = self._looked(explore_form.conditions(self.form))
        self._asked = self._looked(line.when for line in self.form.lines)
        self._before, self._options = dict(self.form.before), dict(self.form.options)
        self._measured = frozenset(self._looked(explore_form.measures(self.form)))
        self._lines = Seen.by(self.pack, (line.when for line in self.form.lines))
        self._shown = {name: Seen.by(self.pack, (when for _, when in each)) for name, each in self._options.items()}

    def _looked(self, conditions: Iterable[Condition]) -> dict[str, tuple[Ticked, ...]]:
        return explore_form.by_question(self.pack, conditions)

    def walked(self, free: int) -> list[Step]:
        """With `CALM`: no red flag, every combination; the complete ones. Else every red flag, each press of it."""
        steps: list[Step] = []
        self._at(steps, Walk(self._next({}), {}, free), calm=free == CALM)
        return steps

    def _next(self, check: Answers) -> str | None:
        """The question after these answers: it hangs on which were asked, and on what the lines look at."""
        key = tuple(check), self._lines.of(check)
        if key not in self._upcoming:
            known = Known(self.pack, {**self._before, **check})
            self._upcoming[key] = flow.next_of(self.form.lines, known, check)
        return self._upcoming[key]

    def _at(self, steps: list[Step], walk: Walk, *, calm: bool) -> None:
        question = self.pack.questions[walk.question or ""]
        usual, answers = self._answers_to(question, walk.check)
        in_danger = not calm and bool(dangers(self.pack, walk.check))
        for ticked in answers:
            if ticked == usual:
                self._after(steps, walk, question, ticked, walk.free, calm=calm)
            elif question.kind == "gate":
                if not calm and not in_danger:
                    self._after(steps, walk, question, ticked, ONE, calm=calm)
            elif walk.free:
                free = walk.free - 1 if self._is_measured(question) else 0
                self._after(steps, walk, question, ticked, free, calm=calm)

    def _after(
        self, steps: list[Step], walk: Walk, question: Question, ticked: frozenset[str], free: int, *, calm: bool
    ) -> None:
        given = {**walk.check, question.id: ticked}
        upcoming = self._next(given)
        danger = not calm and bool(dangers(self.pack, given))
        complete = upcoming is None or (danger and self.is_enough(given))
        if complete or danger:
            steps.append(Step(question, walk.check, ticked, given, upcoming, complete))
        if not complete:
            self._at(steps, Walk(upcoming, given, free), calm=calm)

    def _is_measured(self, question: Question) -> bool:
        """Does the outcome look at it? What only leads on to the red flags is not varied any further."""
        return question.id in self._measured or question.id == self.pack.check.score or self._is_told(question)

    def _is_told(self, question: Question) -> bool:
        """An answer that goes into the triage's or the next plan's, or settles them: every option is another answer."""
        ours, visit = self.pack.provisional, self.pack.visit
        kept = {visit.appointment, visit.said} if visit else set[str]()
        return question.id in {ours.ask if ours else None, *kept, *(ask.question for ask in self.pack.flow)}

    # --- the answers to one question ----------------------------------------------------------------------------------

    def _answers_to(self, question: Question, check: Answers) -> tuple[frozenset[str], list[frozenset[str]]]:
        """What somebody says who has nothing to add, and every answer that anything tells from the others."""
        key = question.id, self._shown[question.id].of(check)
        if key not in self._answered:
            self._answered[key] = self._answers_shown(question, check)
        return self._answered[key]

    def _answers_shown(self, question: Question, check: Answers) -> tuple[frozenset[str], list[frozenset[str]]]:
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


def dangers(pack: Pack, given: Answers) -> frozenset[tuple[str, str]]:
    """The red flags among these answers; "not sure" about a gate is one."""
    gates = [name for name in given if pack.questions[name].kind == "gate"]
    return frozenset((name, each) for name in gates for each in given[name] - pack.questions[name].alone)
