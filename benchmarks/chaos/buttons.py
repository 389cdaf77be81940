"""A million presses that nobody should be able to make, and a hundred thousand repeated and old ones: nothing gives.

Each goes the whole way, from Telegram's update to Telegram's answer, in a bot inside a process of this bench
(benchmarks/chaos/pressing.py), two processes side by side, each with people and a database of its own. No state may
change that its person did not change, every press is answered, and nothing is logged. Then fifty taps at once on one
question, in several batches side by side on the bot's own threads: one answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session
from telegram import Update

from benchmarks.chaos.place import ROOT, Place
from benchmarks.chaos.verdict import Verdict
from content import buttons
from content.decide import decide, start
from content.episode import Pressed
from storage import episodes, people
from storage.tables import EpisodeRow, PersonRow
from tests.world import Chat, World

TAPS, BATCHES, QUESTIONS = 50, 5, 20
PROMISES = ("wrong states", "doubled answers", "unanswered presses", "refused calls", "error lines", "exceptions")


def options(parser: ArgumentParser) -> None:
    """How many, and how long at most."""
    parser.add_argument("--tampered", type=int, default=1_000_000)
    parser.add_argument("--repeated", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--minutes", type=float, default=0, help="stop after so long, whatever has been done (0: never)"
    )


async def run(place: Place, given: Namespace) -> Verdict:
    """Press, in so many processes; then tap at once."""
    urls = [_another(place, number) for number in range(given.processes)]
    found = await asyncio.gather(*(_press(place, url, number, given) for number, url in enumerate(urls)))
    broken, done = Counter[str](dict.fromkeys(PROMISES, 0)), Counter[str]()
    for each in found:
        done.update(each["done"])
        broken.update(each["broken"])
        for example in each["examples"]:
            print(f"  {example[:1000]}", file=sys.stderr)
    taps, answers = await _taps_at_once(place)
    broken["doubled answers"] += answers
    return Verdict(dict(broken), {**done, "taps at once on one question": TAPS, "questions tapped so": taps})


def _another(place: Place, number: int) -> str:
    """The address of one more empty database of this kind."""
    if place.kind == "sqlite":
        return f"sqlite:///{place.folder / f'part{number}.db'}"
    engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE part{number}"))
    engine.dispose()
    return make_url(place.url).set(database=f"part{number}").render_as_string(hide_password=False)


async def _press(place: Place, url: str, number: int, given: Namespace) -> dict[str, Any]:
    """What one process found."""
    work = {
        "url": url,
        "seed": place.seed * 1000 + number,
        "tampered": given.tampered // given.processes,
        "repeated": given.repeated // given.processes,
        "minutes": given.minutes,
        "bugs": place.bugs,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.chaos.pressing", json.dumps(work)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told, _ = await process.communicate()
    if process.returncode:
        return {"done": {}, "broken": {"exceptions": 1}, "examples": ["the process ended with an error"]}
    found: dict[str, Any] = json.loads(told)
    return found


# --- at once ----------------------------------------------------------------------------------------------------------


async def _taps_at_once(place: Place) -> tuple[int, int]:
    """Question after question; how many, and how many of the taps counted that should not have."""
    place.database().close()
    world = await World(place.url).open()
    asked = wrong = 0
    while asked < QUESTIONS:
        chat = world.person(f"Tapper {asked}")
        await chat.begin()
        while asked < QUESTIONS and chat.asked is not None:
            wrong += await _tap_all(world, chat, place)
            asked += 1
    await world.close()
    return asked, wrong


async def _tap_all(world: World, chat: Chat, place: Place) -> int:
    """Fifty taps on the answers of the open question; 1 when not exactly one of them counted."""
    if not _answers(chat):
        chat.tap(chat.last, next(data for data in _newest(chat) if ".+" in data))
        await world.settle()
    choices = _answers(chat)
    before = world.house.database.run_now(_counted, world, chat.user_id)
    for _ in range(TAPS):
        chat.tap(chat.last, place.chance.choice(choices))
    updates = _incoming(world)
    await asyncio.gather(*(world.house.intake.take(updates[each::BATCHES]) for each in range(BATCHES)))
    await world.settle()
    after = world.house.database.run_now(_counted, world, chat.user_id)
    return int(after != before + 1)


def _incoming(world: World) -> Sequence[Update]:
    """What Telegram would deliver now."""
    answer: dict[str, Any] = world.telegram.call("getUpdates", {"limit": 100})
    found = [Update.de_json(each, world.house.application.bot) for each in answer["result"]]
    world.telegram.call("getUpdates", {"offset": found[-1].update_id + 1})
    return found


def _newest(chat: Chat) -> list[str]:
    """The data of the buttons of the newest message."""
    return [button.data for row in chat.last.keyboard for button in row if button.data]


def _answers(chat: Chat) -> list[str]:
    """Those that answer the question at once."""
    return [data for data in _newest(chat) if ".=" in data or data.endswith(buttons.DONE)]


def _counted(session: Session, world: World, telegram_id: int) -> int:
    """How many of the person's presses were taken, in all their checks, by what is stored of them."""
    query = select(EpisodeRow).join(PersonRow).where(PersonRow.mark == people.mark(session, telegram_id))
    return sum(_taken(session, world, row) for row in session.scalars(query))


def _taken(session: Session, world: World, row: EpisodeRow) -> int:
    pack, stored = world.house.packs.known(row.pack_id), episodes.read(row.data)
    episode, taken = start(pack, stored.zone, minor=stored.minor, quiet=stored.quiet), 0
    for at, event in episodes.events(session, row.id):
        decision = decide(pack, episode, event, at)
        taken += isinstance(event, Pressed) and not decision.stale
        episode = decision.episode
    return taken
