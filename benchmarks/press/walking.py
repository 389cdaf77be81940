"""Which button of their card somebody presses next: a few questions forward, ticking boxes on the way, and back."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.press.street import Person
from content import buttons
from handlers.callback import EpisodePress, decode

FURTHEST = 10
Choose = Callable[[Person], str]


def echoed(person: Person) -> str:
    """One of the six, in turn."""
    person.steps += 1
    return str(person.keys[person.steps % 3][person.steps % 2]["callback_data"])


def walked(person: Person) -> str:
    """A press that changes the card, which is edited: never an outcome, a picture, or a stop.

    As most people go: no red flag at the gates, two symptoms, what is asked of them; and back again.
    """
    shown = _shown(person)
    if buttons.BACK not in shown:
        person.steps = 0
    person.steps += 1
    if person.steps > FURTHEST:
        return shown[buttons.BACK]
    ticked = any(option.startswith(buttons.UNTICK) for option in shown)
    picks = [option for option in shown if option.startswith(buttons.PICK)]
    ticks = [option for option in shown if option.startswith(buttons.TICK)]
    if ticked:
        return shown[buttons.DONE]
    return shown[(picks or ticks)[-1]]


def ticked(person: Person) -> str:
    """A box of the first question is ticked or the tick is taken off, whatever was pressed before."""
    person.steps += 1
    data = [shown for option, shown in _shown(person).items() if option[0] in buttons.TICK + buttons.UNTICK]
    stem, _, option = data[0].rpartition(".")
    return f"{stem}.{buttons.UNTICK if person.steps % 2 else buttons.TICK}{option[1:]}"


def _shown(person: Person) -> dict[str, str]:
    """The buttons of the open question, by what they mean."""
    data = [key["callback_data"] for row in person.keys for key in row]
    return {read.option: each for each in data if isinstance(read := decode(each), EpisodePress)}
