"""What a turn says is taken to be sent in the turn's own transaction, when nothing of its chat waits before it.

So a press costs one commit and not two, and nobody has to look for what was put in just now. A letter that is taken
here is leased as any other: whoever dies with it in hand leaves it to the lease, to the next start, to a neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import claims, outbox
from storage.outbox import LEASE, LETTERS, Letter
from storage.tables import EpisodeRow, OutboxRow, PersonRow

T = TypeVar("T")

# By the chat, not by the person: the index of what waits is short, the one of a person's letters is not.
WAITS = (
    select(LETTERS.c.id)
    .where(
        LETTERS.c.chat == bindparam("chat"),
        LETTERS.c.state.in_(("waiting", "sending")),
        LETTERS.c.lane < outbox.BROADCAST,
    )
    .limit(1)
)


@dataclass(slots=True)
class Hand:
    """Held out for the letters of one chat. `slow`: no new message may go there now but an urgent one.

    The first letter that may not be taken closes it: those behind it wait, too. `is_open` is not known before the
    first letter comes, for until then the person might not be held.
    """

    chat: bytes
    me: int | None
    slow: bool
    taken: list[tuple[OutboxRow, PersonRow, EpisodeRow | None]] = field(default_factory=list)
    is_open: bool | None = None

    def take(self, session: Session, row: OutboxRow, now: datetime) -> None:
        """Lease this row to whoever holds the hand out, if it may go at once."""
        if self.is_open is None:
            self.is_open = session.connection().execute(WAITS, {"chat": self.chat}).first() is None
        person = session.get(PersonRow, row.person_id) if row.person_id is not None else None
        self.is_open = self.is_open and person is not None and self._may_go(row, person, now)
        if self.is_open and person is not None:
            row.state, row.lease_until, row.attempts, row.holder = "sending", now + LEASE, 1, self.me
            # Kept here, or the session would forget them with the turn and fetch them again.
            episode = session.get(EpisodeRow, row.episode_id) if row.episode_id is not None else None
            self.taken.append((row, person, episode))

    def _may_go(self, row: OutboxRow, person: PersonRow, now: datetime) -> bool:
        if row.chat != self.chat or row.not_before > now:
            return False
        is_paced = row.kind == "send" and row.lane > outbox.URGENT
        return not (is_paced and self.slow) and (person.not_before is None or person.not_before <= now)


def take(session: Session, hand: Hand, turn: Callable[[Session], T]) -> tuple[T, list[Letter]]:
    """A turn, and the letters of it that were taken."""
    session.info[claims.HAND] = hand
    done = turn(session)
    session.flush()
    return done, [outbox.letter(*each) for each in hand.taken]


def mark_answered(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Telegram has these answers to presses, of people whom we know: one statement for all."""
    sent = [{"letter": each.id, "person": each.person_id, "now": now, "message": None} for each in letters]
    session.connection().execute(outbox.SENT, sent)
