"""What one press costs, ours beside the echo bots of PTB, aiogram and grammY.

    uv run python -m benchmarks.press [--short] [--rounds N] [--json FILE] [--picture FILE]

All bots run at once, pinned to the first core, and are pressed one after the other, again and again; the fake Bot API
and PostgreSQL are on the last. CPU is that of the bot's process, all its threads. docs/performance.md has the method.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.press import contestants, goals, load, moving_in, ours, tables
from benchmarks.press.contestants import Contestant
from benchmarks.press.goals import AIOGRAM, ALONE, CROWD, EVENLY
from benchmarks.press.race import Heat, Race
from benchmarks.press.street import Person, Street

PEOPLE, CRUSHED, CRUSH, CRUSH_AT_ONCE = 300, 5, 400, 32
SQLITE, POSTGRESQL = "ours on SQLite", "ours on PostgreSQL"
IDLE_S = 3.0


@dataclass(slots=True)
class Field:
    """Everybody who runs."""

    race: Race
    folder: Path
    bots: list[Contestant] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def ours(self) -> list[Contestant]:
        """Our own."""
        return [bot for bot in self.bots if bot.name in self.urls]

    def token(self) -> str:
        """A token that nobody else has."""
        return f"{1000 + len(self.race.streets)}:{'A' * 35}"

    def enter(self, bot: Contestant, people: Mapping[int, Person]) -> None:
        """It has a street."""
        token = bot.environment.get("BOT_TOKEN") or next(each for each in bot.command if each.endswith("A" * 35))
        bot.street = self.race.streets[token] = Street(token, people, lambda: self.race.latency_s)
        self.bots.append(bot)


def heats(given: argparse.Namespace) -> list[Heat]:
    """How they are pressed. A bot that is sequential is pressed less where every press waits for a round trip."""
    many = given.presses
    found = [Heat(ALONE, 0, many // 2, at_once=1), Heat(CROWD, 0, many, at_once=256)]
    if not given.short:
        found.append(Heat(ALONE, 50, max(many // 20, 10), at_once=1))
    found.append(Heat(CROWD, 50, many, at_once=256, bots=() if not given.short else _interesting()))
    found.append(Heat(EVENLY, 50, 100 if given.short else 400, a_second=50))
    return found


def _interesting() -> tuple[str, ...]:
    """What a goal is about, where time is short."""
    return (AIOGRAM, SQLITE, POSTGRESQL)


@contextlib.asynccontextmanager
async def running(given: argparse.Namespace, folder: Path) -> AsyncIterator[Field]:
    """Everybody has started."""
    async with contextlib.AsyncExitStack() as stack:
        race = Race()
        address = await race.open()
        stack.callback(race.close)
        found = Field(race, folder)
        create = stack.enter_context(ours.postgresql(folder))
        for database in (SQLITE, POSTGRESQL):
            for name, kind in ((database, "polled"), (f"{database}, webhook", "pushed")):
                if _is_wanted(name, given):
                    url = f"sqlite:///{folder}/{kind}.db" if database == SQLITE else create(kind)
                    _enter_ours(found, name, url, address, webhook=kind == "pushed")
        for bot in contestants.echoes(address, _tokens(found)):
            if _is_wanted(bot.name, given):
                found.enter(bot, moving_in.strangers(PEOPLE))
        stack.push(lambda kind, *_: print((folder / "log.txt").read_text()[-3000:]) if kind else None)
        for bot in found.bots:
            stack.push_async_callback(bot.stop)
            await bot.start(folder / "log.txt")
            if bot.environment.get("WEBHOOK_URL"):
                pusher = ours.Pusher(bot)
                stack.push_async_callback(pusher.close)
                bot.before.push = pusher.push
        yield found


def _is_wanted(name: str, given: argparse.Namespace) -> bool:
    return not given.only or any(words in name for words in given.only)


def _tokens(found: Field) -> contestants.Tokens:
    numbers = iter(range(2000, 3000))
    return lambda: f"{next(numbers)}:{'A' * 35}"


def _enter_ours(found: Field, name: str, url: str, address: str, *, webhook: bool) -> None:
    people = ours.furnish(url, PEOPLE + CRUSHED)
    folder = found.folder / name.replace(" ", "_")
    bot = ours.contestant(name, url, address, found.token(), folder, webhook=webhook)
    bot.at_once = () if webhook else bot.at_once
    found.urls[name] = url
    found.enter(bot, people)


async def crush(found: Field) -> dict[str, int]:
    """400 presses of five people, 32 under way: how many of them are not kept."""
    lost = {}
    for bot in found.ours:
        before = ours.kept(found.urls[bot.name])
        crowd = load.Crush(bot.before, tuple(bot.before.people)[-CRUSHED:])
        await crowd.press(CRUSH, CRUSH_AT_ONCE)
        now = ours.kept(found.urls[bot.name], before)
        lost[bot.name] = max((crowd.pressed - now.presses).total(), CRUSH - now.updates)
    return lost


async def main(given: argparse.Namespace) -> int:
    """Start, press, judge, print. 1 when a goal is missed."""
    contestants.stay_on_the_last_core()
    with tempfile.TemporaryDirectory(prefix="stridecheck-press-") as name, Progress() as progress:
        async with running(given, Path(name)) as found:
            await found.race.await_all(found.bots)
            await asyncio.sleep(IDLE_S)
            memory = {bot.name: bot.memory_mb() for bot in found.bots}
            await found.race.warm(found.bots, 64)
            await found.race.run(found.bots, heats(given), given.rounds, progress)
            lost = await crush(found)
            loaded = {bot.name: bot.memory_mb() for bot in found.bots}
    judged = goals.judge(found.race.figures, memory, lost, list(found.urls))
    tables.show(Console(width=150), found.race.figures, memory, loaded, judged)
    if given.json:
        given.json.write_text(tables.as_json(found.race.figures, memory, loaded, lost, judged), encoding="utf-8")
    if given.picture:
        tables.draw(found.race.figures, given.picture)
    return int(not all(each.is_met for each in judged))


def _given(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.press", description="What one press costs.")
    parser.add_argument("--short", action="store_true", help="one round of fewer presses: under a minute")
    parser.add_argument("--rounds", type=int, help="rounds, of which the median is taken (5; short: 1)")
    parser.add_argument("--presses", type=int, help="presses of one bot in one heat (600; short: 300)")
    parser.add_argument("--only", nargs="+", help="bots with one of these words in their names: to look at one change")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--picture", type=Path, help="write an SVG here")
    given = parser.parse_args(words)
    given.rounds = given.rounds or (1 if given.short else 5)
    given.presses = given.presses or (300 if given.short else 600)
    return given


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(_given())))
