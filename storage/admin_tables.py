"""The tables of what admins do: publications, uploads, broadcasts, and what was tried at their doors.

Who (`by`, `reader`, ...) is our own number of a person, never a Telegram id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Document


class PublicationRow(Base):
    """Which version new checks use from when on: the newest row counts, for every replica. Nothing is ever changed.

    `kind`: shipped (came with the program), published, rolled_back. `after` is the row before this one (0: none); being
    unique, it lets one of two who publish at once win.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id"))
    after: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str]
    by: Mapped[int | None]
    at: Mapped[datetime]


class UploadRow(Base):
    """A changed pack on its way to being published. States: waiting, checking, refused, ready, published, discarded.

    `sent`: what came by Telegram, oldest first: {"file_id", "name", "size"}. `pack_id` is known when it has passed;
    `verdict` is what the checks found; `compared` and `report` what changes from what was live (`base_id`).
    `asked_by`: who wants to publish what a second admin must confirm. `reader`: who is told what the
    checks find, in their message `message_id`.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[int | None]
    reader: Mapped[int | None]
    name: Mapped[str]
    sent: Mapped[Any] = mapped_column(Document)
    state: Mapped[str]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id"))
    verdict: Mapped[Any] = mapped_column(Document, nullable=True)
    compared: Mapped[Any] = mapped_column(Document, nullable=True)
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_by: Mapped[int | None]
    confirmed_by: Mapped[int | None]
    message_id: Mapped[int | None]
    lease_until: Mapped[datetime | None]
    at: Mapped[datetime]


class AdminRow(Base):
    """What an admin is in the middle of. `awaits` says what their next message means, if anything."""

    __tablename__ = "admins"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    awaits: Mapped[Any] = mapped_column(Document, nullable=True)
    seen_at: Mapped[datetime]


class AuditRow(Base):
    """Who did, or tried to do, what at an admin door. Never anything about a person's health."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[int | None]
    act: Mapped[str]
    allowed: Mapped[bool]
    detail: Mapped[Any] = mapped_column(Document, nullable=True)


class BroadcastRow(Base):
    """A message to many. States: draft, scheduled, sending, paused, done, cancelled.

    `kind`: news (to those who said yes to news) or safety (to those whom it concerns). `words`: language -> what is
    said; `buttons` and `audience` as documents. Its recipients are rows of the outbox. `searched_at`: since when it is
    known whose advice changes. `confirmed_by`: the admin who wants to send a safety notice and waits for another one.
    `message_id`: the card of `by` that shows how it goes; `counts`: what it showed last, at the end the final ones.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[int | None]
    kind: Mapped[str]
    state: Mapped[str]
    words: Mapped[Any] = mapped_column(Document)
    buttons: Mapped[Any] = mapped_column(Document)
    audience: Mapped[Any] = mapped_column(Document)
    confirmed_by: Mapped[int | None]
    searched_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    counts: Mapped[Any] = mapped_column(Document, nullable=True)
    message_id: Mapped[int | None]
    at: Mapped[datetime]


class ConcernedRow(Base):
    """Somebody whose advice changes with the version that a broadcast is about; forgotten when it is sent."""

    __tablename__ = "concerned"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class NoticeRow(Base):
    """Something wrong that admins were told of, once; gone when it is well again."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
