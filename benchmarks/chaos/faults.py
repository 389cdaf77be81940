"""Telegram's faults: nothing lost, waits obeyed to the second, and working again within a minute of their end.

A third of the calls failing for minutes, polls that hang, a Telegram that refuses connections or says nothing, 409,
updates twice and backwards, a poisoned update, 429 of 1, 35 and 3,600 seconds. The bot is not killed, but for the one
restart that a long wait must outlive.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks.chaos import poison, waits
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.place import Place
from benchmarks.chaos.recovery import Recovery, figures, recovery
from benchmarks.chaos.verdict import Verdict
from benchmarks.chaos.wire import Wire, wire
from tests.bot.process import Process

SHARE = 0.3
STIRRED_EVERY_S = 2.0
SHORT_S, LONG_S = 6.0, 40.0
HANGS_S = 30.0
KINDS: tuple[Mapping[str, Any], ...] = (
    {"error_code": 500},
    {"error_code": 502},
    {"cut": True},
    {"cut": True, "after_work": True},
    {"hang_s": HANGS_S},
    {"hang_s": HANGS_S, "after_work": True},
    {"malformed": True},
    {"malformed": True, "after_work": True},
)
POLLS: Mapping[str, Mapping[str, Any]] = {
    "polls hang": {"hang_s": 3600.0},
    "another poller": {"error_code": 409, "description": "Conflict: terminated by other getUpdates request"},
    "polls too often": {"retry_after": 5},
    "updates twice": {"twist": "duplicate"},
    "updates backwards": {"twist": "reorder"},
}
WIRES = ("gone", "silent", "connections cut")


@dataclass(slots=True)
class Stage:
    """One run: who is there, and what was found so far."""

    bot: Process
    crowd: Crowd
    line: Wire
    broken: Counter[str] = field(default_factory=Counter)
    found: list[Recovery] = field(default_factory=list)
    unsure: int = 0

    async def busy(self, span_s: float) -> None:
        """People go on for so long."""
        end = time.monotonic() + span_s
        while time.monotonic() < end:
            self.crowd.act()
            await asyncio.sleep(STIRRED_EVERY_S)

    async def over(self, cause: str) -> None:
        """The cause has ended: how long until it works again?"""
        self.found.append(await recovery(cause, self.bot, self.crowd))
        if await self.bot.ended_within(0):
            self.broken["ended by itself"] += 1
            await self.bot.start()


def options(parser: ArgumentParser) -> None:
    """How long."""
    parser.add_argument("--seconds", type=float, default=60, help="half of it with 30 %% of the calls failing")
    parser.add_argument("--only", choices=["share", *POLLS, *WIRES, "poison", "waits"], help="nothing but this")
    parser.add_argument("--short", action="store_true", help="no outage of 40 s, no wait of 35 s")


async def run(place: Place, given: Namespace) -> Verdict:
    """A share of the calls failing, then each kind of trouble, again until the time is over; then the waits."""
    end = time.monotonic() + given.seconds
    told: dict[str, float] = {}
    async with _stage(place) as stage:
        if given.only in {None, "share"}:
            await _share(stage, given.seconds / 2)
        names = [name for name in (*POLLS, *WIRES) if given.only in {None, name}]
        while names:
            for name in place.chance.sample(names, len(names)):
                await _trouble(stage, name, LONG_S if name == "gone" and not given.short else SHORT_S)
            if time.monotonic() > end:
                break
        if given.only in {None, "poison"}:
            await poison.drill(stage.bot, stage.crowd, stage.broken)
        if given.only in {None, "waits"}:
            with contextlib.suppress(TimeoutError):
                await stage.crowd.rest()
            stage.crowd.put_off()  # the clock will be pushed, and what the bot has planned itself does not disturb
            told = await waits.drill(place, stage.bot, stage.broken, short=given.short)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await stage.crowd.rest()
        return _verdict(stage, told)


@contextlib.asynccontextmanager
async def _stage(place: Place) -> AsyncIterator[Stage]:
    """A bot that talks to Telegram through a wire, and a crowd that has met it."""
    database = place.database()
    async with place.bot(warm=False) as bot:
        address = urlsplit(bot.address)
        async with wire(lambda: asyncio.open_connection(address.hostname, address.port)) as line:
            bot.environment |= {"TELEGRAM_API_URL": f"http://127.0.0.1:{line.port}"}
            await bot.start()
            crowd = Crowd(bot, database, place.seed)
            await crowd.meet()
            yield Stage(bot, crowd, line)
            await bot.end()
    database.close()


async def _share(stage: Stage, span_s: float) -> None:
    each = SHARE / len(KINDS)
    for place, kind in enumerate(KINDS):
        # The first that matches strikes: the later ones see fewer calls.
        chance = each / (1 - each * place)
        stage.bot.telegram.fault(name=f"share {place}", times=None, probability=chance, **kind)
    await stage.busy(span_s)
    stage.bot.telegram.clear_faults()
    await stage.over("30 % of the calls")


async def _trouble(stage: Stage, name: str, span_s: float) -> None:
    if name in POLLS:
        stage.bot.telegram.fault(name=name, method="getUpdates", times=None, **POLLS[name])
        await stage.busy(span_s)
        stage.bot.telegram.clear_faults()
    else:
        stage.unsure += len(stage.crowd.tickers) + len(stage.crowd.waiters)
        deed = {"gone": stage.line.pull, "silent": _at_once(stage.line.freeze)}.get(name, _at_once(stage.line.cut))
        await deed()
        await stage.busy(span_s)
        await stage.line.mend()
    await stage.over(name)


def _at_once(deed: Any) -> Any:
    async def done() -> None:
        deed()

    return done


def _verdict(stage: Stage, told: Mapping[str, float]) -> Verdict:
    journal = stage.bot.telegram.journal
    broken = stage.broken + Counter(stage.crowd.verdict(0))
    for name in ("ended by itself", *poison.PROMISES, *waits.PROMISES, *stage.crowd.verdict(0)):
        broken[name] += 0
    struck = [call for call in journal if call.injected]
    unsure = [call for call in struck if call.method == "sendMessage" and _may_have_arrived(call.description)]
    doubled = broken.pop("doubled messages")
    broken["more doubled messages than calls in doubt"] = max(doubled - len(unsure) - stage.unsure, 0)
    broken["not working again within 60 s"] = sum(each.is_slow for each in stage.found)
    about: dict[str, float | int | str] = {
        "calls": len(journal),
        "calls struck": len(struck),
        "messages in doubt": len(unsure),
        **stage.crowd.odd(),
    }
    return Verdict(dict(broken), {**about, "doubled messages": doubled, **told, **figures(stage.found)})


def _may_have_arrived(words: str) -> bool:
    return "after the work" in words or words.startswith("Hang")
