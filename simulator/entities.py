"""From what a bot sends to what a person reads: parse, trim, find links and commands, measure.

Read from Telegram's library (tdlib/td, MessageEntity.cpp, `fix_formatted_text`), simplified where no bot would see it:
trailing white space goes, leading spaces and newlines go up to the first entity, and the length limits hold after
parsing. Assumed: lengths are counted in UTF-16 units (Telegram documents "characters after entities parsing").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from simulator.markup import parse_html, utf16_length
from simulator.records import Json, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_RAW_LIMIT_BYTES = 32_768
_ENTITY_TYPES = frozenset(
    (
        *(
            "mention",
            "hashtag",
            "cashtag",
            "bot_command",
            "url",
            "email",
            "phone_number",
            "bold",
            "italic",
            "underline",
        ),
        *(
            "strikethrough",
            "spoiler",
            "blockquote",
            "expandable_blockquote",
            "code",
            "pre",
            "text_link",
            "text_mention",
        ),
        *("custom_emoji", "date_time"),
    )
)
_FOUND = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)']")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}\b")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w/])")),
)
_CONTROL = {code: " " for code in range(32) if code not in (10, 13)} | {13: None}


def formatted(
    text: str, parse_mode: str | None, entities: Sequence[Any] = (), limit: int = TEXT_LIMIT
) -> tuple[str, list[Json]]:
    """The text and entities Telegram would store, or a refusal in its words."""
    if len(text.encode("utf-8", "replace")) > _RAW_LIMIT_BYTES:
        raise bad_request("text is too long")
    plain, marks = _parsed(text.translate(_CONTROL), parse_mode, entities)
    plain, marks = _trimmed(plain, marks)
    if utf16_length(plain) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return plain, _merged(marks, find_entities(plain))


def _parsed(text: str, parse_mode: str | None, entities: Sequence[Any]) -> tuple[str, list[Json]]:
    mode = (parse_mode or "none").lower()
    if mode == "html":
        return parse_html(text)
    if mode in ("markdown", "markdownv2"):
        raise bad_request(f"unsupported parse_mode (the simulator knows HTML only, not {parse_mode})")
    if mode != "none":
        raise bad_request("unsupported parse_mode")
    return text, [_given(text, entity) for entity in entities]


def _given(text: str, entity: object) -> Json:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    if entity.get("type") not in _ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if not isinstance(length, int) or length <= 0 or offset + length > utf16_length(text):
        raise bad_request(f"receive an entity with incorrect length {length}")
    return dict(entity)


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = text.rstrip()
    if not text:
        raise bad_request("text must be non-empty")
    length = utf16_length(text)
    kept = [{**each, "length": min(each["length"], length - each["offset"])} for each in entities]
    kept = [each for each in kept if each["length"] > 0 and _says_something(text, each)]
    first = min((each["offset"] for each in kept), default=length)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    return text[lead:], [{**each, "offset": each["offset"] - lead} for each in kept]


def _says_something(text: str, entity: Json) -> bool:
    return bool(utf16_slice(text, entity["offset"], entity["length"]).strip())


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of the text an entity covers."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def find_entities(text: str) -> list[Json]:
    """Addresses, mentions and commands, which Telegram marks by itself in everybody's messages."""
    found: list[Json] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            place = {"offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
            if not any(_overlap(place, other) for other in found):
                found.append({"type": kind, **place})
    return sorted(found, key=_order)


def _merged(given: list[Json], found: list[Json]) -> list[Json]:
    """Found ones give way to links and code, and sit beside or inside bold and its like."""
    blocking = [each for each in given if each["type"] in ("text_link", "text_mention", "code", "pre", "custom_emoji")]
    extra = [each for each in found if not any(_overlap(each, other) for other in blocking)]
    return sorted([*given, *extra], key=_order)


def _overlap(one: Json, other: Json) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _order(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]
