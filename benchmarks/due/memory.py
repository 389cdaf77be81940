"""How much the bot holds in memory among so many people, with 256 presses in flight. In a process of its own.

    python -m benchmarks.due.memory DATABASE_URL PRESSES

Prints MiB as JSON: after the start, and the most while every press was being answered at once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.stub import Stub
from bot import logs, running
from bot.app import House
from bot.clock import Clock
from handlers.arrival import Arrival, Command
from handlers.callback import EpisodePress
from storage import episodes, people
from storage.database import Database
from tests.keys import RING

FIRST, PRESSES = 10_000, 256  # Telegram's number of the crowd's first (crowd.py, which is too much to import here)
FIRST_UPDATE = 1_000_000_000


def measure(url: str, presses: int = PRESSES) -> dict[str, float]:
    """Start that process and hear what it says."""
    command = [sys.executable, "-m", "benchmarks.due.memory", url, str(presses)]
    told = subprocess.run(command, cwd=Path.cwd(), check=True, capture_output=True, text=True, timeout=600)  # noqa: S603 - ours
    found: dict[str, float] = json.loads(told.stdout)
    return found


async def _main(url: str, presses: int) -> None:
    logs.configure("CRITICAL")
    database, request = Database(url, ring=RING), Stub()
    house = House(token="1:bench", database=database, clock=Clock(), request=request, polling=request)  # noqa: S106
    await house.begin(poll=False)
    running.keep_what_is_there()
    await asyncio.sleep(1)
    started = _mb("VmRSS")
    updates = iter(range(FIRST_UPDATE + os.getpid() * 10_000, 2**40))
    numbers = range(FIRST + 1, FIRST + 1 + presses)
    for person in numbers:
        await house.take(Arrival(next(updates), person, Command("check")))
    pressing = [house.take(await _press(house, next(updates), person)) for person in numbers]
    await asyncio.gather(*pressing)
    await asyncio.sleep(1)
    most = _mb("VmHWM")  # what getrusage tells is, after a fork, the parent's
    gc.collect()
    print(json.dumps({"started": started, "most": most, "afterwards": _mb("VmRSS")}))
    await house.kill()


def _mb(name: str) -> float:
    """MiB resident now (VmRSS), or at the most so far (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


async def _press(house: House, update: int, person: int) -> Arrival:
    def opened(session: Session) -> tuple[int, int]:
        found = people.find(session, person)
        if found is None:
            raise LookupError(f"{person} has not moved in")
        row = episodes.running(session, found.id)[0]
        return row.id, row.data["turn"]

    number, turn = await house.database.run(opened)
    return Arrival(update, person, EpisodePress(number, turn, "=none"), "en", 7, f"{person} {update}")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
