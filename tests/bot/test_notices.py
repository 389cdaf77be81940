"""Admins are told when reminders stand still: once, by night too, and once more when it is well again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.episode import FollowUp
from storage import follow_ups
from storage.admin_tables import PublicationRow
from storage.tables import FollowUpRow, OutboxRow, PackRow
from tests.storage.rows import a_person, an_episode
from tests.world import ADMINS, Chat, World

MINUTE = timedelta(minutes=1)


async def looked(world: World, *, minutes: int = 0) -> None:
    """The bot looks, after a while in which nothing else happens; what it says is sent."""
    world.clock.push(minutes * MINUTE)
    await world.house.notices.look()
    await world.house.deliver.drain()


def due_now(world: World) -> None:
    """A reminder of somebody is due."""

    def plan(session: Session) -> None:
        now = world.clock.now()
        wanted = FollowUp("FU-X/D1", now, now + timedelta(days=1))
        follow_ups.plan(session, an_episode(session, a_person(session)), [wanted])

    world.house.database.run_now(plan)


def taken(world: World) -> None:
    world.house.database.run_now(lambda session: session.execute(update(FollowUpRow).values(state="sent")))


def told(chat: Chat, key: str) -> int:
    """How often this was said."""
    return chat.count(lambda message: chat.ui(key) in message.text)


async def both(world: World) -> tuple[Chat, Chat]:
    """Two admins who wrote to the bot before, in two languages."""
    kim, lou = world.admin(), world.admin("Lou", user_id=ADMINS[1], language="es")
    for each in (kim, lou):
        await each.says("/admin")
    return kim, lou


async def test_admins_are_told_once_that_messages_stand_still_and_once_that_they_go_again(world: World) -> None:
    kim, lou = await both(world)
    due_now(world)
    await looked(world, minutes=9)
    assert not told(kim, "admin.wrong.title")
    await looked(world, minutes=2)
    assert not told(kim, "admin.wrong.title"), "a machine that slept is late for a moment"
    await looked(world, minutes=1)
    kim.reads("1 is due, and for ten minutes nothing was sent", "by night too")
    lou.reads("Los mensajes no salen: 1")
    await looked(world, minutes=1)
    await looked(world, minutes=30)
    assert told(kim, "admin.wrong.title") == 1
    taken(world)
    await looked(world, minutes=1)
    kim.reads(kim.ui("admin.again.standstill"), "It was wrong since today at 09:12")
    await looked(world, minutes=1)
    assert (told(kim, "admin.again.title"), told(lou, "admin.again.title")) == (1, 1)


async def test_it_is_said_again_after_it_was_well_and_an_admin_nobody_knows_is_no_trouble(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    due_now(small_world)
    for _ in range(2):
        await looked(small_world, minutes=11)
    taken(small_world)
    await looked(small_world, minutes=11)
    small_world.house.database.run_now(lambda session: session.execute(update(FollowUpRow).values(state="planned")))
    for _ in range(2):
        await looked(small_world)
    assert (told(kim, "admin.wrong.title"), told(kim, "admin.again.title")) == (2, 1)
    states = small_world.house.database.run_now(lambda session: set(session.scalars(select(OutboxRow.state))))
    assert states == {"sent"}, "what could reach nobody leaves no row"


async def test_content_that_cannot_be_read_is_told_of_and_the_bot_goes_on_with_what_it_had(small_world: World) -> None:
    def unreadable(session: Session) -> None:
        row = PackRow(pack="x", version="9", digest="x", files=b'{"pack.yaml": "bm90IGEgcGFjaw=="}', stored_at=now)
        session.add(row)
        session.flush()
        session.add(PublicationRow(pack_id=row.id, after=1, kind="published", by=None, at=now))

    kim, now = small_world.admin(), small_world.clock.now()
    await kim.says("/admin")
    small_world.house.database.run_now(unreadable)
    await looked(small_world)
    kim.reads(kim.ui("admin.wrong.content"))
    await small_world.person().begin()
    assert small_world.pack.id == "leg-tingling"


async def test_the_house_looks_once_a_minute(small_world: World) -> None:
    job = small_world.house.schedule._scheduler.get_job("notices")
    assert job.trigger.interval == MINUTE
