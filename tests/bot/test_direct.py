"""A press is one commit: what it says is taken to be sent with it, and what came of that is written down together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from storage.tables import OutboxRow
from tests.bot.tools import until
from tests.world import Chat, World


@contextlib.asynccontextmanager
async def at_work(world: World) -> AsyncIterator[None]:
    """The sender runs by itself, as it does outside of tests, and has looked once; in the end it is cut off."""
    sending = asyncio.create_task(world.house.deliver.run())
    await until(lambda: "sending" in world.house.pulse.silences())
    await asyncio.sleep(0)
    yield
    tasks = [sending, *world.house.deliver.abandon()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def states(session: Session) -> list[str]:
    return [row.state for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


def unsent(world: World) -> int:
    return sum(state != "sent" for state in world.house.database.run_now(states))


def has_moved_on(chat: Chat, asked: str | None) -> bool:
    return chat.asked != asked


async def pressed(chat: Chat, label: str) -> None:
    """The press is stored; what it says is on its way."""
    chat.tap(*chat.find(label))
    await chat.world.house.intake.poll_once(0)


async def test_a_press_is_one_commit_and_what_came_of_it_another(world: World) -> None:
    chat = world.person()
    await chat.begin()
    commits: list[object] = []
    async with at_work(world):
        await world.house.database.run(lambda session: None)  # behind the sender's first looks
        await asyncio.sleep(0.05)
        event.listen(world.house.database.engine, "commit", commits.append)
        await pressed(chat, "None of these")
        assert len(commits) == 1
        await until(lambda: not world.telegram.unanswered() and world.house.deliver.marking.behind)
        await world.house.deliver.marking.finish()
        assert len(commits) == 2
    assert not unsent(world)


async def test_what_a_press_has_said_when_the_process_dies_is_said_by_the_next(world: World) -> None:
    chat = world.person()
    await chat.begin()
    before = chat.asked
    async with at_work(world):
        world.telegram.fault(method="answerCallbackQuery", delay_before_s=30)
        world.telegram.fault(method="editMessageText", delay_before_s=30)
        await pressed(chat, "None of these")
        assert world.house.database.run_now(states)[-2:] == ["sending", "sending"]
    await world.restart()
    await world.settle()
    assert chat.asked != before
    assert not unsent(world)
    assert not world.telegram.unanswered()


async def test_a_press_while_the_one_before_is_being_shown_keeps_its_place(world: World) -> None:
    chat = world.person()
    await chat.begin()
    async with at_work(world):
        for label in ("None of these", "None of these"):
            asked = chat.asked
            await pressed(chat, label)
            await until(partial(has_moved_on, chat, asked))
        asked = chat.asked
        await until(lambda: not unsent(world))
    assert chat.asked == asked
    assert not world.telegram.unanswered()
    assert not world.telegram.refused()


async def test_what_was_sent_is_written_down_before_a_command_is_taken(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    async with at_work(small_world):
        await pressed(chat, "None of these")
        await until(lambda: small_world.house.deliver.marking.behind and not small_world.telegram.unanswered())
        small_world.telegram.send_text(chat.user_id, "/privacy")
        await small_world.house.intake.poll_once(0)
        assert not small_world.house.deliver.marking.behind
