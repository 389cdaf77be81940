"""What a pack's follow-ups can see of the triage's answers: people who differ in nothing of this have the same future.

A condition sees an answer only through the options that it names; so the truth of these is all there is to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from content import flow, provisional, visiting
from content.assess import assess
from content.conditions import Best, Condition, Name, Points, Ticked, walk
from content.episode import Episode
from content.explore_calm import Calm
from content.pack import Answers, Ask, Move, Pack, Plan


@dataclass(slots=True)
class Looks:
    """What this pack's follow-ups see, each worked out once. Kept as long as one exploration."""

    pack: Pack
    _calm: Calm = field(init=False)
    _parts: dict[str, tuple[Condition, ...]] = field(default_factory=dict)
    _sights: dict[object, int] = field(default_factory=dict)
    _numbers: dict[object, int] = field(default_factory=dict)
    _answers: dict[int, tuple[Answers, frozenset[tuple[str, frozenset[str]]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        every = (when for plan in self.pack.plans for when in conditions(self.pack, plan))
        self._calm = Calm(self.pack, (part for when in every for part in leaves(self.pack, when)))

    def told(self, episode: Episode) -> object:
        """All that was told and decided before the open check-in, as something that can be looked up."""
        return self.answers(episode.answers), tuple(episode.visit.items()), episode.plan, episode.level, episode.causes

    def sight(self, episode: Episode) -> int:
        """A number for everything about the triage and its causes that the rest of the check-ins may hang on.

        What only red flags may hang on does not count: see content/explore_calm.py.
        """
        key = self.told(episode)
        if key not in self._sights:
            self._sights[key] = self._numbers.setdefault(self._sight(episode), len(self._numbers))
        return self._sights[key]

    def answers(self, answers: Answers) -> frozenset[tuple[str, frozenset[str]]]:
        """The answers as something that can be looked up; episodes hand the same mapping on."""
        found = self._answers.get(id(answers))
        if found is None:
            found = self._answers[id(answers)] = (answers, frozenset(answers.items()))
        return found[1]

    def _sight(self, episode: Episode) -> object:
        plans = reachable(self.pack, episode)
        lines = tuple(self._calm.lines(flow.asks(self.pack, replace(episode, form=f"{plan}/"))) for plan in plans)
        # What was told of a visit is forgotten when another plan begins.
        own = {**episode.answers, **episode.visit}
        seen = tuple(self._seen(plan, own if plan == episode.plan else episode.answers) for plan in plans)
        return plans, lines, seen, tuple(self._settled(episode))

    def _settled(self, episode: Episode) -> Iterator[object]:
        """Where the level is provisional: what each answer that may settle it would bring."""
        ours = self.pack.provisional
        if ours is None or not provisional.is_provisional(self.pack, episode.answers):
            return
        for answer in dict.fromkeys((*self.pack.questions[ours.ask].option_ids, ours.otherwise)):
            after = provisional.answering(self.pack, episode, answer)
            level = self.pack.most_urgent(assess(self.pack, after.answers).level, episode.level or self.pack.mildest)
            yield answer, level, self.sight(replace(after, level=level))

    def _seen(self, plan: str, answers: Answers) -> object:
        parts = self.parts(plan)
        if any(isinstance(part, (Points, Best)) for part in parts):
            return frozenset(answers.items())
        ticked = (part for part in parts if isinstance(part, Ticked))
        return tuple(not answers.get(part.question, frozenset()).isdisjoint(part.options) for part in ticked)

    def parts(self, plan: str) -> tuple[Condition, ...]:
        """The smallest parts of all conditions that a check-in of this plan looks at, definitions opened."""
        if plan not in self._parts:
            asked = (part for when in conditions(self.pack, plan, self._calm.lines) for part in leaves(self.pack, when))
            planned = (part for when in _steps(self.pack, plan) for part in leaves(self.pack, when))
            self._parts[plan] = tuple(dict.fromkeys([*planned, *(part for part in asked if not self._is_fresh(part))]))
        return self._parts[plan]

    def _is_fresh(self, part: Condition) -> bool:
        """A red flag: a check-in asks for it afresh and does not look at the triage's."""
        question = self.pack.questions.get(part.question) if isinstance(part, Ticked) else None
        return question is not None and question.kind == "gate"


@dataclass(frozen=True, slots=True)
class Seen:
    """What conditions see of a check-in's own answers, as a key: with the same of this they hold alike."""

    questions: tuple[str, ...] | None

    @classmethod
    def by(cls, pack: Pack, conditions: Iterable[Condition]) -> Seen:
        """What these conditions look at; None where points are counted, which may look at any answer."""
        parts = list(dict.fromkeys(part for when in conditions for part in leaves(pack, when)))
        if not all(isinstance(part, Ticked) for part in parts):
            return cls(None)
        return cls(tuple(dict.fromkeys(part.question for part in parts if isinstance(part, Ticked))))

    def of(self, answers: Answers) -> object:
        """Of these answers, all that is seen."""
        if self.questions is None:
            return frozenset(answers.items())
        return tuple([answers.get(question) for question in self.questions])


def reachable(pack: Pack, episode: Episode) -> tuple[str, ...]:
    """The plan of this episode, those that a more urgent level brings, and those to which their moves lead.

    Whoever is told that it is less urgent may rise again: to any plan that the levels up to that one bring.
    """
    eased = [pack.levels[move.eases].rank for move in _moves(pack) if move.eases]
    rank = max([pack.levels[episode.level or pack.mildest].rank, *eased])
    others = (level.plan for level in pack.levels.values() if level.rank <= rank)
    onward = (move.plan for move in _moves(pack))
    return tuple(dict.fromkeys(plan for plan in (episode.plan, *others, *onward) if plan is not None))


def _moves(pack: Pack) -> Iterator[Move]:
    yield from pack.visit.moves if pack.visit else ()
    yield from (move for plan in pack.plans.values() for move in plan.moves)
    yield from pack.check.moves


def leaves(pack: Pack, when: Condition) -> Iterator[Condition]:
    """The parts of a condition that look at facts themselves."""
    for part in walk(when):
        if isinstance(part, (Ticked, Points, Best)):
            yield part
        if isinstance(part, Name):
            yield from leaves(pack, pack.define[part.name])


Chosen = Callable[[Iterable[Ask]], Iterable[Ask]]


def conditions(pack: Pack, plan_id: str, chosen: Chosen = tuple) -> Iterator[Condition]:
    """Those that look at a check-in's facts, of the lines those that are `chosen`."""
    plan = pack.plans[plan_id]
    lines = tuple(chosen((*asked_lines(pack, plan), *(ask for each in pack.plans.values() for ask in each.safety))))
    yield from (line.when for line in lines)
    asked = dict.fromkeys(line.question for line in lines if line.question)
    yield from (option.when for name in asked for option in pack.questions[name].options)
    yield from measures(pack, plan)


def asked_lines(pack: Pack, plan: Plan | None) -> tuple[Ask, ...]:
    """What the check-ins of this plan ask, other candidates' dangers left out."""
    return (*((plan and plan.flow) or pack.check.flow), *(plan.asks if plan else ()))


def measures(pack: Pack, plan: Plan | None) -> Iterator[Condition]:
    """What a finished check-in is measured by."""
    yield from (each.when for each in pack.check.verdicts)
    yield from (each.when for each in visiting.moves(pack, plan))
    if pack.provisional is not None:
        yield pack.provisional.gone


def _steps(pack: Pack, plan_id: str) -> Iterator[Condition]:
    """Those that look at the triage's answers as they are."""
    steps = (*pack.plans[plan_id].steps, *(pack.provisional.steps if pack.provisional else ()))
    yield from (each.when for each in steps)
