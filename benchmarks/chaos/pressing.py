"""Thousands of presses that nobody should be able to make, in a process of its own; what came of them as JSON.

    python -m benchmarks.chaos.pressing '{"url": "sqlite:////tmp/x.db", "seed": 1, "tampered": 1000, "repeated": 100}'

People walk through the bot as they do (tests/walks). Between their steps everything rests, and half of them send
presses that the bot never offered them; what is stored about everybody must be the same afterwards.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

os.environ["PTB_TIMEDELTA"] = "true"

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos import allowed, bugs, tampering
from benchmarks.chaos.inside import Complaints, Inside, complaints
from bot.transport import UNEDITABLE
from content import buttons
from handlers.callback import EpisodePress, decode
from storage import people
from storage.tables import EpisodeRow, PersonRow
from tests.walks import headstart
from tests.walks.walker import Walker

PEOPLE = 40
# Rounds between two looks at everything that is stored, tampered and repeated; presses of each person in a round.
ROUNDS, ROUNDS_AGAIN, AT_ONCE = 40, 5, 4
A_MOMENT, A_WHILE = timedelta(seconds=3), timedelta(minutes=20)
FIRST_STEPS = 15
FOR_EVER_MIN = 1e6
SHOWN = 10  # examples
VANISHED = 999_999_999  # the number of a message that is not there
ANSWERS = (buttons.PICK, buttons.TICK, buttons.UNTICK)
FORM = (buttons.DONE, buttons.BACK, buttons.UNSURE, buttons.STOP, buttons.STILL, buttons.CHANGE)
State = Mapping[int, list[Any]]


@dataclass(slots=True)
class Found:
    """What came of it."""

    done: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def wrong(self, promise: str, example: str) -> None:
        """One that does not hold, and how it came."""
        self.broken[promise] += 1
        if len(self.examples) < SHOWN:
            self.examples.append(f"{promise}: {example}")


class Pressing:
    """One world of people, pressed hard."""

    def __init__(self, world: Inside, seed: int, heard: Complaints) -> None:
        self.world, self.chance, self.heard = world, Random(seed), heard
        self.found = Found()
        stories = [frozenset(option for options in given.values() for option in options)
                   for _, given in headstart.vignettes()]  # fmt: skip
        wants = [self.chance.choice(stories) for _ in range(PEOPLE)]
        self.walkers = [Walker(world, f"{seed} {number}", each) for number, each in enumerate(wants)]
        self.offered: dict[int, set[str]] = {each.chat.user_id: set() for each in self.walkers}
        self.genuine: list[str] = []

    async def live(self) -> None:
        """Everybody does something that people do; some time passes, and what is due rings."""
        for walker in self.walkers:
            walker.updates.clear()
            walker.step()
        await self.world.later(minutes=A_WHILE.total_seconds() / 60)
        await self.world.house.tidy()
        for walker in self.walkers:
            new = _shown(walker) - self.offered[walker.chat.user_id]
            self.offered[walker.chat.user_id] |= new
            self.genuine += sorted(new)
        self.look()

    def look(self) -> None:
        """Was anything wrong until now? Then forget it."""
        for call in self.world.telegram.refused():
            if any(words in call.description for words in UNEDITABLE):
                continue  # what is edited then comes as a new message
            self.found.wrong("refused calls", f"{call.method} {call.description} {call.params}")
        for query in self.world.telegram.unanswered():
            self.found.wrong("unanswered presses", query)
        for line in self.heard.lines():
            self.found.wrong("error lines", line)
        self.world.forget()

    # --- tampered

    async def tamper(self, rounds: int) -> None:
        """So many rounds, then a look at everybody. In a round only half of the people press."""
        before, pressed = self.states(), dict[int, list[str]]()
        pressing = self.chance.sample(self.walkers, PEOPLE // 2)
        for _ in range(rounds):
            for walker in pressing * AT_ONCE:
                self._press(walker, self._one(walker), pressed)
            await self._answered("tampered")
        self._compare(before, self.states(), pressed)

    def _one(self, walker: Walker) -> str:
        """Never one that this person was offered: that would be theirs to press."""
        mine = self.offered[walker.chat.user_id]
        while True:
            data = tampering.tampered(self.chance, self.genuine)
            if data not in mine:
                return data

    def _press(self, walker: Walker, data: str, pressed: dict[int, list[str]]) -> None:
        messages = walker.chat.from_bot
        message_id = self.chance.choice(messages).message_id if messages and self.chance.random() < 0.9 else VANISHED
        if self.world.telegram.tap(walker.chat.user_id, message_id, data) is not None:
            pressed.setdefault(walker.chat.user_id, []).append(data)

    async def _answered(self, kind: str) -> None:
        """All of them are taken and answered."""
        answers = len(self.world.telegram.answers)
        try:
            await self.world.take(A_MOMENT)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            self.found.wrong("exceptions", repr(error))
        self.found.done[kind] += len(self.world.telegram.answers) - answers
        self.look()

    def _compare(self, before: State, after: State, pressed: Mapping[int, list[str]]) -> None:
        for walker in self.walkers:
            someone = walker.chat.user_id
            own = [press for each in pressed.get(someone, []) if (press := decode(each)) is not None]
            if someone not in pressed and before[someone] != after[someone]:
                self._differs("somebody who pressed nothing", before[someone], after[someone])
            elif not allowed.is_theirs_to_change(before[someone], after[someone], own):
                self._differs(f"after {own}", before[someone], after[someone])

    def _differs(self, who: str, old: list[Any], new: list[Any], promise: str = "wrong states") -> None:
        self.found.wrong(promise, f"{'; '.join(allowed.differences(old, new))} {who}")

    # --- repeated and stale

    async def repeat(self, rounds: int) -> None:
        """Everybody presses something of their check, and again, and again, and what they had pressed long before."""
        for walker in self.walkers:
            walker.updates.clear()
        chosen = {walker: own for walker in self.walkers if (own := self._of_an_old_turn(walker))}
        before = self.states()
        for _ in range(rounds):
            for walker, own in [*chosen.items()] * AT_ONCE:
                self._press(walker, self.chance.choice(own), {})
            await self._answered("repeated and stale")
        after = self.states()
        for walker, own in chosen.items():
            someone = walker.chat.user_id
            if before[someone] != after[someone]:
                self._differs(f"after {own}", before[someone], after[someone], "doubled answers")

    def _of_an_old_turn(self, walker: Walker) -> list[str]:
        """What this person was offered to answer, and is past."""
        turns = self.world.house.database.run_now(_turns, walker.chat.user_id)
        found = []
        for data in sorted(self.offered[walker.chat.user_id]):
            press = decode(data)
            if (
                isinstance(press, EpisodePress)
                and press.turn < turns.get(press.episode, 0)
                and _is_answer(press.option)
            ):
                found.append(data)
        return found

    # --- what is stored

    def states(self) -> State:
        """Everything that is stored about everybody."""
        return {each.chat.user_id: self._state(each) for each in self.walkers}

    def _state(self, walker: Walker) -> list[Any]:
        is_known = self.world.house.database.run_now(people.find, walker.chat.user_id) is not None
        return allowed.without_a_closed_ones_clock(walker.chat.state()) if is_known else []


def _shown(walker: Walker) -> set[str]:
    """The data of every button in the chat."""
    rows = [row for message in walker.chat.from_bot for row in message.keyboard]
    return {button.data for row in rows for button in row if button.data}


def _turns(session: Session, telegram_id: int) -> dict[int, int]:
    """The turn of each of a person's checks."""
    query = select(EpisodeRow).join(PersonRow).where(PersonRow.mark == people.mark(session, telegram_id))
    return {row.id: row.data["turn"] for row in session.scalars(query)}


def _is_answer(option: str) -> bool:
    """Would it have been an answer, and not one of the buttons that always work?"""
    return option[:1] in ANSWERS or option in FORM


async def press(given: Mapping[str, Any]) -> Found:
    """As many as are wanted, on a database of its own."""
    with complaints() as heard:
        world = Inside(given["url"])
        await world.open()
        pressing = Pressing(world, given["seed"], heard)
        for _ in range(FIRST_STEPS):
            await pressing.live()
        found, wanted = pressing.found, {"tampered": given["tampered"], "repeated and stale": given["repeated"]}
        ends_at = time.monotonic() + (given.get("minutes") or FOR_EVER_MIN) * 60
        while any(found.done[kind] < many for kind, many in wanted.items()) and time.monotonic() < ends_at:
            await pressing.live()
            if found.done["tampered"] < wanted["tampered"]:
                await pressing.tamper(ROUNDS)
            if found.done["repeated and stale"] < wanted["repeated and stale"]:
                await pressing.repeat(ROUNDS_AGAIN)
        await world.close()
    return found


def main() -> None:
    """Press, and print what came of it."""
    given = json.loads(sys.argv[1])
    for name in given.get("bugs", ()):
        bugs.BUGS[name].put_in()
    gc.freeze()  # as in tests/conftest.py: what is imported stays
    gc.set_threshold(50_000, 20, 50)
    found = asyncio.run(press(given))
    print(json.dumps({"done": found.done, "broken": found.broken, "examples": found.examples}))


if __name__ == "__main__":
    main()
