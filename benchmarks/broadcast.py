"""A broadcast to 100,000 people, against the simulated Telegram and its limits, on a clock that is pushed.

    uv run python benchmarks/broadcast.py [people] [--json FILE] [--database URL]

Every call takes 50 ms and up to 30 ms more of simulated time. Somebody presses every second meanwhile: how long do
replies take, and do they keep their order? In the middle the broadcast is paused. Prints a table, writes JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from benchmarks.inline import InlineDatabase, SlowRequest  # noqa: E402
from bot.app import House  # noqa: E402
from bot.clock import HandClock  # noqa: E402
from content import words  # noqa: E402
from simulator.inprocess import InProcessRequest  # noqa: E402
from simulator.telegram import Telegram  # noqa: E402
from storage import audience, broadcasts, crypto, migrate, people  # noqa: E402
from storage.admin_tables import BroadcastRow  # noqa: E402
from storage.tables import PersonRow  # noqa: E402

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALLOWED = 30.0
SECOND = timedelta(seconds=1)
TALKERS = 50
COMMANDS = ("/help", "/privacy", "/emergency")
FIRST = 10_000
PRIVACY = words.say("en", "privacy.title")
PUBLISHED = (
    ("PTB's AIORateLimiter, as it comes", "26.5 %", 1399),
    ("PTB's AIORateLimiter, 5 retries, 64 at once", "32.4 %", 652),
)


class Bench:
    """One broadcast, from the first to the last."""

    def __init__(self, url: str, people: int) -> None:
        self.people = people
        self.clock = HandClock(START)
        self.telegram = Telegram(now=self.clock.now)
        self.database = InlineDatabase(url, ring=crypto.for_this_run())
        self.request = SlowRequest(self.telegram, self.clock)
        self.house = House(
            token=self.telegram.token,
            database=self.database,
            clock=self.clock,
            request=self.request,
            polling=InProcessRequest(self.telegram),
            admins=frozenset({FIRST}),
        )
        self.got = Counter[int]()
        self.sends = Counter[int]()  # by second
        self.asked: dict[int, list[tuple[datetime, str]]] = {}
        self.reply_s: list[float] = []
        self.out_of_order = 0
        self.memory: dict[str, float] = {}
        self.after_pause: int | None = None

    # --- before

    def seed(self) -> None:
        """Everybody is there, said yes to news, and has written to the bot once."""
        ids = range(FIRST, FIRST + self.people + 1)
        for user_id in ids:
            self.telegram.add_person(user_id, "R")
            self.telegram.send_text(user_id, "/start")
        offset = 0
        while found := self.telegram.call("getUpdates", {"offset": offset, "limit": 100})["result"]:
            offset = found[-1]["update_id"] + 1
        self.forget()
        self.database.run_now(_people, list(ids))

    def queue(self) -> float:
        """Seconds for INSERT ... SELECT."""
        begun = time.perf_counter()
        self.broadcast = self.database.run_now(_begin, self.clock.now())
        return time.perf_counter() - begun

    # --- meanwhile

    async def run(self) -> None:
        """Push the clock to whatever is awaited next, until everybody has it."""
        await self.house.open()
        tasks = [asyncio.create_task(each) for each in (self.house.deliver.run(), self.house.broadcaster.run())]
        talk_at = look_at = self.clock.now() + SECOND
        shown = 0
        while self.got.total() < self.people:
            await self.quiet()
            moments = [talk_at, look_at, *([self.clock.awaited] if self.clock.awaited else [])]
            self.clock.push(max(min(moments) - self.clock.now(), timedelta()))
            if self.clock.now() >= talk_at:
                await self.talk()
                talk_at += SECOND
            if self.clock.now() >= look_at:
                await self.house.watch.look()
                look_at += 3 * SECOND
                self.take_in()
                shown = self.show(shown)
                if self.after_pause is None and self.got.total() > self.people // 2:
                    await self.pause()
        self.took_s = (self.last_at - self.first_at).total_seconds()
        await self.house.stop()
        for task in tasks:
            task.cancel()

    async def quiet(self) -> None:
        """Until nothing more can happen at this moment: only the pace and Telegram's answers are waited for."""
        for _ in range(12):
            await asyncio.sleep(0)

    async def talk(self) -> None:
        """Somebody sends a command, and the next one before the last is answered."""
        user_id = FIRST + 1 + random.randrange(min(TALKERS, self.people))
        for command in COMMANDS[:2]:
            self.telegram.send_text(user_id, command)
            self.asked.setdefault(user_id, []).append((self.clock.now(), command))
        await self.house.intake.poll_once(0)

    async def pause(self) -> None:
        """How many still go out after Pause, in two simulated seconds."""
        before = self.got.total()
        await self.database.run(_switch, self.broadcast, "paused")
        until = self.clock.now() + 2 * SECOND
        while self.clock.now() < until:
            await self.quiet()
            moments = [until, *([self.clock.awaited] if self.clock.awaited else [])]
            self.clock.push(max(min(moments) - self.clock.now(), timedelta(milliseconds=1)))
        self.take_in()
        self.after_pause = self.got.total() - before
        self.paused_s = 2.0
        await self.database.run(_switch, self.broadcast, "sending")
        self.house.broadcaster.wake()

    def take_in(self) -> None:
        """Count what people have got, and let the simulator forget it: its memory is not what is measured."""
        for user_id, chat in self.telegram._world.messages.items():
            for message in chat.values():
                if not message.from_bot or user_id == FIRST:
                    continue
                self.sends[int((message.at - START).total_seconds())] += 1
                if message.text == "Hello runners":
                    self.got[user_id] += 1
                    self.first_at = min(getattr(self, "first_at", message.at), message.at)
                    self.last_at = max(getattr(self, "last_at", message.at), message.at)
                elif self.asked.get(user_id):
                    self.reply(user_id, message.at, message.text)
        self.forget()

    def reply(self, user_id: int, at: datetime, said: str) -> None:
        """A command was answered: was it its turn, and how long did it take?"""
        asked_at, command = self.asked[user_id].pop(0)
        self.reply_s.append((at - asked_at).total_seconds())
        is_privacy = said.startswith(PRIVACY)
        self.out_of_order += is_privacy != (command == "/privacy")

    def forget(self) -> None:
        world = self.telegram._world
        for user_id in [each for each in world.messages if each != FIRST]:
            del world.messages[user_id]
        world.diaries.clear()
        self.telegram.journal.clear()
        windows = world.pace._windows
        for key in [key for key, window in windows.items() if key[1] and window[-1] < self.clock.now() - 20 * SECOND]:
            del windows[key]

    def show(self, shown: int) -> int:
        tenth = 10 * self.got.total() // self.people
        if tenth > shown:
            self.memory[f"{10 * tenth} %"] = round(_megabytes(), 1)
            print(f"  {10 * tenth:3} %  {self.clock.now() - START}  {_megabytes():.0f} MB", flush=True)
        return max(tenth, shown)

    # --- after

    def figures(self) -> dict[str, Any]:
        """What is promised, measured."""
        at_work_s = self.took_s - self.paused_s
        whole = [many for second, many in self.sends.items() if 1 < second < self.took_s - 1]
        edits = self.request.calls["editMessageText"]
        replies = sorted(self.reply_s)
        return {
            "people": self.people,
            "got_it_once": sum(many == 1 for many in self.got.values()),
            "got_it_twice": sum(many > 1 for many in self.got.values()),
            "violations": len(self.telegram.violations),
            "refused": len([call for call in self.telegram.refused() if not call.injected]),
            "simulated_s": round(at_work_s, 1),
            "broadcast_per_s": round(self.people / at_work_s, 2),
            "messages_and_edits_per_s": round((self.people + len(replies) + edits) / at_work_s, 2),
            "share_of_the_allowed_rate": round((self.people + len(replies) + edits) / at_work_s / ALLOWED, 4),
            "busiest_second": max(whole, default=0),
            "replies": len(replies),
            "reply_median_s": replies[len(replies) // 2],
            "reply_longest_s": replies[-1],
            "replies_out_of_order": self.out_of_order,
            "sent_after_pause": self.after_pause,
            "memory_mb": self.memory,
        }


def _people(session: Session, ids: list[int]) -> None:
    one = {
        "language": "en", "zone": "Europe/London", "setup": "ready", "turn": 1, "consent_version": "1", "news": True,
        "created_at": START, "seen_at": START,
    }  # fmt: skip
    for place in range(0, len(ids), 1000):
        some = ids[place : place + 1000]
        session.add_all(PersonRow(**one, mark=people.mark(session, each), telegram_id=each) for each in some)
        session.flush()
        session.expunge_all()


def _begin(session: Session, now: datetime) -> int:
    first = session.scalars(select(PersonRow).order_by(PersonRow.id).limit(1)).one()
    row = broadcasts.draft(session, first.id, audience.NEWS, now)
    first.news = None
    row.words = {"en": {"html": "Hello runners"}}
    broadcasts.start(session, row, now)
    return row.id


def _switch(session: Session, broadcast_id: int, state: str) -> None:
    session.get_one(BroadcastRow, broadcast_id).state = state


def _megabytes() -> float:
    """What is resident now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1024 / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


async def main(people: int, url: str, file: Path | None) -> None:
    """Seed, queue, send, print."""
    bench = Bench(url, people)
    migrate.upgrade(bench.database)
    print(f"{people:,} people: seeding", flush=True)
    bench.seed()
    queued_s = bench.queue()
    cpu, begun = time.process_time(), time.perf_counter()
    await bench.run()
    found = bench.figures() | {
        "queued_s": round(queued_s, 2),
        "real_s": round(time.perf_counter() - begun),
        "cpu_ms_a_message": round((time.process_time() - cpu) * 1000 / people, 2),
    }
    for name, value in found.items():
        print(f"{name.replace('_', ' '):28} {value}")
    for name, share, refusals in PUBLISHED:
        print(f"{name}: {share} of the allowed rate, {refusals} refusals (docs/broadcast.md; not run again)")
    if file is not None:
        with file.open("w", encoding="utf-8") as out:
            json.dump(found, out, indent=2)
    if found["got_it_once"] != people or found["violations"] or found["replies_out_of_order"]:
        raise SystemExit(1)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("people", nargs="?", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--database", help="another database than a new SQLite file, empty")
    return parser.parse_args()


if __name__ == "__main__":
    given = _given()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        asyncio.run(main(given.people, given.database or f"sqlite:///{folder}/bench.db", given.json))
