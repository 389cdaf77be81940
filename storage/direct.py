"""What a turn says is taken to be sent in the turn's own transaction, when nothing of its chat waits before it.

So a press costs one commit and not two, and nobody has to look for what was put in just now. A letter that is taken
here is leased as any other: whoever dies with it in hand leaves it to the lease, to the next start, to a neighbour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import claims, letters, outbox, plain
from storage.drafts import LETTERS, Draft
from storage.letters import Letter
from storage.outbox import LEASE

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
    taken: list[tuple[int, Draft]] = field(default_factory=list)
    is_open: bool | None = None

    def takes(self, session: Session, draft: Draft, row: dict[str, Any], now: datetime) -> bool:
        """Is this row to be leased to whoever holds the hand out? It is, if it may go at once."""
        if self.is_open is None:
            self.is_open = plain.connection(session).execute(WAITS, {"chat": self.chat}).first() is None
        self.is_open = self.is_open and self._may_go(draft, row, now)
        if self.is_open:
            row.update(state="sending", lease_until=now + LEASE, attempts=1, holder=self.me)
        return self.is_open

    def keep(self, number: int, draft: Draft) -> None:
        """It was put in under this number."""
        self.taken.append((number, draft))

    def _may_go(self, draft: Draft, row: dict[str, Any], now: datetime) -> bool:
        person = draft.person
        if person is None or row["chat"] != self.chat or row["not_before"] > now:
            return False
        is_paced = draft.kind == "send" and draft.lane > outbox.URGENT
        return not (is_paced and self.slow) and (person.not_before is None or person.not_before <= now)


def take(session: Session, hand: Hand, turn: Callable[[Session], T]) -> tuple[T, list[Letter]]:
    """A turn, and the letters of it that were taken."""
    session.info[claims.HAND] = hand
    done = turn(session)
    session.flush()
    return done, [letters.drafted(*each) for each in hand.taken]
