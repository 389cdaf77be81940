"""Content published while people are in the middle of a check, the command and the bot both killed: no card is mixed.

`stridecheck publish` is killed at a named point and typed again, while the bot, which is killed too, has presses and
reminders to attend to. An open check stays on the version that it began with, reminders and all; whoever begins after
the command has said yes gets the new one.
"""

from __future__ import annotations

import asyncio
import contextlib
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from benchmarks.chaos import published, stamps
from benchmarks.chaos.crowd import FAR, Crowd, Waiter
from benchmarks.chaos.failpoints import POINTS
from benchmarks.chaos.place import Place
from benchmarks.chaos.published import Walker
from benchmarks.chaos.verdict import Verdict, progress
from storage import publications
from storage.tables import EpisodeRow, FollowUpRow, PersonRow
from tests.bot.process import PATIENCE_S, Process, Someone

PUBLISHING = tuple(point for point in POINTS if point.partition(".")[0] in {"publish", "commit"})
AT_WORK = tuple(
    point for point in POINTS if point.partition(".")[0] in {"turn", "commit", "direct", "claim", "send", "mark", "due"}
)
MOST_HITS, ROUND_S, LOOK_S = 6, 0.15, 0.05
HURRY = ("unproved",)


def options(parser: ArgumentParser) -> None:
    """How many versions."""
    parser.add_argument("--versions", type=int, default=12)


async def run(place: Place, given: Namespace) -> Verdict:
    """Version after version, and a last life that nothing disturbs."""
    database = place.database()
    async with place.bot() as bot:
        scene = Scene(place, bot, Crowd(bot, database, place.seed))
        await bot.start()
        await scene.crowd.meet()
        await bot.end()
        for version in range(1, given.versions + 1):
            progress(f"{place.kind}: version {version} of {given.versions}")
            await scene.publish(version, PUBLISHING[version % len(PUBLISHING)])
        bot.environment |= place.plan()
        await bot.start()
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await scene.crowd.rest()
        verdict = _verdict(scene, given.versions)
    scene.crowd.database.close()
    return verdict


class Scene:
    """The bot, its crowd, whoever walks through a check slowly, and the pack that is changed."""

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        self.place, self.bot, self.crowd = place, bot, crowd
        self.pack = stamps.Stamped(place.folder / "changed")
        self.walkers: list[Walker] = []
        self.stuck = self.not_published = self.bot_kills = self.command_kills = 0

    # --- one version --------------------------------------------------------------------------------------------------

    async def publish(self, version: int, point: str) -> None:
        """Published while everybody goes on; somebody begins meanwhile, and somebody afterwards."""
        self.pack.write(version)
        chance = self.place.chance
        self.bot.environment |= self.place.plan([_kill(chance.choice(AT_WORK), chance.randint(1, MOST_HITS))])
        await self.bot.start()
        async with self._kept_alive():
            self.crowd.act()
            going = asyncio.gather(self._begins(version - 1, version), *map(self._goes_on, self.walkers[:]))
            self.command_kills += await self._type([_kill(point, chance.randint(1, 2))]) == -9
            await self._type([])
            live = self.crowd.database.run_now(publications.newest)
            self.not_published += live is None or stamps.number(live.version) != version
            await going
            await self._begins(version, version)
        await self.bot.end()
        self.crowd.note_kill()
        self.crowd.database.run_now(self._look_at_the_new)

    async def _type(self, points: Sequence[Mapping[str, Any]]) -> int:
        command = ("publish", str(self.pack.folder), "--yes", "--json")
        environment = self.bot.settings() | self.place.plan(points, HURRY)
        life = await self.bot.spawn(command, environment, self.place.folder, self.place.folder / "beside.log")
        return await asyncio.wait_for(life.wait(), PATIENCE_S)

    @contextlib.asynccontextmanager
    async def _kept_alive(self) -> AsyncIterator[None]:
        """People press all the while; whenever the bot has come to its point and died, it is started again."""
        over = asyncio.Event()
        minding = asyncio.create_task(self._mind(over))
        try:
            yield
        finally:
            over.set()
            await minding

    async def _mind(self, over: asyncio.Event) -> None:
        while not over.is_set():
            self.crowd.stir()
            if await self.bot.ended_within(ROUND_S):
                self.crowd.note_kill()
                self.bot_kills += 1
                self.bot.environment |= self.place.plan()
                await self.bot.start()

    async def _begins(self, earliest: int, latest: int) -> None:
        walker = Walker(Someone(self.bot, 1000 + len(self.walkers), "Walker"), earliest, latest)
        self.walkers.append(walker)
        with self._counted():
            await walker.someone.meet()

    async def _goes_on(self, walker: Walker) -> None:
        """One question further, if any is left."""
        if walker.episode and (label := walker.next_press(self.pack)):
            walker.pressed[published.STORED[label]] += 1
            with self._counted():
                await walker.someone.press(label)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """Who waits in vain is counted, and the others go on."""
        try:
            yield
        except TimeoutError:
            self.stuck += 1

    def _look_at_the_new(self, session: Session) -> None:
        """Who has begun a check; who has come to its end is from here on reminded as the crowd is."""
        rows = session.execute(select(PersonRow, EpisodeRow.id).join(EpisodeRow, EpisodeRow.person_id == PersonRow.id))
        known = {person.telegram_id: episode for person, episode in rows}
        for each in self.walkers:
            each.episode = known.get(each.someone.user_id, 0)
        waiting = {each.episode for each in self.crowd.waiters}
        given = published.answers(session, [each for each in self.walkers if each.episode])
        far = datetime.now(UTC) + FAR
        for each in self.walkers:
            if each.episode not in waiting and published.LAST in given.get(each.episode, ()):
                mine = update(FollowUpRow).where(FollowUpRow.episode_id == each.episode)
                session.execute(mine.values(due_at=far, expires_at=far + FAR))
                self.crowd.waiters.append(Waiter(each.someone, each.episode))


def _kill(point: str, hit: int) -> Mapping[str, Any]:
    return {"name": point, "hit": hit, "do": "kill"}


def _verdict(scene: Scene, versions: int) -> Verdict:
    broken = scene.crowd.broken()
    broken.update(published.broken(scene.crowd, scene.pack, scene.walkers, versions))
    broken["versions not published"] = scene.not_published
    broken["people who could not go on"] = scene.stuck
    figures = {
        "versions published": versions,
        "kills of the command": scene.command_kills,
        "kills of the bot at a named point": scene.bot_kills,
        **published.figures(scene.crowd, scene.pack, scene.walkers),
    }
    return Verdict(broken, {**figures, **scene.crowd.figures()})
