"""Everything kept about one person, as JSON; and its erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import episodes, follow_ups, people
from storage.admin_tables import AdminRow, AuditRow, BroadcastRow, ConcernedRow, PublicationRow, UploadRow
from storage.database import ERASED
from storage.tables import EpisodeRow, EventRow, FileRow, FollowUpRow, OutboxRow, PackRow, PersonRow, RunRow

T = TypeVar("T", RunRow, FileRow)


def export(session: Session, telegram_id: int) -> dict[str, Any] | None:
    """The person's data, or None for somebody we do not know."""
    row = people.find(session, telegram_id)
    if row is None:
        return None
    return {
        "user": _person(row),
        "episodes": [_episode(session, each) for each in episodes.all_of(session, row.id)],
        "runs": [{"at": _iso(each.at), "data": each.data} for each in _mine(session, RunRow, row.id)],
        "messages": _messages(session, row.id),
        "files": [
            {"name": each.name, "at": _iso(each.at), "bytes": len(each.content)}
            for each in _mine(session, FileRow, row.id)
        ],
    }


def _person(row: PersonRow) -> dict[str, Any]:
    return {
        "id": row.telegram_id,
        "language": row.language,
        "zone": row.zone,
        "country": row.country,
        "under_16": row.minor,
        "consent": {"version": row.consent_version, "language": row.consent_language, "at": _iso(row.consent_at)},
        "meeting": row.setup,
        "news": row.news,
        "quiet_from": _clock(row.quiet_from),
        "quiet_until": _clock(row.quiet_until),
        "scale": row.scale,
        "simple": row.simple,
        "paused_until": _iso(row.paused_until),
        "asked_to_type": row.awaits,
        "blocked_at": _iso(row.blocked_at),
        "created_at": _iso(row.created_at),
        "seen_at": _iso(row.seen_at),
    }


def _episode(session: Session, row: EpisodeRow) -> dict[str, Any]:
    pack, episode = session.get_one(PackRow, row.pack_id), episodes.read(row.data)
    return {
        "id": row.id,
        "pack": pack.pack,
        "version": pack.version,
        "started_at": _iso(row.started_at),
        "closed_at": _iso(row.closed_at),
        "state": row.state,
        "ended": episode.ended,
        "level": row.level,
        "causes": list(episode.causes),
        "answers": episodes.write_answers(episode.answers),
        "follow_ups": [
            _follow_up(each) for each in follow_ups.of_episode(session, row.id) if follow_ups.is_check_in(each.key)
        ],
        "plan": episode.plan,
        "history": [asdict(entry) for entry in episode.history],
        "open": {"question": episode.question, "answers": episodes.write_answers(episode.check)},
        "events": [{"at": _iso(each.at), **each.event} for each in episodes.event_rows(session, row.id)],
    }


def _follow_up(row: FollowUpRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "due_at": _iso(row.due_at),
        "state": row.state,
        "sent_at": _iso(row.sent_at),
        "answer": row.answer,
    }


def _messages(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What waits to be sent, and what was sent lately and is not forgotten yet; of broadcasts their words too."""
    query = select(OutboxRow, BroadcastRow).outerjoin(BroadcastRow, BroadcastRow.id == OutboxRow.broadcast_id)
    rows = session.execute(query.where(OutboxRow.person_id == person_id).order_by(OutboxRow.id))
    return [
        {
            "kind": row.kind,
            "state": row.state,
            "created_at": _iso(row.created_at),
            "sent_at": _iso(row.sent_at),
            "message_id": row.message_id,
            "say": row.say,
            "broadcast": {"about": broadcast.kind, "words": broadcast.words} if broadcast else None,
        }
        for row, broadcast in rows
    ]


def _mine(session: Session, table: type[T], person_id: int) -> Sequence[T]:
    return session.scalars(select(table).where(table.person_id == person_id).order_by(table.id)).all()


def _clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def erase(session: Session, telegram_id: int) -> bool:
    """Every row of a person; False for somebody we do not know."""
    person = people.lock(session, telegram_id)
    if person is None:
        return False
    mine = select(EpisodeRow.id).where(EpisodeRow.person_id == person.id)
    session.execute(delete(OutboxRow).where(OutboxRow.person_id == person.id))
    session.execute(delete(ConcernedRow).where(ConcernedRow.person_id == person.id))
    session.execute(delete(FileRow).where(FileRow.person_id == person.id))
    session.execute(delete(AdminRow).where(AdminRow.person_id == person.id))
    for table in (AuditRow, PublicationRow, UploadRow, BroadcastRow):
        session.execute(update(table).where(table.by == person.id).values(by=None))
    for column in (UploadRow.reader, UploadRow.asked_by, UploadRow.confirmed_by, BroadcastRow.confirmed_by):
        session.execute(update(column.class_).where(column == person.id).values({column.key: None}))
    session.execute(delete(RunRow).where(RunRow.person_id == person.id))
    session.execute(delete(FollowUpRow).where(FollowUpRow.person_id == person.id))
    session.execute(delete(EventRow).where(EventRow.episode_id.in_(mine)))
    session.execute(delete(EpisodeRow).where(EpisodeRow.person_id == person.id))
    session.delete(person)
    session.info[ERASED] = True
    return True
