"""Every table, in one place. Times are aware UTC; documents are JSON texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

BIG = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused before it does harm."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[Any]):
    """A JSON document."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401 - any JSON
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, int: BIG, str: Text}  # noqa: RUF012 - SQLAlchemy reads it as it stands


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


class EpisodeRow(Base):
    """One person's way through a pack; `data` is the whole content.episode.Episode."""

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


class OutboxRow(Base):
    """Something that Telegram has not been given yet. States: waiting, sending, sent, dropped, dead."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "lane", "id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
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
