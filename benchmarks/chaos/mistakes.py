"""What the deliberate bugs (bugs.py) put in the place of a function of ours: each gets what stands there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

AnyFunction = Callable[..., Any]


def still_waiting(claim: AnyFunction) -> AnyFunction:
    """A recipient is taken, and nobody can see it."""

    def claimed(session: Any, now: Any) -> Any:
        from storage.tables import OutboxRow  # noqa: PLC0415

        if (found := claim(session, now)) is not None:
            session.get(OutboxRow, found[1].id).state = "waiting"
        return found

    return claimed


def no_answers(add: AnyFunction) -> AnyFunction:
    """What ends the spinner of a press is not put into the outbox."""
    return lambda session, drafts, now: add(session, [each for each in drafts if each.kind != "answer"], now)


def letting_go_to_wait(_: AnyFunction) -> AnyFunction:
    """Whatever was under way waits again, news too."""

    def let_go(session: Any, lost: Any) -> None:
        from sqlalchemy import update  # noqa: PLC0415

        from storage.tables import OutboxRow  # noqa: PLC0415

        mine = update(OutboxRow).where(OutboxRow.broadcast_id.is_not(None), lost)
        session.execute(
            mine.values(state="waiting", lease_until=None), execution_options={"synchronize_session": False}
        )

    return let_go


def marking_what_is_due(due: AnyFunction) -> AnyFunction:
    """In the transaction of the look; what follows from it comes in the next one."""

    def marked(session: Any, now: Any, limit: int) -> Any:
        from storage.tables import FollowUpRow  # noqa: PLC0415

        found = due(session, now, limit)
        for each in found:
            session.get(FollowUpRow, each.id).state = "sent"
        return found

    return marked


def locking_what_is_marked(_: AnyFunction) -> AnyFunction:
    """The other half of it."""

    def lock_due(session: Any, number: int, now: Any) -> Any:
        from storage.tables import FollowUpRow  # noqa: PLC0415

        row = session.get(FollowUpRow, number, populate_existing=True)
        return row if row is not None and row.state == "sent" and row.due_at <= now else None

    return lock_due


def only_just_due(due: AnyFunction) -> AnyFunction:
    """What is overdue is passed over."""

    def just(session: Any, now: Any, limit: int) -> Any:
        from storage.tables import FollowUpRow  # noqa: PLC0415

        lately = now - timedelta(seconds=0.1)
        return [each for each in due(session, now, limit) if session.get(FollowUpRow, each.id).due_at > lately]

    return just


def trying_again(_: AnyFunction) -> AnyFunction:
    """Every failure passes."""

    def failure(error: Any) -> Any:
        from bot.transport import Failure  # noqa: PLC0415

        return Failure.AGAIN

    return failure


def cancelling(_: AnyFunction) -> AnyFunction:
    """A stop that cuts off."""

    async def stop(deliver: Any) -> None:
        deliver._stopping = True
        deliver.wake()
        for task in list(deliver._busy.values()):
            task.cancel()

    return stop


def missing_people(renew: AnyFunction) -> AnyFunction:
    """A rotation that leaves a table out."""

    def renewed(session: Any, table: Any, after: int, batch: int) -> Any:
        return [] if table.__tablename__ == "people" else renew(session, table, after, batch)

    return renewed


def nothing_while_held(due: AnyFunction) -> AnyFunction:
    """After a restore everything waits for the operator, what is urgent too."""

    def held(session: Any, *given: Any, **named: Any) -> Any:
        from storage import restored  # noqa: PLC0415

        return [] if restored.since(session) is not None else due(session, *given, **named)

    return held


def first_batch_only(renew: AnyFunction) -> AnyFunction:
    """The rest of a table is taken for done."""
    return lambda session, table, after, batch: renew(session, table, after, batch) if after == 0 else []


def without_runs(tables: Any) -> Any:
    """Somebody forgot a table."""
    return [each for each in tables if each.__name__ != "RunRow"]


def the_live_one(_: AnyFunction) -> AnyFunction:
    """Whichever version was asked for."""
    return lambda packs, pack_id: packs.live[1]


def looking_once(look: AnyFunction) -> AnyFunction:
    """What was live at first is live for ever."""
    return lambda packs, session: look(packs, session) if packs._live is None else packs._live


def confirming_before_commit(take: AnyFunction) -> AnyFunction:
    running = set[asyncio.Task[None]]()

    async def hurried(intake: Any, updates: Any) -> None:
        task = asyncio.create_task(take(intake, updates))
        running.add(task)
        task.add_done_callback(running.discard)

    return hurried


def marking_first(say: AnyFunction) -> AnyFunction:
    async def late(speaker: Any, letter: Any, screen: Any) -> Any:
        from storage import outbox  # noqa: PLC0415 - only the process that has the bug imports the bot

        await speaker.database.run(outbox.mark_sent, letter, None, None, speaker.clock.now())
        await asyncio.sleep(0.2)  # the way to Telegram
        return await say(speaker, letter, screen)

    return late


def only_marking(_: AnyFunction) -> AnyFunction:
    def take_due(session: Any, packs: Any, pending: Any, now: Any, **_: Any) -> bool:
        from storage import follow_ups  # noqa: PLC0415

        due = follow_ups.lock_due(session, pending.id, now)
        if due is not None:
            due.state, due.sent_at = "sent", now
        return due is not None

    return take_due


def an_hour_ahead(inner: AnyFunction) -> AnyFunction:
    """For functions of a session, anything, and the moment."""
    ahead = timedelta(hours=1)

    def hasty(session: Any, *given: Any) -> Any:
        return inner(session, *(each + ahead if hasattr(each, "tzinfo") else each for each in given))

    return hasty


def an_hour_sooner(inner: AnyFunction) -> AnyFunction:
    """For what says when."""

    def hasty(*given: Any) -> Any:
        moment = inner(*given)
        return moment and moment - timedelta(hours=1)

    return hasty


def in_any_order(_: AnyFunction) -> AnyFunction:
    async def at_once(deliver: Any, letters: Any) -> None:
        await asyncio.gather(*(deliver._send(letter) for letter in reversed(letters)))

    return at_once


def anybodys(_: AnyFunction) -> AnyFunction:
    def of_person(session: Any, person_id: int, episode_id: int) -> Any:
        from storage.tables import EpisodeRow  # noqa: PLC0415

        return session.get(EpisodeRow, episode_id)

    return of_person


def of_any_turn(inner: AnyFunction) -> AnyFunction:
    return lambda pack, episode, turn, option, now: inner(pack, episode, episode.turn, option, now)


def remembering(inner: AnyFunction) -> AnyFunction:
    remembered: dict[int, bytes] = {}

    def draw(speaker: Any, letter: Any) -> Any:
        remembered[letter.id] = os.urandom(20_000)
        return inner(speaker, letter)

    return draw


def always(answer: object) -> Callable[[AnyFunction], AnyFunction]:
    return lambda _: lambda *args, **kwargs: answer


def ending(take: AnyFunction) -> AnyFunction:
    async def taken(intake: Any, updates: Any) -> None:
        from bot.intake import NotStoredError  # noqa: PLC0415

        try:
            await take(intake, updates)
        except NotStoredError as error:
            raise RuntimeError("nobody thought of this") from error

    return taken


def patient(polling: AnyFunction) -> AnyFunction:
    """As if PTB did not add the seconds of the long poll itself."""
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    return lambda *args, **kwargs: HTTPXRequest(connection_pool_size=1, read_timeout=40)


def without_locks(statements: Any) -> Any:
    """For statements that take rows and hold them."""
    return {which: _holding_nothing(statement) for which, statement in statements.items()}


def _holding_nothing(statement: Any) -> Any:
    loose = statement._generate()
    loose._for_update_arg = None
    return loose
