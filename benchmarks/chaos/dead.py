"""Each part of the bot stops, hangs or dies, and so does the loop: whoever asks at /readyz knows within 90 s.

Every case has a bot and a database of its own, all side by side: the part does its work until a file says it is time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from functools import partial

import httpx
from sqlalchemy import create_engine, make_url, text

from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from tests.bot.process import PATIENCE_S, Process, Someone, a_webhook, process
from tests.bot.tools import until

NOTICED_WITHIN_S = 90.0
ASKED_EVERY_S, ANSWER_WITHIN_S = 1.0, 5.0
STARTED_WITHIN_S = 180  # many at once


@dataclass(frozen=True, slots=True)
class Case:
    """`deed` is done to `part` (benchmarks/chaos/standing.py)."""

    part: str
    deed: str

    @property
    def name(self) -> str:
        return f"{self.part}, {self.deed}"


CASES = (
    *(Case(part, deed) for part in ("polling", "sweeping", "sending") for deed in ("hangs", "raises", "is cancelled")),
    Case("a call", "hangs"),
    Case("the loop", "stands still"),
)


def options(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("--only", nargs="+", default=[case.name for case in CASES], help="cases, by their names")


async def run(place: Place, given: Namespace) -> Verdict:
    """All at once: they mostly wait."""
    cases = [case for case in CASES if case.name in given.only]
    progress(f"{len(cases)} bots side by side, for about a minute and a half")
    places = [_own(place, number) for number in range(len(cases))]
    async with place.bot() as first:
        found = await asyncio.gather(*map(partial(_noticed, first), places, cases))
    late = sum(seconds > NOTICED_WITHIN_S for seconds, _ in found)
    figures: dict[str, float | int | str] = {
        f"{case.name}: s until {how}": round(seconds, 1) for case, (seconds, how) in zip(cases, found, strict=True)
    }
    silent = sum(
        how == "nobody answers" and case.part != "the loop" for case, (_, how) in zip(cases, found, strict=True)
    )
    return Verdict({"noticed after more than 90 s": late, "healthy by /healthz no more": silent}, figures)


def _own(place: Place, number: int) -> Place:
    """A database and a folder of its own."""
    folder = place.folder / f"case{number}"
    folder.mkdir()
    if place.kind == "sqlite":
        return replace(place, folder=folder, url=f"sqlite:///{folder / 'bot.db'}")
    engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE case{number}"))
    engine.dispose()
    return replace(
        place, folder=folder, url=str(make_url(place.url).set(database=f"case{number}").render_as_string(False))
    )


async def _noticed(first: Process, place: Place, case: Case) -> tuple[float, str]:
    """How many seconds after it had stopped, and how: "readyz is red", "it ended" or "nobody answers"."""
    _, settings = a_webhook()
    at, struck = place.folder / "stop", place.folder / "struck"
    async with process(place.url, place.folder) as bot, httpx.AsyncClient(timeout=ANSWER_WITHIN_S) as client:
        bot.spawn, bot.command = first.spawn, first.command
        bot.environment = first.environment | {
            "LISTEN": settings["LISTEN"],
            "STOP": f"{case.part}|{case.deed}|{at}|{struck}",
        }
        await bot.start()
        await _until_ready(client, f"http://{settings['LISTEN']}")
        at.touch()
        Someone(bot, 7).says("/start")  # so that there is something to send
        await until(struck.exists, PATIENCE_S)
        return await _until_seen(bot, client, f"http://{settings['LISTEN']}", struck.stat().st_mtime)


async def _until_ready(client: httpx.AsyncClient, address: str) -> None:
    for _ in range(STARTED_WITHIN_S):
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get(f"{address}/readyz")).status_code == 200:
                return
        await asyncio.sleep(ASKED_EVERY_S)
    raise TimeoutError("it never was ready")


async def _until_seen(bot: Process, client: httpx.AsyncClient, address: str, since: float) -> tuple[float, str]:
    while (passed := time.time() - since) < 2 * NOTICED_WITHIN_S:
        if await bot.ended_within(0.01):
            return passed, "it ended"
        try:
            if (await client.get(f"{address}/readyz")).status_code == 503:
                well = (await client.get(f"{address}/healthz")).status_code == 200
                return time.time() - since, "readyz is red" if well else "nobody answers"
        except httpx.HTTPError:
            if not await bot.ended_within(0.5):
                return time.time() - since, "nobody answers"
        await asyncio.sleep(ASKED_EVERY_S)
    return passed, "never"
