"""After an older copy of the database was put in place: what the lost one has sent already is not sent again unasked.

Reminders that were due before the bot started on the copy are held, until an operator says that they may go on. Nothing
urgent is: an emergency that is asked about twice hurts nobody, one that nobody asks about may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session

from storage import milestones, outbox, signs
from storage.admin_tables import BroadcastRow
from storage.milestones import Milestone
from storage.tables import FollowUpRow, OutboxRow, PersonRow, SignRow

SIGN = "restored"
COPIED = "copied"  # this database was filled from a backup, and no bot has run on it since
IS_HELD = and_(
    FollowUpRow.state == "planned",
    FollowUpRow.urgent.is_(False),
    exists().where(SignRow.name == SIGN, SignRow.at >= FollowUpRow.due_at).correlate(FollowUpRow),
)
MAY_GO = ~IS_HELD


@dataclass(frozen=True, slots=True)
class Held:
    """What waits for an operator's word: reminders, and messages that the copy had not sent."""

    reminders: int
    letters: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.reminders + self.letters


def notice(session: Session, known: Milestone | None, now: datetime) -> bool:
    """Is this database older than what the bot had? Then everything that is not urgent and was due by now is held.

    `known`: the newest milestone by the file. Where there is no file, what a backup was restored into is taken for old.
    A database in which nobody is yet is new, not old.
    """
    copied = signs.seen(session, COPIED)
    if copied is not None:
        session.delete(copied)
    is_old = known.number > milestones.newest(session) if known is not None else copied is not None
    if not is_old or session.scalar(select(PersonRow.id).limit(1)) is None:
        return False
    signs.note(session, SIGN, now)
    milestones.pass_one(session, now, (known.number if known is not None else 0) + milestones.LEAP)
    waits = and_(OutboxRow.state.in_(("waiting", "sending")), OutboxRow.broadcast_id.is_(None))
    routine = and_(waits, OutboxRow.lane > outbox.URGENT, OutboxRow.person_id.is_not(None))
    session.execute(update(OutboxRow).where(routine).values(state="held", lease_until=None))
    session.execute(update(BroadcastRow).where(BroadcastRow.state == "sending").values(state="paused"))
    begun = and_(BroadcastRow.state == "scheduled", BroadcastRow.due_at <= now)
    session.execute(update(BroadcastRow).where(begun).values(state="draft", due_at=None))
    return True


def mark(session: Session, now: datetime) -> None:
    """This database was filled from a backup just now."""
    signs.note(session, COPIED, now)


def since(session: Session) -> datetime | None:
    """When the copy was noticed, as long as an operator has not said that it may go on."""
    row = signs.seen(session, SIGN)
    return row.at if row is not None else None


def held(session: Session) -> Held:
    """How much waits for an operator's word."""
    reminders = session.scalar(select(func.count()).select_from(FollowUpRow).where(IS_HELD)) or 0
    letters = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "held")
    return Held(reminders, session.scalar(letters) or 0)


def resume(session: Session, *, drop: bool = False) -> Held:
    """The operator's word: what was held goes on. `drop`: it has come already, and counts as too late to be asked.

    What was held. Who needs the last question of a plan gets it late all the same (content/checking.py).
    """
    found = held(session)
    if drop:
        too_late = update(FollowUpRow).where(IS_HELD).values(expires_at=FollowUpRow.due_at)
        session.execute(too_late.execution_options(synchronize_session=False))
    dropped = {"state": "dropped", "sealed_say": None, "error": "restored"}
    letters = update(OutboxRow).where(OutboxRow.state == "held")
    session.execute(letters.values(**dropped) if drop else letters.values(state="waiting"))
    session.execute(delete(SignRow).where(SignRow.name == SIGN))
    return found
