"""Watches how fast the bot sends, and notes where Telegram would begin to refuse.

Documented (Bots FAQ): one message a second in a chat with short bursts tolerated, 20 a minute in a group, about 30 a
second overall. Assumed: a burst is tolerated up to 20 messages in 20 seconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages in any `window`."""

    most: int
    window: timedelta
    words: str


OVERALL = Limit(30, timedelta(seconds=1), "more than 30 messages in a second overall")
PER_CHAT = Limit(20, timedelta(seconds=20), "more than 20 messages in 20 seconds to one chat")
PER_GROUP = Limit(20, timedelta(minutes=1), "more than 20 messages in a minute to one group")


@dataclass(slots=True)
class Pace:
    """Sliding windows over what was sent; `violations` are sentences, in the order they happened."""

    violations: list[str] = field(default_factory=list)
    _windows: dict[tuple[str, int], deque[datetime]] = field(default_factory=dict)

    def sent(self, chat_id: int, at: datetime) -> None:
        """One message reached a chat."""
        self._count(OVERALL, 0, at)
        self._count(PER_GROUP if chat_id < 0 else PER_CHAT, chat_id, at)

    def _count(self, limit: Limit, chat_id: int, at: datetime) -> None:
        window = self._windows.setdefault((limit.words, chat_id), deque())
        window.append(at)
        while window[0] <= at - limit.window:
            window.popleft()
        if len(window) > limit.most:
            where = f" (chat {chat_id})" if chat_id else ""
            self.violations.append(f"{at.isoformat()}: {limit.words}{where}: {len(window)}")
