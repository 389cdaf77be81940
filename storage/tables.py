"""The tables of people and their checks. Times are aware UTC; what is about somebody is sealed (storage/sealed.py).

`mark`s are what sealed things are found by (storage/crypto.py): the same for the same, and nobody can read them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Document
from storage.sealed import Box, Opened, Sealed, SealedRow


class PersonRow(SealedRow):
    """One person. Only what is needed to talk to them: no name, no username, no phone.

    `quiet_from`, `quiet_until`: minutes of the day on their clock; None: the usual hours. `scale`: asked how strong
    it is, from 0 to 10. `simple`: everything in large, simple words. `paused_until`: no reminder rings before.
    `awaits`: what they were asked to type.
    """

    __tablename__ = "people"

    OWNERS = ("mark",)

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    sealed_telegram_id: Mapped[Box] = mapped_column(Sealed)
    telegram_id = Opened[int]()
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
    seen_at: Mapped[datetime] = mapped_column(index=True)


class PackRow(Base):
    """A version of a pack as it was published: the very bytes."""

    __tablename__ = "packs"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    files: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]


class FileRow(SealedRow):
    """A file to be sent: a report, a picture. Forgotten when it was sent."""

    __tablename__ = "files"
    OWNERS = ("person_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    sealed_content: Mapped[Box] = mapped_column(Sealed)
    content = Opened[bytes](bytes, bytes)
    at: Mapped[datetime]


class EpisodeRow(SealedRow):
    """One person's way through a pack; `data` is the whole content.episode.Episode.

    Beside it what is asked of many at once: `asking` (a question is open), `told` (there is an outcome), and the marks
    of its level, leading cause and plan. storage/episodes.py keeps them true.
    `open_at`: when what waits for a press was last used or shown; None where nothing does.
    `trial`: an admin tries a version that is not live; it is nobody's check and is not kept.
    """

    __tablename__ = "episodes"
    __table_args__ = (Index(None, "person_id", "state"),)
    OWNERS = ("person_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id"))
    state: Mapped[str]
    asking: Mapped[bool]
    open_at: Mapped[datetime | None] = mapped_column(index=True)
    told: Mapped[bool]
    level_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    cause_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    plan_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_data: Mapped[Box] = mapped_column(Sealed)
    data = Opened[Any]()
    card_message_id: Mapped[int | None]
    card_hash: Mapped[str | None]
    trial: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def level(self) -> str | None:
        """The outcome's level, once something was told."""
        level: str | None = self.data["level"]
        return level


class EventRow(SealedRow):
    """What happened in an episode, in order: replaying it gives the episode's state."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "episode_id", "id"),)
    OWNERS = ("episode_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    at: Mapped[datetime]
    sealed_event: Mapped[Box] = mapped_column(Sealed)
    event = Opened[Any]()


class RunRow(SealedRow):
    """A run that a person logged in their diary: how strong it was, where, how long after."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "person_id", "at"),)
    OWNERS = ("person_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    sealed_data: Mapped[Box] = mapped_column(Sealed)
    data = Opened[Any]()


class FollowUpRow(SealedRow):
    """When an episode is looked at again. States: planned, sent, answered, silent, cancelled, missed, stopped, held.

    `mark`: of the key, within the episode.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("episode_id", "mark"), Index(None, "state", "due_at"), Index(None, "person_id"))
    OWNERS = ("person_id", "episode_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_key: Mapped[Box] = mapped_column(Sealed)
    key = Opened[str]()
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    urgent: Mapped[bool]
    state: Mapped[str]
    sent_at: Mapped[datetime | None]
    sealed_answer: Mapped[Box | None] = mapped_column(Sealed)
    answer = Opened[Any]()


class OutboxRow(SealedRow):
    """Something that Telegram has not been given yet. States: waiting, sending, sent, dropped, dead; a broadcast's
    rows may also be cancelled, or unsure: nobody knows whether Telegram has it, and it is not sent again.

    A broadcast's rows carry no words of their own: they are in the broadcast. `chat`: the mark of the chat it goes to
    (people.mark for a person's own); its id is the person's, and only a chat that is nobody's has a `chat_id` here.
    `once`: the mark of the key under which it is said only once. `holder`: the process that sends it, by the number
    that its neighbours know it by (storage/neighbours.py).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "lane", "id"),
        Index(None, "person_id"),
        Index(None, "broadcast_id", "person_id", unique=True),
        Index(None, "broadcast_id", "state", "not_before"),
    )
    OWNERS = ("person_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
    chat: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_chat_id: Mapped[Box | None] = mapped_column(Sealed)
    chat_id = Opened[int | None]()
    lane: Mapped[int]
    kind: Mapped[str]
    sealed_say: Mapped[Box | None] = mapped_column(Sealed)
    say = Opened[Any]()
    card: Mapped[bool]
    message_id: Mapped[int | None]
    sealed_callback_id: Mapped[Box | None] = mapped_column(Sealed)
    callback_id = Opened[str | None]()
    once: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    holder: Mapped[int | None]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class TallyRow(Base):
    """What remains of what was removed by age: how often something was so, in the week that began on this Monday.

    `kind` and `name` are of storage/tallies.py; no row joins more than a check-in's plan, step and word.
    """

    __tablename__ = "tallies"

    week: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class RemovalRow(Base):
    """A run of the job that removes by age: when, and how many of what. Kept for a month."""

    __tablename__ = "removals"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    counts: Mapped[Any] = mapped_column(Document)


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


class SignRow(Base):
    """What the bot's processes tell each other, and what one tells the next (storage/signs.py). About nobody."""

    __tablename__ = "signs"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
