"""What messages show, as far as this process knows: an edit that would change nothing is not sent.

Telegram refuses such an edit. A card's state is in the database too; the rest is a memory that may be lost.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from handlers.screens import Screen
from storage.outbox import Letter

MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Sight:
    digest: str | None
    has_buttons: bool


def digest(screen: Screen) -> str:
    """A short name for what a screen looks like."""
    return hashlib.sha256(repr(screen).encode()).hexdigest()[:16]


class Shown:
    """Remembers the last messages by chat and number."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[int, int], _Sight] = OrderedDict()

    def note(self, letter: Letter, message_id: int, screen: Screen | None) -> None:
        """Telegram shows this now; without a screen the buttons were taken off."""
        sight = _Sight(digest(screen), bool(screen.rows)) if screen else _Sight(None, has_buttons=False)
        self._seen[letter.chat_id, message_id] = sight
        self._seen.move_to_end((letter.chat_id, message_id))
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def forget(self, letter: Letter) -> None:
        """A call failed: nobody knows what the message shows."""
        self._seen.pop((letter.chat_id, letter.message_id or 0), None)

    def is_already(self, letter: Letter, screen: Screen | None) -> bool:
        """Does the message look so already?"""
        sight = self._seen.get((letter.chat_id, letter.message_id or 0))
        if letter.kind == "strip":
            return sight is not None and not sight.has_buttons
        if letter.kind != "edit" or screen is None:
            return False
        if sight is not None:
            return sight.digest == digest(screen)
        return letter.message_id == letter.card_message_id and letter.card_hash == digest(screen)
