"""One update of one person, inside its transaction: the rows, and a way to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content.episode import Event, Json, Left, Say
from content.person import Person
from handlers.arrival import Arrival
from handlers.record import Reply, happen
from storage import episodes, outbox, people
from storage.ledger import NOWHERE, Ledger
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow

DOUBLE_TAP_S = 10


@dataclass(slots=True)
class Visit:
    """What every room of the person's side may use."""

    session: Session
    packs: Packs
    row: PersonRow
    arrival: Arrival
    now: datetime
    ledger: Ledger = NOWHERE

    @property
    def person(self) -> Person:
        """The row as the record that decisions are made on."""
        return people.read(self.row)

    def reply(self) -> Reply:
        """Where the answer to this update goes."""
        arrival = self.arrival
        return Reply(outbox.REPLY, arrival.message_id, arrival.callback_id, has_buttons=arrival.has_buttons)

    def post(self, *says: Say) -> None:
        """Say something to the person, about no episode."""
        self.reply().post(self.session, self.row, says, self.now)

    def post_once(self, say: Say, key: str) -> None:
        """The same, as a message of its own: a double tap brings one, a command as many as it is sent."""
        arrival, tapped_at = self.arrival, int(self.now.timestamp()) // DOUBLE_TAP_S
        once = f"{key}:{self.row.id}:{arrival.message_id}:{tapped_at}" if arrival.callback_id else None
        self.reply().post(self.session, self.row, [say], self.now, dedupe=once)

    def happen(self, row: EpisodeRow, event: Event) -> None:
        """Something happens in one of the person's episodes."""
        happen(self.session, self.packs, self.row, row, event, self.reply(), self.now)

    def leave(self, row: EpisodeRow) -> None:
        """What is being asked is left, on its own card; what is certain is still said."""
        reply = Reply(outbox.REPLY, row.card_message_id)
        happen(self.session, self.packs, self.row, row, Left(), reply, self.now)

    def asking(self) -> EpisodeRow | None:
        """The newest episode in which a question is open."""
        running = episodes.running(self.session, self.row.id)
        return next((row for row in running if row.asking), None)

    def around(self) -> dict[str, Json]:
        """Where the person is, for cards that may point back there."""
        return {"ready": self.person.is_ready, "turn": self.row.turn, "asking": self.asking() is not None}
