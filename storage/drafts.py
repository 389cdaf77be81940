"""What is to be said is put into the outbox: everything of one moment with one statement."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from storage import claims, people, plain, said, upserts
from storage.columns import Base
from storage.tables import EpisodeRow, OutboxRow, PersonRow

LETTERS = Base.metadata.tables[OutboxRow.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A row of the outbox to be: for a `person`, or for a chat that is nobody's, by its `chat_id`.

    `once`: the key under which it is said only once, however often it is put in. It may go at once, or `not_before`.
    """

    kind: str
    lane: int
    person: PersonRow | None = None
    episode: EpisodeRow | None = None
    chat_id: int | None = None
    say: Any = None
    card: bool = False
    message_id: int | None = None
    callback_id: str | None = None
    once: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None


def add(session: Session, drafts: Sequence[Draft], now: datetime) -> list[int | None]:
    """Put these in, in their order; the number of each, None for what was put in under its key before."""
    hand = session.info.get(claims.HAND)
    rows = [_row(session, each, now) for each in drafts]
    taken = [hand is not None and hand.takes(session, *each, now) for each in zip(drafts, rows, strict=True)]
    numbers = _put_in(session, rows)
    for draft, number, is_taken in zip(drafts, numbers, taken, strict=True):
        if hand is not None and is_taken and number is not None:
            hand.keep(number, draft)
    return numbers


def _put_in(session: Session, rows: Sequence[dict[str, Any]]) -> list[int | None]:
    if not rows:
        return []
    connection = plain.connection(session)
    found = connection.execute(_insert(connection.dialect.name), rows if len(rows) > 1 else rows[0])
    numbers = {uid: number for number, uid in found}
    return [numbers.get(row["uid"]) for row in rows]


@functools.cache
def _insert(dialect: str) -> Executable:
    """Under a key that is there already nothing is put in, and nothing comes back. Put together once."""
    insert = upserts.insert_of(dialect)(LETTERS).on_conflict_do_nothing(index_elements=[LETTERS.c.once])
    return insert.returning(LETTERS.c.id, LETTERS.c.uid)


def _row(session: Session, draft: Draft, now: datetime) -> dict[str, Any]:
    person, episode = draft.person, draft.episode
    values = {
        "person_id": person.id if person is not None else None,
        "episode_id": episode.id if episode is not None else None,
        "chat": person.mark if person is not None else people.mark(session, draft.chat_id or 0),
        "chat_id": draft.chat_id,
        "lane": draft.lane,
        "kind": draft.kind,
        "say": draft.say,
        "card": draft.card,
        "message_id": draft.message_id,
        "callback_id": draft.callback_id,
        "once": said.mark(session, draft.once) if draft.once else None,
        "state": "waiting",
        "not_before": draft.not_before or now,
        "expires_at": draft.expires_at,
        "lease_until": None,
        "holder": None,
        "attempts": 0,
        "created_at": now,
    }
    return plain.sealed_row(session, OutboxRow, values)
