"""Everything Telegram remembers for one bot: people, groups, messages, taps, the queue of updates, the bot's profile.

State and the few moves both sides share; what a bot may do is in `methods.py`, what people do in `telegram.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simulator import wire
from simulator.diary import Diary
from simulator.pace import Pace
from simulator.records import CallbackAnswer, Group, Json, Person, Query, Refused, SimMessage, bad_request
from simulator.updates import UpdateQueue

Listener = Callable[[Json], None]
FIRST_QUERY = 4_300_000_000_000_000_001


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are pushed instead of being fetched."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    content: bytes
    mime: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({len(self.content)} bytes)"


_KEPT = (
    *("people", "groups", "messages", "queries", "unanswered", "answers", "webhook", "webhook_error", "profile"),
    *("pace", "files", "diaries", "_last_message_id", "_last_query_id"),
)


class World:
    """Plain state; `now` is the only clock."""

    def __init__(self, now: Callable[[], datetime], token: str, username: str) -> None:
        self.now = now
        self.token = token
        self.username = username
        self.bot_id = int(token.partition(":")[0])
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: dict[int, dict[int, SimMessage]] = {}
        self.queries: dict[str, Query] = {}
        self.unanswered: dict[str, Query] = {}
        self.answers: list[CallbackAnswer] = []
        self.updates = UpdateQueue(now)
        self.webhook: Webhook | None = None
        self.webhook_error: tuple[datetime, str] | None = None
        self.profile: dict[tuple[str, str], Any] = {}
        self.pace = Pace()
        self.files: dict[str, Upload] = {}
        self.diaries: dict[int, Diary] = {}
        self.listeners: list[Listener] = []
        self._last_message_id = 0
        self._last_query_id = FIRST_QUERY - 1

    # --- telling

    def tell(self, event: str, **details: object) -> None:
        """Say to everybody who listens that something changed."""
        for listener in list(self.listeners):
            listener({"event": event, **details})

    # --- keeping

    def snapshot(self) -> Json:
        """Everything as it is now; `restore` takes it as often as you like."""
        return copy.deepcopy({name: getattr(self, name) for name in _KEPT}) | {"updates": self.updates.snapshot()}

    def restore(self, kept: Json) -> None:
        """Back to that moment, whatever the clock says."""
        for name, value in copy.deepcopy({name: kept[name] for name in _KEPT}).items():
            setattr(self, name, value)
        self.updates.restore(kept["updates"])
        self.tell("restored")

    def diary(self, user_id: int) -> Diary:
        """What happened in this person's chat so far."""
        return self.diaries.setdefault(user_id, Diary(self.now()))

    # --- looking up

    def person(self, user_id: int) -> Person:
        """Somebody a test introduced; a stranger is a mistake of the test."""
        if user_id not in self.people:
            raise KeyError(f"nobody has the id {user_id}: add_person first")
        return self.people[user_id]

    def writable_chat(self, chat: int | str | None) -> int:
        """The chat a bot may write to now, or Telegram's refusal."""
        chat_id = self.readable_chat(chat)
        if chat_id in self.groups:
            if not self.groups[chat_id].bot_is_member:
                raise Refused(403, "Forbidden: bot is not a member of the group chat")
            return chat_id
        person = self.people[chat_id]
        if person.deleted:
            raise Refused(403, "Forbidden: user is deactivated")
        if not person.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if person.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat_id

    def readable_chat(self, chat: int | str | None) -> int:
        """A chat the bot has met; people it never saw, not even in a group, are not found."""
        if chat is None or chat == "":
            raise bad_request("chat_id is empty")
        if isinstance(chat, int) and (chat in self.groups or self._met(chat)):
            return chat
        raise bad_request("chat not found")

    def _met(self, user_id: int) -> bool:
        person = self.people.get(user_id)
        if person is None:
            return False
        return person.started or any(user_id in group.member_ids for group in self.groups.values())

    def message(self, chat_id: int, message_id: int | None) -> SimMessage | None:
        """The message if it still exists."""
        found = self.messages.get(chat_id, {}).get(message_id or 0)
        return None if found is None or found.deleted else found

    # --- changing

    def next_message_id(self) -> int:
        """Ids grow over all chats of an account, as they do on Telegram."""
        self._last_message_id += 1
        return self._last_message_id

    def next_query_id(self) -> str:
        """A number of its own for every tap."""
        self._last_query_id += 1
        return str(self._last_query_id)

    def keep(self, message: SimMessage, event: str = "message") -> SimMessage:
        """Store a new or changed message and tell."""
        self.messages.setdefault(message.chat_id, {})[message.message_id] = message
        if message.from_bot and message.chat_id in self.people:
            diary = self.diary(message.chat_id)
            diary.removed(message) if message.deleted else diary.shown(message)
        self.tell(event, chat_id=message.chat_id, message_id=message.message_id)
        return message

    def forget(self, message: SimMessage) -> None:
        """Delete for everybody."""
        self.keep(replace(message, deleted=True), "delete")

    def change_person(self, person: Person) -> Person:
        """Store somebody's new state and tell."""
        self.people[person.user_id] = person
        self.tell("person", user_id=person.user_id)
        return person

    def update(self, kind: str, content: Json, queue: int) -> int | None:
        """Queue an update for the bot and tell the doors."""
        update_id = self.updates.add(kind, content, queue)
        self.tell("update", kind=kind)
        return update_id

    # --- on the wire

    def bot_json(self) -> Json:
        """The bot as a User."""
        name = self.profile.get(("name", "")) or "Stride Check"
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def chat_json(self, chat_id: int) -> Json:
        """A chat the machine knows."""
        if chat_id in self.groups:
            return wire.group_chat_json(self.groups[chat_id])
        return wire.private_chat_json(self.people[chat_id])

    def message_json(self, message: SimMessage) -> Json:
        """A message as the bot receives it, with the one it answers."""
        sender = self.bot_json() if message.from_bot else wire.user_json(self.people[message.sender_id])
        body = wire.message_json(message, sender, self.chat_json(message.chat_id))
        answered = self.message(message.chat_id, message.reply_to) if message.reply_to else None
        if answered is not None:
            body["reply_to_message"] = self.message_json(replace(answered, reply_to=None))
        return body
