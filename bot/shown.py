"""What messages show, as far as this process knows: an edit that would change nothing is not sent.

Telegram refuses such an edit. A card's state is in the database too; the rest is a memory that may be lost, and that
says nothing when there are neighbours: they change messages too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.neighbours import Neighbours
from handlers.screens import Screen
from storage.crypto import Keys
from storage.letters import Letter

MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Sight:
    digest: str | None
    has_buttons: bool


class Shown:
    """Remembers the last messages by chat and number. `keys` of the database: who reads its tables cannot tell a card
    by trying all that it might show.
    """

    def __init__(self, keys: Callable[[], Keys], neighbours: Neighbours) -> None:
        self._keys, self._neighbours = keys, neighbours
        self._seen: OrderedDict[tuple[int, int], _Sight] = OrderedDict()
        neighbours.on_news(self._doubt)

    def _doubt(self) -> None:
        if self._neighbours.count > 1:
            self._seen.clear()

    def digest(self, letter: Letter, screen: Screen) -> str:
        """A short name for what a screen looks like, in this chat."""
        return self._keys().mark("card", letter.chat_id, repr(screen)).hex()

    def note(self, letter: Letter, message_id: int, screen: Screen | None, looks: str | None) -> None:
        """Telegram shows this now, whose digest is `looks`; without a screen the buttons were taken off."""
        sight = _Sight(looks, has_buttons=screen is not None and bool(screen.rows))
        self._seen[letter.chat_id, message_id] = sight
        self._seen.move_to_end((letter.chat_id, message_id))
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def forget(self, letter: Letter) -> None:
        """A call failed: nobody knows what the message shows."""
        self._seen.pop((letter.chat_id, letter.message_id or 0), None)

    def is_already(self, letter: Letter, screen: Screen | None, looks: str | None) -> bool:
        """Does the message look so already? `looks`: the screen's digest."""
        self._doubt()
        sight = self._seen.get((letter.chat_id, letter.message_id or 0))
        if letter.kind == "strip":
            return sight is not None and not sight.has_buttons
        if letter.kind != "edit" or screen is None:
            return False
        if sight is not None:
            return sight.digest == looks
        return letter.message_id == letter.card_message_id and letter.card_hash == looks
