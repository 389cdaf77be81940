"""Reads `reply_markup` as strictly as Telegram: buttons, rows, bytes and styles.

Documented: data of 1-64 bytes, styles danger, success and primary. Read from Telegram's server source: the words of
the errors and that buttons without an action are refused. Assumed: the words for too many buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator import keys_below
from simulator.records import BelowKeyboard, Button, Json, Keyboard, Refused, bad_request

MOST_BUTTONS = 100
MOST_PER_ROW = 8
MOST_DATA_BYTES = 64
_STYLES = ("danger", "success", "primary")
_OTHER = (
    *("web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "pay", "callback_game"),
    *("switch_inline_query_chosen_chat", "copy_text", "icon_custom_emoji_id"),
)
_KNOWN = ("text", "callback_data", "url", "style", *_OTHER)


@dataclass(frozen=True, slots=True)
class Markup:
    """What a message carries: inline buttons, or a change of the keyboard below the input line."""

    inline: Keyboard = ()
    reply: BelowKeyboard | None = None


def read_markup(markup: Mapping[str, Any] | None, *, inline_only: bool = False) -> Markup:
    """The keyboard of a call; None and an empty inline keyboard both mean none."""
    if not markup:
        return Markup()
    if "inline_keyboard" in markup:
        return Markup(inline=_inline(markup["inline_keyboard"]))
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        return Markup(reply=keys_below.read_keyboard(markup))
    if markup.get("remove_keyboard"):
        return Markup(reply=BelowKeyboard())
    if markup.get("force_reply"):
        return Markup()
    raise bad_request("object expected as reply markup")


def _inline(rows: object) -> Keyboard:
    if not isinstance(rows, list | tuple) or not all(isinstance(row, list | tuple) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = tuple(tuple(_button(button) for button in row) for row in rows if row)
    if sum(map(len, keyboard)) > MOST_BUTTONS or any(len(row) > MOST_PER_ROW for row in keyboard):
        raise bad_request("reply markup is too long")
    return keyboard


def _button(button: object) -> Button:
    if not isinstance(button, Mapping):
        raise _unparsed("InlineKeyboardButton must be an Object")
    for name in button:
        if name not in _KNOWN:
            raise _unparsed(f'unknown field "{name}" (refused by the simulator; Telegram ignores it)')
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsed('Can\'t find field "text"')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    other = {name: button[name] for name in _OTHER if name in button}
    return Button(text, _data(button), _url(button), _style(button), other) if _acts(button, other) else _no_action()


def _acts(button: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    actions = set(other) - {"icon_custom_emoji_id"}
    actions |= {name for name in ("callback_data", "url") if button.get(name) is not None}
    if len(actions) > 1:
        raise _unparsed(f"exactly one action is allowed, found {', '.join(sorted(actions))} (refused by the simulator)")
    return bool(actions)


def _no_action() -> Button:
    raise _unparsed("Text buttons are unallowed in the inline keyboard")


def _data(button: Mapping[str, Any]) -> str | None:
    data = button.get("callback_data")
    if data is None:
        return None
    if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "replace")) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(button: Mapping[str, Any]) -> str | None:
    url = button.get("url")
    if url is None:
        return None
    if not isinstance(url, str) or "://" not in url or any(letter.isspace() for letter in url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url


def _style(button: Mapping[str, Any]) -> str | None:
    style = button.get("style")
    if style in (None, "", "default"):
        return None
    if style not in _STYLES:
        raise _unparsed("invalid button style specified")
    return str(style)


def _unparsed(words: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {words}")


def button_json(button: Button) -> Json:
    """The button as Telegram gives it back."""
    own = {"text": button.text, "callback_data": button.data, "url": button.url, "style": button.style}
    return {name: value for name, value in own.items() if value is not None} | dict(button.other)
