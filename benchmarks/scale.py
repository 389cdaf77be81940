"""What one person costs: bytes of the database, calls to Telegram, CPU; over a check and its check-ins.

    uv run python -m benchmarks.scale [--people 20]

Everything in one process: the real bot on SQLite, the strict simulator, a clock moved by hand. Answers of one plausible
person, again and again, so the mean of real people will differ.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from argparse import Namespace
from collections import Counter
from typing import Any

os.environ["PTB_TIMEDELTA"] = "true"

from sqlalchemy import text

from benchmarks import telling
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
PACED = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendPhoto")
A_DAY = 29.1 * 86_400
CALLS = ("first meeting and check", f"the {DAYS} days after it, nothing answered")


def main(given: Namespace) -> None:
    """Measure and tell."""
    found = asyncio.run(_measured(given.people))
    telling.table("What one person costs", ("", ""), [(name, found[name]) for name in found if name not in CALLS])
    methods = dict.fromkeys(name for calls in CALLS for name in found[calls])
    rows = [(name, *(found[calls].get(name, 0) for calls in CALLS)) for name in methods]
    telling.table("Calls to Telegram a person", ("", *CALLS), rows)
    series = {calls: found[calls] for calls in CALLS}
    telling.keep(
        "scale", found, telling.bars("What one check asks of Telegram", "calls a person", series), [], given.out
    )


async def _measured(people: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, telling.progress("people", people + 1) as more:
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
            more(1)
        cpu_s = time.process_time() - begun
        checked, calls = _room(world), Counter(call.method for call in world.telegram.journal)
        await world.later(days=DAYS)
        more(1)
        later = Counter(call.method for call in world.telegram.journal) - calls
        later_b = _room(world)
        await world.close()
    paced = sum((calls + later)[name] for name in PACED) / people
    return {
        "people": people,
        "kB after the first meeting and one check": (checked - empty) / people / 1000,
        f"kB {DAYS} days later, nothing answered": (later_b - empty) / people / 1000,
        "ms of CPU for meeting and check, the simulator's among it": 1000 * cpu_s / people,
        "messages and edits": paced,
        "such people a day at 29.1 a second": A_DAY / paced,
        CALLS[0]: _each(calls, people),
        CALLS[1]: _each(later, people),
    }


def _room(world: World) -> int:
    return int(world.house.database.run_now(lambda session: session.scalar(text(ROOM))) or 0)


def _each(calls: Counter[str], people: int) -> dict[str, float]:
    return {name: many / people for name, many in calls.most_common() if many >= people / 2}


def _given() -> Namespace:
    parser = telling.parser(__doc__)
    parser.add_argument("--people", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main(_given())
