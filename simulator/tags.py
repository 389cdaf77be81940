"""The tags of Telegram's HTML and the entities they become.

Documented (Formatting options), details read from Telegram's library (tdlib/td, MessageEntity.cpp).
"""

from __future__ import annotations

import re

from simulator.records import Json, bad_request

_SIMPLE = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
TAGS = frozenset(_SIMPLE) | {"a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}


def entity_of(tag: str, argument: str, date: int, covered: str) -> Json | None:
    """The entity without its place; None where Telegram silently shows plain text."""
    if tag in _SIMPLE:
        return {"type": _SIMPLE[tag]}
    if tag == "blockquote":
        return {"type": "expandable_blockquote" if argument else "blockquote"}
    if tag == "tg-emoji":
        if not argument.isdigit() or int(argument) == 0:
            raise bad_request("can't parse entities: Invalid custom emoji identifier specified")
        return {"type": "custom_emoji", "custom_emoji_id": argument}
    if tag == "tg-time":
        format_ = {"date_time_format": argument} if argument else {}
        return {"type": "date_time", "unix_time": date, **format_} if date > 0 else None
    return _link(argument or covered)


def argument_of(tag: str, name: str, value: str | None, before: str) -> str:
    """What one attribute says about its tag; attributes Telegram does not know change nothing."""
    if tag == "blockquote" and name == "expandable":
        return "1"
    if value is None:
        return before
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "format")):
        return value
    for wanted, start in ((("code", "class"), "language-"), (("span", "class"), "tg-")):
        if (tag, name) == wanted and value.startswith(start):
            return value.removeprefix(start)
    return before


def _link(address: str) -> Json | None:
    """A link, or None where Telegram silently shows plain text because the address is none."""
    if match := re.fullmatch(r"tg://user\?id=(\d+)", address):
        return {"type": "text_mention", "user": {"id": int(match[1]), "is_bot": False, "first_name": "?"}}
    if re.fullmatch(r"(https?|tg|ton)://\S+", address):
        return {"type": "text_link", "url": _with_path(address)}
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?", address):
        return {"type": "text_link", "url": _with_path(f"http://{address}")}
    return None


def _with_path(address: str) -> str:
    return address + "/" if re.fullmatch(r"https?://[^/?#]+", address) else address
