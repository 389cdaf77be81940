"""Does what a pack says of complaints that come back mean something? What may be lasting, and what floors may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from content.conditions import ALWAYS, Condition
from content.reading import Node

if TYPE_CHECKING:
    from content.pack import Pack, Question

Reference = tuple[tuple[str, ...], str, str]
At = Callable[[tuple[str, ...]], Node]


def check(pack: Pack, at: At) -> None:
    """Report every lasting question that must be asked anew, and every floor that could never be right."""
    asked = {ask.question for ask in pack.flow}
    for question in pack.questions.values():
        if question.lasting and (wrong := _unlasting(pack, question, asked)):
            at(("questions", question.id)).wrong(wrong)
    for number, floor in enumerate(pack.recall.floors if pack.recall else ()):
        place = at(("recall", "floors", str(number)))
        if floor.level in pack.levels and pack.levels[floor.level].alone:
            place.wrong(f"level {floor.level} is shown alone; only answers lead there")
        if floor.times < 2:
            place.wrong("`times` counts the first time too; write 2 or more")


def _unlasting(pack: Pack, question: Question, asked: set[str | None]) -> str | None:
    """Why no earlier answer to this question may stand."""
    if question.kind == "gate":
        return "is a gate and cannot be `lasting`; red flags are asked again every time"
    if question.show or any(option.when != ALWAYS for option in question.options):
        return "cannot be `lasting`: who did not see a line has not answered it"
    if question.id not in asked:
        return "is `lasting` but never asked in `flow`"
    return None if pack.recall else "is `lasting`; add `recall:`, which says for how long"


def conditions(pack: Pack) -> Iterator[tuple[tuple[str, ...], Condition]]:
    """The floors' conditions, each with its place."""
    for number, floor in enumerate(pack.recall.floors if pack.recall else ()):
        yield ("recall", "floors", str(number)), floor.when


def references(pack: Pack) -> Iterator[Reference]:
    """What the floors and `about` name: the path, the kind and the name."""
    for number, floor in enumerate(pack.recall.floors if pack.recall else ()):
        yield ("recall", "floors", str(number)), "level", floor.level
    for question in pack.about:
        yield ("about",), "question", question


def said(pack: Pack) -> tuple[str, ...]:
    """The texts of `says` that tell somebody why it is more urgent now that it has come back."""
    return (pack.recall.say, *(floor.say for floor in pack.recall.floors)) if pack.recall else ()
