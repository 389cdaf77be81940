"""Updates come in once each, in order for a person, and are confirmed only when their turns are kept for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from telegram.error import InvalidToken

from bot import intake, transport
from bot.intake import NotStoredError
from content import words
from content.episode import Pressed
from storage import episodes, people
from storage.database import Database
from storage.tables import EpisodeRow, EventRow, OutboxRow, UpdateRow
from tests.bot.tools import Outage, until
from tests.keys import RING
from tests.world import World


def count(session: Session, table: type[UpdateRow | EventRow | OutboxRow]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def polls(world: World) -> int:
    return sum(call.method == "getUpdates" for call in world.telegram.journal)


@asynccontextmanager
async def intake_running(world: World) -> AsyncIterator[asyncio.Task[None]]:
    """The real loop, with its real waits."""
    task = asyncio.create_task(world.house.intake.run())
    yield task
    world.house.intake.stop()
    await asyncio.wait_for(task, 2)


# --- confirmed after the commit ---------------------------------------------------------------------------------------


async def test_what_is_taken_but_not_yet_confirmed_is_offered_again_and_handled_once(world: World) -> None:
    chat = world.person()
    world.telegram.send_text(chat.user_id, "/start")
    assert await world.house.intake.poll_once(0) == 1
    assert world.telegram.waiting(), "the turn is kept, and Telegram does not know it yet"
    await world.restart()
    await world.settle()
    assert not world.telegram.waiting()
    assert len(chat.from_bot) == 1


async def test_the_confirmation_comes_with_the_next_poll_after_the_commit(world: World) -> None:
    chat = world.person()
    world.telegram.send_text(chat.user_id, "/start")
    await world.house.intake.poll_once(0)
    assert world.house.database.run_now(count, UpdateRow) == 1
    await world.house.intake.poll_once(0)
    assert not world.telegram.waiting()


async def test_a_repeated_update_changes_nothing(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press("None of these")
    message, data = chat.find("None of these")
    tap = world.telegram.tap(chat.user_id, message.message_id, data)
    await world.settle()
    seen, stored = chat.transcript(), chat.state()
    for _ in range(3):
        world.telegram.redeliver(tap)
        await world.settle()
    assert chat.transcript() == seen
    assert chat.state() == stored
    world.clean()


async def test_the_same_update_twice_in_one_batch_is_one(world: World) -> None:
    chat = world.person()
    update_id = world.telegram.send_text(chat.user_id, "/start")
    world.telegram.redeliver(update_id)
    await world.settle()
    assert len(chat.from_bot) == 1


# --- order ------------------------------------------------------------------------------------------------------------


async def test_one_persons_updates_are_taken_in_order(world: World) -> None:
    chats = [world.person() for _ in range(3)]
    for chat in chats:
        await chat.begin()
    card = {chat.user_id: chat.find("One-sided face or speech") for chat in chats}
    for _ in range(10):
        for chat in chats:
            message, data = card[chat.user_id]
            chat.tap(message, data)
            chat.tap(message, data.replace("+", "-"))
    await world.settle()
    for number in (1, 2, 3):
        events = world.house.database.run_now(episodes.events, number)
        signs = [event.option[0] for _, event in events if isinstance(event, Pressed)]
        assert signs == ["+", "-"] * 10


async def test_people_do_not_wait_for_each_other(postgres_url: str) -> None:
    world = await World(postgres_url).open()
    slow, quick = world.person("Slow"), world.person("Quick")
    for chat in (slow, quick):
        await chat.begin()
    other, held, release = Database(postgres_url, ring=RING), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(session: Session) -> None:
        people.lock(session, slow.user_id)
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(20)

    holding = asyncio.create_task(other.run(hold))
    await held.wait()
    before = world.house.database.run_now(count, EventRow)
    for chat in (slow, quick):
        chat.tap(*chat.find("None of these"))
    polling = asyncio.create_task(world.house.intake.poll_once(0))
    await until(lambda: world.house.database.run_now(count, EventRow) == before + 1)
    assert not polling.done(), "the batch waits for both before it is confirmed"
    release.set()
    await asyncio.gather(holding, polling)
    assert world.house.database.run_now(count, EventRow) == before + 2
    other.close()
    await world.close()


# --- the database is away ---------------------------------------------------------------------------------------------


async def test_while_the_database_is_away_nothing_is_confirmed_and_then_nothing_is_lost(
    world: World, outage: Outage
) -> None:
    chats = [world.person() for _ in range(3)]
    for chat in chats:
        world.telegram.send_text(chat.user_id, "/start")
    outage.begin()
    for _ in range(2):
        with pytest.raises(NotStoredError):
            await world.house.intake.poll_once(0)
        assert world.telegram.waiting()
    outage.end()
    await world.settle()
    assert not world.telegram.waiting()
    assert [len(chat.from_bot) for chat in chats] == [1, 1, 1]
    world.clean()


async def test_intake_goes_on_by_itself_when_the_database_is_back(world: World, outage: Outage) -> None:
    chat = world.person()
    outage.begin()
    world.telegram.send_text(chat.user_id, "/start")
    async with intake_running(world):
        await until(lambda: polls(world) >= 2)
        outage.end()
        await until(lambda: world.house.database.run_now(count, UpdateRow) == 1)
    await world.settle()
    assert len(chat.from_bot) == 1


async def test_a_person_is_not_told_sorry_because_the_database_is_away(world: World, outage: Outage) -> None:
    chat = world.person()
    await chat.begin()
    chat.tap(*chat.find("None of these"))
    outage.begin()
    with pytest.raises(NotStoredError):
        await world.house.intake.poll_once(0)
    outage.end()
    assert len(world.telegram.unanswered()) == 1
    await world.settle()
    assert not world.telegram.unanswered()
    assert not chat.toast


async def test_a_database_that_can_only_be_read_is_away_too(postgres_url: str, postgres_server: str) -> None:
    """As after a fail-over, or on a full disk at some providers."""
    world = await World(postgres_url).open()
    chat, outage = world.person(), Outage(world.house.database, postgres_url, postgres_server)
    world.telegram.send_text(chat.user_id, "/start")
    outage.begin(read_only=True)
    with pytest.raises(NotStoredError):
        await world.house.intake.poll_once(0)
    outage.end(read_only=True)
    await world.settle()
    assert len(chat.from_bot) == 1
    await world.close()


# --- poison -----------------------------------------------------------------------------------------------------------


def spoil(session: Session) -> None:
    """Nobody can read this episode any more: every press on it fails, for its own sake."""
    session.scalars(select(EpisodeRow)).one().data = {"question": "g_life"}


async def test_an_update_that_always_fails_is_tried_three_times_then_apologised_for(world: World) -> None:
    chat = world.person()
    await chat.begin()
    world.house.database.run_now(spoil)
    with capture_logs() as lines:
        await chat.press("None of these")
    assert [line["attempts"] for line in lines if line["event"] == "a turn failed"] == [1, 2, 3]
    alert = world.telegram.answers[-1]
    assert (alert.text, alert.show_alert) == (words.say("en", "error.sorry"), True)
    assert not world.telegram.waiting(), "it blocks nobody for ever"


async def test_after_a_poisoned_update_the_next_ones_go_on(world: World) -> None:
    chat, other = world.person(), world.person()
    await chat.begin()
    world.house.database.run_now(spoil)
    chat.tap(*chat.find("None of these"))
    world.telegram.send_text(chat.user_id, "/help")
    world.telegram.send_text(other.user_id, "/start")
    await world.settle()
    assert chat.has_read("/followups")
    assert len(other.from_bot) == 1


async def test_a_message_that_always_fails_is_apologised_for_in_the_chat(world: World) -> None:
    chat = world.person()
    await chat.begin()
    world.house.database.run_now(spoil)
    await chat.says("/cancel")
    chat.reads(words.say("en", "error.sorry"))


async def test_an_apology_that_cannot_be_sent_is_let_go(world: World) -> None:
    chat = world.person()
    await chat.begin()
    world.house.database.run_now(spoil)
    world.telegram.fault(method="sendMessage", cut=True)
    await chat.says("/cancel")
    assert not world.telegram.waiting()


async def test_an_update_that_nobody_can_read_does_not_stop_the_next_ones(small_world: World) -> None:
    world, chat = small_world, small_world.person()
    broken = world.telegram.send_unknown(chat.user_id, "message", {"message_id": 1, "text": "my leg tingles"})
    with capture_logs() as lines:
        await chat.says("/start")
    assert len(chat.from_bot) == 1
    assert not world.telegram.waiting(), "it is not offered for ever"
    found = [line for line in lines if line["event"] == "an update cannot be read and is left out"]
    assert [line["update_id"] for line in found] == [broken]
    assert "tingles" not in str(lines)


async def test_a_batch_that_comes_backwards_is_taken_in_order(small_world: World) -> None:
    world, chat = small_world, small_world.person()
    await chat.says("/start")
    world.telegram.fault(twist="reorder")
    for command in ("/help", "/emergency"):
        world.telegram.send_text(chat.user_id, command)
    await world.settle()
    assert ["I help runners" in message.text for message in chat.from_bot[-2:]] == [True, False]


# --- Telegram is away -------------------------------------------------------------------------------------------------


async def elapsed(work: Awaitable[None]) -> float:
    begun = asyncio.get_running_loop().time()
    await work
    return asyncio.get_running_loop().time() - begun


async def test_another_poller_is_complained_about_and_not_fought(small_world: World) -> None:
    world = small_world
    world.telegram.fault(method="getUpdates", error_code=409, description="Conflict: terminated by other getUpdates")
    with capture_logs() as lines:
        async with intake_running(world):
            await until(lambda: polls(world) == 1)
            await asyncio.sleep(0.3)
            assert polls(world) == 1
    assert [line["event"] for line in lines] == ["another program polls with this token; stop it"]


async def test_telegrams_wait_is_obeyed(small_world: World) -> None:
    world = small_world
    world.telegram.fault(method="getUpdates", retry_after=1)
    async with intake_running(world):
        await until(lambda: polls(world) == 1)
        assert await elapsed(until(lambda: polls(world) == 2)) >= 0.9


@pytest.mark.parametrize("trouble", [{"cut": True}, {"error_code": 502}, {"hang_s": 60}])
async def test_polling_backs_off_and_recovers(small_world: World, trouble: dict[str, int | bool]) -> None:
    world, chat = small_world, small_world.person()
    world.telegram.fault(method="getUpdates", times=2, **trouble)
    world.telegram.send_text(chat.user_id, "/start")
    async with intake_running(world):
        await until(lambda: polls(world) == 1)
        first = await elapsed(until(lambda: polls(world) == 2))
        second = await elapsed(until(lambda: polls(world) == 3))
        assert 0.3 < first < second
        await until(lambda: world.house.database.run_now(count, UpdateRow) == 1)


def test_a_poll_that_hangs_is_given_up_in_time_to_work_again_within_a_minute() -> None:
    assert (transport.polling().read_timeout or 0) + transport.POLL_S + intake.LONGEST_PAUSE_S < 60


async def test_a_start_waits_for_telegram(sqlite_url: str) -> None:
    world = World(sqlite_url)
    world.telegram.fault(method="getMe", cut=True)
    with capture_logs() as lines:
        await world.open()
    assert [line["event"] for line in lines] == ["Telegram does not answer"]
    await world.close()


async def test_a_refused_token_ends_it_with_a_word(small_world: World) -> None:
    world = small_world
    world.telegram.fault(method="getUpdates", error_code=401, description="Unauthorized")
    with capture_logs() as lines, pytest.raises(InvalidToken):
        await world.house.intake.run()
    assert "BOT_TOKEN" in lines[-1]["event"]


async def test_a_webhook_left_behind_is_taken_away_and_what_waits_is_kept(small_world: World) -> None:
    world, chat = small_world, small_world.person()
    world.telegram.call("setWebhook", {"url": "https://example.org/telegram"})
    world.telegram.send_text(chat.user_id, "/start")
    async with intake_running(world):
        await until(lambda: world.house.database.run_now(count, UpdateRow) == 1)
    assert world.telegram.webhook is None


# --- the end ----------------------------------------------------------------------------------------------------------


async def test_a_poll_that_waits_for_news_is_left_at_once(small_world: World) -> None:
    world = small_world
    task = asyncio.create_task(world.house.intake.run())
    await until(lambda: polls(world) == 1)
    await asyncio.sleep(0.05)
    world.house.intake.stop()
    assert await elapsed(asyncio.wait_for(task, 2)) < 0.5
    assert not task.cancelled()


async def test_a_batch_under_way_is_finished_before_the_end(world: World) -> None:
    chats = [world.person() for _ in range(20)]
    for chat in chats:
        world.telegram.send_text(chat.user_id, "/start")
    task = asyncio.create_task(world.house.intake.run())
    await until(lambda: world.house.database.run_now(count, UpdateRow) >= 1)
    world.house.intake.stop()
    await asyncio.wait_for(task, 5)
    assert world.house.database.run_now(count, UpdateRow) == 20
    await world.settle()
    assert [len(chat.from_bot) for chat in chats] == [1] * 20
