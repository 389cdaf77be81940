"""Plays a saved conversation against the real bot, at its own moments, and tells what was said this time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from simulator import scripts
from tests.world import Chat, World

Json = dict[str, Any]


async def replay(saved: Json, database_url: str) -> Json:
    """The scenario as it goes today. Equal to the saved one, if nothing of what people see has changed."""
    begin = datetime.fromisoformat(saved["starts_at"])
    world = await World(database_url, start=begin).open()
    try:
        chat = world.person(saved["person"]["name"], saved["person"]["language"])
        for step in saved["steps"]:
            if "at" in step:
                await world.until(begin + timedelta(seconds=step["at"]))
                _do(chat, step)
                await world.settle()
        await world.until(begin + timedelta(seconds=saved["ends_after_s"]))
        about: Json = {name: saved[name] for name in ("pack", "version") if name in saved}
        return scripts.read(scripts.scenario(world.telegram, chat.user_id, about))
    finally:
        await world.close()


def _do(chat: Chat, step: Json) -> None:
    telegram, user = chat.world.telegram, chat.user_id
    match step:
        case {"says": str(text)}:
            telegram.send_text(user, text)
        case {"presses": str(label)}:
            message_id, data = _button(chat, label, step.get("of"))
            telegram.tap(user, message_id, data)
        case {"taps": str(data), "of": int(number)}:
            telegram.tap(user, _message_id(chat, number), data)
        case {"sends": "file", "name": str(name)}:
            telegram.send_file(user, name, b"")
        case {"shares": [float(latitude), float(longitude)]}:
            telegram.share_location(user, latitude, longitude)
        case {"sends": str(kind)}:
            telegram.send_kind(user, kind)
        case {"does": str(deed)}:
            telegram.block(user) if deed == "block" else telegram.unblock(user)
        case {"speaks": str(language)}:
            telegram.change_person(user, language_code=language)
        case {"deletes": int(number)}:
            telegram.delete_message(user, _message_id(chat, number))
        case _:
            raise AssertionError(f"this step cannot be played: {step}")


def _message_id(chat: Chat, number: int | None) -> int:
    """The bot's message of that number; its newest without one."""
    numbers = chat.world.telegram.diary(chat.user_id).numbers
    found = [message_id for message_id, known in numbers.items() if known == (number or len(numbers))]
    return found[0] if found else 0


def _button(chat: Chat, label: str, number: int | None) -> tuple[int, str]:
    wanted = _message_id(chat, number)
    message = next((each for each in chat.messages if each.message_id == wanted), None)
    assert message is not None, f"there is no message {number} to press {label!r} in"
    for button in (button for row in message.keyboard for button in row):
        if button.text == label and button.data is not None:
            return wanted, button.data
    raise AssertionError(f"no button {label!r} under:\n{message.transcript()}")


def by_turns(steps: list[Json]) -> list[list[Json]]:
    """What the bot showed after each move; a toast and an edit may come in either order."""
    turns: list[list[Json]] = []
    for step in steps:
        if "at" in step:
            turns.append([])
        turns[-1].append(step)
    return [sorted(turn, key=lambda step: "toast" in step or "alert" in step) for turn in turns]
