"""One bot's side of the fake Bot API: who stands before it, what each was shown, and when their press arrived back."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.press.wire import Reply

MOST_A_POLL = 100
Json = dict[str, Any]
Keys = Sequence[Sequence[Mapping[str, str]]]


@dataclass(slots=True)
class Press:
    """One press: when it was made, when the answer to it and the edit after it arrived (0: not yet)."""

    person: int
    data: str
    at: float = 0.0
    answered_at: float = 0.0
    edited_at: float = 0.0
    is_lone: bool = True  # nobody else's edit can be taken for this one's


@dataclass(slots=True)
class Person:
    """One person before the bot, and the card that they see."""

    id: int
    language: str
    card: int
    text: str
    keys: Keys
    steps: int = 0
    pressing: Press | None = None


@dataclass(slots=True)
class Street:
    """`done` is told of every press whose answer and edit have arrived and been replied to.

    `push`, if any, brings updates (a webhook).
    """

    token: str
    people: Mapping[int, Person]
    latency_s: Callable[[], float]
    done: Callable[[Press], None] = lambda press: None
    push: Callable[[Json], None] | None = None
    calls: int = 0
    polls: int = 0
    has_webhook: bool = False
    _waiting: deque[Json] = field(default_factory=deque)
    _offered: deque[Json] = field(default_factory=deque)
    _poller: Reply | None = None
    _presses: dict[str, Press] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    # --- what the load does -------------------------------------------------------------------------------------------

    def press(self, person: Person, data: str, *, lone: bool = True) -> None:
        """Somebody presses a button of their card."""
        number = next(self._numbers)
        press = Press(person.id, data, is_lone=lone)
        self._presses[str(number)] = press
        person.pressing = press if lone else None
        update = _update(number, person, data)
        press.at = time.perf_counter()
        if self.push is not None:
            self.push(update)
        else:
            self._waiting.append(update)
            self._offer()

    # --- what the bot calls -------------------------------------------------------------------------------------------

    def call(self, method: str, given: Mapping[str, str], reply: Reply) -> None:
        """One call of the bot's."""
        match method:
            case "getUpdates":
                self._poll(given, reply)
            case "answerCallbackQuery":
                self.calls += 1
                reply(True)
                self._answered(given["callback_query_id"])
            case "editMessageText" | "sendMessage":
                self.calls += 1
                reply(self._shown(given))
            case "getMe":
                reply({"id": 1, "is_bot": True, "first_name": "Press", "username": "press_bot"})
            case _:
                self.has_webhook = self.has_webhook or method == "setWebhook"
                reply(True)

    def _poll(self, given: Mapping[str, str], reply: Reply) -> None:
        self.polls += 1
        offset = int(given.get("offset") or 0)
        while self._offered and self._offered[0]["update_id"] < offset:
            self._offered.popleft()
        self._poller = reply
        if self._waiting or self._offered or given.get("timeout", "0") in {"0", "0.0"}:
            self._offer(even_nothing=True)
        else:
            asyncio.get_running_loop().call_later(float(given.get("timeout", 10)), self._give_up, reply)

    def _give_up(self, reply: Reply) -> None:
        if self._poller is reply:
            self._poller = None
            reply([])

    def _offer(self, *, even_nothing: bool = False) -> None:
        """To whoever polls: what is not confirmed, and what is new."""
        if self._poller is None or not (self._waiting or self._offered or even_nothing):
            return
        while self._waiting and len(self._offered) < MOST_A_POLL:
            self._offered.append(self._waiting.popleft())
        poller, self._poller = self._poller, None
        poller(list(self._offered))

    def _answered(self, callback_id: str) -> None:
        press = self._presses.get(callback_id)
        if press is not None and not press.answered_at:
            press.answered_at = time.perf_counter()
            self._look(press)

    def _shown(self, given: Mapping[str, str]) -> Json:
        person = self.people[int(given["chat_id"])]
        person.text = given["text"]
        person.keys = json.loads(given["reply_markup"])["inline_keyboard"] if given.get("reply_markup") else ()
        if "message_id" not in given:
            person.card += 1
        if person.pressing is not None and not person.pressing.edited_at:
            person.pressing.edited_at = time.perf_counter()
            self._look(person.pressing)
        return _message(person)

    def _look(self, press: Press) -> None:
        """Is it complete? Whoever pressed sees it half a round trip later, and the bot hears of that as late."""
        if press.answered_at and (press.edited_at or not press.is_lone):
            asyncio.get_running_loop().call_later(self.latency_s(), self.done, press)


def _message(person: Person) -> Json:
    chat = {"id": person.id, "type": "private", "first_name": "P"}
    markup = {"reply_markup": {"inline_keyboard": person.keys}} if person.keys else {}
    author = {"id": 1, "is_bot": True, "first_name": "Press", "username": "press_bot"}
    told = {"from": author, "chat": chat, "date": int(time.time()), "text": person.text}
    return {"message_id": person.card, **told, **markup}


def _update(number: int, person: Person, data: str) -> Json:
    sender = {"id": person.id, "is_bot": False, "first_name": "P", "language_code": person.language}
    query = {"id": str(number), "from": sender, "message": _message(person), "chat_instance": "1", "data": data}
    return {"update_id": 700_000_000 + number, "callback_query": query}
