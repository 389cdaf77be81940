"""explore(pack, people): every sequence of replies to every plan's end keeps what a follow-up promises.

Not random lives: from somebody for every plan, each kind of reply, silence, snooze, stop and lateness is followed to
the end by the real `decide`. Lives that are alike from some moment on are followed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from content import explore_doctor, explore_form, explore_life, explore_reply, explore_say
from content.episode import Episode, Pressed
from content.explore_form import Form
from content.explore_hold import failures, is_eased
from content.explore_life import Happening, Life, Passage, alike, happenings, passed
from content.explore_looks import Looks
from content.explore_reply import Reply
from content.explore_start import Beginning, beginnings, told
from content.hours import USUAL as USUAL_QUIET
from content.hours import Quiet
from content.pack import Answers, Pack
from content.remembering import remembering

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONGEST = 120
OWN_ACT = frozenset({"danger", "snooze"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when people are told their outcome, and how often in one life something is late or put off."""

    zone: str = "UTC"
    quiet: Quiet = USUAL_QUIET
    now: datetime = MORNING
    slips: int = 0


USUAL = Setting()


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that a plan does not keep: the place in the pack, and who shows it."""

    where: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Explored:
    """What was walked: which plans, how many states and steps, how long the longest life is, and what fails."""

    plans: frozenset[str]
    states: int
    steps: int
    longest: int
    broken: tuple[Broken, ...]


@dataclass(slots=True)
class Ahead:
    """What is known of a state: how many steps are left, how long somebody may persist without a doctor, and by what.

    `open`: it is being looked into.
    """

    left: int = 0
    wait: timedelta = timedelta()
    worst: Passage | None = None
    open: bool = True


@dataclass(slots=True)
class Exploration:
    """One search over many beginnings. `ahead` holds what is known of each state, whoever came to it first."""

    pack: Pack
    setting: Setting
    looks: Looks = field(init=False)
    ahead: dict[object, Ahead] = field(default_factory=dict)
    dangers: set[object] = field(default_factory=set)
    forms: dict[Form, tuple[Form, list[Reply]]] = field(default_factory=dict)
    replies: dict[object, tuple[Form, list[Reply]]] = field(default_factory=dict)
    path: list[Passage] = field(default_factory=list)
    states: list[object] = field(default_factory=list)
    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    plans: set[str] = field(default_factory=set)
    steps: int = 0

    def __post_init__(self) -> None:
        self.looks = Looks(self.pack)

    def begin(self, beginning: Beginning) -> int:
        """Follow somebody from their outcome to every end; how many steps the longest life has."""
        given = self.setting
        card, press = told(self.pack, beginning, given.zone, given.quiet)
        life = Life(card, (), given.now, given.slips)
        return self._go(passed(self.pack, life, Happening("told", Pressed(card.turn, press), card, given.now))).left

    def _go(self, passage: Passage) -> Ahead:
        """What is ahead of somebody with whom this has just happened."""
        self.steps += 1
        self.path.append(passage)
        self.plans.update(filter(None, [passage.after.episode.plan]))
        for message in failures(self.pack, passage):
            self._breaks(message, self.path)
        life = explore_life.settled(self.pack, passage.after)
        ahead = self._follow(life)
        found = Ahead(ahead.left, self._wait(passage, life, ahead), passage, open=ahead.open)
        self.path.pop()
        return found

    def _follow(self, life: Life) -> Ahead:
        if life.episode.state == "closed":
            return Ahead(wait=explore_doctor.FOR_EVER, open=False)
        state = alike(self.looks, life)
        if state in self.ahead:
            return self._met(state, self.ahead[state])
        if len(self.path) > LONGEST:
            self._breaks(f"is asked for ever: no end after {LONGEST} steps", self.path)
            return Ahead(open=False)
        ahead = self.ahead[state] = Ahead()
        self.states.append(state)
        for each in self._next(life):
            after = self._go(passed(self.pack, life, each))
            ahead.left = max(ahead.left, 1 + after.left)
            if ahead.worst is None or after.wait > ahead.wait:
                ahead.wait, ahead.worst = after.wait, after.worst
        self.states.pop()
        ahead.open = False
        return ahead

    def _met(self, state: object, ahead: Ahead) -> Ahead:
        """A state met again: known already; or a circle, which only own acts or a doctor's word may close."""
        if ahead.open:
            circle = self.path[self.states.index(state) + 1 :]
            if not any(passage.happening.kind in OWN_ACT or is_eased(self.pack, passage) for passage in circle):
                self._breaks("comes back to where they were: this never ends", self.path)
        return ahead

    def _wait(self, passage: Passage, life: Life, ahead: Ahead) -> timedelta:
        """How long somebody may still persist after this without being sent to a doctor; a new plan counts anew."""
        after, pack = passage.after, self.pack
        if explore_doctor.begins(pack, passage):
            self._in_time(after, explore_doctor.skipped(after, life), ahead)
        if not explore_doctor.persists(passage):
            return timedelta()
        elapsed = after.now - passage.before.now
        if explore_doctor.reached(pack, passage) or explore_doctor.begins(pack, passage):
            return elapsed
        if ahead.wait == explore_doctor.FOR_EVER:
            return explore_doctor.FOR_EVER
        return elapsed + explore_doctor.skipped(after, life) + ahead.wait

    def _in_time(self, life: Life, idle: timedelta, ahead: Ahead) -> None:
        """Is whoever begins this plan and persists sent to a doctor within its deadline, on the longest way?"""
        most = explore_doctor.limit(self.pack, life, self.setting.slips)
        wait = ahead.wait if ahead.wait == explore_doctor.FOR_EVER else idle + ahead.wait
        if wait > most:
            self._breaks(
                f"is not sent to a doctor in time: {explore_say.days(wait)}; the plan's deadline leaves "
                f"{explore_say.days(most)}",
                [*self.path, *self._worst(ahead)],
            )

    def _worst(self, ahead: Ahead) -> Iterator[Passage]:
        """The steps of whoever persists longest."""
        for _ in range(LONGEST):
            if ahead.worst is None or ahead.wait <= timedelta():
                return
            yield ahead.worst
            life = explore_life.settled(self.pack, ahead.worst.after)
            ahead = self.ahead.get(alike(self.looks, life), Ahead())

    def _next(self, life: Life) -> list[Happening]:
        replies = [*self._replies(life.episode), *self._dangers(life.episode)] if life.open else []
        return list(happenings(self.pack, life, replies))

    def _replies(self, episode: Episode) -> list[Reply]:
        """The calm replies to the open form; forms that ask and measure the same have the same."""
        return self.replies[self._form(episode)][1]

    def _form(self, episode: Episode) -> object:
        """The open form as a key to its replies."""
        seen = episode.form, episode.base, self.looks.told(episode)
        if seen not in self.replies:
            form = explore_form.opened(self.pack, episode)
            if form not in self.forms:
                self.forms[form] = form, explore_reply.replies(self.pack, form)
            self.replies[seen] = self.forms[form]
        return seen

    def _dangers(self, episode: Episode) -> list[Reply]:
        """Every red flag, followed once for each check-in and level: what it means does not hang on the way there."""
        if (episode.form, episode.level) in self.dangers:
            return []
        self.dangers.add((episode.form, episode.level))
        return explore_reply.dangerous(self.pack, self.replies[self._form(episode)][0], episode)

    def _breaks(self, message: str, path: list[Passage]) -> None:
        plan = explore_say.plan(path)
        told_so = explore_say.someone(self.pack, path)
        self.broken.setdefault((plan, message), Broken(("plans", plan), f"{told_so} {message}"))


def explore(pack: Pack, people: Iterable[Answers], setting: Setting = USUAL, *, only: Iterable[str] = ()) -> Explored:
    """Every sequence of replies from somebody for every plan of the pack (or `only` these) to its end."""
    started = beginnings(pack, people)
    wanted = [each for each in started if not only or each.plan in only]
    found = follow(pack, wanted, setting)
    return together([found, unreached(only or pack.plans, found.plans)])


def follow(pack: Pack, started: Iterable[Beginning], setting: Setting = USUAL) -> Explored:
    """Every sequence of replies of these people to its end; what is known of one is not looked for twice."""
    with remembering(pack):
        search = Exploration(pack, setting)
        longest = max((search.begin(each) for each in started), default=0)
    return Explored(frozenset(search.plans), len(search.ahead), search.steps, longest, tuple(search.broken.values()))


def unreached(plans: Iterable[str], found: Iterable[str]) -> Explored:
    """The plans to which nobody comes: nothing is known of them."""
    lonely = [plan for plan in plans if plan not in found]
    told_so = "nobody is known to come to this plan; write a vignette"
    return Explored(frozenset(), 0, 0, 0, tuple(Broken(("plans", plan), told_so) for plan in lonely))


def together(parts: Iterable[Explored]) -> Explored:
    """Several explorations as one."""
    all_of = list(parts)
    broken = tuple(dict.fromkeys(each for part in all_of for each in part.broken))
    return Explored(
        frozenset().union(*(each.plans for each in all_of)),
        sum(each.states for each in all_of),
        sum(each.steps for each in all_of),
        max((each.longest for each in all_of), default=0),
        broken,
    )
