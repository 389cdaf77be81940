"""Is this process at its work? Each part says so whenever it has completed a round; a long silence is an answer, too.

Real seconds by a clock that nobody can move: a hurried or pushed clock makes nobody look ill or well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot import logs

# How long a part may be silent while it is well: all below the 90 s after which an operator is promised to see it.
LONGEST_S: Mapping[str, float] = {
    "polling": 80.0,  # a poll lasts 30 s, and one that hangs is given up after 40
    "sweeping": 75.0,  # the net knocks every 30 s
    "sending": 60.0,  # it looks every 5 s; a call that hangs is given up after 30
    "telegram": 60.0,  # since the first of the calls that were not answered
    "database": 20.0,  # since the first of the turns that could not be stored
}
LOOPS = ("polling", "sweeping", "sending")


class PartEndedError(Exception):
    """A part of the bot has ended by itself: half a bot would look well, so it ends, too."""

    def __init__(self, part: str, error: BaseException | None) -> None:
        why = f" ({logs.place(error)})" if error else ""
        super().__init__(f"The part '{part}' has ended{why}, so the bot ends. Cure: start it again, and report this")


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nothing was heard of a part, in seconds, and how long that may be."""

    silent_s: float
    longest_s: float

    @property
    def is_well(self) -> bool:
        """Not too long yet."""
        return self.silent_s <= self.longest_s


class Pulse:
    """Remembers since when each part has been silent. A part that owes no sign of life is not in it.

    Apart from that: when the loop of a part has come round last, whatever came of it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.now = monotonic
        self._since: dict[str, float] = {}
        self._came: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """It has just completed a round."""
        self._since[part] = self._came[part] = self.now()

    def come(self, part: str, rests_s: float = 0.0) -> None:
        """Its loop has come round, though perhaps in vain; now it may rest for so many seconds."""
        self._came[part] = self.now() + rests_s

    def stuck(self) -> list[str]:
        """The parts whose loops have not come round for too long: something in them is waited for that never comes."""
        now, owing = self.now(), [part for part in LOOPS if part in self._since]
        return [part for part in owing if now - self._came.get(part, self._since[part]) > LONGEST_S[part]]

    def expect(self, part: str) -> None:
        """From now on it owes a sign of life, unless it does already."""
        self._since.setdefault(part, self.now())

    def rest(self, part: str) -> None:
        """It owes none: it has ended in order, or what was tried has succeeded."""
        self._since.pop(part, None)
        self._came.pop(part, None)

    def silences(self) -> dict[str, Silence]:
        """Every part of which something is expected."""
        now = self.now()
        return {part: Silence(now - since, LONGEST_S[part]) for part, since in self._since.items()}
