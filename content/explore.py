"""explore(pack, people): every sequence of replies to every plan's end keeps what a follow-up promises.

Not random lives: from somebody for every plan, each kind of reply, silence, snooze, stop and lateness is followed to
the end by the real `decide`. Lives that are alike from some moment on are followed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from content import explore_reply, explore_say
from content.episode import Pressed
from content.explore_hold import failures
from content.explore_life import Happening, Life, Passage, alike, dangers_seen, happenings, passed, wanted_replies
from content.explore_reply import Reply
from content.explore_start import Beginning, beginnings, told
from content.pack import Answers, Pack

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONGEST = 120
OWN_ACT = frozenset({"danger", "snooze"})


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that a plan does not keep: the place in the pack, and who shows it."""

    where: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Explored:
    """What was walked: how many plans, states and steps, how long the longest life is, and what fails."""

    plans: int
    states: int
    steps: int
    longest: int
    broken: tuple[Broken, ...]


@dataclass(slots=True)
class Exploration:
    """One search. `ahead` holds what is known of each state: how many steps are left at most, None while it is open."""

    pack: Pack
    ahead: dict[object, int | None] = field(default_factory=dict)
    dangers: set[object] = field(default_factory=set)
    forms: dict[object, list[Reply]] = field(default_factory=dict)
    path: list[Passage] = field(default_factory=list)
    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    steps: int = 0

    def begin(self, beginning: Beginning, zone: str, now: datetime, slips: int) -> int:
        """Follow somebody from their outcome to every end; how many steps the longest life has."""
        card, press = told(self.pack, beginning, zone)
        first = passed(self.pack, Life(card, (), now, slips), Happening("told", Pressed(card.turn, press), card, now))
        return self._go(first)

    def _go(self, passage: Passage) -> int:
        self.steps += 1
        self.path.append(passage)
        for message in failures(self.pack, passage):
            self._breaks(message)
        left = self._follow(passage.after)
        self.path.pop()
        return left

    def _follow(self, life: Life) -> int:
        if life.episode.state == "closed":
            return 0
        state = alike(self.pack, life)
        if state in self.ahead:
            return self._met(life, self.ahead[state])
        if len(self.path) > LONGEST:
            self._breaks(f"is asked for ever: no end after {LONGEST} steps")
            return 0
        self.ahead[state] = None
        left = max((1 + self._go(passed(self.pack, life, each)) for each in self._next(life)), default=0)
        self.ahead[state] = left
        return left

    def _met(self, life: Life, left: int | None) -> int:
        """A state met again: known already; or a circle, which only the person's own acts may close."""
        if left is None and not self._is_own_circle(life):
            self._breaks("comes back to where they were: this never ends")
        return left or 0

    def _is_own_circle(self, life: Life) -> bool:
        state = alike(self.pack, life)
        for passage in reversed(self.path):
            if passage.happening.kind in OWN_ACT:
                return True
            if alike(self.pack, passage.before) == state:
                return False
        return False

    def _next(self, life: Life) -> list[Happening]:
        replies = self._replies(life) if life.open else []
        seen = dangers_seen(self.pack, life)
        if seen in self.dangers:
            replies = [each for each in replies if not each.dangers]
        elif life.open:
            self.dangers.add(seen)
        return list(happenings(self.pack, life, replies))

    def _replies(self, life: Life) -> list[Reply]:
        form = wanted_replies(self.pack, life)
        if form not in self.forms:
            self.forms[form] = explore_reply.replies(self.pack, life.episode)
        turn = life.episode
        return [_at(each, turn.turn, life) for each in self.forms[form]]

    def _breaks(self, message: str) -> None:
        plan = explore_say.plan(self.path)
        told_so = explore_say.someone(self.pack, self.path)
        self.broken.setdefault((plan, message), Broken(("plans", plan), f"{told_so} {message}"))


def _at(reply: Reply, turn: int, life: Life) -> Reply:
    """The same filled-in card on this life's episode."""
    card = reply.card
    filled = replace(
        life.episode,
        question=card.question,
        ticked=card.ticked,
        helped=card.helped,
        trail=card.trail,
        check=card.check,
        turn=turn + len(card.trail),
    )
    return replace(reply, card=filled)


def explore(
    pack: Pack,
    people: Iterable[Answers],
    *,
    zone: str = "UTC",
    now: datetime = MORNING,
    slips: int = 0,
    only: Iterable[str] = (),
) -> Explored:
    """Every sequence of replies from somebody for every plan of the pack (or `only` these) to its end."""
    started = [each for each in beginnings(pack, people) if not only or each.plan in only]
    states, steps, longest = 0, 0, 0
    broken: list[Broken] = []
    for each in started:
        search = Exploration(pack)
        longest = max(longest, search.begin(each, zone, now, slips))
        states, steps = states + len(search.ahead), steps + search.steps
        broken += search.broken.values()
    found = {each.plan for each in started}
    missing = [plan for plan in (only or pack.plans) if plan not in found]
    broken += [Broken(("plans", plan), "nobody is known to come to this plan; write a vignette") for plan in missing]
    return Explored(len(found), states, steps, longest, tuple(dict.fromkeys(broken)))


def together(parts: Iterable[Explored]) -> Explored:
    """Explorations of single plans as one."""
    all_of = list(parts)
    broken = tuple(dict.fromkeys(each for part in all_of for each in part.broken))
    return Explored(
        sum(each.plans for each in all_of),
        sum(each.states for each in all_of),
        sum(each.steps for each in all_of),
        max((each.longest for each in all_of), default=0),
        broken,
    )
