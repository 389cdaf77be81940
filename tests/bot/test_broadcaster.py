"""A broadcast meets every way in which a call can fail; nobody gets it twice, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import HandClock
from bot.watch import Speed
from storage import audience, broadcasts, recipients
from storage.audience import NEWS, SAFETY, Audience
from tests.chat import many
from tests.world import START, Chat, World

SECOND = timedelta(seconds=1)
HTML = "Hello <b>runners</b>"


def begin(world: World, kind: str = NEWS, html: str = HTML) -> int:
    return world.house.database.run_now(_begin, kind, html, world.clock.now())


def _begin(session: Session, kind: str, html: str, now: datetime) -> int:
    row = broadcasts.draft(session, None, kind, now)
    row.words, row.audience = {"en": {"html": html}}, audience.write(Audience(languages=("en",)))
    broadcasts.start(session, row, now)
    return row.id


async def go(world: World) -> None:
    """Whatever may happen now."""
    await world.house.catch_up()
    await world.house.catch_up()


def times(world: World, telegram_id: int) -> int:
    return sum("Hello runners" in message.text for message in world.telegram.chat(telegram_id))


async def test_who_has_blocked_the_bot_is_left_out_and_gets_nothing_more(small_world: World) -> None:
    one, gone, other = many.add(small_world, 3, [])
    small_world.telegram.fault(
        method="sendMessage", chat_id=gone, error_code=403, description="Forbidden: bot was blocked by the user"
    )
    begin(small_world)
    await go(small_world)
    assert many.rows(small_world) == {one: "sent", gone: "dropped", other: "sent"}
    assert many.person(small_world, gone).blocked_at is not None


@pytest.mark.parametrize("trouble", [{"cut": True}, {"hang_s": 60}, {"error_code": 502}], ids=str)
async def test_news_that_may_have_arrived_is_not_sent_again(small_world: World, trouble: dict[str, Any]) -> None:
    one, two = many.add(small_world, 2, [])
    small_world.telegram.fault(method="sendMessage", chat_id=one, after_work=True, **trouble)
    begin(small_world)
    for _ in range(3):
        await go(small_world)
        small_world.clock.push(timedelta(minutes=2))
    assert [times(small_world, each) for each in (one, two)] == [1, 1]
    assert many.rows(small_world) == {one: "unsure", two: "sent"}


async def test_a_safety_notice_that_may_have_arrived_is_sent_again(small_world: World) -> None:
    (one,) = many.add(small_world, 1, [])
    small_world.telegram.fault(method="sendMessage", chat_id=one, after_work=True, error_code=502)
    begin(small_world, SAFETY)
    await go(small_world)
    small_world.clock.push(SECOND)
    await go(small_world)
    assert times(small_world, one) == 2
    assert many.rows(small_world) == {one: "sent"}


async def test_what_never_reached_telegram_is_sent_once(small_world: World) -> None:
    (one,) = many.add(small_world, 1, [])
    small_world.telegram.fault(method="sendMessage", chat_id=one, cut=True)
    begin(small_world)
    await go(small_world)
    assert many.rows(small_world) == {one: "waiting"}
    small_world.clock.push(SECOND)
    await go(small_world)
    assert times(small_world, one) == 1


async def test_an_outage_costs_a_few_recipients_and_not_the_whole_list(small_world: World) -> None:
    many.add(small_world, 60, [])
    small_world.telegram.fault(method="sendMessage", times=1000, error_code=502)
    begin(small_world)
    for _ in range(60):
        await go(small_world)
        small_world.clock.push(SECOND)
    lost = list(many.rows(small_world).values()).count("unsure")
    assert 0 < lost < 25


async def test_telegrams_wait_holds_every_recipient_and_nobodys_reply(small_world: World) -> None:
    ids = many.add(small_world, 40, [])
    small_world.telegram.fault(method="sendMessage", chat_id=ids[0], retry_after=30)
    begin(small_world)
    await go(small_world)
    sent = list(many.rows(small_world).values()).count("sent")
    assert sent < 40
    chat = Chat(small_world, ids[-1])
    small_world.clock.push(29 * SECOND)
    await chat.says("/help")
    assert chat.has_read("/followups")
    assert list(many.rows(small_world).values()).count("sent") == sent
    small_world.clock.push(SECOND)
    await go(small_world)
    assert [times(small_world, each) for each in ids] == [1] * 40


async def test_a_reply_that_telegram_holds_makes_broadcasts_wait_too(small_world: World) -> None:
    one, two = many.add(small_world, 2, [])
    small_world.telegram.fault(method="sendMessage", chat_id=one, retry_after=30)
    await Chat(small_world, one).says("/help")
    begin(small_world)
    await go(small_world)
    assert times(small_world, two) == 0
    small_world.clock.push(30 * SECOND)
    await go(small_world)
    assert times(small_world, two) == 1


async def test_a_stop_in_the_moment_of_taking_somebody_leaves_them_waiting(small_world: World) -> None:
    one, *_ = many.add(small_world, 1, [])
    begin(small_world)
    house, loop = small_world.house, asyncio.get_running_loop()

    def stop_now(*told: Any) -> None:
        if told[2].startswith("UPDATE outbox"):
            loop.call_soon_threadsafe(lambda: stops.append(loop.create_task(house.broadcaster.stop())))

    stops: list[asyncio.Task[None]] = []
    event.listen(house.database.engine, "before_cursor_execute", stop_now)
    await asyncio.wait_for(house.broadcaster.run(), 10)
    event.remove(house.database.engine, "before_cursor_execute", stop_now)
    await asyncio.gather(*stops)
    assert stops
    assert many.rows(small_world) == {one: "waiting"}
    assert times(small_world, one) == 0


async def test_words_that_telegram_refuses_stop_it_before_everybody_was_tried(small_world: World) -> None:
    many.add(small_world, 40, [])
    number = begin(small_world, html="<nonsense>Hello")
    await go(small_world)
    row = small_world.house.database.run_now(broadcasts.lock, number)
    assert row is not None
    assert row.state == "paused"
    assert list(many.rows(small_world).values()).count("waiting") >= 20


async def test_one_that_was_under_way_when_the_bot_died_is_not_sent_again(small_world: World) -> None:
    one, two = many.add(small_world, 2, [])
    begin(small_world)
    assert small_world.house.database.run_now(recipients.claim, small_world.clock.now()) is not None
    await small_world.restart()
    await go(small_world)
    assert many.rows(small_world) == {one: "unsure", two: "sent"}


def test_the_speed_is_that_of_the_last_minute_in_real_seconds() -> None:
    clock, speed = HandClock(START), Speed(1.0)
    assert speed.is_due(clock.now(), "sending")
    assert not speed.is_due(clock.now(), "sending")
    assert speed.rate(clock.now(), 0) == 0
    for done in (100, 200, 2000):
        clock.push(30 * SECOND)
        last = speed.rate(clock.now(), done)
    assert last == (2000 - 100) / 60
    assert speed.is_due(clock.now(), "paused")
    assert speed.rate(clock.now(), 2000) == 0
