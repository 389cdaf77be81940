"""Looking at an upload ends as soon as nobody wants it, and is taken up again when a process dies or stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import apart
from storage import uploads
from storage.admin_tables import UploadRow
from tests import asking
from tests.chat.test_publishing import HARDER, changed
from tests.chat.test_second_pack import ITCH
from tests.content.bad_uploads import zipped
from tests.world import Chat, World


class Slow:
    """Checks that do not end by themselves."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def __call__(self, job: dict[str, Any], tell: apart.Tell) -> dict[str, Any]:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        raise AssertionError("unreachable")


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot that plays the second pack."""
    world = await World(sqlite_url, pack=ITCH).open()
    yield world
    world.clean()
    await world.close()


async def upload(world: World) -> tuple[Chat, Slow, asyncio.Task[bool]]:
    """Kim has sent a pack, and checks that do not end have begun."""
    slow = Slow()
    world.ask = slow
    await world.restart()
    kim = world.admin()
    world.telegram.send_file(kim.user_id, "pack.zip", zipped(*changed(HARDER).items()))
    await world.house.intake.poll_once(0)
    await world.house.deliver.drain()
    looking = asyncio.create_task(world.house.inspecting.drain())
    await slow.begun.wait()
    return kim, slow, looking


def states(world: World) -> list[str]:
    def read(session: Session) -> list[str]:
        return list(session.scalars(select(UploadRow.state).order_by(UploadRow.id)))

    return world.house.database.run_now(read)


async def test_what_is_put_aside_is_looked_at_no_more(world: World) -> None:
    kim, slow, looking = await upload(world)
    world.telegram.send_text(kim.user_id, "/admin")
    await world.house.intake.poll_once(0)
    assert not slow.ended.is_set()
    await world.house.database.run(_set, "discarded")
    world.house.inspecting.wake()
    await looking
    assert slow.ended.is_set()
    await world.settle()
    assert not kim.has_read("Not used")


async def test_a_process_that_stops_gives_it_back(world: World) -> None:
    kim, slow, looking = await upload(world)
    world.house.inspecting.stop()
    await looking
    assert slow.ended.is_set()
    assert states(world) == ["waiting"]
    world.ask = asking.at_once
    await world.restart()
    await world.settle()
    kim.reads("33 promises")


async def test_another_process_takes_it_when_the_lease_is_over(world: World) -> None:
    _, _, looking = await upload(world)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    now = world.clock.now()
    assert world.house.database.run_now(uploads.claim, now + timedelta(seconds=59)) is None
    assert world.house.database.run_now(uploads.claim, now + timedelta(seconds=61)) is not None
    await world.house.database.run(_set, "discarded")


async def test_an_error_in_the_checks_refuses_the_upload_and_the_next_one_is_looked_at(world: World) -> None:
    async def failing(job: dict[str, Any], tell: apart.Tell) -> dict[str, Any]:
        raise OSError("no process can be started")

    world.ask = failing
    await world.restart()
    kim = world.admin()
    for _ in range(2):
        world.telegram.send_file(kim.user_id, "pack.zip", zipped(*changed(HARDER).items()))
        await world.settle()
        kim.reads("Not used: pack.zip", "Something went wrong on my side")
    assert states(world) == ["discarded", "refused"]


def _set(session: Session, state: str) -> None:
    session.scalars(select(UploadRow)).one().state = state
