"""Very much is due at once: the first words leave at once, and what must wait for its turn waits in the outbox."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import virtual
from benchmarks.inline import InlineDatabase
from bot import travel
from bot.app import House
from bot.clock import Clock, HandClock
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage import outbox
from storage.database import Database
from storage.tables import OutboxRow
from tests.keys import RING
from tests.storage.rows import a_letter, a_person
from tests.walks import headstart
from tests.world import START, World

PEOPLE = 110
LATE = timedelta(hours=6)


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """At Telegram's pace, on a clock that stands still: nobody's turn comes but the first."""
    clock = HandClock(START)
    telegram, database = Telegram(now=clock.now), Database(sqlite_url, ring=RING)
    doors = InProcessRequest(telegram), InProcessRequest(telegram)
    built = House(token=telegram.token, database=database, clock=clock, request=doors[0], polling=doors[1])
    await built.open()
    yield built
    await built.kill()


def reminders(session: Session) -> None:
    """One waits for each of very many people."""
    for number in range(PEOPLE):
        a_letter(session, a_person(session, 1000 + number), lane=outbox.FOLLOW_UP)


def an_emergency(session: Session, telegram_id: int) -> None:
    a_letter(session, a_person(session, telegram_id), lane=outbox.URGENT)


def lanes(session: Session, state: str) -> Counter[int]:
    return Counter(session.scalars(select(OutboxRow.lane).where(OutboxRow.state == state)))


async def test_what_waits_for_its_turn_stays_in_the_outbox_and_an_emergency_is_taken(house: House) -> None:
    house.database.run_now(reminders)
    while await house.deliver._start_sending():
        pass
    waiting = house.database.run_now(lanes, "waiting")
    assert waiting[outbox.FOLLOW_UP] > 0, "what is held too long another process takes for lost, and sends again"
    assert await house.deliver._next_moment() is None, "nor is it looked for again and again"
    house.database.run_now(an_emergency, 7)
    assert await house.deliver._start_sending()
    assert house.database.run_now(lanes, "sending")[outbox.URGENT] == 1


async def test_between_the_letters_of_many_others_are_attended_to(house: House) -> None:
    house.database.run_now(reminders)
    seen = {0}

    async def look() -> None:
        while True:
            seen.add(len(house.deliver._busy))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await house.deliver._start_sending()
    looking.cancel()
    assert max(later - sooner for sooner, later in itertools.pairwise(sorted(seen))) <= 10


def test_what_waited_in_the_outbox_follows_without_a_pause(sqlite_url: str) -> None:
    virtual.run(all_are_sent(sqlite_url))


async def all_are_sent(url: str) -> None:
    """In a loop whose time goes only as far as somebody waits."""
    loop, database = asyncio.get_running_loop(), InlineDatabase(url, ring=RING)
    clock = Clock(wall=lambda: START + timedelta(seconds=loop.time()), counted_s=loop.time)
    telegram = Telegram(now=clock.now)
    door, polling = InProcessRequest(telegram), InProcessRequest(telegram)
    house = House(
        token=telegram.token, database=database, clock=clock, request=door, polling=polling, message_every_s=0
    )
    await house.open()
    database.run_now(reminders)
    sending = asyncio.create_task(house.deliver.run())
    await asyncio.sleep(1)
    assert sum(call.method == "sendMessage" for call in telegram.journal) == PEOPLE
    await house.deliver.stop()
    await sending
    database.close()


async def test_the_first_words_leave_while_others_still_come_due(small_world: World) -> None:
    world, people = small_world, [small_world.person().user_id for _ in range(6)]
    database, packs, answers = world.house.database, world.house.packs, dict(headstart.vignettes())["neuroma"]
    database.run_now(headstart.have_met, people, world.clock.now())
    database.run_now(headstart.have_an_outcome, packs, dict.fromkeys(people, answers), world.clock.now())
    for each in people:
        world.telegram.send_text(each, "/help")
    await world.settle()
    due_at = await travel.next_due(world.house)
    assert due_at is not None
    world.clock.push(due_at + LATE - world.clock.now())
    sending, before = asyncio.create_task(world.house.deliver.run()), sent(world)
    await asyncio.sleep(0.01)  # it has looked, and sleeps
    await world.house.sweep()
    assert sent(world) > before
    await world.house.deliver.stop()
    await sending


def sent(world: World) -> int:
    return sum(call.method == "sendMessage" for call in world.telegram.journal)
