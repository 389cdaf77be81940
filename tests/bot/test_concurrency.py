"""Many presses at once lose nothing: one person's come one after another, people side by side, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from telegram import Update

from content.episode import Pressed
from storage import episodes
from storage.tables import EventRow, PersonRow, UpdateRow
from tests import replayed
from tests.world import Chat, World

PEOPLE, PRESSES, AT_ONCE = 5, 400, 32


async def at_the_first_question(world: World) -> list[Chat]:
    chats = [world.person(f"P{number}") for number in range(PEOPLE)]
    for chat in chats:
        await chat.begin()
    return chats


def boxes(chat: Chat) -> list[str]:
    """The data that ticks each box of the first question."""
    return [button.data for row in chat.last.keyboard for button in row if button.data and ".+" in button.data]


def presses(chats: Sequence[Chat], total: int) -> list[tuple[Chat, str]]:
    """Each person ticks and unticks their boxes in turn."""
    found = []
    for number in range(total):
        chat, lap = chats[number % PEOPLE], number // PEOPLE
        own = boxes(chat)
        found.append((chat, own[lap % len(own)].replace(".+", f".{'+-'[lap // len(own) % 2]}")))
    return found


def incoming(world: World) -> list[Update]:
    """What Telegram would deliver now, each update on its own."""
    answer: dict[str, Any] = world.telegram.call("getUpdates", {"limit": 100})
    found = [Update.de_json(each, world.house.application.bot) for each in answer["result"]]
    world.telegram.call("getUpdates", {"offset": found[-1].update_id + 1})
    return found


async def take_at_once(world: World, updates: Sequence[Update]) -> None:
    """As a webhook gets them: 32 at a time, nobody waits for anybody."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(update: Update) -> None:
        async with gate:
            await world.house.intake.take([update])

    await asyncio.gather(*map(one, updates))


def kept(session: Session) -> tuple[int, list[str]]:
    """How many updates are remembered, and the presses that became events."""
    events = [row.event for row in session.scalars(select(EventRow).order_by(EventRow.id))]
    options = [each["option"] for each in events if each["kind"] == "Pressed"]
    return session.scalar(select(func.count()).select_from(UpdateRow)) or 0, options


async def test_400_presses_32_at_once_on_five_people_lose_none(world: World) -> None:
    chats = await at_the_first_question(world)
    before, _ = world.house.database.run_now(kept)
    wanted = presses(chats, PRESSES)
    for first in range(0, PRESSES, 100):
        for chat, data in wanted[first : first + 100]:
            chat.tap(chat.last, data)
        await take_at_once(world, incoming(world))
        await world.settle()
    after, options = world.house.database.run_now(kept)
    assert after - before == PRESSES
    assert sorted(options) == sorted(data.rpartition(".")[2] for _, data in wanted)
    assert not world.house.database.run_now(replayed.odd, world.house.packs)
    assert not world.telegram.unanswered()
    assert not world.telegram.refused()


async def test_a_batch_keeps_each_persons_order(world: World) -> None:
    chats = await at_the_first_question(world)
    wanted = presses(chats, 100)
    for chat, data in wanted:
        chat.tap(chat.last, data)
    await world.settle()
    for number, chat in enumerate(chats, 1):
        events = world.house.database.run_now(episodes.events, number)
        options = [event.option for _, event in events if isinstance(event, Pressed)]
        assert options == [data.rpartition(".")[2] for who, data in wanted if who is chat]


async def test_all_boxes_of_a_card_ticked_at_the_same_moment_are_ticked(world: World) -> None:
    chats = await at_the_first_question(world)
    for chat in chats:
        for data in boxes(chat):
            chat.tap(chat.last, data)
    await take_at_once(world, incoming(world))
    await world.settle()
    for chat in chats:
        shown = [button.text[0] for row in chat.last.keyboard for button in row if button.text[0] in "☐☑"]
        assert shown == ["☑"] * 4
    assert not world.telegram.unanswered()


async def test_the_same_press_delivered_to_many_doors_at_once_happens_once(world: World) -> None:
    chats = await at_the_first_question(world)
    for chat in chats:
        chat.tap(*chat.find("None of these"))
    updates = incoming(world)
    await take_at_once(world, updates * 6)
    await world.settle()
    _, options = world.house.database.run_now(kept)
    assert options == ["=none"] * PEOPLE
    assert not world.telegram.unanswered()


async def test_many_new_people_at_once_are_all_greeted(world: World) -> None:
    chats = [world.person() for _ in range(40)]
    for chat in chats:
        world.telegram.send_text(chat.user_id, "/start")
    await take_at_once(world, incoming(world))
    await world.settle()
    assert [len(chat.from_bot) for chat in chats] == [1] * 40


async def test_who_is_new_and_writes_twice_at_once_is_met_once_and_nothing_fails(postgres_url: str) -> None:
    world = await World(postgres_url).open()
    chats = [world.person(f"P{number}") for number in range(PEOPLE)]
    for chat in chats:
        world.telegram.send_text(chat.user_id, "/start")
        world.telegram.send_text(chat.user_id, "/help")
    with capture_logs() as lines:
        await take_at_once(world, incoming(world))
    await world.settle()
    assert not lines
    assert world.house.database.run_now(lambda session: session.scalar(select(func.count(PersonRow.id)))) == PEOPLE
    await world.close()
