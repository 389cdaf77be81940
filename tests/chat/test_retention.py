"""After its time a check is gone: from the tables, from the export; the chat goes on."""

from __future__ import annotations

from tests.world import Chat


async def test_a_closed_check_is_removed_after_its_time_and_the_admins_read_so(ana: Chat) -> None:
    world = ana.world
    ben = world.person("Ben")
    await ben.begin()
    await world.later(days=1)
    await ana.press("Stop these")
    await world.later(days=8)
    await world.house.retaining.work()
    assert (len(ben.export()["episodes"]), len(ana.export()["episodes"])) == (0, 1)
    await world.later(days=84)
    await world.house.retaining.work()
    assert ana.export()["episodes"] == []
    await ana.press("Ask me again")
    assert ana.toast
    await ben.press("None of these")
    assert ben.toast
    await ana.says("/followups")
    ana.reads("Nothing is planned")
    await ana.says("/check")
    assert ana.asked
    kim = world.admin()
    await kim.says("/admin")
    await kim.press(kim.ui("admin.room.health"))
    kim.reads("Old data was last looked for today at", "checks: 1")
