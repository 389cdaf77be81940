"""Telegram's queue of updates for one bot.

Read from Telegram's server source (Client.cpp): an update is confirmed only by a later getUpdates with a higher
offset, or by a 2xx of the webhook; until then it is given again. A tap lives 150 s, everything else a day. A negative
offset forgets all but the newest. Kinds the bot did not ask for are dropped when they arise, not when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator.records import Json

TAP_LIFE = timedelta(seconds=150)
MESSAGE_LIFE = timedelta(days=1)
FIRST_UPDATE_ID = 700_000_001

KINDS = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "business_connection"),
    *("business_message", "edited_business_message", "deleted_business_messages", "guest_message"),
    *("message_reaction", "message_reaction_count"),
    *("inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query"),
    *("purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request"),
    *("chat_boost", "removed_chat_boost", "managed_bot"),
)
ONLY_WHEN_ASKED = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(frozen=True, slots=True)
class Entry:
    """One update waiting; `queue` is the chat or user whose updates the webhook delivers in order."""

    update_id: int
    body: Json
    queue: int
    expires_at: datetime
    repeat: bool = False


class UpdateQueue:
    """Holds updates until they are confirmed or too old; `forgotten` are the numbers of those that got too old."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._next_id = FIRST_UPDATE_ID
        self._waiting: list[Entry] = []
        self._repeats: list[Entry] = []
        self._known: dict[int, Entry] = {}
        self.allowed: tuple[str, ...] = ()
        self.forgotten: list[int] = []

    def add(self, kind: str, content: Json, queue: int) -> int | None:
        """Queue one update; None when the bot did not ask for this kind."""
        if not self._wants(kind):
            return None
        life = TAP_LIFE if kind == "callback_query" else MESSAGE_LIFE
        body: Json = {"update_id": self._next_id, kind: content}
        entry = Entry(self._next_id, body, queue, self._now() + life)
        self._next_id += 1
        self._known[entry.update_id] = entry
        self._waiting.append(entry)
        return entry.update_id

    def repeat(self, update_id: int) -> None:
        """Offer a known update once more, confirmed or not, expired or not."""
        self._repeats.append(replace(self._known[update_id], repeat=True))

    def take(self, offset: int, limit: int) -> list[Json]:
        """What getUpdates answers; the entries below `offset` are confirmed and gone."""
        if offset < 0:
            self._waiting = self.waiting()[offset:]
        elif offset > 0:
            self._waiting = [entry for entry in self._waiting if entry.update_id >= offset]
        repeats, self._repeats = self._repeats[:limit], self._repeats[limit:]
        return [entry.body for entry in (*repeats, *self.waiting())][:limit]

    def confirm(self, update_id: int, *, repeat: bool = False) -> None:
        """The webhook took it."""
        if repeat:
            self._repeats = [entry for entry in self._repeats if entry.update_id != update_id]
        else:
            self._waiting = [entry for entry in self._waiting if entry.update_id != update_id]

    def clear(self) -> None:
        """`drop_pending_updates`: everything waiting is forgotten."""
        self._waiting, self._repeats = [], []

    def waiting(self) -> list[Entry]:
        """Unconfirmed updates that are not too old, oldest first, without repeats."""
        now = self._now()
        self.forgotten += [entry.update_id for entry in self._waiting if entry.expires_at <= now]
        self._waiting = [entry for entry in self._waiting if entry.expires_at > now]
        return list(self._waiting)

    def offered(self) -> list[Entry]:
        """All that would be delivered now, repeats first."""
        return [*self._repeats, *self.waiting()]

    def snapshot(self) -> Json:
        """The queue as it is; entries are never changed, so a shallow copy keeps it."""
        kept = {"next_id": self._next_id, "waiting": list(self._waiting), "repeats": list(self._repeats)}
        return kept | {"known": dict(self._known), "allowed": self.allowed}

    def restore(self, kept: Json) -> None:
        """Back to a snapshot."""
        self._next_id, self.allowed = kept["next_id"], kept["allowed"]
        self._waiting, self._repeats, self._known = list(kept["waiting"]), list(kept["repeats"]), dict(kept["known"])

    def ask_for(self, kinds: Sequence[str]) -> None:
        """`allowed_updates`: an empty list means the default (all but three kinds); unknown names are ignored."""
        self.allowed = tuple(kind for kind in KINDS if kind in kinds)

    def _wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED
