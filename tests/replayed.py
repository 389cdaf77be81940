"""What is stored of a check is what `decide` makes of the events that are stored beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.decide import decide, start
from content.episode import Episode
from content.pack import Pack
from storage import episodes
from storage.packs import Packs
from storage.tables import EpisodeRow


@dataclass(frozen=True, slots=True)
class Life:
    """One check: its row, what that holds, and every state through which its events lead, the last one last."""

    row: EpisodeRow
    pack: Pack
    stored: Episode
    states: tuple[Episode, ...]

    @property
    def is_whole(self) -> bool:
        """Does it end where it is stored?"""
        return self.states[-1] == self.stored


def lives(session: Session, packs: Packs) -> Iterator[Life]:
    """Every check in the database."""
    for row in session.scalars(select(EpisodeRow)):
        pack, stored = packs.known(row.pack_id), episodes.read(row.data)
        # Where they were at first: the oldest clock that the check remembers.
        zone, quiet, *_ = stored.stays[0] if stored.stays else (stored.zone, stored.quiet)
        states = [start(pack, zone, minor=stored.minor, quiet=quiet)]
        for at, event in episodes.events(session, row.id):
            states.append(decide(pack, states[-1], event, at).episode)
        yield Life(row, pack, stored, tuple(states))


def odd(session: Session, packs: Packs) -> list[int]:
    """The numbers of the checks that are not what their events amount to."""
    return [life.row.id for life in lives(session, packs) if not life.is_whole]
