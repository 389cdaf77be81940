"""Everything kept about one person, as JSON; and its erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import episodes, follow_ups, people, runs
from storage.admin_tables import AdminRow, AuditRow, BroadcastRow, ConcernedRow, PublicationRow, UploadRow
from storage.tables import EpisodeRow, EventRow, FileRow, FollowUpRow, OutboxRow, PackRow, PersonRow, RunRow


def export(session: Session, telegram_id: int) -> dict[str, Any] | None:
    """The person's data, or None for somebody we do not know."""
    row = people.find(session, telegram_id)
    if row is None:
        return None
    return {
        "user": _person(row),
        "episodes": [_episode(session, each) for each in episodes.all_of(session, row.id)],
        "runs": [{"at": _iso(each.at), "data": each.data} for each in runs.all_of(session, row.id)],
    }


def _person(row: PersonRow) -> dict[str, Any]:
    return {
        "id": row.telegram_id,
        "language": row.language,
        "zone": row.zone,
        "country": row.country,
        "under_16": row.minor,
        "consent": {"version": row.consent_version, "at": _iso(row.consent_at)},
        "news": row.news,
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
        "state": row.state,
        "ended": episode.ended,
        "level": row.level,
        "causes": list(episode.causes),
        "answers": episodes.write_answers(episode.answers),
        "follow_ups": [
            _follow_up(each) for each in follow_ups.of_episode(session, row.id) if follow_ups.is_check_in(each.key)
        ],
    }


def _follow_up(row: FollowUpRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "due_at": _iso(row.due_at),
        "state": row.state,
        "sent_at": _iso(row.sent_at),
        "answer": row.answer,
    }


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
    return True
