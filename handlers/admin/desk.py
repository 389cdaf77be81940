"""What an admin's act may use: the rows, and a way to answer. One act, one transaction, as everybody's turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from content.episode import Json, Say
from handlers.arrival import Arrival
from handlers.record import Reply
from storage import audit, outbox, people
from storage.admin_tables import AdminRow
from storage.packs import Packs
from storage.tables import PersonRow


@dataclass(slots=True)
class Desk:
    """One act of one admin. `row` is the admin as a person, locked."""

    session: Session
    packs: Packs
    row: PersonRow
    arrival: Arrival
    now: datetime
    admins: frozenset[int] = frozenset()

    @property
    def admin_id(self) -> int:
        """Our own number of the admin: what is written down of who did what."""
        return self.row.id

    @property
    def others(self) -> frozenset[int]:
        """The Telegram ids of the other admins."""
        return self.admins - {self.row.telegram_id}

    def is_other(self, person_id: int | None) -> bool:
        """Is this one of the other admins, as of now?"""
        person = people.known(self.session, person_id)
        return person is not None and person.telegram_id in self.others

    def show(self, kind: str, values: Mapping[str, Json] | None = None, *, new: bool = False) -> None:
        """A card: in place of the one that was pressed, or as a new message."""
        self.post(Say(kind, dict(values or {}), where="new" if new else "edit"))

    def toast(self, kind: str, values: Mapping[str, Json] | None = None) -> None:
        """A word that vanishes, in answer to a press."""
        self.post(Say(kind, dict(values or {}), where="toast"))

    @property
    def reply(self) -> Reply:
        """Where an answer goes."""
        came = self.arrival
        return Reply(outbox.REPLY, came.message_id, came.callback_id, has_buttons=came.has_buttons)

    def post(self, *says: Say, dedupe: str | None = None) -> None:
        """Several at once: a press is answered once."""
        self.reply.post(self.session, self.row, says, self.now, dedupe=dedupe)

    def tell(self, other: PersonRow, *says: Say) -> None:
        """Say something to another admin."""
        Reply(outbox.REPLY).post(self.session, other, says, self.now)

    def note(self, act: str, detail: Mapping[str, object] | None = None) -> None:
        """Write down what this admin did."""
        audit.note(self.session, self.admin_id, act, self.now, detail=detail)

    @property
    def awaited(self) -> dict[str, Any]:
        """What the admin's next message is for; empty when for nothing."""
        row = self.session.get(AdminRow, self.admin_id)
        return dict(row.awaits) if row is not None and row.awaits else {}

    def awaits(self, what: Mapping[str, object] | None) -> None:
        """Say what the admin's next message is for: {"what": ...}, with what is needed to take it."""
        row = self.session.get(AdminRow, self.admin_id)
        if row is None:
            row = AdminRow(person_id=self.admin_id)
            self.session.add(row)
        row.awaits, row.seen_at = (dict(what) if what else None), self.now
