"""Frozen records of a pack: what to ask, what follows from the answers, and when to ask again. No words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from content.conditions import ALWAYS, NOT_SURE, Condition
from content.pack_plans import (
    Ask,
    Check,
    Choice,
    Ice,
    Move,
    Plan,
    Provisional,
    Recall,
    Return,
    Rhythm,
    Step,
    Verdict,
    Visit,
)

# The records of pack_plans.py are part of a pack: whoever reads packs finds all of them here.
__all__ = [
    "Advice",
    "Answers",
    "Ask",
    "Cause",
    "Check",
    "Choice",
    "Floor",
    "Ice",
    "Invariant",
    "Kind",
    "Level",
    "Modifier",
    "Move",
    "Option",
    "Pack",
    "Plan",
    "Provisional",
    "Question",
    "Recall",
    "Return",
    "Review",
    "Rhythm",
    "Rule",
    "Source",
    "Step",
    "Verdict",
    "Visit",
]

Answers = Mapping[str, frozenset[str]]
Kind = Literal["gate", "many", "one", "scale"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer; shown only when `when` holds."""

    id: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A gate's options are red flags; `alone` options exclude all others and answer by one tap.

    `lasting`: when the complaint comes back, the last answer may stand, once the person has said that it still holds.
    """

    id: str
    kind: Kind
    options: tuple[Option, ...]
    alone: frozenset[str] = frozenset()
    at_most: int | None = None
    show: int | None = None
    picture: str | None = None
    lasting: bool = False

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @property
    def multiple(self) -> bool:
        """Several options may be ticked before Done."""
        return self.kind in {"gate", "many"}

    def knows(self, option: str) -> bool:
        return option == NOT_SURE or option in self.option_ids


@dataclass(frozen=True, slots=True)
class Floor:
    """At least this urgent when the condition holds."""

    level: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """The first floor that holds counts; `names` are the causes that then lead, `say` what is told besides."""

    id: str
    floors: tuple[Floor, ...]
    names: tuple[str, ...] = ()
    say: str | None = None


@dataclass(frozen=True, slots=True)
class Modifier:
    """Applied after all rules: moves one level to another when the condition holds."""

    id: str
    when: Condition
    moves: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """A named candidate. `level` None: an emergency type, whose urgency comes from rules only.

    `plan_when`: the first choice that holds takes the place of `plan`.
    """

    id: str
    level: str | None
    level_when: tuple[Floor, ...] = ()
    needs: tuple[Condition, ...] = ()
    points: Mapping[tuple[str, str], int] = field(default_factory=dict)
    plan: str | None = None
    plan_when: tuple[Choice, ...] = ()
    whom: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    net: tuple[str, ...] = ()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def plans(self) -> tuple[str, ...]:
        """Every plan that may follow from this cause."""
        return (*(choice.plan for choice in self.plan_when), *filter(None, [self.plan]))


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence of advice: where it comes from, when it may be said, and a picture that shows it."""

    id: str
    sources: tuple[str, ...]
    when: Condition = ALWAYS
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of urgency, 0 the most urgent.

    `alone`: shown as one short card, and the questions end as soon as it is certain. `routine`: the plan of the
    leading cause serves, and no emergency type is named by points alone. `net`: "come back at once if", where no
    cause is named that has such a list of its own.
    """

    id: str
    rank: int
    alone: bool = False
    routine: bool = False
    plan: str | None = None
    whom: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    net: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold for every possible answer set in which `when` does. Proved by prove.py.

    `level`: at least so urgent. `no_ice`: neither ice nor a word about it. `unsaid`: none of this advice.
    `adding`: one more tick in these questions is never less urgent. `unsure`: "not sure" about these gates is never
    less urgent than any of their red flags. `untold`: these questions inform people; no outcome hangs on them.
    `at_most`: so many questions at most. `unmissed`: no question is left out that would have led to this level.
    """

    id: str
    when: Condition = ALWAYS
    level: str | None = None
    no_ice: bool = False
    unsaid: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    at_most: int | None = None
    unmissed: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    id: str
    title: str
    at: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who signed the content off, and when. It stands for a year."""

    by: str
    on: str

    @property
    def ends(self) -> date | None:
        """The day after which it stands no more; None when `on` is no date like 2026-11-21."""
        try:
            return date.fromisoformat(self.on) + timedelta(days=365)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Pack:
    """Content for one complaint, at one version. `digest` names the very bytes it was read from.

    `simple` are easier words for some of `words` (content/simple.py). `pictures` are SVG drawings by name, with places
    for words (content/pictures.py). `about` are the questions that tell in short what a check was about.
    """

    id: str
    version: str
    digest: str
    languages: tuple[str, ...]
    review: Review | None
    levels: Mapping[str, Level]
    default_plan: str | None
    plan_when: tuple[Choice, ...]
    prevention: tuple[str, ...]
    minor: tuple[str, str] | None
    base_score: str | None
    since: str | None
    background: str | None
    questions: Mapping[str, Question]
    define: Mapping[str, Condition]
    flow: tuple[Ask, ...]
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    gate_causes: Mapping[tuple[str, str], tuple[str, ...]]
    causes: Mapping[str, Cause]
    advice: Mapping[str, Advice]
    ice: Ice | None
    provisional: Provisional | None
    visit: Visit | None
    check: Check
    plans: Mapping[str, Plan]
    sources: Mapping[str, Source]
    words: Mapping[str, Mapping[str, object]]
    simple: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    rule_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    about: tuple[str, ...] = ()
    recall: Recall | None = None

    def __hash__(self) -> int:
        """Equal packs have equal digests. What is worked out from a pack can so be kept under it."""
        return hash(self.digest)

    @property
    def wordings(self) -> dict[str, Mapping[str, object]]:
        """All its words: `en`, and `en.simple` for the easier ones."""
        return {**self.words, **{f"{language}.simple": words for language, words in self.simple.items()}}

    @property
    def mildest(self) -> str:
        return max(self.levels.values(), key=lambda level: level.rank).id

    def most_urgent(self, *levels: str) -> str:
        """The most urgent of these levels."""
        return min(levels, key=lambda level: self.levels[level].rank)

    def more_urgent(self, level: str, steps: int) -> str:
        """The level so many steps more urgent, never reaching a level that is shown alone."""
        ordered = sorted(self.levels.values(), key=lambda each: each.rank)
        lowest_rank = min(each.rank for each in ordered if not each.alone)
        rank = max(self.levels[level].rank - steps, lowest_rank)
        return self.most_urgent(level, next(each.id for each in ordered if each.rank == rank))
