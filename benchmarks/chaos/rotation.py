"""Keys are renewed three times while people press, the command being killed once: all can be read, nothing is lost.

Each time: a fresh key in front, the bot started with it, `stridecheck keys rotate` while everybody is busy, and the old
key is thrown away. In the end only the last key is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos.crowd import HELP, Crowd
from benchmarks.chaos.crowd import _presses as presses
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from content.diary import Run
from content.person import Person
from storage import crypto, drafts, outbox, people, rotation, runs
from storage.crypto import KeysError, Ring
from storage.database import Database
from storage.drafts import Draft
from storage.tables import OutboxRow
from tests.bot.process import Process
from tests.bot.tools import until
from tests.keys import KEYS

ROTATIONS, BATCH = 3, 500
PAUSE_S, LONG_S = 1.5, 240


def options(parser: ArgumentParser) -> None:
    """How many people there are beside those who press; each has a sealed letter and a run."""
    parser.add_argument("--rows", type=int, default=3000)


async def run(place: Place, given: Namespace) -> Verdict:
    """The story above."""
    database, keys = place.database(), KEYS
    async with place.bot() as bot:
        await bot.start()
        crowd = Crowd(bot, database, place.seed)
        await crowd.meet()
        for start in range(0, given.rows, BATCH):
            database.run_now(_more_people, start, min(BATCH, given.rows - start))
        resealed, rounds, failed = 0, 0, 0
        for lap in range(ROTATIONS):
            fresh = ":".join(crypto.new_key(Ring.parse(keys)))
            keys = f"{fresh},{keys}"
            crowd.database = _reopened(crowd.database, place.url, keys)
            await _restart(bot, keys)
            done, code, busy = await _rotate(place, bot, crowd, kill=lap == 1)
            resealed, failed, rounds = resealed + done, failed + (code != 0), rounds + busy
            keys = fresh
            await _restart(bot, keys)
            crowd.database = _reopened(crowd.database, place.url, keys)
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await crowd.rest()
        broken = _of_the_crowd(crowd)
    broken["unreadable rows"] = crowd.database.run_now(_unreadable)
    broken["rotations that said no"] = failed
    crowd.database.close()
    figures: dict[str, float | int | str] = {
        "rotations": ROTATIONS,
        "rows sealed again": resealed,
        "rounds of presses meanwhile": rounds,
    }
    return Verdict(dict(broken), figures)


def _of_the_crowd(crowd: Crowd) -> Counter[str]:
    """What was pressed is stored, once and in order; what was asked for came; nothing was told a dead letter."""
    broken = Counter[str]()
    for each in crowd.tickers:
        stored = crowd.database.run_now(presses, each.episode)
        broken["lost or doubled answers"] += abs(len(stored) - len(each.pressed))
        broken["order"] += len(stored) == len(each.pressed) and stored != each.pressed
        broken["lost messages"] += max(each.helped - each.someone.count(HELP), 0)
        broken["doubled messages"] += max(each.someone.count(HELP) - each.helped, 0)
    broken["unanswered presses"] = len(crowd.bot.telegram.unanswered())
    broken["dead letters"] = int(str(crowd.bot.scalar("SELECT count(*) FROM outbox WHERE state = 'dead'")))
    return broken


async def _restart(bot: Process, keys: str) -> None:
    await bot.end(signal.SIGTERM)
    bot.environment["ENCRYPTION_KEYS"] = keys
    before = len(bot.calls("getUpdates"))
    await bot.start()
    await until(lambda: len(bot.calls("getUpdates")) > before, LONG_S)


async def _rotate(place: Place, bot: Process, crowd: Crowd, *, kill: bool) -> tuple[int, int, int]:
    """Rows sealed again, the command's exit code, and how many rounds everybody was busy meanwhile.

    `kill`: the first time it is killed in the middle, and typed again.
    """
    process = await _begin(place, bot)
    rounds = 0
    if kill:
        await asyncio.sleep(place.chance.uniform(0.8, 2.5))
        if process.returncode is None:
            process.kill()
        await process.wait()
        process = await _begin(place, bot)
    working = asyncio.create_task(process.communicate())
    while not working.done():
        crowd.act()
        rounds += 1
        await asyncio.sleep(PAUSE_S)
    told, _ = await working
    numbers = [int(line.split(": ")[1].split()[0]) for line in told.decode().splitlines() if "sealed again" in line]
    return sum(numbers), process.returncode or 0, rounds


async def _begin(place: Place, bot: Process) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.chaos.child", "keys", "rotate"),
        env={**os.environ, "DATABASE_URL": place.url, **bot.environment},
        cwd=place.folder,
        stdout=asyncio.subprocess.PIPE,
    )


def _reopened(database: Database, url: str, keys: str) -> Database:
    database.close()
    return Database(url, ring=Ring.parse(keys))


def _more_people(session: Session, start: int, count: int) -> None:
    """Rows to be sealed again, of people to whom nothing is sent."""
    now = datetime.now(UTC)
    for number in range(10_000 + start, 10_000 + start + count):
        person = people.add(session, number, Person("en", "Europe/London", setup="ready"), now)
        draft = Draft(person=person, lane=outbox.REPLY, kind="send", say={"kind": "home", "values": {}})
        (letter,) = drafts.add(session, [draft], now)
        session.get_one(OutboxRow, letter).state = "dropped"
        runs.add(session, person.id, Run(now, 3), None)


def _unreadable(session: Session) -> int:
    """Rows of any table that the only key left does not open."""
    bad = 0
    for table in rotation.TABLES:
        for row in session.scalars(select(table)):
            try:
                for each in row.OPENED:
                    each.__get__(row, table)
            except KeysError:
                bad += 1
    return bad
