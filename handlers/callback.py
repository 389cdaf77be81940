"""The only file that knows how button data is written: at most 64 bytes, never trusted.

    e<episode>.<turn>.<option>     a button of an episode        e1z.4.=yes
    p<turn>.<name>.<value>         a button of the person's own  p2.clock.60
    a.<name>.<value>               a button of an admin          a.publish.7
Numbers are written in base 36.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 64
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPISODE = re.compile(r"e([0-9a-z]{1,12})\.([0-9a-z]{1,6})\.([=+!-][A-Za-z0-9_:+-]{1,40})")
_ADMIN = re.compile(r"a\.([a-z_]{1,24})\.([A-Za-z0-9_/+:-]{0,36})")
_PERSON = re.compile(r"p([0-9a-z]{1,6})\.([a-z_]{1,16})\.([A-Za-z0-9_/+-]{0,40})")


@dataclass(frozen=True, slots=True)
class EpisodePress:
    """A press inside an episode."""

    episode: int
    turn: int
    option: str


@dataclass(frozen=True, slots=True)
class PersonPress:
    """A press on one of the person's own cards."""

    turn: int
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class AdminPress:
    """A press on an admin's card. It carries no turn: what it does is decided by what is stored."""

    name: str
    value: str = ""


Press = EpisodePress | PersonPress | AdminPress


def encode(press: Press) -> str:
    """The button data of a press. Raises ValueError when it does not fit, which `decode` could not read back."""
    match press:
        case EpisodePress(episode, turn, option):
            data = f"e{_write(episode)}.{_write(turn)}.{option}"
        case PersonPress(turn, name, value):
            data = f"p{_write(turn)}.{name}.{value}"
        case AdminPress(name, value):
            data = f"a.{name}.{value}"
    if decode(data) != press:
        raise ValueError(f"this does not fit a button: {press}")
    return data


def decode(data: str) -> Press | None:
    """The press that button data means, or None for anything that this program did not write."""
    if len(data) > MAX_BYTES or not data.isascii():
        return None
    if match := _EPISODE.fullmatch(data):
        return EpisodePress(int(match[1], 36), int(match[2], 36), match[3])
    if match := _PERSON.fullmatch(data):
        return PersonPress(int(match[1], 36), match[2], match[3])
    if match := _ADMIN.fullmatch(data):
        return AdminPress(match[1], match[2])
    return None


def _write(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
