"""Words for one person: the bot's own and a pack's, in their language, with their times and their country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, match_skeleton
from babel.lists import format_list

from content import places, simple, strength, words
from content.pack import Pack


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks to one person. `pack` is the one the message belongs to.

    `scale`: asks how strong it is from 0 to 10, else in words. `simple`: the easy words, where there are some.
    """

    language: str
    pack: Pack
    now: datetime
    zone: str | None = None
    country: str | None = None
    scale: bool = True
    simple: bool = False

    def ui(self, key: str, **values: object) -> str:
        """The bot's own words."""
        return words.say(self.language, words.easier(self.language, key) if self.simple else key, **values)

    def words(self, *path: str) -> Any:  # noqa: ANN401 - a text or a mapping, as the pack has it
        """A pack's words by their path; "" where there are none. The first language stands in for a missing one."""
        for language in (self.language, self.pack.languages[0]):
            found: Any = simple.words(self.pack, language) if self.simple else self.pack.words.get(language, {})
            for name in path:
                found = found.get(name) if isinstance(found, dict) else None
            if found is not None:
                return found
        return ""

    def text(self, *path: str) -> str:
        """One text of the pack."""
        return str(self.words(*path))

    def step(self, key: str) -> str:
        """The name of a follow-up as a person would say it."""
        plan, _, rest = key.partition("/")
        step = rest.partition("/")[0]
        if plan == "ice":
            return self.ui("step.after_ice") if step == "after_ice" else self.ui("step.ice", round=step)
        return self.text("steps", step) or step

    def reminder(self, key: str) -> str:
        """What a follow-up will ask, as a person would say it: "How it is, one week on"."""
        plan, _, rest = key.partition("/")
        name = rest.partition("/")[0]
        if plan == "ice":
            return self.ui("reminder.after_ice") if name == "after_ice" else self.ui("reminder.ice")
        return self.text("reminders", name) or self.ui("reminder.other", step=self.step(key))

    def whom(self, ids: Iterable[str]) -> str:
        """ "your family doctor (GP) or a sports physician"."""
        names = [self.text("whom", each) for each in ids]
        return self._either(names) if names else ""

    def when(self, iso: str) -> str:
        """A moment on the person's clock: "tomorrow at 09:10"."""
        zone = ZoneInfo(self.zone or "UTC")
        moment, today = datetime.fromisoformat(iso).astimezone(zone), self.now.astimezone(zone).date()
        clock = format_time(moment, "HH:mm", locale=self._locale)
        days = (moment.date() - today).days
        if days in {0, 1}:
            return self.ui("when.today" if days == 0 else "when.tomorrow", time=clock, count=moment.hour)
        day = format_date(moment.date(), _day_pattern(self._locale), locale=self._locale)
        return self.ui("when.day", day=day, time=clock, count=moment.hour)

    def brief(self, iso: str) -> str:
        """The same, short enough for a button: "Mon 30 Nov, 09:00"."""
        moment = self.local(datetime.fromisoformat(iso))
        day = format_skeleton("MMMEd", moment, tzinfo=ZoneInfo(self.zone or "UTC"), locale=self._locale)
        return f"{day}, {self.clock(iso)}"

    def clock(self, iso: str) -> str:
        """A moment as a time of day on the person's clock: "14:05"."""
        moment = datetime.fromisoformat(iso).astimezone(ZoneInfo(self.zone or "UTC"))
        return format_time(moment, "HH:mm", locale=self._locale)

    def local(self, moment: datetime) -> datetime:
        """The same moment on the person's clock."""
        return moment.astimezone(ZoneInfo(self.zone or "UTC"))

    def day(self, moment: datetime) -> str:
        """A date on the person's clock, with its year: "23 Nov 2026"."""
        return format_date(self.local(moment), "medium", locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """A date with its year and the time, on the person's clock: "21 November 2026, 18:40"."""
        day = format_date(self.local(moment), "long", locale=self._locale)
        return f"{day}, {self.clock(moment.isoformat())}"

    def long_day(self, moment: datetime) -> str:
        """The same with the day of the week, without the year: "Monday 23 November"."""
        return format_date(self.local(moment), _day_pattern(self._locale), locale=self._locale)

    def short_day(self, moment: datetime) -> str:
        """The same without the year: "23 Nov"."""
        return format_skeleton("MMMd", self.local(moment), tzinfo=ZoneInfo(self.zone or "UTC"), locale=self._locale)

    @property
    def where(self) -> str | None:
        """The person's country: their own choice, else what their zone suggests."""
        return self.country or (places.country_of(self.zone) if self.zone else None)

    @property
    def emergency_number(self) -> str:
        """ "999 or 112"; the places have one or two numbers, an English "or" between them."""
        return self._either(places.emergency_number(self.where).split(" or "))

    @property
    def _locale(self) -> Locale:
        return words.locale(self.language)

    def _either(self, names: Sequence[str]) -> str:
        return format_list(names, style="or", locale=self._locale)

    def advice(self, ids: Sequence[str]) -> list[str]:
        return [self.text("advice", each) for each in ids]

    def strength(self, score: int | None, *, in_words: bool = False) -> str:
        """How strong it was then, as it follows after a comma in a doctor's list; "" when nobody knows."""
        if score is None:
            return ""
        if in_words:
            return self.ui("doctor.in_words", words=self.phrase(self.pack.check.score, strength.phrase(score)))
        return self.ui("doctor.score", score=score)

    def phrase(self, question: str, phrase: str, name: str = "label") -> str:
        """One of the four phrases for how strong it is: the pack's own, else the bot's."""
        return self.text("questions", question, "options", phrase, name) or self.ui(f"strength.{phrase}.{name}")

    def line(self, question: str, option: str) -> str:
        """An answer for a doctor: its own brief words, else the line that the person read, else its button."""
        if option in strength.PHRASES and self.pack.questions[question].kind == "scale":
            return self.ui("strength.line", words=self.phrase(question, option), score=strength.PHRASES[option])
        given = self.words("questions", question, "options", option)
        if isinstance(given, dict):
            return str(given.get("brief") or given.get("text") or given["label"])
        return self.ui("doctor.not_sure") if option == "not_sure" else option

    def label(self, question: str, option: str) -> str:
        """An answer as its button says it."""
        return self.text("questions", question, "options", option, "label") or option

    def answer(self, question: str, option: str) -> str:
        """An answer as it reads after "because"."""
        if option == "not_sure":
            return self.ui("answer.not_sure", question=self.text("questions", question, "ask"))
        if self.pack.questions[question].kind == "scale":
            in_words = option in strength.PHRASES
            return self.phrase(question, option, "why") if in_words else self.ui("answer.score", score=option)
        given = self.words("questions", question, "options", option)
        if not isinstance(given, dict):
            return option
        return str(given.get("why") or given.get("text") or given.get("label") or option)


def _day_pattern(locale: Locale) -> str:
    """CLDR's order of weekday, day and month in this language, the weekday spelled out."""
    known = locale.datetime_skeletons
    nearest = match_skeleton("MMMMEEEEd", known) or "MMMEd"
    return re.sub("E+", "EEEE", str(known[nearest].pattern))
