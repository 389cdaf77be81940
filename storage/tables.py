"""The tables of people and their checks. Times are aware UTC; documents are JSON texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Document


class PersonRow(Base):
    """One person. Only what is needed to talk to them: no name, no username, no phone.

    `quiet_from`, `quiet_until`: minutes of the day on their clock; None: the usual hours. `scale`: asked how strong
    it is, from 0 to 10. `simple`: everything in large, simple words. `paused_until`: no reminder rings before.
    `awaits`: what they were asked to type.
    """

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
    consent_language: Mapped[str | None]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    scale: Mapped[bool] = mapped_column(default=True)
    simple: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None]
    awaits: Mapped[str | None]
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


class RunRow(Base):
    """A run that a person logged in their diary: how strong it was, where, how long after."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    data: Mapped[Any] = mapped_column(Document)


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


class ErasureRow(Base):
    """Somebody was erased; nobody can tell who without the database's secret. The same is in the erasure ledger.

    `receipt`: the number that they were shown.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(unique=True)


class UpdateRow(Base):
    """An update of Telegram's whose turn is committed; a repeat of it is harmless."""

    __tablename__ = "updates"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)


class SecretRow(Base):
    """What the database keeps for itself, sealed: the secret that marks are made with (storage/secret.py)."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
