"""Telegram says wait: nothing goes to that chat before, others do not wait with it, and a restart changes nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.chaos.crowd import HELP
from benchmarks.chaos.place import Place
from simulator.telegram import Call
from tests.bot.process import Process, Someone
from tests.bot.tools import until

EARLY, OTHERS, LOST = "sent before Telegram's wait was over", "others waited with a held chat", "lost after a wait"
PROMISES = (EARLY, OTHERS, LOST)
PATIENCE_S = 60.0
HOUR_S = 3600
LEFT_S = 20.0  # of the hour, when the clock has been pushed
LOOKED_AT_S = 4.0


@dataclass(slots=True)
class Drill:
    """Who is held, and somebody else."""

    bot: Process
    broken: Counter[str]
    other: Someone

    async def hold(self, user_id: int, wait_s: int) -> tuple[Someone, datetime]:
        """Somebody whose message Telegram does not take, and who has to wait so long; since when."""
        held = Someone(self.bot, user_id, "Held")
        held.says("/start")
        await until(lambda: held.from_bot, PATIENCE_S)
        await self.bot.until_all_is_said()
        self.bot.telegram.fault(name="wait", chat_id=user_id, method="sendMessage", retry_after=wait_s)
        held.says("/help")
        await until(lambda: self._to(held, ok=False), PATIENCE_S)
        held.says("/emergency")  # what is urgent waits, too: Telegram would refuse it and hold the chat for longer
        return held, self._to(held, ok=False)[-1].at

    async def serve(self) -> None:
        """Somebody else asks and is answered."""
        before = self.other.count(HELP)
        self.other.says("/help")
        try:
            await until(lambda: self.other.count(HELP) > before, PATIENCE_S)
        except TimeoutError:
            self.broken[OTHERS] += 1

    async def free(self, held: Someone, since: datetime, allowed: datetime) -> float:
        """Seconds from the moment on which it is allowed until it is sent; what is sent earlier is counted."""
        left_s = (allowed - datetime.now(UTC)).total_seconds()
        try:
            await until(lambda: held.count(HELP), max(left_s, 0) + PATIENCE_S)
        except TimeoutError:
            self.broken[LOST] += 1
        tried = [call.at for call in self._to(held) if call.at > since]
        self.broken[EARLY] += sum(at < allowed for at in tried)
        return round((tried[0] - allowed).total_seconds(), 2) if tried else PATIENCE_S

    def _to(self, held: Someone, *, ok: bool | None = None) -> list[Call]:
        """The messages for somebody, sent or refused."""
        calls = self.bot.calls("sendMessage")
        return [each for each in calls if each.params.get("chat_id") == held.user_id and ok in {None, each.ok}]


async def drill(place: Place, bot: Process, broken: Counter[str], *, short: bool) -> dict[str, float]:
    """A wait of 1 s and of 35 s; then of an hour, over two restarts, the clock being pushed at the second."""
    made = Drill(bot, broken, Someone(bot, 309, "Other"))
    made.other.says("/start")
    told: dict[str, float] = {}
    for wait_s in (1,) if short else (1, 35):
        held, since = await made.hold(310 + wait_s, wait_s)
        await made.serve()
        told[f"a wait of {wait_s} s: late s"] = await made.free(held, since, since + timedelta(seconds=wait_s))
    told[f"a wait of {HOUR_S} s: late s"] = await _an_hour(place, made)
    return told


async def _an_hour(place: Place, made: Drill) -> float:
    held, since = await made.hold(350, HOUR_S)
    await made.serve()
    await made.bot.again()
    await made.serve()
    await asyncio.sleep(LOOKED_AT_S)
    allowed = datetime.now(UTC) + timedelta(seconds=LEFT_S)
    made.bot.environment |= place.plan(pushed_s=(since + timedelta(seconds=HOUR_S) - allowed).total_seconds())
    await made.bot.again()
    await made.bot.until_polling()
    started = datetime.now(UTC)
    late_s = await made.free(held, since, allowed)
    # A busy machine may start a bot for longer than was left of the hour: that is no lateness.
    return round(late_s - max((started - allowed).total_seconds(), 0), 2)
