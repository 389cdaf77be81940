"""What whoever runs the bot may lend to the chat page. The simulator knows none of it by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simulator.records import Json


@dataclass(frozen=True, slots=True)
class Clock:
    """The time machine. `await state()` is {"now": iso, "planned": [{"title", "due_at", "person_id"}, ...]}.

    It may have "zones": {person: {"zone", "quiet_from", "quiet_until"}}, as far as the bot knows them.
    """

    advance: Callable[[float], Awaitable[None]]
    to_next: Callable[[], Awaitable[None]]
    state: Callable[[], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Host:
    """Everything is optional; the page hides what nobody lent.

    `idle()` says whether the bot has nothing left to do now. `inside(user_id)` is {"sections": [{"title", "rows":
    [{"name", "text", "note", "link"}], "empty"}]}. `kill(seconds)` cuts the bot off and brings another up after so
    long. `about()` is {"pack", "version", "folder", "news": {"text", "problems"}}. `keep` and `bring_back` snapshot
    and restore the bot's side.
    """

    clock: Clock | None = None
    idle: Callable[[], Awaitable[bool]] | None = None
    inside: Callable[[int], Awaitable[Json]] | None = None
    kill: Callable[[float], Awaitable[None]] | None = None
    about: Callable[[], Json] | None = None
    keep: Callable[[], Awaitable[Any]] | None = None
    bring_back: Callable[[Any], Awaitable[None]] | None = None
