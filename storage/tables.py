"""Every table, in one place. Times are aware UTC; documents are JSON texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Document


class PersonRow(Base):
    """One person. Only what is needed to talk to them: no name, no username, no phone."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str]
    zone: Mapped[str | None]
    country: Mapped[str | None]
    minor: Mapped[bool | None]
    setup: Mapped[str]
    offset_min: Mapped[int | None]
    turn: Mapped[int]
    consent_version: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    card_message_id: Mapped[int | None]
    card_hash: Mapped[str | None]
    blocked_at: Mapped[datetime | None]
    hinted_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    news: Mapped[bool | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class PackRow(Base):
    """A version of a pack as it was published: the very bytes."""

    __tablename__ = "packs"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    files: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]


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

    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
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


class FileRow(Base):
    """A file to be sent: a report, a picture. Forgotten when it was sent."""

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class EpisodeRow(Base):
    """One person's way through a pack; `data` is the whole content.episode.Episode.

    `trial`: an admin tries a version that is not live; it is nobody's check and is not kept.
    """

    __tablename__ = "episodes"
    __table_args__ = (Index(None, "person_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id"))
    state: Mapped[str]
    level: Mapped[str | None]
    data: Mapped[Any] = mapped_column(Document)
    card_message_id: Mapped[int | None]
    card_hash: Mapped[str | None]
    trial: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class EventRow(Base):
    """What happened in an episode, in order: replaying it gives the episode's state."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "episode_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    at: Mapped[datetime]
    event: Mapped[Any] = mapped_column(Document)


class FollowUpRow(Base):
    """When an episode is looked at again. States: planned, sent, answered, silent, cancelled, missed, stopped, held."""

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("episode_id", "key"), Index(None, "state", "due_at"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    urgent: Mapped[bool]
    state: Mapped[str]
    sent_at: Mapped[datetime | None]
    answer: Mapped[Any] = mapped_column(Document, nullable=True)


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


class OutboxRow(Base):
    """Something that Telegram has not been given yet. States: waiting, sending, sent, dropped, dead; a broadcast's
    rows may also be cancelled, or unsure: nobody knows whether Telegram has it, and it is not sent again.

    A broadcast's rows carry no words of their own: they are in the broadcast.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "lane", "id"),
        Index(None, "person_id"),
        Index(None, "broadcast_id", "person_id", unique=True),
        Index(None, "broadcast_id", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
    chat_id: Mapped[int]
    lane: Mapped[int]
    kind: Mapped[str]
    say: Mapped[Any] = mapped_column(Document, nullable=True)
    card: Mapped[bool]
    message_id: Mapped[int | None]
    callback_id: Mapped[str | None]
    dedupe: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class UpdateRow(Base):
    """An update of Telegram's whose turn is committed; a repeat of it is harmless."""

    __tablename__ = "updates"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)


class NoticeRow(Base):
    """Something wrong that admins were told of, once; gone when it is well again."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
