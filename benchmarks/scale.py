"""What one person costs: bytes of the database, calls to Telegram, CPU; over a check and its check-ins.

    uv run python benchmarks/scale.py --people 100

Everything in one process: the real bot on SQLite, the strict simulator, a clock moved by hand. Answers of one plausible
person, again and again, so the mean of real people will differ.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import text

from storage import migrate
from storage.database import Database
from tests.bot.test_logs import ANSWERS
from tests.keys import RING
from tests.world import World

ROOM = """
    select (page_count - freelist_count) * page_size
    from pragma_page_count(), pragma_freelist_count(), pragma_page_size()
"""
DAYS = 14


async def main(people: int) -> None:
    """Print a line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scale.db"
        database = Database(url, ring=RING)
        migrate.upgrade(database)
        database.close()
        world = await World(url).open()
        empty, begun = _room(world), time.process_time()
        for _ in range(people):
            chat = world.person()
            await chat.begin()
            await chat.answers(ANSWERS)
        cpu_s = time.process_time() - begun
        checked, calls = _room(world), Counter(call.method for call in world.telegram.journal)
        await world.later(days=DAYS)
        later = Counter(call.method for call in world.telegram.journal) - calls
        print(f"{(checked - empty) / people / 1000:.1f} kB a person after the first meeting and one check")
        print(f"{(_room(world) - empty) / people / 1000:.1f} kB a person {DAYS} days later, nothing answered")
        print(f"{1000 * cpu_s / people:.0f} ms of CPU a person, the simulator's among it")
        print("calls a person, first meeting and check:", _each(calls, people))
        print(f"calls a person, the {DAYS} days after it:", _each(later, people))
        await world.close()


def _room(world: World) -> int:
    return int(world.house.database.run_now(lambda session: session.scalar(text(ROOM))) or 0)


def _each(calls: Counter[str], people: int) -> str:
    return ", ".join(f"{name} {many / people:.1f}" for name, many in calls.most_common() if many >= people / 2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    asyncio.run(main(parser.parse_args().people))
