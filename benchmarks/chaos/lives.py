"""One bot, many lives, each ended on purpose: a script of kills, played with a crowd, and what was broken by it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.errands import ERRANDS, Errand
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict, progress
from tests.bot.process import Process

IDLE_S, LIFE_S, ROUND_S = 1.2, 4.0, 0.15


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL at the `hit`-th time that `point` is reached; without a point, so long after it began to work."""

    point: str | None = None
    hit: int = 1
    wait_s: float = 0.0


def options(parser: ArgumentParser) -> None:
    """What every scenario with a script of kills has."""
    parser.add_argument("--script", type=Path, help="play these kills, as --shrink has written them")
    parser.add_argument("--shrink", type=Path, help="when a promise breaks, write the fewest kills that break it here")


def script(given: Namespace, usual: Sequence[Kill]) -> list[Kill]:
    """The kills that were asked for."""
    if given.script is None:
        return list(usual)
    return [Kill(**each) for each in json.loads(given.script.read_text(encoding="utf-8"))]


def write(kills: Sequence[Kill], file: Path) -> None:
    """A script to be given back by --script."""
    lines = ",\n".join(f"  {json.dumps(asdict(each))}" for each in kills)
    file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


async def play(place: Place, kills: Sequence[Kill], expected: Sequence[str] = ()) -> Verdict:
    """Play a script to its end, let everything be given that is owed, and look. `expected`: points to be reached."""
    database = place.database()
    async with place.bot() as bot:
        bot.environment["CHAOS_HITS"] = str(place.folder / "hits")
        lives = Lives(place, bot, Crowd(bot, database, place.seed))
        await lives.begin(kills)
        begun = time.monotonic()
        for number, kill in enumerate(kills):
            progress(f"{place.kind}: kill {number + 1} of {len(kills)}, {kill.point or 'at any moment'}")
            await lives.one(kill)
        took_s = time.monotonic() - begun
        await lives.rest()
        broken, figures = lives.broken(), lives.crowd.figures()
    lives.crowd.database.close()
    broken["a point was never hit"] = len(missing := sorted(set(expected) - lives.reached()))
    counts = {"kills": len(kills), "at a named point": lives.struck, "seconds a kill": round(took_s / len(kills), 2)}
    never = {"never hit": ", ".join(missing)} if missing else {}
    return Verdict(broken, {**counts, **figures, **lives.figures(), **never})


class Lives:
    """A bot with its crowd and everybody who runs an errand."""

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        self.place, self.bot, self.crowd = place, bot, crowd
        self.struck = 0
        self.not_struck: list[str] = []
        self._errands: dict[str, Errand] = {}

    async def begin(self, kills: Sequence[Kill]) -> None:
        """Everybody to where they stay; nothing is killed yet."""
        needed = sorted({_name(each) for each in kills} & set(ERRANDS))
        self._errands = {name: ERRANDS[name](self.place, self.bot, self.crowd) for name in needed}
        for errand in self._errands.values():
            self.bot.environment |= errand.environment
        await self.bot.start()
        await self.crowd.meet()
        for errand in self._errands.values():
            await errand.meet()
        await self.bot.end()

    def prepare(self, name: str, hit: int = 1) -> None:
        """Somebody's errand begins anew; the bot does not run."""
        self._errands[name].prepare(hit)

    async def one(self, kill: Kill) -> None:
        """One life: started, kept busy, killed."""
        errand = self._errands.get(_name(kill))
        self.crowd.act()
        if errand is not None:
            errand.prepare(kill.hit)
        struck = await (self._beside(errand, kill) if errand and errand.command else self._itself(errand, kill))
        if kill.point is not None:
            self.struck += struck
            self.not_struck += [] if struck else [f"{kill.point} {kill.hit}"]
        await self.bot.end()
        self.crowd.note_kill()

    async def _itself(self, errand: Errand | None, kill: Kill) -> bool:
        self.bot.environment |= self.place.plan(_plan(kill), errand.hurries if errand is not None else ())
        await self.bot.start()
        if kill.point is not None:
            return await self._until_struck(errand)
        await self.bot.until_polling()
        self.crowd.stir()
        await asyncio.sleep(kill.wait_s)
        return False

    async def _until_struck(self, errand: Errand | None) -> bool:
        """Keep it busy until the point is reached; not for long, once it has begun to work, when it is not."""
        polled, begun = len(self.bot.calls("getUpdates")), 0.0
        while not begun or time.monotonic() < begun + LIFE_S:
            if await self.bot.ended_within(ROUND_S):
                return True
            begun = begun or (time.monotonic() if len(self.bot.calls("getUpdates")) > polled else 0.0)
            self.crowd.stir()
            if errand is not None:
                errand.act()
        return await self.bot.ended_within(IDLE_S)

    async def _beside(self, errand: Errand, kill: Kill) -> bool:
        """The bot runs, and beside it a command of an operator's, which is killed and typed again."""
        self.bot.environment |= self.place.plan()
        await self.bot.start()
        await self.bot.until_polling()
        first = await self._type(errand, _plan(kill))
        code = await self._type(errand, [])
        errand.note(code)
        return first == -9

    async def _type(self, errand: Errand, points: Sequence[Mapping[str, Any]]) -> int:
        environment = self.bot.settings() | self.place.plan(points, errand.hurries)
        life = await self.bot.spawn(errand.command, environment, self.place.folder, self.place.folder / "beside.log")
        return await asyncio.wait_for(life.wait(), errand.patience_s)

    async def rest(self) -> None:
        """A last life, which nothing disturbs, until everything that is owed has been given; or for so long."""
        self.bot.environment |= self.place.plan((), [name for each in self._errands.values() for name in each.hurries])
        await self.bot.start()
        with contextlib.suppress(TimeoutError):  # what is still owed then is counted
            await self.crowd.rest()
            for errand in self._errands.values():
                await errand.rest()
            await self.crowd.rest()  # an errand's last word may have begun something

    def broken(self) -> Counter[str]:
        """How often each promise was broken."""
        found = self.crowd.broken()
        for errand in self._errands.values():
            found.update(errand.broken())
        return found

    def figures(self) -> dict[str, float | int | str]:
        """What the errands came to, and the points that were not reached so often."""
        found: dict[str, float | int | str] = {}
        for errand in self._errands.values():
            found |= errand.figures()
        return found | ({"reached less often": ", ".join(self.not_struck)} if self.not_struck else {})

    def reached(self) -> set[str]:
        """Every point that any life has come to."""
        hits = self.place.folder / "hits"
        return set(hits.read_text(encoding="utf-8").split()) if hits.exists() else set()


def _name(kill: Kill) -> str:
    return (kill.point or "").partition(".")[0]


def _plan(kill: Kill) -> list[Mapping[str, Any]]:
    return [{"name": kill.point, "hit": kill.hit, "do": "kill"}] if kill.point else []
