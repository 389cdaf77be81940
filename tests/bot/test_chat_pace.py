"""One chat gets a short burst and then one message after the other, and what is urgent or an edit waits for none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat_pace import A_CHATS_MESSAGE_EVERY_S, AT_ONCE, ChatPace
from bot.clock import HandClock
from simulator.pace import PER_CHAT, Pace
from storage import drafts, outbox, people
from storage.drafts import Draft
from storage.tables import OutboxRow
from tests.world import START, Chat, World

EVERY = timedelta(seconds=A_CHATS_MESSAGE_EVERY_S)
A_BURST_LATER = AT_ONCE * EVERY
CHAT, OTHER = b"one", b"other"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(START)


@pytest.fixture
def pace(clock: HandClock) -> ChatPace:
    """One that has been there for a while."""
    built = ChatPace(clock)
    clock.push(A_BURST_LATER)
    return built


def burst(pace: ChatPace, chat: bytes = CHAT) -> int:
    """So many go there just now."""
    many = 0
    while not pace.is_slow(chat):
        pace.sent(chat)
        many += 1
    return many


def test_a_burst_then_one_after_the_other_and_others_are_not_concerned(clock: HandClock, pace: ChatPace) -> None:
    assert burst(pace) == AT_ONCE
    assert pace.slow() == {CHAT: clock.now() + EVERY}
    assert not pace.is_slow(OTHER)
    clock.push(EVERY)
    assert burst(pace) == 1
    clock.push(A_BURST_LATER)
    assert burst(pace) == AT_ONCE


def test_it_never_comes_to_what_telegram_minds(clock: HandClock, pace: ChatPace) -> None:
    theirs = Pace()
    for _ in range(20 * 60):
        while not pace.is_slow(CHAT):
            pace.sent(CHAT)
            theirs.sent(1, clock.now())
        clock.push(timedelta(milliseconds=50))
    assert theirs.violations == []
    assert len(theirs._windows[PER_CHAT.words, 1]) >= 15, "and it is not much slower than that"


def test_who_has_paid_is_forgotten(clock: HandClock, pace: ChatPace) -> None:
    for number in range(1000):
        pace.sent(number.to_bytes(4))
    clock.push(EVERY)
    assert pace.slow() == {}
    assert not pace._paid_at


def test_a_new_process_begins_without_a_burst(clock: HandClock) -> None:
    assert burst(ChatPace(clock)) == 1


def test_what_was_urgent_holds_nobody_for_longer(clock: HandClock, pace: ChatPace) -> None:
    for _ in range(100):
        pace.sent(CHAT)
    assert pace.slow() == {CHAT: clock.now() + EVERY}


def test_a_clock_that_is_set_back_holds_no_chat_for_days(clock: HandClock, pace: ChatPace) -> None:
    burst(pace)
    clock.push(-timedelta(days=3))
    assert not pace.is_slow(CHAT)
    assert burst(pace, OTHER) >= 1
    clock.push(EVERY)
    assert not pace.is_slow(OTHER)


# --- and what waits in the outbox -------------------------------------------------------------------------------------


@pytest.fixture
async def chat(world: World) -> Chat:
    """Somebody at the first question, in a world that keeps the pace of chats, all else at once."""
    met = world.person()
    await met.begin()
    world.house.pace.chats = ChatPace(world.clock)
    world.clock.push(A_BURST_LATER)
    return met


def put(chat: Chat, count: int, lane: int = outbox.REPLY) -> None:
    """Something to be said so often, straight into the outbox."""

    def work(session: Session) -> None:
        person = people.find(session, chat.user_id)
        assert person is not None
        for number in range(count):
            say: dict[str, object] = {"kind": "numbers", "values": {"turn": number}}
            draft = Draft(person=person, lane=lane, kind="send", say=say)
            drafts.add(session, [draft], chat.world.clock.now())

    chat.world.house.database.run_now(work)


def sent(session: Session) -> list[int]:
    return list(
        session.scalars(select(OutboxRow.id).where(OutboxRow.state == "sent").order_by(OutboxRow.sent_at, OutboxRow.id))
    )


def tries(session: Session) -> set[int]:
    return set(session.scalars(select(OutboxRow.attempts).where(OutboxRow.state == "waiting")))


async def test_a_backlog_goes_in_order_at_the_pace_of_the_chat(world: World, chat: Chat) -> None:
    run, before = world.house.database.run_now, len(world.telegram.chat(chat.user_id))
    put(chat, 30)
    for number in range(AT_ONCE, 31):
        await world.house.drain()
        assert len(world.telegram.chat(chat.user_id)) == before + number
        world.clock.push(EVERY)
        assert run(tries) <= {0}, "who only waited for the pace was not tried"
    assert run(outbox.waiting) == 0
    assert run(sent) == sorted(run(sent))
    assert not world.telegram.violations


async def test_what_is_urgent_and_an_answer_to_a_press_are_not_held(world: World, chat: Chat) -> None:
    put(chat, 30)
    await world.house.drain()
    put(chat, 1, outbox.URGENT)
    before = len(world.telegram.chat(chat.user_id))
    await world.house.drain()
    assert len(world.telegram.chat(chat.user_id)) == before + 1, "the urgent one, and no other"
    asked = len(world.telegram.answers)
    message, data = chat.find("None of these")
    world.telegram.tap(chat.user_id, message.message_id, data)
    await world.settle()
    assert len(world.telegram.answers) == asked + 1
    assert [call.method for call in world.telegram.journal if call.method != "getUpdates"][-1] == "editMessageText"


async def test_the_next_look_is_when_the_chat_may_go_on(world: World, chat: Chat) -> None:
    put(chat, 30)
    await world.house.drain()
    assert await world.house.deliver._next_moment() == world.clock.now() + EVERY
