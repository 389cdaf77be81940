"""Back and forth between polling and a webhook, under load: no update is lost, none has its effect twice."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from argparse import ArgumentParser, Namespace

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from tests.bot.process import PATIENCE_S, Process, a_webhook
from tests.bot.tools import until

ROUNDS, ROUND_S = 4, 0.3


def options(parser: ArgumentParser) -> None:
    """How often."""
    parser.add_argument("--switches", type=int, default=20)


async def run(place: Place, given: Namespace) -> Verdict:
    """Stopped as an operator does, and started the other way; people go on meanwhile, and while nobody is there."""
    database = place.database()
    async with place.bot() as bot:
        await bot.start()
        crowd, bad_ends = Crowd(bot, database, place.seed), 0
        await crowd.meet()
        for number in range(given.switches):
            progress(f"switch {number + 1} of {given.switches}")
            code, _ = await bot.end(signal.SIGTERM)
            bad_ends += code != 0
            crowd.act()
            await _start(bot, by_webhook=number % 2 == 0)
            for _ in range(ROUNDS):
                crowd.stir()
                await asyncio.sleep(ROUND_S)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken, figures = crowd.broken(), crowd.figures()
    database.close()
    return Verdict({**broken, "ends other than 0": bad_ends}, {"switches": given.switches, **figures})


async def _start(bot: Process, *, by_webhook: bool) -> None:
    """Until it is known how Telegram's updates come."""
    for name in ("WEBHOOK_URL", "WEBHOOK_SECRET", "LISTEN"):
        bot.environment.pop(name, None)
    if by_webhook:
        url, settings = a_webhook()
        bot.environment |= {**settings, "WEBHOOK_URL": url}
    await bot.start()
    await until(lambda: (bot.telegram.webhook is not None) == by_webhook, PATIENCE_S)
