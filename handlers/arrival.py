"""What arrives from one person, without Telegram's types: a command, a press, words, or a change of membership."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.callback import EpisodePress, PersonPress


@dataclass(frozen=True, slots=True)
class Command:
    """`/name payload`."""

    name: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Any other message; `text` is empty for one without words. It is looked at and forgotten, never stored."""

    text: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person has blocked the bot (or, `by_person` False, has let it in again)."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class Odd:
    """A press whose data this program did not write."""


What = Command | Typed | Blocked | Odd | EpisodePress | PersonPress


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update of Telegram's from one person, without Telegram's types.

    `has_buttons`: the pressed message carries buttons now (an app may still show those that were taken off).
    """

    update_id: int
    telegram_id: int
    what: What
    language_code: str | None = None
    message_id: int | None = None
    callback_id: str | None = None
    has_buttons: bool = False
