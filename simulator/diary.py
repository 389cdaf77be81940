"""The story of one chat in the order it happened: what the person did and what the bot showed, for whoever replays it.

A step of the person: {"at": seconds since the first, "says" | "presses" | "taps" | "sends" | ...: what}.
A step of the bot: {"bot": text, "keys": rows of labels} and, for a change of an earlier message, "edits": its number.
The bot's messages are numbered from 1 as they first appear in the chat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.records import Json, SimMessage


@dataclass(slots=True)
class Diary:
    """One person's private chat."""

    begun_at: datetime
    steps: list[Json] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)

    def moved(self, now: datetime, **what: object) -> None:
        """The person did something."""
        at = round((now - self.begun_at).total_seconds(), 3)
        self.steps.append({"at": at, **{name: value for name, value in what.items() if value is not None}})

    def shown(self, message: SimMessage) -> None:
        """The bot showed something new, or changed something."""
        known = self.numbers.get(message.message_id)
        number = self.numbers.setdefault(message.message_id, len(self.numbers) + 1)
        step: Json = {"edits": number} if known else {}
        step["bot"] = message.text
        if message.kind != "text":
            step["sends"] = message.kind
        if message.keyboard:
            step["keys"] = [[button.text for button in row] for row in message.keyboard]
        self.steps.append(step)

    def answered(self, text: str, *, alert: bool) -> None:
        """A press was answered in words."""
        if text:
            self.steps.append({"alert" if alert else "toast": text})

    def removed(self, message: SimMessage) -> None:
        """A message of the bot's disappeared."""
        self.steps.append({"gone": self.numbers.get(message.message_id, 0)})

    def press(self, message: SimMessage | None, data: str) -> dict[str, Any]:
        """How a tap is written: the label and, unless it is the newest message of the bot's, which message."""
        if message is None:
            return {"taps": data, "of": 0}
        number = self.numbers.get(message.message_id, 0)
        of = None if number == len(self.numbers) else number
        labels = [button.text for row in message.keyboard for button in row if button.data == data]
        return {"presses": labels[0], "of": of} if labels else {"taps": data, "of": number}
