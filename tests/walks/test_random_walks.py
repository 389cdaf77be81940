"""2,000 seeded random walks: whatever people press, write and repeat, the bot answers, forgets nothing, and ends well.

Many people walk side by side in one world, a round at a time. A chunk of walks is one test: its id names the seeds, and
the same seeds give the same walks on SQLite (on PostgreSQL people overtake each other).
"""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from storage.tables import EpisodeRow, OutboxRow, PersonRow
from tests import replayed
from tests.walks import headstart
from tests.walks.walker import Walker
from tests.world import World

WALKS, WALKS_ON_POSTGRES, SIDE_BY_SIDE = 2000, 100, 100
MOST_ROUNDS_TO_END = 120
WAITS: tuple[dict[str, float], ...] = (
    {},
    {},
    {"seconds": 20},
    {"minutes": 4},
    {"minutes": 13},
    {"hours": 1},
    {"hours": 7},
    {"days": 1},
    {"days": 4},
)
OFTEN = (9, 5, 8, 8, 8, 6, 6, 5, 3)


def chunks(walks: int) -> list[range]:
    """The seeds, a world at a time."""
    return [range(first, first + SIDE_BY_SIDE) for first in range(0, walks, SIDE_BY_SIDE)]


def name(seeds: range) -> str:
    return f"seeds_{seeds.start}_to_{seeds.stop - 1}"


@pytest.mark.parametrize("seeds", chunks(WALKS), ids=name)
async def test_every_walk_is_answered_and_ends_well(sqlite_url: str, seeds: range) -> None:
    await walk_all(sqlite_url, seeds)


@pytest.mark.parametrize("seeds", chunks(WALKS_ON_POSTGRES), ids=name)
async def test_every_walk_ends_well_on_postgresql_too(postgres_url: str, seeds: range) -> None:
    await walk_all(postgres_url, seeds)


async def walk_all(url: str, seeds: range) -> None:
    """Everybody walks, then everybody is led to an end; the rules of the house hold all the way."""
    chance = random.Random(f"world {seeds.start}")
    with no_complaints():
        world = await World(url).open()
        walkers = await beginners(world, seeds, chance)
        while any(walker.steps > 0 for walker in walkers):
            for walker in walkers:
                if walker.steps > 0:
                    walker.step()
            await one_round(world, chance)
        await lead_to_an_end(world, walkers, chance)
        world.house.database.run_now(every_state_is_a_replay, world)
        await world.close()


async def beginners(world: World, seeds: range, chance: random.Random) -> list[Walker]:
    """A third are strangers, a third are known, a third have just been told an outcome (icing is open to most)."""
    stories = headstart.vignettes()
    for_ice = [answers for cause, answers in stories if cause == "neuroma"]
    walkers, known, told = [], [], dict[int, headstart.Answers]()
    for number, seed in enumerate(seeds):
        answers = chance.choice([answers for _, answers in stories])
        wants = frozenset(itertools.chain(*answers.values())) if chance.random() < 0.5 else frozenset()
        walker = Walker(world, f"{seed}", wants)
        walkers.append(walker)
        if number % 3:
            known.append(walker.chat.user_id)
        if number % 3 == 2:
            told[walker.chat.user_id] = chance.choice([answers, *for_ice, *for_ice])
            world.telegram.send_text(walker.chat.user_id, "/help")
    world.house.database.run_now(headstart.have_met, known, world.clock.now())
    await world.settle()
    world.house.database.run_now(headstart.have_an_outcome, world.house.packs, told, world.clock.now())
    await world.settle()
    return walkers


async def one_round(world: World, chance: random.Random) -> None:
    """The bot takes everything, perhaps after a restart; then time passes."""
    if chance.random() < 0.04:
        await world.restart()
    wait = chance.choices(WAITS, OFTEN)[0]
    await (world.later(**wait) if wait else world.settle())
    nothing_is_wrong(world)


async def lead_to_an_end(world: World, walkers: list[Walker], chance: random.Random) -> None:
    """Until every walker has an outcome or has stopped."""
    for _ in range(MOST_ROUNDS_TO_END):
        open_walks = world.house.database.run_now(unfinished)
        left = [(walker, open_walks[walker.chat.user_id]) for walker in walkers if walker.chat.user_id in open_walks]
        if not left:
            return
        for walker, (episode, turn) in left:
            walker.finish(episode, turn)
        await one_round(world, chance)
    raise AssertionError(f"{len(left)} walks do not end; the first:\n{left[0][0].chat.transcript()}")


def unfinished(session: Session) -> dict[int, tuple[int | None, int]]:
    """Who has neither an outcome nor stopped: their Telegram id -> the open episode and its turn, if there is one."""
    query = select(PersonRow, EpisodeRow)
    joined = query.outerjoin(EpisodeRow, EpisodeRow.person_id == PersonRow.id).order_by(EpisodeRow.id)
    found: dict[int, tuple[int | None, int]] = {}
    for person, episode in session.execute(joined):
        if episode is None and person.setup != "refused":
            found[person.telegram_id] = None, 0
        elif episode is not None and episode.state == "asking":
            found[person.telegram_id] = episode.id, episode.data["turn"]
    return found


def nothing_is_wrong(world: World) -> None:
    """No call refused, no press unanswered, no letter dead or left behind."""
    assert not [(call.method, call.description, call.params) for call in world.telegram.refused()]
    assert not world.telegram.unanswered()
    assert not world.house.database.run_now(left_behind)


def left_behind(session: Session) -> list[str]:
    query = select(OutboxRow).where(OutboxRow.state.in_(("waiting", "sending", "dead")))
    return [f"{row.id} {row.kind} is {row.state}: {row.error}" for row in session.scalars(query)]


def every_state_is_a_replay(session: Session, world: World) -> None:
    """What is stored is what `decide` makes of the stored events, and only a doctor's word made it less urgent."""
    for life in replayed.lives(session, world.house.packs):
        assert life.is_whole, life.row.id
        assert (life.row.state, life.row.level) == (life.stored.state, life.stored.level)
        levels, milder = life.pack.levels, life.pack.visit.milder if life.pack.visit else ()
        for before, after in itertools.pairwise(life.states):
            eased = bool(after.history) and after.history[-1].told.partition(".")[2] in milder
            if before.level is not None and not eased:
                assert after.level is not None
                assert levels[after.level].rank <= levels[before.level].rank, (life.row.id, before.level, after.level)


@contextmanager
def no_complaints() -> Iterator[None]:
    """Nobody logs a warning: not we, not a library."""
    heard = Heard()
    logging.getLogger().addHandler(heard)
    try:
        with capture_logs() as ours:
            yield
    finally:
        logging.getLogger().removeHandler(heard)
    assert not [line for line in ours if line["log_level"] in {"warning", "error", "critical"}]
    assert not heard.lines


class Heard(logging.Handler):
    """Remembers warnings and worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")
