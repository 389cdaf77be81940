"""How strong it is: told as a number from 0 to 10, or by somebody who has switched that off in one of four phrases.

A phrase becomes a number at once, so rules, verdicts and plans know numbers only. What is compared knows both: a
phrase may mean any of several numbers. What may be a worsening counts as one; what may be no relief is none by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from content.pack import Answers

PHRASES: Mapping[str, int] = {"nothing": 0, "little": 2, "bothers": 5, "stops": 8}
MEANS: Mapping[int, tuple[int, ...]] = {0: (0,), 2: (1, 2, 3), 5: (4, 5, 6), 8: (7, 8, 9, 10)}
SMALLEST_CHANGE = 2
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong it is. `in_words`: it was told as a phrase, whose number this is."""

    number: int
    in_words: bool = False

    @property
    def meant(self) -> tuple[int, ...]:
        """Every number that it may stand for."""
        return MEANS[self.number] if self.in_words else (self.number,)


def change(before: Strength | None, now: Strength | None) -> str:
    """Up or down by at least 2, and down by at least a third: the smallest change that means something.

    Told in words, a stronger phrase is `up`. A number and a phrase: `up` as soon as they may mean it. What may have
    fallen by too little is `unknown`, and the person's own word decides; `down` is only what can be nothing else.
    """
    if before is None or now is None:
        return UNKNOWN
    if before.in_words == now.in_words and (not now.in_words or now.number >= before.number):
        return _moved(before.number, now.number)
    found = {_moved(*pair) for pair in product(before.meant, now.meant)}
    return "up" if "up" in found else UNKNOWN if len(found) > 1 else found.pop()


def is_in_doubt(before: Strength | None, now: Strength | None) -> bool:
    """Is it read as stronger although it may well be as strong as before?"""
    if before is None or now is None or change(before, now) != "up":
        return False
    return before.in_words != now.in_words and any(_moved(*pair) != "up" for pair in product(before.meant, now.meant))


def _moved(before: int, now: int) -> str:
    if now - before >= SMALLEST_CHANGE:
        return "up"
    fallen = before - now
    return "down" if fallen >= SMALLEST_CHANGE and 3 * fallen >= before else "level"


def base_after(before: Strength | None, now: Strength | None, word: str) -> Strength | None:
    """What the next check-in compares with: the first day's; once it got worse, the worse one.

    Else the same pain would count as worse again at every check-in, and each time make it more urgent.
    """
    if before is None or now is None:
        return before or now
    return now if word == "worse" and now.number >= before.number else before


def phrase(number: int | str) -> str:
    """The phrase that became this number."""
    return next(each for each, becomes in PHRASES.items() if str(becomes) == str(number))


def as_said(answers: Answers, in_words: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The answers with the phrases that people pressed, in place of the numbers that these became."""
    said = dict(answers)
    for name in in_words:
        said[name] = frozenset(phrase(each) if each.isdigit() else each for each in said.get(name, ()))
    return {name: ticked for name, ticked in said.items() if ticked or name in answers}
