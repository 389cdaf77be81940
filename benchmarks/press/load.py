"""Presses on a bot: so many under way at once, or so many a second whatever becomes of them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from benchmarks.press.street import Press, Street
from benchmarks.press.walking import Choose, ticked

PATIENCE_S = 300.0


@dataclass(slots=True)
class Load:
    """What is pressed on one street. `press -> arrives` is kept in seconds, for answers and for edits."""

    street: Street
    choose: Choose
    answers_s: list[float] = field(default_factory=list)
    edits_s: list[float] = field(default_factory=list)
    _left: int = 0
    _under_way: int = 0
    _refill: bool = False
    _idle: deque[int] = field(default_factory=deque)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def closed(self, presses: int, at_once: int) -> float:
        """This many, `at_once` under way at any time, each of another person; how many seconds it took."""
        self._begin(presses, refill=True)
        begun = time.perf_counter()
        for _ in range(min(at_once, presses)):
            self._next()
        await asyncio.wait_for(self._over.wait(), PATIENCE_S)
        return time.perf_counter() - begun

    async def opened(self, presses: int, a_second: float) -> float:
        """This many, evenly, whether the ones before are through or not; whoever presses has nothing under way."""
        self._begin(presses)
        begun = time.perf_counter()
        for number in range(presses):
            await asyncio.sleep(max(begun + number / a_second - time.perf_counter(), 0))
            self._next()
        await asyncio.wait_for(self._over.wait(), PATIENCE_S)
        return time.perf_counter() - begun

    def _begin(self, presses: int, *, refill: bool = False) -> None:
        self._idle = self._idle or deque(self.street.people)
        self._left, self._under_way, self._refill = presses, 0, refill
        self._over.clear()
        self.street.done = self._done

    def _next(self) -> None:
        if self._left:
            self._left -= 1
            self._one()

    def _one(self) -> None:
        person = self.street.people[self._idle.popleft()]
        self._under_way += 1
        self.street.press(person, self.choose(person))

    def _done(self, press: Press) -> None:
        self.answers_s.append(press.answered_at - press.at)
        self.edits_s.append(press.edited_at - press.at)
        self._idle.append(press.person)
        self._under_way -= 1
        if self._refill:
            self._next()
        if not (self._left or self._under_way):
            self._over.set()


@dataclass(slots=True)
class Crush:
    """Very many presses of very few people, all boxes of one card, ticked and unticked: each must be kept."""

    street: Street
    people: tuple[int, ...]
    pressed: Counter[str] = field(default_factory=Counter)
    _left: int = 0
    _under_way: int = 0
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def press(self, presses: int, at_once: int) -> None:
        """Until all of them are answered."""
        self._left, self.street.done = presses, self._done
        for _ in range(at_once):
            self._next()
        await asyncio.wait_for(self._over.wait(), PATIENCE_S)

    def _next(self) -> None:
        if self._left:
            self._left, self._under_way = self._left - 1, self._under_way + 1
            person = self.street.people[self.people[self._left % len(self.people)]]
            data = ticked(person)
            self.pressed[data.rpartition(".")[2]] += 1
            self.street.press(person, data, lone=False)

    def _done(self, press: Press) -> None:
        self._under_way -= 1
        self._next()
        if not self._under_way:
            self._over.set()


def percentile(figures: list[float], part: float) -> float:
    """The figure that this part of them does not exceed."""
    return sorted(figures)[min(int(len(figures) * part), len(figures) - 1)]
