"""What some of the deliberate bugs (bugs.py) put in the place of a function of ours: each gets what stands there."""

from __future__ import annotations

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
