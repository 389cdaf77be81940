"""The diary: what a person logs of a run, when that deserves a word, and over which days it is looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from content.episode import Entry, Episode
from content.hours import DAY
from content.pack import Pack
from content.strength import PHRASES, Strength, change

WHERE = "where"  # the question whose options are the places of a run; a pack without it asks for none
AFTER = ("during", "right_after", "hour", "later", "next_day")
TOP = 10

STRONG = 8
COMPARED = 3
WINDOWS_DAYS = (14, 60, 365)
USUAL_DAYS = 60

Sign = Literal["strong", "rising", "new_place", "unchecked"]
Scored = tuple[datetime, int]
Earlier = tuple[datetime, Strength]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its moment, how strong it was at its worst (0-10), where, and when it came (one of AFTER).

    `after` is None until the person has said when, and for a run without any of it. `in_words`: the score
    stands for the word that was pressed.
    """

    at: datetime
    score: int
    places: tuple[str, ...] = ()
    after: str | None = None
    was_yesterday: bool = False
    in_words: bool = False

    @property
    def strength(self) -> Strength:
        """The score as it is compared."""
        return Strength(self.score, self.in_words)


def moved(run: Run, *, yesterday: bool) -> Run:
    """The same run on the day before, or back on the day on which it was logged."""
    if run.was_yesterday == yesterday:
        return run
    return replace(run, at=run.at - DAY if yesterday else run.at + DAY, was_yesterday=yesterday)


def told(run: Run, places: tuple[str, ...], after: str) -> Run:
    """The run with where and when it came. What came the next day belongs to a run of yesterday at the latest."""
    return replace(moved(run, yesterday=run.was_yesterday or after == "next_day"), places=places, after=after)


def places(pack: Pack) -> tuple[str, ...]:
    """The places that may be chosen."""
    question = pack.questions.get(WHERE)
    return question.option_ids if question else ()


def word_of(score: int) -> str:
    """The word that stands for a score: the strongest one that it reaches; any strength at all is at least a little."""
    if not score:
        return "nothing"
    return next((word for word, least in reversed(tuple(PHRASES.items())) if 0 < least <= score), "little")


def signs(run: Run, earlier: Iterable[Earlier], known_places: Iterable[str], *, checked: bool) -> list[Sign]:
    """Why this run deserves a word. Nothing here ever says that it is all right.

    `earlier`: what was told before, in any order. `known_places`: those of the last check. `checked`: there was one.
    A rise is what a check-in calls worse, measured against the mildest of the last three.
    """
    if not run.score:
        return []
    in_order = sorted(earlier, key=lambda each: each[0])
    before = [strength for at, strength in in_order if at < run.at][-COMPARED:]
    mildest = min(before, key=lambda each: each.meant[0], default=None)
    known = frozenset(known_places)
    found: dict[Sign, bool] = {
        "strong": run.score >= STRONG,
        "rising": change(mildest, run.strength) == "up",
        "new_place": bool(known) and not known >= frozenset(run.places),
        "unchecked": not checked,
    }
    return [sign for sign, holds in found.items() if holds]


# --- what the picture shows ------------------------------------------------------------------------------------------


def advice(history: Sequence[Entry], episode: Episode) -> list[tuple[datetime, str]]:
    """When which level was told: at first, and whenever it changed."""
    told = [(datetime.fromisoformat(each.at), each.level) for each in history if each.level]
    if episode.level and episode.planned_from and told and told[-1][1] != episode.level:
        told.append((episode.planned_from, episode.level))  # hurt by ice: no check-in stands behind it
    return [each for place, each in enumerate(told) if place == 0 or told[place - 1][1] != each[1]]


def scores(history: Sequence[Entry]) -> list[Scored]:
    """How strong it was told to be, check by check."""
    return [(datetime.fromisoformat(each.at), each.score) for each in history if each.score is not None]


def strengths(history: Sequence[Entry]) -> list[Earlier]:
    """The same as it is compared: a number, or a word."""
    found = [(datetime.fromisoformat(each.at), each.score, each.in_words) for each in history]
    return [(at, Strength(score, in_words)) for at, score, in_words in found if score is not None]


def window(moments: Sequence[datetime], now: datetime, wanted: int | None = None) -> int:
    """Over how many days to look: as asked for, else as few as hold everything, and not too many for a phone."""
    if wanted in WINDOWS_DAYS:
        return wanted or 0
    oldest = min(moments, default=now)
    return WINDOWS_DAYS[0] if now - oldest < timedelta(days=WINDOWS_DAYS[0]) else USUAL_DAYS
