"""The pace of each chat: four new messages at once, then one every 1.25 s.

Telegram allows one a second in a chat and tolerates short bursts. With these figures it is never more than 20 in 20 s,
which is what simulator/pace.py lets pass. Edits and answers to presses are no new messages. Who asks: bot/deliver.py,
and not for what is urgent. With neighbours each process counts what it has sent itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.clock import Clock

A_CHATS_MESSAGE_EVERY_S, AT_ONCE = 1.25, 4


class ChatPace:
    """Remembers the chats that had something in the last seconds: until when, had each message taken its 1.25 s."""

    def __init__(self, clock: Clock, every_s: float = A_CHATS_MESSAGE_EVERY_S) -> None:
        self._clock = clock
        self._every = timedelta(seconds=every_s) * clock.scale
        self._ahead = (AT_ONCE - 1) * self._every
        self._paid_at: dict[bytes, datetime] = {}
        self._before = clock.now() + self._ahead  # the process before may have sent a burst just now

    def sent(self, chat: bytes) -> None:
        """A new message goes there now. What was urgent may go beyond the burst, and is not remembered for longer."""
        if self._every:
            now = self._clock.now()
            paid_at = max(self._paid_at.get(chat, self._before), now) + self._every
            self._paid_at[chat] = min(paid_at, now + self._ahead + self._every)

    def slow(self) -> Mapping[bytes, datetime]:
        """The chats to which no new message may go now, and when it may. Who has paid for everything is forgotten.

        What is far ahead was counted on a clock that has been set back since.
        """
        now = self._clock.now()
        self._before = min(self._before, now + self._ahead)
        furthest = now + self._ahead + self._every
        self._paid_at = {chat: at for chat, at in self._paid_at.items() if now < at <= furthest}
        return {chat: at - self._ahead for chat, at in self._paid_at.items() if at - self._ahead > now}

    def is_slow(self, chat: bytes) -> bool:
        """Is this one of them?"""
        return chat in self._paid_at and chat in self.slow()
