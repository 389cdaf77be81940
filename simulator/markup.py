"""Telegram's HTML parse mode, error words and byte offsets included.

A port of `parse_html` in Telegram's library (tdlib/td, MessageEntity.cpp, read in 2026): it works on UTF-8 bytes,
counts offsets in UTF-16 units, and stops at the first mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.records import Json, Refused, bad_request
from simulator.tags import TAGS, argument_of, entity_of

_SPACE = frozenset(b" \t\r\n\0\v")
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]+))(;?)")
_MOST_CODE_POINT = 0x10FFFF


def utf16_length(text: str) -> int:
    """How long Telegram says the text is: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fail(words: str) -> Refused:
    return bad_request(f"can't parse entities: {words}")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int
    date: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities (UTF-16 offsets); refuses in Telegram's words what Telegram refuses."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self.bytes = source.encode("utf-8", "replace") + b"\0"
        self.end = len(self.bytes) - 1
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        while self.at < self.end:
            if self.bytes[self.at] != ord("<"):
                self._text()
            elif self.bytes[self.at + 1] == ord("/"):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            entity.pop("_class", None)
        return "".join(self.out), sorted(self.entities, key=lambda each: (each["offset"], -each["length"]))

    # --- text

    def _text(self) -> None:
        if self.bytes[self.at] == ord("&"):
            character, self.at = self._reference(self.at)
            return self._put(character)
        stop = self.at
        while stop < self.end and self.bytes[stop] not in b"<&":
            stop += 1
        self._put(self.bytes[self.at : stop].decode("utf-8"))
        self.at = stop
        return None

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_length(text)

    def _reference(self, at: int) -> tuple[str, int]:
        """The character a reference at `at` stands for and where it ends; a bare `&` stands for itself."""
        match = _REFERENCE.match(self.bytes, at, self.end)
        if match is None:
            return "&", at + 1
        character = _NAMED.get(match[3], "") if match[3] is not None else self._code_point(match)
        return (character, match.end()) if character else ("&", at + 1)

    @staticmethod
    def _code_point(match: re.Match[bytes]) -> str:
        digits, base = (match[1], 16) if match[1] is not None else (match[2], 10)
        code = int(digits, base) if digits and len(digits) < 10 else 0
        if code == 0 or code >= _MOST_CODE_POINT or match.start(4) - match.start() >= 10:
            return ""
        if 0xD800 <= code <= 0xDFFF:
            raise _fail(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return chr(code)

    # --- tags

    def _skip_spaces(self) -> None:
        while self.at < self.end and self.bytes[self.at] in _SPACE:
            self.at += 1

    def _until(self, stops: bytes) -> str:
        begin = self.at
        while self.bytes[self.at] not in _SPACE and self.bytes[self.at] not in stops:
            self.at += 1
        return self.bytes[begin : self.at].decode("utf-8", "replace")

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._until(b">").lower()
        if self.at >= self.end:
            raise _fail(f"Unclosed start tag at byte offset {begin}")
        if tag not in TAGS:
            raise _fail(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument, date = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise _fail(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, self.length, len(self.out), date))

    def _attributes(self, tag: str, begin: int) -> tuple[str, int]:
        argument, date = "", 0
        while True:
            self._skip_spaces()
            if self.bytes[self.at] == ord(">"):
                self.at += 1
                return argument, date
            name = self._until(b"=>/\"'")
            if not name:
                raise _fail(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            value = self._value(tag, begin)
            if tag == "tg-time" and name == "unix":
                date = int(value) if value and value.isdigit() else 0
            else:
                argument = argument_of(tag, name, value, argument)

    def _value(self, tag: str, begin: int) -> str | None:
        """The attribute's value; None when it has none (`expandable`)."""
        self._skip_spaces()
        if self.at < self.end and self.bytes[self.at] != ord("="):
            return None
        if self.at < self.end:
            self.at += 1
            self._skip_spaces()
        if self.at >= self.end:
            raise _fail(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted() if self.bytes[self.at] in b"\"'" else self._token()
        if self.at >= self.end:
            raise _fail(f"Unclosed start tag at byte offset {begin}")
        return value

    def _token(self) -> str:
        begin = self.at
        while chr(self.bytes[self.at]).isascii() and (
            chr(self.bytes[self.at]).isalnum() or self.bytes[self.at] in b".-"
        ):
            self.at += 1
        if self.bytes[self.at] not in _SPACE and self.bytes[self.at] != ord(">"):
            raise _fail(f"Unexpected end of name token at byte offset {begin}")
        return self.bytes[begin : self.at].decode().lower()

    def _quoted(self) -> str:
        quote = self.bytes[self.at]
        self.at += 1
        found: list[bytes] = []
        while self.at < self.end and self.bytes[self.at] != quote:
            if self.bytes[self.at] == ord("&"):
                character, self.at = self._reference(self.at)
                found.append(character.encode())
            else:
                found.append(self.bytes[self.at : self.at + 1])
                self.at += 1
        self.at = min(self.at + 1, self.end)
        return b"".join(found).decode("utf-8", "replace")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _fail(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._until(b">").lower()
        self._skip_spaces()
        if self.bytes[self.at] != ord(">"):
            raise _fail(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _fail(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
        if self.length > opened.offset:
            self._close(opened)

    # --- entities

    def _close(self, opened: _Open) -> None:
        place: Json = {"offset": opened.offset, "length": self.length - opened.offset}
        if opened.tag in ("pre", "code"):
            self._close_code(opened, place)
        elif (
            entity := entity_of(opened.tag, opened.argument, opened.date, "".join(self.out[opened.begin :]))
        ) is not None:
            self.entities.append({**entity, **place})

    def _close_code(self, opened: _Open, place: Json) -> None:
        """`<pre><code class="language-x">` and its inside-out twin are one block with a language."""
        last = self.entities[-1] if self.entities else {}
        same = all(last.get(key) == value for key, value in place.items())
        other, language = ("code", last.get("_class")) if opened.tag == "pre" else ("pre", opened.argument)
        if same and last.get("type") == other and language:
            self.entities[-1] = {"type": "pre", **place, "language": language}
        else:
            self.entities.append({"type": opened.tag, **place, "_class": opened.argument})
