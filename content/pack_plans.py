"""Frozen records of what follows an outcome: plans, check-ins, icing, and the level that is only provisional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from content.conditions import ALWAYS, Condition


@dataclass(frozen=True, slots=True)
class Ask:
    """One line of a flow: ask this question (or stop asking, when `question` is None) if the condition holds."""

    question: str | None
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Choice:
    """This plan when the condition holds."""

    plan: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One check-in of a plan: `after` the outcome, or at 08:00 of the next `morning` after that."""

    id: str
    after: timedelta
    expires: timedelta
    when: Condition = ALWAYS
    urgent: bool = False
    morning: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What follows from a check-in's answers. `level`: at least so urgent. `up`: that many levels more urgent.

    `means`: this question's option is taken as ticked, and everything is assessed anew, as for a red flag.
    `plan`: its check-ins follow from now on, in place of those that were left. `eases`: with them, this less urgent
    level; only where somebody who has seen the person said so (`Visit.milder`). `call`: a text of `says` to be read
    out on the telephone, for somebody who finds nobody to see.
    """

    when: Condition
    level: str | None = None
    up: int = 0
    say: str | None = None
    end: Literal["resolved", "returning", "seen"] | None = None
    means: tuple[str, str] | None = None
    plan: str | None = None
    eases: str | None = None
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of the advice to be seen: the question about an appointment, and the one about what was said there.

    `milder`: the options of `said` after which a move may make it less urgent; nothing else may. `moves` are tried
    before all others.
    """

    appointment: str
    said: str
    milder: tuple[str, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The check-ins that belong to an outcome. `flow` replaces the common check-in's; `asks` follow after it.

    `safety` is asked in another plan's check-ins, when this plan belongs to another candidate.
    """

    id: str
    steps: tuple[Step, ...]
    deadline: str | None = None
    asks: tuple[Ask, ...] = ()
    flow: tuple[Ask, ...] | None = None
    safety: tuple[Ask, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word that a check-in's answers amount to when the condition holds."""

    verdict: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Check:
    """What every check-in asks and what follows from it."""

    flow: tuple[Ask, ...]
    score: str
    verdicts: tuple[Verdict, ...]
    moves: tuple[Move, ...]
    returning: Step


@dataclass(frozen=True, slots=True)
class Provisional:
    """An episode that is still running: the answer `option` to `question` is not known yet, so it is looked at again.

    `gone`: it has ended; the answer is then that to the question `ask`, whose options are some of `question`'s.
    Not gone `until` after the outcome: it counts as `otherwise`. `steps` join every plan that has no such step itself.
    """

    question: str
    option: str
    ask: str
    gone: Condition
    otherwise: str
    until: timedelta
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """At least this urgent from this time on that the same complaint comes, when the condition holds; why: `say`."""

    level: str
    times: int
    say: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Recall:
    """What counts when a complaint comes back: earlier checks that began `within` so long before, and their answers.

    It is then at least as urgent as the last of them was told (`say` tells why), and as the floors that hold; never
    an emergency by that alone.
    """

    within: timedelta
    say: str
    floors: tuple[Return, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """So many icing rounds, one each `every`."""

    id: str
    rounds: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Ice:
    """Icing rounds: for which causes, behind which safety question, in which rhythms and limits."""

    causes: tuple[str, ...]
    may: Condition
    ask: str
    gentle_when: Condition
    rhythms: tuple[Rhythm, ...]
    minutes: int
    off_by_min: int
    lapse_min: int
    after_last_min: int
    injury_level: str
    how: tuple[str, ...]
    instead: tuple[str, ...]
    injury_steps: tuple[str, ...]
    injury_avoid: tuple[str, ...]
    picture: str | None = None
