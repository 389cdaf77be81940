"""What people do on their side of the glass; each move becomes an update as Telegram would make it.

Read from Telegram's clients: a text longer than 4,096 is sent in parts, somebody who blocked the bot must unblock it
before writing, and a tap in a blocked chat goes nowhere. Documented: in groups a bot with privacy mode hears only
commands, mentions of it and replies to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator import files, kinds, sending, wire
from simulator.entities import TEXT_LIMIT, find_entities
from simulator.records import Group, Json, Person, Query, SimMessage
from simulator.world import Upload, World

# Documented: messages of anonymous group administrators come from @GroupAnonymousBot.
GROUP_ANONYMOUS_BOT = 1_087_968_824


class People:
    """The people's side of one world. Moves return the update's id, or None when nothing reaches the bot."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, person: Person) -> None:
        """Introduce somebody, or change the account of somebody known."""
        known = self._world.people.get(person.user_id)
        state = (known.started, known.blocked, known.deleted) if known else (False, False, False)
        started, blocked, deleted = state
        self._world.change_person(replace(person, started=started, blocked=blocked, deleted=deleted))

    def text(self, user_id: int, text: str, chat_id: int | None = None) -> int | None:
        """Write; the last part's update when the text had to be cut."""
        if not text.strip():
            raise ValueError("an empty text cannot be sent: the send button is not there")
        parts = [text.strip()[at : at + TEXT_LIMIT] for at in range(0, len(text.strip()), TEXT_LIMIT)]
        return [self._write(user_id, part, chat_id or user_id) for part in parts][-1]

    def forward(self, user_id: int, text: str, author_id: int) -> int | None:
        """Hand on what somebody else wrote."""
        author = wire.user_json(self._world.person(author_id))
        origin = {"type": "user", "date": int(self._world.now().timestamp()), "sender_user": author}
        return self._post(user_id, user_id, "text", text, {"forward_origin": origin})

    def anonymous(self, chat_id: int, text: str) -> int | None:
        """An admin of a group writes as the group: Telegram gives the name of a bot of its own as the sender."""
        self._world.people.setdefault(GROUP_ANONYMOUS_BOT, Person(GROUP_ANONYMOUS_BOT, "Group"))
        sender = wire.group_chat_json(self._world.groups[chat_id])
        return self._post(GROUP_ANONYMOUS_BOT, chat_id, "text", text, {"sender_chat": sender})

    def _write(self, user_id: int, text: str, chat_id: int) -> int | None:
        return self._post(user_id, chat_id, "text", text, {})

    def kind(self, user_id: int, kind: str) -> int | None:
        """Send something that is not text, or edit the last text written (`edited_message`)."""
        if kind == "edited_message":
            return self._edit_last(user_id)
        return self._post(user_id, user_id, kind, "", kinds.payload(kind))

    def location(self, user_id: int, latitude: float, longitude: float) -> int | None:
        """Share a point on the earth."""
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError(f"no place on the earth: {latitude}, {longitude}")
        return self._post(user_id, user_id, "location", "", kinds.location(latitude, longitude))

    def file(self, user_id: int, upload: Upload, caption: str = "", chat_id: int | None = None) -> int | None:
        """Send a file: a picture as a photo, anything else as a document."""
        mime = files.mime_of(upload)
        kind = "photo" if mime.startswith("image/") else "document"
        payload = sending.media_json(self._world, kind, files.keep(self._world, upload), upload.name)
        if kind == "document":
            payload["document"]["mime_type"] = mime
        return self._post(user_id, chat_id or user_id, kind, caption, payload)

    def _edit_last(self, user_id: int) -> int | None:
        self._begin(user_id)
        own = [each for each in self._world.messages.get(user_id, {}).values() if _is_own_text(each)]
        if not own:
            self._post(user_id, user_id, "text", "first", {})
            return self._edit_last(user_id)
        text = f"{own[-1].text} (corrected)"
        edited = replace(own[-1], text=text, entities=find_entities(text), edited_at=self._world.now())
        self._world.keep(edited, "edit")
        return self._world.update("edited_message", self._world.message_json(edited), user_id)

    def _post(self, user_id: int, chat_id: int, kind: str, text: str, payload: Json) -> int | None:
        if chat_id == user_id:
            self._begin(user_id)
        message = self._world.keep(
            SimMessage(
                message_id=self._world.next_message_id(),
                chat_id=chat_id,
                from_bot=False,
                sender_id=user_id,
                text=text,
                entities=find_entities(text),
                at=self._world.now(),
                kind=kind,
                payload=payload,
            )
        )
        if not self._hears(message):
            return None
        return self._world.update("message", self._world.message_json(message), chat_id)

    def _begin(self, user_id: int) -> None:
        """Writing starts the chat, and unblocks a blocked bot first."""
        person = self._world.person(user_id)
        if person.deleted:
            raise ValueError(f"the account {user_id} is deleted and cannot write")
        if person.blocked:
            self.block(user_id, blocked=False)
        if not person.started:
            self._world.change_person(replace(self._world.person(user_id), started=True))

    def _hears(self, message: SimMessage) -> bool:
        group = self._world.groups.get(message.chat_id)
        if group is None:
            return True
        if not group.bot_is_member:
            return False
        marks = {each["type"] for each in message.entities}
        return "bot_command" in marks or f"@{self._world.username}".lower() in message.text.lower()

    def tap(self, user_id: int, message_id: int, data: str) -> int | None:
        """Press a button, real or forged; a vanished message comes as an inaccessible one."""
        person = self._world.person(user_id)
        if person.blocked or person.deleted:
            return None
        chat_id = self._chat_of(user_id, message_id)
        query = Query(self._world.next_query_id(), user_id, chat_id, self._world.now())
        self._world.queries[query.query_id] = self._world.unanswered[query.query_id] = query
        message = self._world.message(chat_id, message_id)
        chat = self._world.chat_json(chat_id)
        shown = self._world.message_json(message) if message else wire.inaccessible_json(message_id, chat)
        body = {"id": query.query_id, "from": wire.user_json(person), "message": shown, "data": data}
        return self._world.update("callback_query", body | {"chat_instance": f"-{10**18 + user_id}"}, user_id)

    def _chat_of(self, user_id: int, message_id: int) -> int:
        groups = [group.chat_id for group in self._world.groups.values() if user_id in group.member_ids]
        return next((chat for chat in groups if self._world.message(chat, message_id)), user_id)

    def block(self, user_id: int, *, blocked: bool) -> int | None:
        """Stop or restart the bot: my_chat_member with `kicked` or `member`."""
        person = self._world.change_person(replace(self._world.person(user_id), blocked=blocked))
        chat = wire.private_chat_json(person)
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        return self._membership(chat, person, before, after)

    def delete_account(self, user_id: int) -> None:
        """The account is gone; the bot is not told."""
        self._world.change_person(replace(self._world.person(user_id), deleted=True))

    def add_group(self, chat_id: int, title: str, member_ids: Sequence[int]) -> int | None:
        """The first member adds the bot to a group."""
        group = Group(chat_id, title, tuple(member_ids))
        self._world.groups[chat_id] = group
        self._world.tell("group", chat_id=chat_id)
        adder = self._world.person(group.member_ids[0])
        return self._membership(wire.group_chat_json(group), adder, "left", "member")

    def _membership(self, chat: Json, by: Person, before: str, after: str) -> int | None:
        update = {"chat": chat, "from": wire.user_json(by), "date": int(self._world.now().timestamp())}
        update |= {"old_chat_member": self._member(before), "new_chat_member": self._member(after)}
        return self._world.update("my_chat_member", update, chat["id"])

    def _member(self, status: str) -> Json:
        banned = {"until_date": 0} if status == "kicked" else {}
        return {"user": self._world.bot_json(), "status": status} | banned

    def delete_message(self, user_id: int, message_id: int) -> None:
        """The person deletes a message for both sides; the bot is not told."""
        message = self._world.message(user_id, message_id)
        if message is None:
            raise KeyError(f"no message {message_id} in the chat of {user_id}")
        self._world.forget(message)


def _is_own_text(message: SimMessage) -> bool:
    return not message.from_bot and message.kind == "text" and not message.deleted
