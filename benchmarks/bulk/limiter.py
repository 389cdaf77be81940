"""python-telegram-bot's own AIORateLimiter before the same strict server, as its documentation has one use it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot

from benchmarks.bulk.ours import FIRST, Sent
from benchmarks.bulk.strict import ALLOWED, Strict
from benchmarks.recipients import TOLD

WORKERS = 64


async def send(seconds: float, jitter_s: float, retries: int) -> Sent:
    """For so long, 64 at once. `retries`: 0 is what it comes with; what is refused then is lost."""
    request, begun, cpu = Strict(jitter_s), asyncio.get_running_loop().time(), time.process_time()
    bot = ExtBot("1:bench", request=request, get_updates_request=request, rate_limiter=_limiter(retries))
    await bot.initialize()
    chats, lost = itertools.count(FIRST + 1), list[int]()
    work = (_work(bot, chats, lost, begun + seconds) for _ in range(WORKERS))
    await asyncio.gather(*work)
    await bot.shutdown()
    return Sent(
        who=f"AIORateLimiter, {retries or 'no'} retries",
        share=request.rate() / ALLOWED,
        refused=request.refused,
        lost=len(lost),
        again=sum(many > 1 for many in request.got.values()),
        busiest=request.busiest(),
        cpu_ms=1000 * (time.process_time() - cpu) / max(len(request.accepted), 1),
    )


def _limiter(retries: int) -> AIORateLimiter:
    return AIORateLimiter(max_retries=retries) if retries else AIORateLimiter()


async def _work(bot: ExtBot[int], chats: Iterator[int], lost: list[int], until: float) -> None:
    while asyncio.get_running_loop().time() < until:
        chat = next(chats)
        try:
            await bot.send_message(chat, TOLD)
        except RetryAfter:
            lost.append(chat)
