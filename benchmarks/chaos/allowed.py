"""What a press that the bot never offered may change of its own person's state: what is theirs anyway, nobody else's.

A person's own buttons (clock, country, settings, a new check, "erase everything") are read by their name, and a client
that was tampered with may send its owner's at any time. What was answered in a check, and what was told, stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.callback import PersonPress, Press

TOLD = ("level", "causes")
LEAVING = frozenset(
    {"anew", "is_back", "consent", "privacy"}
)  # what is being asked is left, on the way to what they do
CLOCK = ("zone", "quiet")


def is_theirs_to_change(old: list[Any], new: list[Any], own: Sequence[Press]) -> bool:
    """Could these presses of the person have done that? `old` and `new` as tests/world.py tells a state."""
    names = {press.name for press in own if isinstance(press, PersonPress)}
    if old == new or not names:
        return old == new
    if not new:
        return any(isinstance(each, PersonPress) and _erases(each) for each in own)
    before, after = _checks(old), _checks(new)
    kept = [after.get(number) for number in before]
    may_leave = bool(names & LEAVING)
    return all(
        now is not None and _goes_on(was, now, may_leave) for was, now in zip(before.values(), kept, strict=True)
    )


def _erases(press: PersonPress) -> bool:
    """The yes of a card that says what goes, not an hour old: it carries no more than its moment."""
    return press.name == "erase" and press.value.startswith("yes/")


def _checks(state: list[Any]) -> dict[int, dict[str, Any]]:
    return {number: data for number, _, _, data in state[1]} if state else {}


def _goes_on(was: dict[str, Any], now: dict[str, Any], may_leave: bool) -> bool:
    """The same answers and the same told; of one that was left, what was certain may have been told meanwhile."""
    kept = ("answers", *TOLD, "history")
    if not may_leave or was["state"] == "closed":
        return all(was[each] == now[each] for each in kept)
    answers = all(now["answers"].get(name) == given for name, given in was["answers"].items())
    told = was["level"] is None or all(was[each] == now[each] for each in TOLD)
    return answers and told and now["history"][: len(was["history"])] == was["history"]


def without_a_closed_ones_clock(state: list[Any]) -> list[Any]:
    """A closed check learns of its person's new clock with the next press, however old (handlers/record.py)."""
    checks = [
        (number, stands, level, {name: each for name, each in data.items() if stands != "closed" or name not in CLOCK})
        for number, stands, level, data in state[1]
    ]
    return [state[0], checks, *state[2:]]


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Each place at which they are not the same, and what stood and stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from differences(old.get(name), new.get(name), f"{where}/{name}")
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        for place in range(max(len(old), len(new))):
            yield from differences(_at(old, place), _at(new, place), f"{where}/{place}")
    elif old != new:
        yield f"{where}: {old} -> {new}"


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
