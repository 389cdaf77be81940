"""An older copy of the database was put in place: what people may have had does not come again unasked."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from storage import milestones, restored
from tests.chat.stories import emergency, neuroma, planned
from tests.world import World

CALLED = "Have you called for help"


async def back_in_an_older_copy(world: World, **away: float) -> None:
    """As an operator would: stop, put the copy in place, start. The file of milestones is further than the copy."""
    await world.close()
    known = milestones.read(world.house.restoring.path)
    assert known is not None
    milestones.write(world.house.restoring.path, milestones.Milestone(known.number + 1, known.at))
    world.clock.push(timedelta(**away))
    await world.restart()


async def resume(world: World, *, drop: bool = False) -> restored.Held:
    found = world.house.database.run_now(restored.resume, drop=drop)
    await world.settle()
    return found


async def test_reminders_wait_for_the_operators_word_and_admins_are_told(small_world: World) -> None:
    small_world.expects.add("Bad Request: chat not found")  # the other admin never wrote to the bot
    chat, kim = await neuroma(small_world), small_world.admin()
    await kim.meet()
    first, *_ = planned(chat)
    said = len(chat.from_bot)
    await back_in_an_older_copy(small_world, days=4)
    await small_world.later(minutes=30)
    await small_world.house.notices.look()
    await small_world.settle()
    kim.reads("The database is an older copy: 2 messages", "stridecheck resume --drop")
    await kim.says("/admin")
    await kim.press("Health")
    kim.reads("The database is an older copy")
    assert (len(chat.from_bot), first in planned(chat)) == (said, True)
    assert await resume(small_world) == restored.Held(2, 0)
    assert len(chat.from_bot) > said
    assert first not in planned(chat)
    await small_world.house.notices.look()
    await small_world.settle()
    assert kim.has_read("what was held for that reason may go on")
    assert await resume(small_world) == restored.Held(0, 0)


async def test_an_emergency_is_asked_about_whatever_was_put_back(small_world: World) -> None:
    chat = await emergency(small_world)
    assert not chat.has_read(CALLED)
    await back_in_an_older_copy(small_world, minutes=15)
    await small_world.settle()
    assert chat.has_read(CALLED)


async def test_the_copy_is_noticed_by_its_number_once(small_world: World, tmp_path: Path) -> None:
    """With a real copy of the file, as docs/operating.md says."""
    chat = await neuroma(small_world)
    first, *_ = planned(chat)
    await small_world.close()
    shutil.copy(tmp_path / "bot.db", tmp_path / "copy.db")
    await small_world.restart()
    await small_world.later(days=4)
    said = len(chat.from_bot)
    await small_world.close()
    shutil.copy(tmp_path / "copy.db", tmp_path / "bot.db")
    for _ in range(3):
        await small_world.restart()
        await small_world.settle()
        assert small_world.house.database.run_now(restored.since) is not None
        assert len(chat.from_bot) == said
    await resume(small_world, drop=True)
    await small_world.restart()
    assert small_world.house.database.run_now(restored.since) is None
    assert (len(chat.from_bot), first in planned(chat)) == (said, False)
    await small_world.later(days=21)
    assert len(chat.from_bot) > said, "the plan goes on"


@pytest.mark.parametrize("file", ["older", "none", "torn", "of another database"])
async def test_a_healthy_bot_holds_nothing(small_world: World, file: str) -> None:
    path = small_world.house.restoring.path
    assert path is not None
    if file == "of another database":
        milestones.write(path, milestones.Milestone(10**9, small_world.clock.now()))
    else:
        await small_world.house.restoring.note()
        path.unlink() if file == "none" else path.write_text("1 2026-11" if file == "torn" else "1 2026-11-23\n")
    await small_world.restart()
    assert small_world.house.database.run_now(restored.since) is None


async def test_a_file_that_cannot_be_written_stops_nobody(small_world: World) -> None:
    path = small_world.house.restoring.path
    assert path is not None
    path.with_name(f"{path.name}.new").mkdir()
    await small_world.restart()
    await small_world.person().meet()
