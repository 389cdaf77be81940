"""What was said before, as the outbox remembers it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import crypto, people, plain
from storage.tables import OutboxRow

DELETABLE = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage
SAID_BEFORE = select(OutboxRow.id).where(OutboxRow.once == bindparam("once"))


def mark(session: Session, once: str) -> bytes:
    """A key names what was said, and to whom: only its mark is kept."""
    return crypto.mark(session, "once", once)


def was(session: Session, once: str) -> bool:
    """Was anything put in under this key?"""
    return plain.connection(session).scalar(SAID_BEFORE, {"once": mark(session, once)}) is not None


def sent_as(session: Session, once: str) -> int | None:
    """The number of the message that was said under this key, once Telegram has it."""
    mine = OutboxRow.once == mark(session, once)
    return session.scalar(select(OutboxRow.message_id).where(mine, OutboxRow.state == "sent"))


def since(session: Session, chat_id: int, moment: datetime) -> bool:
    """Was anything put in for this chat after the moment?"""
    there = OutboxRow.chat == people.mark(session, chat_id)
    return session.scalar(select(OutboxRow.id).where(there, OutboxRow.created_at > moment).limit(1)) is not None


def lately(session: Session, person_id: int, now: datetime) -> list[int]:
    """The numbers of our messages to a person that Telegram may still delete, oldest first."""
    mine = (OutboxRow.person_id == person_id, OutboxRow.message_id.is_not(None), OutboxRow.kind == "send")
    query = select(OutboxRow.message_id).where(*mine, OutboxRow.sent_at > now - DELETABLE)
    return sorted({number for number in session.scalars(query) if number is not None})
