"""Deliberate bugs, put into the bot's process from outside: a bench that cannot fail proves nothing.

Each is a mistake that somebody could make, and says which promise of which scenario must not hold any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.chaos import patching
from benchmarks.chaos.patching import AnyFunction
from benchmarks.chaos.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """`make` gets what stands at `path` in `module`, and returns what is to stand there."""

    module: str
    path: str
    make: Callable[[AnyFunction], Any]


@dataclass(frozen=True, slots=True)
class Bug:
    """`broken`: the promises of `scenario` of which at least one must be broken."""

    what: str
    scenario: str
    broken: tuple[str, ...]
    changes: tuple[Change, ...]

    def is_caught_by(self, verdict: Verdict) -> bool:
        """Is a promise broken that it must break? Another one's breaking may be luck."""
        return any(verdict.broken[name] for name in self.broken)

    def put_in(self) -> None:
        """From here on this process has it."""
        for change in self.changes:
            patching.replace(change.module, change.path, change.make)


def _confirming_before_commit(take: AnyFunction) -> AnyFunction:
    running = set[asyncio.Task[None]]()

    async def hurried(intake: Any, updates: Any) -> None:
        task = asyncio.create_task(take(intake, updates))
        running.add(task)
        task.add_done_callback(running.discard)

    return hurried


def _marking_first(say: AnyFunction) -> AnyFunction:
    async def late(speaker: Any, letter: Any, screen: Any) -> int | None:
        from storage import outbox  # noqa: PLC0415 - only the process that has the bug imports the bot

        await speaker.database.run(outbox.mark_sent, letter, None, None, speaker.clock.now())
        return await say(speaker, letter, screen)  # type: ignore[no-any-return]

    return late


def _only_marking(_: AnyFunction) -> AnyFunction:
    def take_due(session: Any, packs: Any, pending: Any, now: Any) -> bool:
        from storage import follow_ups  # noqa: PLC0415

        due = follow_ups.lock_due(session, pending.id, now)
        if due is not None:
            due.state, due.sent_at = "sent", now
        return due is not None

    return take_due


def _an_hour_ahead(inner: AnyFunction) -> AnyFunction:
    """For functions of a session, anything, and the moment."""
    ahead = timedelta(hours=1)

    def hasty(session: Any, *given: Any) -> Any:
        return inner(session, *(each + ahead if hasattr(each, "tzinfo") else each for each in given))

    return hasty


def _in_any_order(_: AnyFunction) -> AnyFunction:
    async def at_once(deliver: Any, letters: Any) -> None:
        await asyncio.gather(*(deliver._send(letter) for letter in reversed(letters)))

    return at_once


def _always(answer: object) -> Callable[[AnyFunction], AnyFunction]:
    return lambda _: lambda *args, **kwargs: answer


BUGS: Mapping[str, Bug] = {
    "confirm_before_commit": Bug(
        "an update is confirmed before its turn is stored",
        "kills",
        ("lost answers", "lost messages", "unanswered presses"),
        (Change("bot.intake", "Intake.take", _confirming_before_commit),),
    ),
    "no_dedupe": Bug(
        "a repeated update is taken again",
        "kills",
        ("doubled answers",),
        (Change("storage.outbox", "first_time", _always(True)),),
    ),
    "mark_before_send": Bug(
        "marked as sent before Telegram has it",
        "kills",
        ("lost messages", "unanswered presses"),
        (Change("bot.speaker", "Speaker.say", _marking_first),),
    ),
    "never_released": Bug(
        "what a dead process had taken is never sent",
        "kills",
        ("lost messages", "unanswered presses"),
        (
            Change("storage.outbox", "LEASE", lambda _: timedelta(days=3650)),
            Change("storage.outbox", "release", _always(0)),
        ),
    ),
    "forgets_what_is_due": Bug(
        "a follow-up is marked and nothing follows",
        "kills",
        ("lost follow-ups",),
        (Change("handlers.turn", "take_due", _only_marking),),
    ),
    "early": Bug(
        "follow-ups ring an hour early",
        "kills",
        ("early follow-ups",),
        (Change("storage.follow_ups", "due", _an_hour_ahead), Change("storage.follow_ups", "lock_due", _an_hour_ahead)),
    ),
    "no_answer": Bug(
        "presses are not answered",
        "kills",
        ("unanswered presses",),
        (Change("handlers.record", "Reply._answer", _always(None)),),
    ),
    "believes_the_clock": Bug(
        "a machine's clock that was set is followed at once",
        "jumps",
        ("early follow-ups",),
        (Change("bot.clock", "Clock.real", lambda _: lambda clock: clock.wall()),),
    ),
    "never_away": Bug(
        "nobody notes that the bot was here, and so no outage is noticed",
        "away",
        ("questions not asked again",),
        (Change("handlers.outages", "note", _always(None)),),
    ),
    "asks_everybody_again": Bug(
        "whatever was ever open is asked again after an outage",
        "away",
        ("people asked who should not be",),
        (Change("content.outage", "TOUCHED", lambda _: timedelta(days=3650)),),
    ),
    "any_order": Bug(
        "one person's messages overtake each other",
        "kills",
        ("order",),
        (Change("bot.deliver", "Deliver._send_in_order", _in_any_order),),
    ),
}
