"""What is measured while the bot works: nothing, unless somebody may ask for it (bot/metrics.py)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from handlers.arrival import Blocked, Command, Located, Odd, Typed
from handlers.callback import AdminPress, EpisodePress, PersonPress

# The kinds of turns, by what arrived. There are no others: none is made of anything that somebody has sent.
KINDS: Mapping[type[object], str] = {
    Command: "command",
    Typed: "typed",
    Located: "located",
    Blocked: "blocked",
    Odd: "odd_press",
    EpisodePress: "press",
    PersonPress: "own_press",
    AdminPress: "admin_press",
}
FOLLOW_UP, GROUP = "follow_up", "group"
TURNS = (*KINDS.values(), FOLLOW_UP, GROUP)


class Meter:
    """Forgets everything at once. Seconds are real ones."""

    def turn(self, kind: str) -> AbstractContextManager[None]:
        """Around one turn, one of TURNS: from the asking to the commit."""
        return nullcontext()

    def called(self, method: str, status: int, seconds: float) -> None:
        """Telegram answered a call with this status, or did not (0)."""

    def transacted(self, waited_s: float, seconds: float, done: bool) -> None:
        """A transaction waited for a thread, then took so long. `done`: it was committed."""

    def lagged(self, seconds: float) -> None:
        """What was to be done at once had to wait for the event loop."""
