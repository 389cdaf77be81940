"""One person's way through a pack: the episode, what can happen to it, and everything that then follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from content.hours import USUAL, Hours, Quiet, Stay
from content.pack import Answers

TRIAGE = "triage"
ICE = "ice"
NOTHING = ""

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Icing:
    """The icing rounds of one day. `round` is the one under way; `days` counts the days of icing so far."""

    rhythm: str
    rounds: int
    round: int
    phase: Literal["choosing", "checking", "icing", "waiting", "over"]
    day: str
    days: int = 1
    skips: int = 0
    lapses: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered form: when (ISO, UTC), which, what it amounted to ("" for the triage), how strong, and the level.

    `in_words`: how strong was told in words; `score` is the number that they became. `told`: what was told of being
    seen by somebody, as `question.option`; "" when it was not asked.
    """

    at: str
    key: str
    word: str
    score: int | None
    level: str
    in_words: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A check-in that the person has moved. `own_due_at` is when the plan wants it: never earlier than that."""

    key: str
    own_due_at: datetime
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """The complaint of an earlier check has come back.

    `check`: our number of the first check of this complaint. `at`: when the last one began (ISO, UTC); `level` and
    `cause`: what it was told in the end, None where this version has no such thing. `times`: which time this is, of
    those that the pack still counts. `known`: what that check answered and may stand; `sure`: the person says it does.
    """

    check: int
    at: str
    level: str | None
    cause: str | None
    times: int
    known: Answers = field(default_factory=dict)
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """The state of one check, from its first question to its end.

    `turn` is the number that the buttons of the open card carry; it grows whenever the card shows something else.
    `form` is what is being asked: "triage", "ice" (the icing safety question), a check-in's key, or "".
    `answers` are the triage's; `check` are those of the open form. `ticked` are the toggles not yet confirmed.
    `visit`: what was told of being seen when the present plan began.
    `left_at`: the question at which the person left before an outcome. `iced_at`: when ice was put on (ISO, UTC).
    `in_words`: the questions whose 0 to 10 was told in words; `base_in_words`: so was the base that later answers are
    compared with. `zone` and `quiet` are the person's clock now, `stays` the clocks that they had before in this check.
    Of the plan's check-ins, `dropped` are those that the person cancelled, `moved` those at another time; `held` waits
    for the end of the person's pause.
    """

    zone: str
    minor: bool = False
    state: Literal["asking", "following", "closed"] = "asking"
    turn: int = 1
    form: str = TRIAGE
    question: str | None = None
    ticked: frozenset[str] = frozenset()
    helped: bool = False
    trail: tuple[str, ...] = ()
    answers: Answers = field(default_factory=dict)
    check: Answers = field(default_factory=dict)
    level: str | None = None
    causes: tuple[str, ...] = ()
    plan: str | None = None
    planned_from: datetime | None = None
    base: int | None = None
    repeated: bool = False
    last_check: str | None = None
    icing: Icing | None = None
    ended: str | None = None
    left_at: str | None = None
    visit: Answers = field(default_factory=dict)
    history: tuple[Entry, ...] = ()
    iced_at: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    base_in_words: bool = False
    back: Back | None = None
    quiet: Quiet = USUAL
    stays: tuple[Stay, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: tuple[Shift, ...] = ()
    held: str | None = None

    @property
    def hours(self) -> Hours:
        """The person's clock, and those they had before."""
        return Hours(self.zone, self.quiet, self.stays)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When the episode is looked at again. `rings`: it sends something, and so keeps to quiet hours unless urgent."""

    key: str
    due_at: datetime
    expires_at: datetime
    urgent: bool = False


# --- what can happen -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The person begins a check. `back`: of a complaint that an earlier one was about, and what is known from it."""

    back: Back | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person presses a button that carried this turn. `option` is written by content/buttons.py."""

    turn: int
    option: str


@dataclass(frozen=True, slots=True)
class Due:
    """The moment of a planned follow-up has come; `expires_at` says until when it still makes sense."""

    key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    """The person wants to see where they are."""


@dataclass(frozen=True, slots=True)
class Left:
    """The person leaves what is being asked (/cancel)."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A newer check's outcome, at least as urgent, takes this episode's place."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The person wants a planned check-in at another time; `to` is one of the choices of content/moving.py."""

    planned: FollowUp
    to: str


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """The person's clock is another one: they travel, or sleep at other hours. `rounds`: icing ends after this one."""

    zone: str
    quiet: Quiet
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """The person cancels a planned check-in. `number` is what the tables call it, handed on to the undo button."""

    planned: FollowUp
    number: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """The person takes that back."""

    planned: FollowUp


@dataclass(frozen=True, slots=True)
class Held:
    """The moment of a planned follow-up has come while the person has paused all reminders `until` then."""

    planned: FollowUp
    until: datetime


Event = Started | Pressed | Due | Resumed | Left | Replaced | ClockChanged | Moved | Dropped | Restored | Held


# --- what follows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Something to be said: a kind and its values. It becomes words in the person's language when it is sent.

    `where`: "new" rings as a message of its own; "edit" replaces the pressed card; "toast" is the short answer to a
    press. `card`: this message is the open card. `urgent`: overtakes everything else.
    """

    kind: str
    values: Mapping[str, Json] = field(default_factory=dict)
    where: Literal["new", "edit", "toast"] = "new"
    card: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from one event: the new state, what is said, what is planned and cancelled.

    `cancel` holds follow-up keys or prefixes ending in "/"; "*" cancels all. It happens before `plan`.
    `answered` gives the check-in's key the word its answers amounted to. `stale`: the press was from an old card.
    """

    episode: Episode
    says: tuple[Say, ...] = ()
    plan: tuple[FollowUp, ...] = ()
    cancel: tuple[str, ...] = ()
    answered: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False
