"""How people, chats and messages look on the wire: Telegram's JSON, from our records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.keyboards import button_json
from simulator.records import Group, Json, Person, SimMessage

MEDIA = frozenset(("photo", "document", "voice", "video", "audio", "animation"))


def user_json(person: Person) -> Json:
    """A User as the bot sees it; absent values are left out, as Telegram does."""
    optional = {
        "last_name": person.last_name or None,
        "username": person.username,
        "language_code": person.language_code,
    }
    present = {name: value for name, value in optional.items() if value is not None}
    return {"id": person.user_id, "is_bot": False, "first_name": person.first_name, **present}


def private_chat_json(person: Person) -> Json:
    """The chat with one person, which has the person's id."""
    optional = {"last_name": person.last_name or None, "username": person.username}
    present = {name: value for name, value in optional.items() if value is not None}
    return {"id": person.user_id, "type": "private", "first_name": person.first_name, **present}


def group_chat_json(group: Group) -> Json:
    """A group; ids below -10^12 are supergroups, as on Telegram."""
    kind = "supergroup" if group.chat_id <= -1_000_000_000_000 else "group"
    return {"id": group.chat_id, "type": kind, "title": group.title}


def message_json(message: SimMessage, sender: Mapping[str, Any], chat: Mapping[str, Any]) -> Json:
    """A Message; `sender` and `chat` are already JSON."""
    body: Json = {"message_id": message.message_id, "from": dict(sender), "chat": dict(chat)}
    body["date"] = int(message.at.timestamp())
    if message.edited_at is not None:
        body["edit_date"] = int(message.edited_at.timestamp())
    body |= _content(message)
    if message.keyboard:
        rows = [[button_json(button) for button in row] for row in message.keyboard]
        body["reply_markup"] = {"inline_keyboard": rows}
    if message.protected:
        body["has_protected_content"] = True
    return body


def _content(message: SimMessage) -> Json:
    content: Json = dict(message.payload)
    if message.text:
        caption = message.kind in MEDIA
        content["caption" if caption else "text"] = message.text
        if message.entities:
            content["caption_entities" if caption else "entities"] = [dict(each) for each in message.entities]
    return content


def inaccessible_json(message_id: int, chat: Mapping[str, Any]) -> Json:
    """What a tap carries when its message is gone: documented as a Message with date 0."""
    return {"chat": dict(chat), "message_id": message_id, "date": 0}
