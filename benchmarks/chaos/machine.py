"""A machine whose clock can be set, in this process: the whole house on both its clocks, and Telegram's true time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from benchmarks.chaos.bugs import BUGS
from benchmarks.chaos.place import Place
from bot import logs
from bot.clock import HandClock
from simulator.telegram import Telegram
from tests.world import World

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST = 10_000


class SetClock(HandClock):
    """The real one's reckoning over two clocks of a `Machine`; it waits for nothing."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine.wall())
        self.wall, self.counted_s = machine.wall, machine.counted_s
        self._real_start = self._trusted = self._start
        self._trusted_s = machine.counted_s()

    def now(self) -> datetime:
        return self.real() + self._pushed


class Machine:
    """`truth` is what time it is; the machine's clock shows that plus `off`."""

    def __init__(self, place: Place, start: datetime = START) -> None:
        for bug in place.bugs:
            BUGS[bug].put_in()
        logs.configure("CRITICAL")
        self.truth, self.off = start, timedelta()
        self.telegram = Telegram(now=lambda: self.truth)
        self.world = World(place.url, start=start, past=(SetClock(self), self.telegram))

    def wall(self) -> datetime:
        return self.truth + self.off

    def counted_s(self) -> float:
        return (self.truth - START).total_seconds() + 1_000_000

    async def start(self) -> None:
        await self.world.open()
        self.hear()

    async def again(self) -> None:
        """Another process, which knows no more than what its clock shows and what is stored."""
        self.world.clock = SetClock(self)
        await self.world.restart()
        self.hear()

    def hear(self) -> None:
        """Telegram answers, with its time."""
        self.world.house.timekeeper.heard(format_datetime(self.truth, usegmt=True))

    async def pass_by(self, time: timedelta) -> None:
        """So long, with a look at what is due; Telegram answers before it."""
        self.truth += time
        self.hear()
        self.look()
        await self.world.settle()

    def look(self) -> None:
        self.world.house.timekeeper.look()


def sends(telegram: Telegram) -> list[tuple[int, datetime, str]]:
    """Whom Telegram was given a new message for, when, and what it says."""
    calls = [call for call in telegram.journal if call.method == "sendMessage" and call.ok]
    return [(call.params["chat_id"], call.at, str(call.params.get("text", ""))) for call in calls]
