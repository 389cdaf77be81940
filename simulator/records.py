"""What the machine keeps: people, groups, messages, calls and answers. Frozen, so a reader never sees one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
NONSENSE = b'{"ok": true, "result": <html>502 Bad Gateway'


class Refused(Exception):  # noqa: N818 - the word of the protocol
    """A call Telegram answers with `ok: false`; `description` is word for word what it says."""

    def __init__(self, error_code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.error_code = error_code
        self.description = description
        self.parameters = parameters


def bad_request(words: str) -> Refused:
    """The commonest refusal; the prefix is Telegram's own."""
    return Refused(400, f"Bad Request: {words}")


class ConnectionCut(Exception):  # noqa: N818 - an event, not an error of ours
    """The connection breaks; with `after_work` Telegram had already done what was asked (the ambiguous case)."""

    def __init__(self, after_work: bool) -> None:
        super().__init__("after the work" if after_work else "before the work")
        self.after_work = after_work


class Hang(Exception):  # noqa: N818 - an event, not an error of ours
    """No answer comes for `seconds`, and then none at all; with `after_work` the work was done."""

    def __init__(self, seconds: float, after_work: bool) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds
        self.after_work = after_work


class Malformed(Exception):  # noqa: N818 - an event, not an error of ours
    """The answer is not JSON; with `after_work` the work was done."""

    def __init__(self, after_work: bool) -> None:
        super().__init__("after the work" if after_work else "before the work")
        self.after_work = after_work


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account. `zone` is where their phone is: the page shows its clock, the bot never."""

    user_id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None
    started: bool = False
    blocked: bool = False
    deleted: bool = False
    zone: str = "UTC"
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group the bot was added to; `bot_is_member` ends with leaveChat."""

    chat_id: int
    title: str
    member_ids: tuple[int, ...]
    bot_is_member: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button; `other` holds the kinds a test rarely looks at (web_app, copy_text, ...) as sent."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    other: Mapping[str, Any] = field(default_factory=dict)


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class BelowKey:
    """One button below the input line; without a request (`asks`, such as "request_location") it sends its text."""

    text: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class BelowKeyboard:
    """The keyboard below the input line; without keys it is taken away. `once`: hidden when one was pressed."""

    keys: tuple[tuple[BelowKey, ...], ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class SimMessage:
    """One message as the person sees it now. `text` is plain (or the caption); entity offsets are UTF-16 units."""

    message_id: int
    chat_id: int
    from_bot: bool
    sender_id: int
    text: str
    at: datetime
    entities: Sequence[Json] = ()
    keyboard: Keyboard = ()
    edited_at: datetime | None = None
    deleted: bool = False
    kind: str = "text"
    reply_keyboard: BelowKeyboard | None = None
    silent: bool = False
    protected: bool = False
    reply_to: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def transcript(self) -> str:
        """One plain paragraph for a failing test: who, what, and the buttons row by row."""
        who = "bot" if self.from_bot else str(self.sender_id)
        said = self.text if self.kind == "text" else f"<{self.kind}> {self.text}".rstrip()
        rows = [" ".join(f"[{button.text}]" for button in row) for row in self.keyboard]
        edited = " (edited)" if self.edited_at else ""
        return "\n".join([f"{who}{edited}: {said}", *rows])


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot and how it ended. `injected` marks an end that a planned fault caused."""

    at: datetime
    method: str
    params: Json
    ok: bool
    description: str = ""
    error_code: int | None = None
    message_id: int | None = None
    injected: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What answered a tap: a toast (`text`), an alert box (`show_alert`), or nothing but the end of the spinner."""

    at: datetime
    user_id: int
    query_id: str
    text: str
    show_alert: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A tap waiting for its answer."""

    query_id: str
    user_id: int
    chat_id: int
    at: datetime
