"""A day of the bot in as many minutes as are given: people come, check, ice, come back, are erased; memory is flat.

The bot is a real process whose clock is hurried (TIME_SCALE) so that a day passes; as many updates come as it can take.
Its memory and its open files are looked at every quarter of its hours. The slopes are least squares after the first
quarter of the day, or the first 8,000 updates when that is later; the figures say how many updates it was, and nothing
is extrapolated but the slope for 100,000.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.chaos.place import ROOT, Place
from benchmarks.chaos.street import Street
from benchmarks.chaos.verdict import Verdict
from tests.bot.process import Process
from tests.bot.tools import until
from tests.keys import KEYS

DAY_H, LOOKS = 24, 96
PEOPLE, MOST_WAITING = 150, 40
START_S = 300  # a busy machine may take long
WARM_UP, WARM_UP_UPDATES = 0.25, 8_000  # caches fill by use, not by time
FEWEST_LOOKS = 10
MORE_THAN_NOISE_MB = 12.0  # of growth after the warm-up; Python's own arenas come and go by some megabytes
MORE_FILES = 8
OLDEST_H = 4  # two hours kept, one between two tidyings, and one for a busy machine


@dataclass(frozen=True, slots=True)
class Look:
    """At the bot, at one moment."""

    updates: int
    hours: float
    rss_mb: float
    files: int


@dataclass(slots=True)
class Day:
    """What was seen of it."""

    looks: list[Look] = field(default_factory=list)

    def grown_mb(self, by: str) -> float:
        """Megabytes for one more of it, by least squares after the warm-up."""
        later = self.later
        return statistics.linear_regression(
            [getattr(each, by) for each in later], [each.rss_mb for each in later]
        ).slope

    @property
    def files(self) -> tuple[float, float]:
        """Open in the first quarter after the warm-up, and in the last: how many it usually is, for a connection to
        Telegram stays open for some seconds after it was of use.
        """
        some = max(len(self.later) // 4, 1)
        first, last = self.later[:some], self.later[-some:]
        return statistics.median(each.files for each in first), statistics.median(each.files for each in last)

    @property
    def later(self) -> Sequence[Look]:
        """After the warm-up; a day so short that it never ended has its last looks."""
        quarter = int(len(self.looks) * WARM_UP)
        used = sum(each.updates < WARM_UP_UPDATES for each in self.looks)
        return self.looks[min(max(quarter, used), len(self.looks) - FEWEST_LOOKS) :]

    @property
    def too_short(self) -> bool:
        """Does it say nothing of what comes after the warm-up?"""
        return self.later[0].updates < WARM_UP_UPDATES


def options(parser: ArgumentParser) -> None:
    """How long in real time, and whether the bot tells what grows."""
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--growth", type=Path, help="have the bot write here what grows (it costs memory itself)")


async def run(place: Place, given: Namespace) -> Verdict:
    """One day."""
    database = place.database()
    scale = DAY_H * 60 / given.minutes
    async with place.bot(warm=False) as bot:  # a forked one would share its parent's memory
        bot.command = (sys.executable, "-m", "benchmarks.chaos.hurried_day")
        bot.environment |= {"TIME_SCALE": f"{scale}", "LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        bot.environment |= {"ENCRYPTION_KEYS": KEYS, **_telling(given.growth)}
        await bot.start()
        await until(lambda: bot.calls("getUpdates"), START_S)
        begun = datetime.now(UTC)
        street = Street(bot.telegram, database, place.chance, PEOPLE)
        day = await _day(bot, street, given.minutes)
        now = begun + (datetime.now(UTC) - begun) * scale
        old = bot.moment(now - timedelta(hours=OLDEST_H))
        kept = int(str(bot.scalar(f"SELECT count(*) FROM updates WHERE at < '{old}'")))  # noqa: S608 - a moment of ours
        lines = len(bot.log.read_text(errors="replace").splitlines())
        refused = Counter(f"{each.method} {each.description}" for each in bot.telegram.refused() if not each.injected)
    database.close()
    return _verdict(day, street, kept, lines, refused)


async def _day(bot: Process, street: Street, minutes: float) -> Day:
    """Looked at now and then, busy all the time."""
    day, begun, length_s = Day(), time.monotonic(), minutes * 60
    while (passed_s := time.monotonic() - begun) < length_s:
        if passed_s >= len(day.looks) * length_s / LOOKS:
            day.looks.append(_look(bot, street, passed_s / length_s * DAY_H))
            street.forget()
            _ask_what_grows(bot, len(day.looks))
        street.act(passed_s / length_s * DAY_H)
        await until(lambda: len(bot.telegram.offered()) <= MOST_WAITING, START_S)
        await asyncio.sleep(0.01)
    day.looks.append(_look(bot, street, DAY_H))
    return day


def _telling(file: Path | None) -> dict[str, str]:
    """The environment of a bot that tells what grows, when that is wanted."""
    return {"GROWTH": str(file.absolute())} if file else {}


def _ask_what_grows(bot: Process, looks: int) -> None:
    """At each quarter of the day (growth.py)."""
    if "GROWTH" in bot.environment and looks % (LOOKS // 4) == 1 and bot._process is not None:
        bot._process.send_signal(signal.SIGUSR1)


def _look(bot: Process, street: Street, hours: float) -> Look:
    process = bot._process
    if process is None or process.returncode is not None:
        raise RuntimeError(f"the bot has ended: {bot.log.read_text(errors='replace')[-2000:]}")
    of_it = Path(f"/proc/{process.pid}")
    pages = int((of_it / "statm").read_text().split()[1])
    files = len(list((of_it / "fd").iterdir()))
    return Look(street.updates, hours, pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024, files)


def _verdict(day: Day, street: Street, kept: int, lines: int, refused: Counter[str]) -> Verdict:
    first, last = day.later[0], day.later[-1]
    files = day.files
    by_update, by_hour = day.grown_mb("updates"), day.grown_mb("hours")
    grown_mb = by_hour * (last.hours - first.hours)
    broken = {
        "memory grows": int(grown_mb > MORE_THAN_NOISE_MB),
        "too few updates to tell": int(day.too_short),
        "more open files": max(round(files[1] - files[0]) - MORE_FILES, 0),
        "rows that should be forgotten": kept,
    }
    figures: dict[str, float | int | str] = {
        "updates": street.updates,
        "of them people erased": street.erased,
        "broadcasts": street.broadcasts,
        "MB at the start": round(day.looks[0].rss_mb, 1),
        "updates before the end of the warm-up": first.updates,
        "MB after the warm-up": round(first.rss_mb, 1),
        "MB at the end": round(last.rss_mb, 1),
        "MB at each quarter of the day": ", ".join(f"{each.rss_mb:.0f}" for each in day.looks[:: LOOKS // 4]),
        "MB for 100,000 updates, slope": round(by_update * 100_000, 1),
        "MB in a simulated day, slope": round(by_hour * DAY_H, 1),
        "open files after the warm-up": files[0],
        "open files at the end": files[1],
        "open files at most": max(each.files for each in day.looks),
        "lines of warnings and worse": lines,
        "refused calls": ", ".join(f"{many} {why}" for why, many in refused.most_common()) or "none",
    }
    return Verdict(broken, figures)
