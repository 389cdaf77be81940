"""One check, pressed, left, forgotten and tampered with in any order: it replays, and urgency is never lost."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from content import buttons
from content.decide import decide, start
from content.episode import Due, Event, Left, Pressed, Resumed
from handlers.callback import EpisodePress, decode
from handlers.screens import Stage, render
from handlers.voice import Voice
from tests.content.shipped import PACK, rank
from tests.content.story import NOON, Story

HOURS = st.sampled_from((0.1, 0.5, 2, 9, 26, 80, 24 * 8))
TAMPERED = st.one_of(
    st.from_regex(r"[=+!-][A-Za-z0-9_:+-]{1,40}", fullmatch=True),
    st.sampled_from(("=none", "=not_sure", "!done", "!back", "!later:-9", "!skin:99:ok", "!off:0", "!ice", "!restart")),
)


class EpisodeMachine(RuleBasedStateMachine):
    """Keeps every event and every button that was ever drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.events: list[tuple[timedelta, Event]] = []
        self.offered: list[EpisodePress] = []
        self._do(Resumed())

    def _do(self, event: Event) -> None:
        self.events.append((self.story.now - NOON, event))
        decision = self.story.do(event)
        voice = Voice("en", PACK, self.story.now, "Europe/London", None)
        for say in decision.says:
            if say.where != "toast" and say.kind != "strip":
                values = {**say.values, "username": "bot"}
                rows = render(Stage(voice, 1), say.kind, values).rows
                self._note([key.data for row in rows for key in row if key.data])

    def _note(self, drawn: list[str]) -> None:
        """Every button can be read back by the one file that reads them."""
        read = [decode(data) for data in drawn]
        assert None not in read, drawn
        new = [press for press in read if isinstance(press, EpisodePress)]
        self.offered = [*self.offered, *new][-80:]

    @rule(place=st.integers(1, 8))
    def press_one_of_the_newest(self, place: int) -> None:
        now = [each for each in self.offered if each.turn == self.story.episode.turn] or self.offered
        self._press(now[-1 - place % len(now)])

    @rule(place=st.integers(0, 79))
    def press_an_old_one(self, place: int) -> None:
        self._press(self.offered[place % len(self.offered)])

    @rule(option=TAMPERED, behind=st.integers(-2, 2))
    def press_what_was_never_offered(self, option: str, behind: int) -> None:
        self._do(Pressed(self.story.episode.turn - behind, option))

    def _press(self, press: EpisodePress) -> None:
        self._do(Pressed(press.turn, press.option))

    @rule(hours=HOURS)
    def time_passes(self, hours: float) -> None:
        until = self.story.now + timedelta(hours=hours)
        while due := [each for each in self.story.agenda.values() if each.due_at <= until]:
            first = min(due, key=lambda each: (each.due_at, each.key))
            del self.story.agenda[first.key]
            self.story.now = max(self.story.now, first.due_at)
            self._do(Due(first.key, first.expires_at))
        self.story.now = until

    @rule()
    def say_cancel(self) -> None:
        self._do(Left())

    @precondition(lambda self: self.story.episode.state != "closed")
    @rule()
    def come_back(self) -> None:
        self._do(Resumed())

    @invariant()
    def urgency_is_never_lost(self) -> None:
        ranks = [rank(level) for level in self.story.levels]
        assert ranks == sorted(ranks, reverse=True), self.story.levels

    @invariant()
    def something_is_open_or_planned_or_it_is_over(self) -> None:
        episode = self.story.episode
        assert episode.state == "closed" or episode.question is not None or self.story.agenda or self._is_told()

    def _is_told(self) -> bool:
        """Everything planned was asked, and the last word was said."""
        return self.story.episode.level is not None and not self.story.agenda

    @invariant()
    def an_open_question_can_be_left(self) -> None:
        episode = self.story.episode
        if episode.question is not None and episode.state != "closed":
            mine = {each.option for each in self.offered if each.turn == episode.turn}
            assert mine - {buttons.PAGE}, "a question without buttons"

    def teardown(self) -> None:
        """What is stored is what becomes of its events."""
        episode = start(PACK, "Europe/London")
        for after, event in self.events:
            episode = decide(PACK, episode, event, NOON + after).episode
        assert episode == self.story.episode
