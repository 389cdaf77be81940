"""Deliberate bugs, put into the bot's process from outside: a bench that cannot fail proves nothing.

Each is a mistake that somebody could make, and says by which promise it must be caught.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Bug:
    """`caught_by`: the scenario and the promise that must not hold any more."""

    what: str
    caught_by: tuple[str, str]
    put_in: Callable[[], None]


def _confirm_before_commit() -> None:
    from bot.intake import Intake  # noqa: PLC0415 - only the process that has the bug imports the bot

    take, running = Intake.take, set[asyncio.Task[None]]()

    async def hurried(self: Intake, updates: Any) -> None:
        task = asyncio.create_task(take(self, updates))
        running.add(task)
        task.add_done_callback(running.discard)

    Intake.take = hurried  # type: ignore[method-assign]  # that is the bug


def _no_dedupe() -> None:
    from storage import outbox  # noqa: PLC0415

    outbox.first_time = lambda session, update_id, now: True  # type: ignore[assignment]  # that is the bug


def _mark_before_send() -> None:
    from bot.speaker import Speaker  # noqa: PLC0415
    from storage import outbox  # noqa: PLC0415

    say = Speaker.say

    async def late(self: Speaker, letter: Any, screen: Any) -> int | None:
        await self.database.run(outbox.mark_sent, letter, None, None, self.clock.now())
        return await say(self, letter, screen)

    Speaker.say = late  # type: ignore[method-assign]  # that is the bug


def _never_released() -> None:
    from storage import outbox  # noqa: PLC0415

    outbox.LEASE = timedelta(days=3650)
    outbox.release = lambda session: 0  # type: ignore[assignment]  # that is the bug


def _forgets_what_is_due() -> None:
    from handlers import turn  # noqa: PLC0415
    from storage import follow_ups  # noqa: PLC0415

    def take_due(session: Any, packs: Any, pending: Any, now: datetime) -> bool:
        due = follow_ups.lock_due(session, pending.id, now)
        if due is not None:
            due.state, due.sent_at = "sent", now
        return due is not None

    turn.take_due = take_due


def _early() -> None:
    from storage import follow_ups  # noqa: PLC0415

    due, lock = follow_ups.due, follow_ups.lock_due
    ahead = timedelta(hours=1)
    follow_ups.due = lambda session, now, limit: due(session, now + ahead, limit)
    follow_ups.lock_due = lambda session, number, now: lock(session, number, now + ahead)


def _no_answer() -> None:
    from handlers.record import Reply  # noqa: PLC0415

    Reply._answer = lambda *_: None  # type: ignore[method-assign]


def _any_order() -> None:
    from bot.deliver import Deliver  # noqa: PLC0415

    async def at_once(self: Deliver, letters: Any) -> None:
        await asyncio.gather(*(self._send(letter) for letter in reversed(letters)))

    Deliver._send_in_order = at_once  # type: ignore[method-assign]


BUGS: Mapping[str, Bug] = {
    "confirm_before_commit": Bug(
        "an update is confirmed before its turn is stored", ("kills", "lost answers"), _confirm_before_commit
    ),
    "no_dedupe": Bug("a repeated update is taken again", ("kills", "doubled answers"), _no_dedupe),
    "mark_before_send": Bug("marked as sent before Telegram has it", ("kills", "lost messages"), _mark_before_send),
    "never_released": Bug("what a dead process had taken is never sent", ("kills", "lost messages"), _never_released),
    "forgets_what_is_due": Bug(
        "a follow-up is marked and nothing follows", ("kills", "lost follow-ups"), _forgets_what_is_due
    ),
    "early": Bug("follow-ups ring an hour early", ("kills", "early follow-ups"), _early),
    "no_answer": Bug("presses are not answered", ("kills", "unanswered presses"), _no_answer),
    "any_order": Bug("one person's messages overtake each other", ("kills", "order"), _any_order),
}
