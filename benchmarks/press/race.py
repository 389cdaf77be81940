"""All bots beside each other, pressed one after the other, again and again: what a press cost, how long it took."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from rich.progress import Progress

from benchmarks.press import walking
from benchmarks.press.contestants import Contestant, until
from benchmarks.press.load import Load, percentile
from benchmarks.press.street import Street
from benchmarks.press.wire import Reply, Wire

Cell = tuple[str, str, int]  # bot, how it is pressed, latency in ms


@dataclass(frozen=True, slots=True)
class Heat:
    """One way of pressing: `at_once` under way, or `a_second` evenly."""

    name: str
    latency_ms: int
    presses: int
    at_once: int = 0
    a_second: float = 0.0
    bots: tuple[str, ...] = ()  # only these


@dataclass(slots=True)
class Figures:
    """Of one heat of one bot, a list entry for each round."""

    cpu_ms: list[float] = field(default_factory=list)
    a_second: list[float] = field(default_factory=list)
    answer_p50_ms: list[float] = field(default_factory=list)
    answer_p95_ms: list[float] = field(default_factory=list)
    edit_p50_ms: list[float] = field(default_factory=list)
    edit_p95_ms: list[float] = field(default_factory=list)

    def median(self, name: str) -> float:
        """Of all rounds."""
        rounds: list[float] = getattr(self, name)
        return median(rounds)

    def as_json(self) -> dict[str, list[float]]:
        """Every round."""
        return {name: [round(each, 4) for each in getattr(self, name)] for name in Figures.__slots__}


class Race:
    """The fake Bot API with a street for every bot, and the heats."""

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.streets: dict[str, Street] = {}
        self.figures: dict[Cell, Figures] = defaultdict(Figures)

    async def open(self) -> str:
        """The address of the Bot API."""
        server = await asyncio.get_running_loop().create_server(
            lambda: Wire(self._call, lambda: self.latency_s), "127.0.0.1", 0, backlog=1024
        )
        self._server = server
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Nobody is answered any more."""
        self._server.close()

    def _call(self, token: str, method: str, given: Any, reply: Reply) -> None:
        self.streets[token].call(method, given, reply)

    async def run(self, bots: Sequence[Contestant], heats: Sequence[Heat], rounds: int, progress: Progress) -> None:
        """Every heat of every bot, interleaved, so that a busy minute of the machine meets all alike."""
        plan = [(heat, bot) for _ in range(rounds) for heat in heats for bot in _in(heat, bots)]
        task = progress.add_task("pressing", total=len(plan))
        for heat, bot in plan:
            progress.update(task, description=f"{bot.name}: {heat.name}, {heat.latency_ms} ms")
            await self._one(heat, bot)
            progress.advance(task)

    async def _one(self, heat: Heat, bot: Contestant) -> None:
        self.latency_s = heat.latency_ms / 1000
        load = Load(bot.before, walking.walked if bot.walks else walking.echoed)
        gc.collect()
        before_s = bot.cpu_s()
        if heat.at_once:
            took_s = await load.closed(heat.presses, heat.at_once)
        else:
            took_s = await load.opened(heat.presses, heat.a_second)
        await asyncio.sleep(0.1 + self.latency_s)  # what belongs to the last press is still done
        self._note(self.figures[bot.name, heat.name, heat.latency_ms], load, bot.cpu_s() - before_s, took_s)
        self.latency_s = 0.0

    def _note(self, figures: Figures, load: Load, cpu_s: float, took_s: float) -> None:
        presses = len(load.answers_s)
        figures.cpu_ms.append(cpu_s / presses * 1000)
        figures.a_second.append(presses / took_s)
        for part, name in ((0.5, "p50"), (0.95, "p95")):
            getattr(figures, f"answer_{name}_ms").append(percentile(load.answers_s, part) * 1000)
            getattr(figures, f"edit_{name}_ms").append(percentile(load.edits_s, part) * 1000)

    async def await_all(self, bots: Sequence[Contestant]) -> None:
        """Each bot polls, or has told its webhook."""
        for bot in bots:
            street = bot.before
            await until(partial(_is_there, street), f"{bot.name} to ask for updates")

    async def warm(self, bots: Sequence[Contestant], presses: int) -> None:
        """Each has been pressed a little."""
        for bot in bots:
            load = Load(bot.before, walking.walked if bot.walks else walking.echoed)
            await load.closed(presses, min(32, max(bot.at_once, default=32)))


def _is_there(street: Street) -> bool:
    return bool(street.polls or street.has_webhook)


def _in(heat: Heat, bots: Sequence[Contestant]) -> Iterator[Contestant]:
    """Whom this heat is for. One who takes presses one by one cannot keep up with an even stream, and is spared it."""
    for bot in bots:
        can = heat.at_once in bot.at_once if heat.at_once else tuple(bot.at_once) != (1,)
        if can and (not heat.bots or bot.name in heat.bots):
            yield bot
