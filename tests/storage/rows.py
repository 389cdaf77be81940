"""A few rows to begin with: a person, an episode, a letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.episode import Episode, FollowUp
from content.person import Person
from storage import drafts, episodes, outbox, people
from storage.drafts import Draft
from storage.tables import EpisodeRow, OutboxRow, PackRow, PersonRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_person(session: Session, telegram_id: int = 101, zone: str = "Europe/Vienna") -> PersonRow:
    """Somebody who has agreed."""
    return people.add(session, telegram_id, Person("en", zone, setup="ready", consent_version="1"), NOW)


def an_episode(session: Session, person: PersonRow) -> EpisodeRow:
    """A check under way, on a pack whose content does not matter."""
    pack = session.scalars(select(PackRow)).first()
    if pack is None:
        pack = PackRow(pack="any", version="1", digest="none", files=b"{}", stored_at=NOW)
        session.add(pack)
        session.flush()
    return episodes.add(session, person.id, pack.id, Episode(person.zone or "UTC"), NOW)


def a_letter(
    session: Session, person: PersonRow | None, *, lane: int = outbox.REPLY, dedupe: str | None = None, chat_id: int = 0
) -> OutboxRow:
    """Something to say, put into the outbox; a row without a number where it was said before."""
    say: dict[str, object] = {"kind": "home", "values": {}}
    draft = Draft(person=person, chat_id=None if person else chat_id, lane=lane, kind="send", say=say, once=dedupe)
    (number,) = drafts.add(session, [draft], NOW)
    return session.get_one(OutboxRow, number) if number is not None else OutboxRow()


def follow_up(key: str, hours: float = 1, *, urgent: bool = False) -> FollowUp:
    """A follow-up that many hours from now, kept for a day."""
    due_at = NOW + timedelta(hours=hours)
    return FollowUp(key, due_at, due_at + timedelta(days=1), urgent)
