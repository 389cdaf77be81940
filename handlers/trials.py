"""An admin plays a version that is not live, in their own chat: an episode that is nobody's check."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.decide import start
from content.episode import Started
from handlers.record import Reply, happen
from storage import episodes, people
from storage import trials as stored
from storage.packs import Packs
from storage.tables import PersonRow


def begin(session: Session, packs: Packs, person: PersonRow, pack_id: int, reply: Reply, now: datetime) -> None:
    """The first question of this version. A trial under way is forgotten."""
    stored.end(session, person.id)
    known = people.read(person)
    episode = start(packs.load(session, pack_id), known.zone or "UTC", minor=bool(known.minor), quiet=known.quiet)
    row = episodes.add(session, person.id, pack_id, episode, now, trial=True)
    happen(session, packs, person, row, Started(), reply, now)


def end(session: Session, person: PersonRow) -> None:
    """Forget the person's trials."""
    stored.end(session, person.id)
