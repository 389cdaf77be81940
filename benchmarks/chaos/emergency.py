"""A message to 100,000 people is on its way, and somebody ticks a red flag: the emergency words overtake all of them.

In real time, with a real process and Telegram's pace of 30 messages a second. From the press on Done until Telegram has
accepted the emergency words; and for every press, until it is answered. The first of them is already waiting while the
100,000 are being queued. Only what goes out in the given minutes is sent; the rest waits in the queue, as it would.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from functools import partial

from benchmarks import recipients
from benchmarks.chaos.place import Place
from benchmarks.chaos.verdict import Verdict
from simulator.records import Person
from simulator.telegram import SimMessage
from storage.database import Database
from tests.bot.process import Process, Someone
from tests.bot.tools import until

FIRST = 100_000
TICKED, DONE, EMERGENCY = "Chest, breath or faint", "Done (1 ticked)", "EMERGENCY NOW"
SOON_S, NEVER_S = 2.0, 20.0
AT_ONCE = 4  # of the first meetings
LOOK_S = 0.01
START_S = 120  # a busy machine may take long


def options(parser: ArgumentParser) -> None:
    """How many people, how long, and how many of them need help meanwhile."""
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--emergencies", type=int, default=100)


async def run(place: Place, given: Namespace) -> Verdict:
    """Queue it, and let one after the other tick a red flag."""
    database = place.database()
    ids = list(range(FIRST, FIRST + given.people))
    database.run_now(recipients.move_in, ids, datetime.now(UTC), _where_it_is_noon())
    async with place.bot() as bot:
        bot.environment["LOG_LEVEL"] = "WARNING"
        for each in ids:
            bot.telegram._world.people[each] = Person(each, "R", started=True)
        patients = await _met(bot, given.emergencies)
        verdict = await _under_way(bot, database, patients, given.minutes * 60)
    database.close()
    return Verdict(verdict.broken, {"people": given.people, **verdict.figures})


async def _under_way(bot: Process, database: Database, patients: list[Someone], length_s: float) -> Verdict:
    """The broadcast begins, and they need help."""
    late_s = list[float]()
    watching = asyncio.create_task(_watch(late_s))
    queueing = asyncio.create_task(asyncio.to_thread(_queue, database))
    told_s, answered_s = await _one_after_another(bot, patients, length_s)
    watching.cancel()
    verdict = _verdict(bot, patients, sorted(told_s), sorted(answered_s))
    own = {
        "queued in s": round(await queueing, 1),
        "the bench itself late, p99 s": round(_share(sorted(late_s), 0.99), 3),
        "the bench itself late, longest s": round(max(late_s, default=0.0), 3),
    }
    return Verdict(verdict.broken, {**verdict.figures, **own})


async def _met(bot: Process, many: int) -> list[Someone]:
    """The bot runs, and so many stand before its first question."""
    await bot.start()
    await until(lambda: bot.calls("getUpdates"), START_S)
    patients = [Someone(bot, number) for number in range(1, many + 1)]
    for few in range(0, many, AT_ONCE):
        await asyncio.gather(*(each.meet() for each in patients[few : few + AT_ONCE]))
    await bot.until_all_is_said()
    return patients


def _queue(database: Database) -> float:
    """The broadcast begins; how long that took."""
    begun = time.monotonic()
    database.run_now(recipients.begin, datetime.now(UTC))
    return time.monotonic() - begun


def _counted(violation: str) -> int:
    """How many the simulator counted there."""
    return int(violation.rpartition(": ")[2])


async def _watch(late_s: list[float]) -> None:
    """How late this process comes to what it wants to do: so late it may count a message, and two for one second."""
    while True:
        wanted = time.monotonic() + LOOK_S
        await asyncio.sleep(LOOK_S)
        late_s.append(time.monotonic() - wanted)


def _verdict(bot: Process, patients: list[Someone], told_s: list[float], answered_s: list[float]) -> Verdict:
    sent = _sent(bot)
    broken = {
        "p99 of the emergency words over 2 s": int(_share(told_s, 0.99) > SOON_S),
        "emergency words that never came": len(patients) - len(told_s),
        "no broadcast was under way": int(not sent),
        "limits of Telegram's": len(bot.telegram.violations),
        "refused calls": len([call for call in bot.telegram.refused() if not call.injected]),
    }
    figures: dict[str, float | int | str] = {"broadcast sent meanwhile": sent, "emergencies": len(told_s)}
    figures["most in one second, where it was over 30"] = max(map(_counted, bot.telegram.violations), default="nowhere")
    for name, values in (("emergency words", told_s), ("press answered", answered_s)):
        for share, called in ((0.5, "p50"), (0.99, "p99"), (1.0, "longest")):
            figures[f"{name} {called} s"] = round(_share(values, share), 3)
    return Verdict(broken, figures)


async def _one_after_another(bot: Process, patients: list[Someone], length_s: float) -> tuple[list[float], list[float]]:
    """Evenly over this time: the seconds until each was told, and until each press was answered."""
    begun, told_s, answered_s = time.monotonic(), list[float](), list[float]()
    for number, patient in enumerate(patients):
        await asyncio.sleep(max(begun + number * length_s / len(patients) - time.monotonic(), 0))
        try:
            answered_s.append(await _tick(bot, patient))
            told_s.append(await _tell(patient))
        except TimeoutError:
            continue
    await asyncio.sleep(max(begun + length_s - time.monotonic(), 0))
    return told_s, answered_s


async def _tick(bot: Process, patient: Someone) -> float:
    """A red flag is ticked; how long the press waited for its answer."""
    label = next(each for each in _labels(patient) if each.startswith(TICKED))
    before = len(bot.telegram.answers)
    begun = time.monotonic()
    patient.tap(label)
    await until(lambda: len(bot.telegram.answers) > before, NEVER_S)
    took_s = time.monotonic() - begun
    await until(partial(patient.button, DONE), NEVER_S)
    return took_s


async def _tell(patient: Someone) -> float:
    """Done is pressed; how long until Telegram has the emergency words."""
    before, begun = len(patient.from_bot), time.monotonic()
    patient.tap(DONE)
    await until(lambda: any(map(_is_emergency, patient.from_bot[before:])), NEVER_S)
    return time.monotonic() - begun


def _is_emergency(message: SimMessage) -> bool:
    return EMERGENCY in message.text


def _labels(patient: Someone) -> list[str]:
    rows = [row for message in reversed(patient.from_bot) for row in message.keyboard]
    return [button.text.lstrip("☐☑ ") for row in rows for button in row]


def _sent(bot: Process) -> int:
    """How many have got the broadcast."""
    return sum(call.method == "sendMessage" and call.ok and call.params.get("text") == recipients.TOLD
               for call in bot.telegram.journal)  # fmt: skip


def _share(sorted_s: list[float], share: float) -> float:
    """The time that this share of them did not exceed; infinite when there are none."""
    return sorted_s[min(int(share * len(sorted_s)), len(sorted_s) - 1)] if sorted_s else float("inf")


def _where_it_is_noon() -> str:
    """A zone where nobody sleeps now (its sign is the other way round)."""
    hours = datetime.now(UTC).hour - 12
    return f"Etc/GMT{hours:+d}" if hours else "Etc/GMT"
