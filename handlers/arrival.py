"""What arrives from one person, without Telegram's types: a command, a press, words, or a change of membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.callback import AdminPress, EpisodePress, PersonPress


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a message, by Telegram's id of it."""

    kind: Literal["photo", "document"]
    file_id: str
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """`/name payload`. `forwarded`: somebody else wrote it."""

    name: str
    payload: str = ""
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Any other message; `text` is empty for one without words. It is looked at and forgotten, never stored.

    `html` and `file` are for admins, who send what is to be broadcast or published.
    """

    text: str
    html: str = ""
    file: Attached | None = None
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """A shared location, as the zone it lies in (None: in none). Where exactly is forgotten at the door."""

    zone: str | None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person has blocked the bot (or, `by_person` False, has let it in again)."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class Odd:
    """A press whose data this program did not write."""


What = Command | Typed | Located | Blocked | Odd | EpisodePress | PersonPress | AdminPress


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


@dataclass(frozen=True, slots=True)
class GroupArrival:
    """Something said or pressed where others read along. `tried`: which admin door somebody tried from there."""

    update_id: int
    chat_id: int
    user_id: int | None = None
    tried: str | None = None
    said: bool = False
    callback_id: str | None = None
    language_code: str | None = None
