"""A press is read without an object of its message, and comes to the same as when PTB reads all of it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InaccessibleMessage, Update

from bot import reading
from handlers import register
from handlers.arrival import Arrival, GroupArrival
from simulator import wire

BOT = Bot("1:a")
KIM = {"id": 7, "is_bot": False, "first_name": "Kim", "language_code": "es"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Kim"}
GROUP = {"id": -9, "type": "supergroup", "title": "Runners"}
KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "e2.a.=yes"}]]}
CARD = {"message_id": 5, "date": 1_700_000_000, "chat": PRIVATE, "text": "Does it tingle?"}


def press(message: dict[str, Any], **more: object) -> dict[str, Any]:
    query = {"id": "12", "from": KIM, "message": message, "chat_instance": "3", "data": "e2.a.=yes"}
    return {"update_id": 4, "callback_query": query | more}


async def arrival(update: Update) -> list[Arrival | GroupArrival]:
    """What the door hands on."""
    taken: list[Arrival | GroupArrival] = []

    async def take(what: Arrival | GroupArrival) -> None:
        taken.append(what)

    await register.receive(update, take, take)
    return taken


@pytest.mark.parametrize(
    "message",
    [CARD | {"reply_markup": KEYBOARD}, CARD, wire.inaccessible_json(5, PRIVATE), CARD | {"chat": GROUP}],
    ids=["with buttons", "its buttons are gone", "out of reach", "in a group"],
)
async def test_a_press_comes_to_the_same_as_when_all_of_it_is_read(message: dict[str, Any]) -> None:
    read = reading.update(press(message), BOT)
    assert read.callback_query is not None
    assert isinstance(read.callback_query.message, InaccessibleMessage)
    assert await arrival(read) == await arrival(Update.de_json(press(message), BOT)) != []


async def test_what_is_not_shaped_as_a_press_is_left_to_ptb() -> None:
    inline = {"update_id": 4, "callback_query": {"id": "12", "from": KIM, "chat_instance": "3", "data": "x"}}
    assert reading.update(inline, BOT) == Update.de_json(inline, BOT)
    assert reading.read({"update_id": 4, "callback_query": {"message": {}, "data": "x"}}, BOT) == Update(4)
