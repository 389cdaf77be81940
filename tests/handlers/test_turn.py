"""A turn says when the person is to be reminded next, whenever that may have become sooner."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import turn
from handlers.arrival import Arrival, Command
from storage import follow_ups, people
from tests.storage.rows import a_person, an_episode, follow_up
from tests.world import World

ROBIN = 101


async def test_of_what_is_planned_a_turn_tells_when_it_may_not_be_known_yet(world: World) -> None:
    house, now = world.house, world.clock.now()
    run = house.database.run_now
    planned = follow_up("FU-NEUROMA/D1")

    def meet(session: Session) -> None:
        person = a_person(session, ROBIN)
        follow_ups.plan(session, an_episode(session, person), [planned])
        person.blocked_at = now

    def plan_sooner(session: Session) -> bool:
        person = people.lock(session, ROBIN)
        assert person is not None
        follow_ups.plan(session, an_episode(session, person), [follow_up("FU-NEUROMA/D3", 0.5)])
        return follow_ups.have_changed(session)

    def told(number: int) -> object:
        return run(turn.take_turn, house.packs, Arrival(number, ROBIN, Command("help")), now)

    run(meet)
    assert told(1) == planned.due_at, "nothing was armed for them while they had blocked the bot"
    assert told(2) is None, "known since the turn before"
    assert run(plan_sooner)
    assert not run(follow_ups.have_changed)
