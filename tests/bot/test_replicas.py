"""Several processes on one PostgreSQL: one leads, each sends what is its own, and whoever is left goes on."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.alone import AlreadyRunningError, alone
from bot.app import House
from bot.cli import app
from bot.clock import Clock
from bot.inheriting import Inheriting
from bot.line import Line
from bot.settings import SettingsError
from bot.sharing import A_MESSAGE_OF_ALL_EVERY_S, Sharing
from handlers import turn
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage import broadcasts, follow_ups, neighbours, outbox, people, publications
from storage.audience import NEWS
from storage.database import Database
from storage.packs import Packs
from storage.tables import OutboxRow
from tests.bot.tools import until
from tests.keys import RING
from tests.storage.rows import NOW, a_letter, a_person, an_episode, follow_up

CUT_A_LINE = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number"


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url, ring=RING, threads=4)
    yield made
    made.close()


@pytest.fixture
async def lines(database: Database) -> AsyncIterator[tuple[Line, Line]]:
    """Two that know of each other; the first one leads."""
    first, second = Line(database), Line(database)
    await first.join()
    await second.join()
    await until(lambda: first.count == second.count == 2)
    yield first, second
    await first.leave()
    await second.leave()


def ring(database: Database) -> None:
    """So that nobody waits for the next look."""
    database.run_now(neighbours.ring)


def cut(session: Session, number: int) -> None:
    session.execute(text(CUT_A_LINE), {"number": number})


# --- who leads --------------------------------------------------------------------------------------------------------


async def test_one_leads_and_the_other_takes_over_when_it_leaves(lines: tuple[Line, Line]) -> None:
    first, second = lines
    assert [line.leads() for line in lines] == [True, False]
    await first.leave()
    await until(second.leads)
    assert not first.leads()
    await until(lambda: second.count == 1)


async def test_the_other_takes_over_when_the_leader_dies(database: Database, lines: tuple[Line, Line]) -> None:
    first, second = lines
    await first.cut()
    ring(database)
    await until(second.leads)


async def test_a_leader_whose_line_is_cut_leads_no_more_comes_back_and_looks_at_everything(
    database: Database, lines: tuple[Line, Line]
) -> None:
    first, second = lines
    news: list[int] = []
    first.on_news(lambda: news.append(1))
    database.run_now(cut, first.me)
    await until(lambda: not first.leads())
    ring(database)
    await until(lambda: news and first.is_sure())
    await until(lambda: first.count == second.count == 2)
    assert [line.leads() for line in lines].count(True) == 1


async def test_what_only_the_leader_does_is_cut_off_with_its_line_and_begun_by_the_other(
    database: Database, lines: tuple[Line, Line]
) -> None:
    doing: list[str] = []

    async def work(name: str) -> None:
        doing.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            doing.remove(name)

    tasks = [
        asyncio.create_task(line.while_leading(partial(work, name))) for line, name in zip(lines, "ab", strict=True)
    ]
    await until(lambda: doing == ["a"])
    await lines[0].cut()
    ring(database)
    await until(lambda: doing == ["b"])
    for line in lines:
        line.stop()
    await lines[1].cut()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert doing == []


async def test_a_line_that_cannot_be_kept_any_more_ends_leading_and_is_told(database: Database) -> None:
    """What it raises is not foreseen: it must not go on as a leader that nobody can depose."""

    def fail() -> None:
        raise RuntimeError

    async def for_ever() -> None:
        await asyncio.Event().wait()

    line = Line(database)
    await line.join()
    await until(line.leads)
    keeping = asyncio.create_task(line.keep())
    leading = asyncio.create_task(line.while_leading(for_ever))
    line.on_news(fail)
    database.run_now(cut, line.me)
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(keeping, 10)
    assert not line.leads()
    assert line._lost.is_set()
    line.stop()
    await asyncio.wait_for(leading, 5)
    await line.leave()


def plans(session: Session) -> None:
    follow_ups.plan(session, an_episode(session, a_person(session)), [follow_up("FU-A/D1")])


def begins_a_broadcast(session: Session) -> None:
    broadcasts.start(session, broadcasts.draft(session, None, NEWS, NOW), NOW)


def publishes(session: Session) -> None:
    publications.publish(session, 1, NOW)


@pytest.mark.parametrize("work", [plans, begins_a_broadcast, publishes])
def test_what_others_should_look_at_rings_when_it_is_committed(
    database: Database, work: Callable[[Session], None]
) -> None:
    database.run_now(lambda session: an_episode(session, a_person(session, 7)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as ear:
        ear.execute(text(f"LISTEN {neighbours.CHANNEL}"))
        raw = ear.connection.driver_connection
        assert raw is not None
        database.run_now(work)
        assert [(each.channel, each.payload) for each in raw.notifies(timeout=5, stop_after=1)] == [("stridecheck", "")]


async def test_a_ring_is_heard_by_everybody(database: Database, lines: tuple[Line, Line]) -> None:
    heard: list[Line] = []
    for line in lines:
        line.on_news(partial(heard.append, line))
    ring(database)
    await until(lambda: set(heard) == set(lines))


# --- who sends what ---------------------------------------------------------------------------------------------------


def claim(session: Session, me: int) -> list[int]:
    return [letter.id for letter in outbox.claim(session, NOW, 100, (), me)]


def two_letters_to_one_and_one_to_another(session: Session) -> None:
    one, other = a_person(session, 1), a_person(session, 2)
    for person in (one, one, other):
        a_letter(session, person)


def answer(session: Session) -> None:
    row = a_letter(session, people.find(session, 1))
    row.kind = "answer"


def test_nothing_goes_to_a_chat_to_which_a_neighbour_is_sending_but_answers_to_presses(database: Database) -> None:
    database.run_now(two_letters_to_one_and_one_to_another)
    database.run_now(lambda session: a_letter(session, people.find(session, 1)))
    assert [letter.id for letter in database.run_now(outbox.claim, NOW, 1, (), 7)] == [1]
    database.run_now(answer)
    assert database.run_now(claim, 8) == [3, 5]
    assert database.run_now(outbox.next_moment, (), 8, NOW) == NOW + outbox.LEASE
    assert database.run_now(claim, 7) == [2, 4]


def test_who_was_too_slow_puts_nothing_back_that_a_neighbour_sends_by_now(database: Database) -> None:
    database.run_now(two_letters_to_one_and_one_to_another)
    (mine, *_) = database.run_now(outbox.claim, NOW, 1, (), 7)
    database.run_now(outbox.release, {7})
    assert 1 in database.run_now(claim, 8)
    database.run_now(outbox.put_back, mine, NOW)
    assert database.run_now(lambda session: session.get_one(OutboxRow, 1).state) == "sending"


async def test_what_a_dead_neighbour_was_sending_is_taken_up_and_a_living_ones_is_not(
    database: Database, lines: tuple[Line, Line]
) -> None:
    database.run_now(two_letters_to_one_and_one_to_another)
    dead, living = lines[1].me, lines[0].me
    assert len(database.run_now(outbox.claim, NOW, 2, (), dead)) == 2
    assert database.run_now(claim, living) == [3]
    woken: list[int] = []
    inheriting = Inheriting(database, lambda: woken.append(1))
    await inheriting.look()
    await lines[1].cut()
    await until(lambda: database.run_now(neighbours.missing) == {dead})
    await inheriting.look()
    assert not woken, "it may only be making another line"
    await inheriting.look()
    assert woken
    assert database.run_now(claim, living) == [1, 2]


# --- the work that all share ------------------------------------------------------------------------------------------


def test_a_follow_up_whose_person_is_held_is_left_for_later(database: Database) -> None:
    person_id = database.run_now(lambda session: a_person(session).id)
    pending = follow_ups.Pending(1, person_id, 1)
    with Session(database.engine) as other, other.begin():
        people.lock_by_id(other, person_id)
        assert database.run_now(people_free, person_id) is False
        assert not database.run_now(turn.take_due, Packs(), pending, NOW, patient=False)
    assert database.run_now(people_free, person_id)


def people_free(session: Session, person_id: int) -> bool:
    return people.lock_by_id(session, person_id, patient=False) is not None


async def test_all_go_at_one_pace_and_one_alone_at_its_own(database: Database, lines: tuple[Line, Line]) -> None:
    sharing, now = [Sharing(database, line) for line in lines], asyncio.get_running_loop().time
    begun_at = now()
    waits_s = [await sharing[number % 2].next_turn_s() for number in range(20)]
    assert None not in waits_s
    first_s, last_s = waits_s[0] or 0.0, waits_s[-1] or 0.0
    assert now() + last_s - (begun_at + first_s) >= 19 * A_MESSAGE_OF_ALL_EVERY_S
    await lines[1].leave()
    await until(lambda: lines[0].count == 1)
    assert await sharing[0].next_turn_s() is None


# --- all of it --------------------------------------------------------------------------------------------------------


class Replica:
    """A process as far as one event loop can hold several."""

    def __init__(self, telegram: Telegram, url: str) -> None:
        self.database = Database(url, ring=RING, threads=4)
        doors = InProcessRequest(telegram), InProcessRequest(telegram)
        self.house = House(
            token=telegram.token,
            database=self.database,
            clock=Clock(),
            request=doors[0],
            polling=doors[1],
            neighbours=Line(self.database),
        )


async def test_two_share_the_work_and_one_goes_on_when_the_other_is_killed(postgres_url: str) -> None:
    telegram = Telegram(now=Clock().now)
    everybody = range(301, 307)
    one, two = Replica(telegram, postgres_url), Replica(telegram, postgres_url)
    await one.house.start()
    await two.house.start()
    for user_id in everybody:
        telegram.add_person(user_id, "Ana")
        telegram.send_text(user_id, "/start")
        telegram.send_text(user_id, "/emergency")
    await until(lambda: all(len(said(telegram, each)) >= 2 for each in everybody), 40)
    await until(lambda: two.database.run_now(outbox.waiting) == 0, 40)  # what is under way may come twice
    await one.house.kill()
    for user_id in everybody:
        telegram.send_text(user_id, "/emergency")
    await until(lambda: all(len(said(telegram, each)) >= 3 for each in everybody), 40)
    await until(lambda: two.database.run_now(outbox.waiting) == 0, 40)
    await two.house.stop()
    two.database.close()
    told = [[words.partition("\n")[0] for words in said(telegram, each)] for each in everybody]
    assert all(each == told[0] and len(each) == 3 for each in told), told
    assert told[0][1] == told[0][2] != told[0][0]
    assert not telegram.refused()
    assert not telegram.violations


def said(telegram: Telegram, user_id: int) -> list[str]:
    return [message.text for message in telegram.chat(user_id) if message.from_bot]


# --- and on SQLite ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _logging() -> Iterator[None]:
    """As it was, once a command has set it up for itself."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_logging")
def test_a_second_bot_on_an_sqlite_file_is_told_who_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    with alone(url, NOW):
        with pytest.raises(AlreadyRunningError) as found, alone(url, NOW):
            raise AssertionError
        assert f"process {os.getpid()} on {socket.gethostname()}, since 2026-11-23 09:00:00 UTC" in str(found.value)
        environment = {"BOT_TOKEN": f"123456:{'A' * 35}", "DATABASE_URL": url}
        result = CliRunner().invoke(app, ["run"], env=environment)
        assert result.exit_code == 3
        assert result.output.startswith(f"The database {tmp_path / 'bot.db'} is served by another Stride Check")
    assert not (tmp_path / "bot.db").exists(), "it looked at nothing"
    with alone(url, NOW):
        pass


def test_where_there_can_be_no_lock_the_cure_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'bot.db'}"
    with pytest.raises(SettingsError, match="let the bot write in that folder"), alone(url, NOW):
        raise AssertionError
