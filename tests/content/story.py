"""One episode played without a chat: presses and due moments go in, what is said and planned is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from content import buttons, visiting
from content.conditions import NOT_SURE
from content.decide import decide, start
from content.episode import Decision, Due, Episode, Event, FollowUp, Pressed, Say
from content.flow import shown_options
from content.pack import Answers, Pack
from tests.content.shipped import PACK, answers

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Story:
    """Keeps what the tables would keep: the episode, its follow-ups (by key), and everything said."""

    def __init__(
        self, pack: Pack = PACK, *, zone: str = "Europe/London", now: datetime = NOON, minor: bool = False
    ) -> None:
        self.pack, self.now = pack, now
        self.episode: Episode = start(pack, zone, minor=minor)
        self.agenda: dict[str, FollowUp] = {}
        self.said: list[Say] = []
        self.decision = Decision(self.episode)
        self.verdicts: dict[str, str] = {}
        self.levels: list[str] = []

    # --- doing --------------------------------------------------------------------------------------------------------

    def do(self, event: Event) -> Decision:
        """One event, and everything that follows from it."""
        self.decision = decision = decide(self.pack, self.episode, event, self.now)
        self.episode = decision.episode
        for pattern in decision.cancel:
            gone = [key for key in self.agenda if pattern in {"*", key} or _under(pattern, key)]
            for key in gone:
                del self.agenda[key]
        self.agenda |= {each.key: each for each in decision.plan}
        self.verdicts |= dict(decision.answered)
        self.said += decision.says
        if visiting.is_milder(self.pack, self.episode.check) and decision.answered:
            self.levels.clear()
        if self.episode.level and [self.episode.level] != self.levels[-1:]:
            self.levels.append(self.episode.level)
        return decision

    def press(self, option: str) -> Decision:
        """A button of the card that is open."""
        return self.do(Pressed(self.episode.turn, option))

    def answer(self, *options: str) -> Decision:
        """The open question answered with these options; "not_sure" is pressed until it counts."""
        question = self.pack.questions[self.episode.question or ""]
        if options == (NOT_SURE,):
            decision = self.press(buttons.UNSURE)
            return self.press(buttons.UNSURE) if self.episode.helped else decision
        if not question.multiple or set(options) & question.alone:
            (only,) = options
            return self.press(f"={only}")
        for option in options:
            self.press(f"+{option}")
        return self.press(buttons.DONE)

    def answers(self, given: Answers) -> list[str]:
        """Answer what is asked until nothing is; the questions that were asked."""
        asked = []
        while (question := self.episode.question) is not None and self.episode.form:
            asked.append(question)
            self.answer(*sorted(given[question]))
            assert self.episode.question != question or not self.episode.form, f"{question} is asked again"
        return asked

    def due(self, key: str, *, late: timedelta = timedelta()) -> Decision:
        """The moment of this follow-up has come; whatever was planned before it is passed over."""
        follow_up = self.agenda[key]
        self.now = max(self.now, follow_up.due_at + late)
        passed = [each for each, planned in self.agenda.items() if planned.due_at < follow_up.due_at]
        for each in (*passed, key):
            del self.agenda[each]
        return self.do(Due(key, follow_up.expires_at))

    def next(self, *, late: timedelta = timedelta()) -> str:
        """The earliest follow-up comes due; its key."""
        key = min(self.agenda, key=lambda each: self.agenda[each].due_at)
        self.due(key, late=late)
        return key

    def check(self, step: str, text: str, *, new_danger: str = "no") -> Decision:
        """The check-in of this step comes and is answered."""
        key = step if "/" in step else f"{self.episode.plan}/{step}"
        self.due(key)
        assert self.episode.form == key, f"{key} asks nothing"
        self.answers({"new_danger": frozenset({new_danger}), **answers(text)})
        return self.decision

    # --- seeing -------------------------------------------------------------------------------------------------------

    @property
    def outcome(self) -> Mapping[str, object]:
        """The values of the newest result."""
        return next(say.values for say in reversed(self.said) if say.kind == "outcome")

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines of the open question."""
        question = self.pack.questions[self.episode.question or ""]
        return shown_options(self.pack, self.episode, question)

    def told(self) -> list[object]:
        """The ids of the sentences that were said, oldest first."""
        return [say.values["id"] for say in self.said if "id" in say.values]


def _under(pattern: str, key: str) -> bool:
    return pattern.endswith("/") and key.startswith(pattern)


def begun(given: Answers, *, zone: str = "Europe/London", now: datetime = NOON) -> Story:
    """Somebody who has just been told the outcome of these answers."""
    story = Story(zone=zone, now=now)
    story.answers(given)
    assert story.episode.level is not None
    return story
