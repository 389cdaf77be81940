"""Admins are told once that something is wrong, and once that it is well again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.episode import Json, Say
from handlers import strangers
from handlers.record import Reply
from storage import outbox, people
from storage.admin_tables import NoticeRow
from storage.health import Wrong


def tell(session: Session, admins: Iterable[int], wrong: Wrong, now: datetime) -> None:
    """Say what has begun to be wrong, and what is no longer. What was said already is not said again."""
    noted = {row.key: row for row in session.scalars(select(NoticeRow))}
    ids = sorted(admins)
    for key, values in wrong.items():
        if key not in noted:
            session.add(NoticeRow(key=key, at=now))
            _post(session, ids, Say("admin_wrong", {"key": key, "values": dict[str, Json](values)}), key, now)
    for key, row in noted.items():
        if key not in wrong:
            session.delete(row)
            _post(session, ids, Say("admin_well", {"key": key, "since": row.at.isoformat()}), key, now)


def _post(session: Session, admins: Iterable[int], say: Say, key: str, now: datetime) -> None:
    """To each admin, day or night: a reminder that is not sent hurts somebody who waits for it.

    An admin who never wrote to the bot is nobody we know; Telegram may refuse the message, and it is dropped.
    """
    reply = Reply(outbox.REPLY)
    for admin in admins:
        person = people.find(session, admin)
        dedupe = f"notice:{admin}:{say.kind}:{key}:{now.isoformat()}"
        if person is None:
            strangers.tell(session, admin, say, now, once=dedupe)
        elif person.blocked_at is None:
            reply.post(session, person, [say], now, dedupe=dedupe)
