"""Reads the keyboard below the input line as strictly as Telegram.

Documented: a button is a text, or an object with at most one request; `request_location` works in private chats only.
Read from Telegram's source: the words of that refusal. Assumed: the words for too many buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.records import BelowKey, BelowKeyboard, Refused, bad_request

MOST_BUTTONS, MOST_PER_ROW = 300, 12
_REQUESTS = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")
_KEY_FIELDS = ("text", "style", "icon_custom_emoji_id", *_REQUESTS)
_FIELDS = ("keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")


def read_keyboard(markup: Mapping[str, Any]) -> BelowKeyboard:
    """A ReplyKeyboardMarkup."""
    for name in markup:
        if name not in _FIELDS:
            raise bad_request(f'unknown field "{name}" of the reply keyboard (the simulator refuses it)')
    rows = markup["keyboard"]
    if not isinstance(rows, list | tuple) or not all(isinstance(row, list | tuple) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    keys = tuple(tuple(_key(key) for key in row) for row in rows if row)
    if sum(map(len, keys)) > MOST_BUTTONS or any(len(row) > MOST_PER_ROW for row in keys):
        raise bad_request("reply markup is too long")
    return BelowKeyboard(keys, bool(markup.get("one_time_keyboard")))


def _key(key: object) -> BelowKey:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, Mapping):
        raise _unparsed("KeyboardButton must be an Object")
    for name in key:
        if name not in _KEY_FIELDS:
            raise _unparsed(f'unknown field "{name}" (refused by the simulator; Telegram ignores it)')
    text = key.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("keyboard button text must be non-empty")
    asked = [name for name in _REQUESTS if key.get(name)]
    if len(asked) > 1:
        raise _unparsed(f"at most one request is allowed, found {', '.join(asked)} (refused by the simulator)")
    return BelowKey(text, asked[0] if asked else "")


def check_chat(keyboard: BelowKeyboard | None, *, private: bool) -> None:
    """What a group must not be asked for."""
    asked = {key.asks for row in keyboard.keys for key in row} if keyboard else set[str]()
    if "request_location" in asked and not private:
        raise bad_request("location can be requested in private chats only")
    if "request_contact" in asked and not private:
        raise bad_request("phone number can be requested in private chats only")


def _unparsed(words: str) -> Refused:
    return bad_request(f"can't parse keyboard button: {words}")
