"""How people, messages and calls look to the page and to scripts: JSON from our records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.keyboards import button_json
from simulator.records import Call, Group, Json, Person, SimMessage
from simulator.telegram import Telegram


def person(each: Person) -> Json:
    """Somebody in the list of people."""
    return {
        "user_id": each.user_id,
        "name": f"{each.first_name} {each.last_name}".strip(),
        "language_code": each.language_code,
        "zone": each.zone,
        "admin": each.admin,
        "blocked": each.blocked,
        "deleted": each.deleted,
        "started": each.started,
    }


def group(each: Group) -> Json:
    """A group in the list of chats."""
    return {
        "chat_id": each.chat_id,
        "title": each.title,
        "members": list(each.member_ids),
        "bot_is_member": each.bot_is_member,
    }


def message(telegram: Telegram, each: SimMessage) -> Json:
    """One bubble."""
    return {
        "message_id": each.message_id,
        "from_bot": each.from_bot,
        "sender_id": each.sender_id,
        "kind": each.kind,
        "text": each.text,
        "entities": [dict(entity) for entity in each.entities],
        "keyboard": [[button_json(button) for button in row] for row in each.keyboard],
        "at": each.at.isoformat(),
        "edited": each.edited_at is not None,
        "silent": each.silent,
        "reply_keyboard": _below(each),
        "file": _file(telegram, each),
    }


def _below(each: SimMessage) -> list[list[Json]] | None:
    keyboard = each.reply_keyboard
    return (
        None if keyboard is None else [[{"text": key.text, "asks": key.asks} for key in row] for row in keyboard.keys]
    )


def _file(telegram: Telegram, each: SimMessage) -> Json | None:
    """What opens when the bubble is pressed; None without bytes."""
    part: Any = each.payload.get("document") or (each.payload.get("photo") or [None])[-1]
    if not isinstance(part, Mapping):
        return None
    try:
        shown = telegram.file(part["file_id"])
    except KeyError:
        return {"name": part.get("file_name", each.kind), "size": part.get("file_size", 0), "href": None}
    return {"name": shown.name, "size": len(shown.content), "href": f"/sim/file/{part['file_id']}", "mime": shown.mime}


def call(each: Call) -> Json:
    """One line of the journal."""
    return {
        "at": each.at.isoformat(),
        "method": each.method,
        "params": json.loads(json.dumps(each.params, default=str)),
        "ok": each.ok,
        "description": each.description,
        "error_code": each.error_code,
        "message_id": each.message_id,
        "injected": each.injected,
    }


def state(telegram: Telegram, user: str | None, chat: str | None, seen: dict[int, int]) -> Json:
    """Everything the page shows of one chat, and the list of all chats. The chat shown counts as `seen` from now on."""
    people = telegram.people()
    who = next((each for each in people if str(each.user_id) == user), people[0] if people else None)
    found: Json = {
        "bot": telegram.bot(),
        "people": [person(each) for each in people],
        "groups": [group(each) for each in telegram.groups()],
        "faults": telegram.planned_faults(),
        "user": None,
        "chat": None,
        "messages": [],
        "unread": {},
    }
    if who is None:
        return found
    chat_id = next((each.chat_id for each in telegram.groups() if str(each.chat_id) == chat), who.user_id)
    messages = [message(telegram, each) for each in telegram.chat(chat_id)]
    seen[chat_id] = max((each["message_id"] for each in messages), default=0)
    return found | {
        "user": who.user_id,
        "chat": chat_id,
        "menu": telegram.menu(who.user_id),
        "messages": messages,
        "unread": {str(each.user_id): _unread(telegram, each.user_id, seen) for each in people},
    }


def _unread(telegram: Telegram, chat_id: int, seen: dict[int, int]) -> int:
    after = seen.get(chat_id, 0)
    return sum(each.from_bot and each.message_id > after for each in telegram.chat(chat_id))
