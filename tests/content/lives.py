"""Random lives: somebody answers, falls silent, snoozes, stops, ices, and the bot is sometimes late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from content import buttons
from content.episode import ICE, Left
from content.pack import Question
from tests.content.shipped import GATES, PACK, calm
from tests.content.story import Story, begun

# One start for every plan and level.
STARTS = {
    "FU-NEUROMA": "",
    "FU-NEUROMA at L4": "dur=gt6w impact=daily",
    "FU-CECS": "where=shin sym=tight_full trigger=none",
    "FU-CECS just now": "where=shin sym=tight_full trigger=none ease=still_new",
    "FU-PRESSURE": "where=foot_top trigger=shoes_laces",
    "FU-PRESSURE just now": "where=foot_top trigger=shoes_laces ease=still_new",
    "FU-UNCLEAR": "where=whole_leg trigger=none trend=improving",
    "FU-UNCLEAR, another cause": "where=calf sym=weak_heavy bg=iron_risk trend=improving",
    "FU-FALL": "where=outer_thigh injury=fall_back_hip trigger=none dur=today ease=le30",
    "FU-SCIATICA": "where=buttock_back_leg trigger=back_bend_sit dur=w2_6 trend=improving",
    "FU-SCIATICA at L4": "where=buttock_back_leg trigger=back_bend_sit impact=daily",
    "FU-GAIT": "where=outer_thigh trigger=more_training extra=one_sided_weak_hip when=late",
    "FU-FLUID": "where=calf side=both when=after trigger=long_sweaty extra=twitch_cramp",
    "FU-FLUID just now": "where=calf side=both trigger=long_sweaty extra=twitch_cramp ease=still_new dur=today",
    "FU-HEAT": "where=calf side=both trigger=heat_hot extra=dizzy_stand+thirsty_dark_yellow ease=still_new dur=today",
    "FU-COLD": "where=whole_foot side=both trigger=cold look=pale_blue relief=warm_up_skin bg=raynaud",
    "FU-COLD just now": "where=whole_foot side=both trigger=cold look=pale_blue bg=raynaud ease=still_new",
    "FU-ITCH": "where=calf sym=itch trigger=new_to_run",
    "FU-ITCH just now": "where=calf sym=itch trigger=new_to_run ease=still_new dur=today",
    "FU-ITCH hives at L4": "where=calf sym=itch trigger=heat_hot look=hives extra=none",
    "FU-VASC": "where=calf sym=itch+burning trigger=heat_hot look=blotches ease=days",
    "FU-SKIN": "sym=itch trigger=none look=dry_irritated",
    "FU-SKIN chilblains": "where=whole_foot sym=itch+burning side=both trigger=cold ease=le24h",
    "FU-MS": "where=whole_leg trigger=heat_hot relief=cool_down bg=ms_known ease=le30",
    "FU-MS just now": "where=whole_leg trigger=heat_hot relief=cool_down bg=ms_known ease=still_new",
    "FU-BREATH": "where=wide side=both trigger=fast_breathing",
    "FU-BREATH just now": "where=wide side=both trigger=fast_breathing ease=still_new dur=today trend=first",
    "FU-SEEN L4": "where=whole_leg trigger=none impact=daily",
    "FU-SEEN L3": "bg=known_numb_feet",
    "FU-SEEN L2": "g_limb=foot_drop",
    "FU-CALLED": "g_life=stroke_signs",
}


@dataclass(slots=True)
class Habits:
    """How often, of 1, somebody does what."""

    silent: float = 0.15
    danger: float = 0.05
    stops: float = 0.02
    leaves: float = 0.05
    snoozes: float = 0.1
    late: float = 0.05
    ices: float = 0.1
    restarts: float = 0.3
    gone: bool = True
    seen: bool = True


@dataclass(slots=True)
class Life:
    """One episode lived at random from its outcome to its end."""

    random: Random
    story: Story
    habits: Habits
    snoozes: int = 0
    restarts: int = 0

    def live(self) -> Story:
        """Until nothing is planned any more."""
        for _ in range(400):
            if not self.story.agenda:
                if not self._chance(self.habits.restarts) or self.restarts > 2:
                    return self.story
                self.restarts += 1
                self.story.press(buttons.RESTART)
            else:
                self.story.next(late=timedelta(days=20) if self._chance(self.habits.late) else timedelta())
            self.react()
        raise AssertionError("this life has no end")

    def react(self) -> None:
        """Do something, or nothing, about what was just said."""
        if self._chance(self.habits.ices):
            self._ice()
        while self.story.episode.question is not None and self.story.episode.form and self.story.agenda:
            if self._chance(self.habits.silent):
                return
            if self._put_off():
                return
            self._answer(PACK.questions[self.story.episode.question])

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _put_off(self) -> bool:
        story, habits = self.story, self.habits
        if self._chance(habits.stops):
            story.press(buttons.STOP)
            return True
        if self._chance(habits.leaves):
            story.do(Left())
            return True
        if self.snoozes < 4 and not story.episode.trail and self._chance(habits.snoozes):
            self.snoozes += 1
            story.press(buttons.LATER)
            story.press(buttons.write(buttons.LATER, self.random.choice(["15", "60", "tonight", "morning", "odd"])))
            return True
        return False

    def _answer(self, question: Question) -> None:
        options = self._options(question)
        self.story.answer(self.random.choice(options))

    def _options(self, question: Question) -> list[str]:
        if question.id == "new_danger":
            return ["yes"] if self._chance(self.habits.danger) else ["no"]
        if question.id in {*GATES, "skin_now", "cold_now"}:
            return [*(["none"] * 8), *self.story.shown, "not_sure"]
        if question.id == "status" and not self.habits.gone:
            return ["better", "same", "worse", "not_sure"]
        if question.id in {"seen", "said"} and not self.habits.seen:
            return [*({"not_been"} & set(self.story.shown) or {*self.story.shown, "not_sure"} - {"seen"})]
        if question.id == "i_safety":
            return ["none", "none", "none", "diabetes"]
        return [*self.story.shown, "not_sure"]

    def _ice(self) -> None:
        story = self.story
        story.press(buttons.ICE)
        if story.episode.form == ICE and story.episode.question is not None:
            self._answer(PACK.questions[story.episode.question])
        for _ in range(self.random.randrange(4)):
            icing = story.episode.icing
            number = icing.round if icing else 1
            story.press(self.random.choice(["!rhythm:hourly", "!rhythm:gentle", f"!skin:{number}:ok", f"!off:{number}",
                                            f"!skin:{number}:cold", f"!skin:{number}:hurt", "!ice_stop"]))  # fmt: skip


def life(random: Random, start: str, habits: Habits | None = None) -> Life:
    """Somebody who has just been told the outcome of one of the starts."""
    return Life(random, begun(calm(STARTS[start])), habits or Habits())
