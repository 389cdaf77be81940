"""Whose advice changes with a version: everybody's stored answers replayed through both versions, in batches.

Between two batches others have their turn, and the replaying itself is done beside the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content import replay
from content.episode import Episode, Say
from content.pack import Pack
from handlers.admin import broadcast_card
from handlers.record import Reply
from storage import episodes, outbox, people, recipients
from storage.admin_tables import BroadcastRow, ConcernedRow
from storage.database import Database
from storage.packs import Packs

BATCH = 200

Check = tuple[int, Pack, Episode]


async def search(database: Database, packs: Packs, now: datetime) -> bool:
    """Look through everybody's last check for each draft that waits for it; was there one?"""
    wanted = await database.run(_wanted)
    for broadcast_id, version in wanted:
        await _search(database, packs, broadcast_id, version)
        await database.run(_found, broadcast_id, version, now)
    return bool(wanted)


async def _search(database: Database, packs: Packs, broadcast_id: int, version: int) -> None:
    new = await database.run(packs.load, version)
    await database.run(_forget, broadcast_id)
    after = 0
    while batch := await database.run(_batch, packs, after):
        mine = await asyncio.to_thread(_concerned, batch, new)
        await database.run(recipients.concern, broadcast_id, mine)
        after = batch[-1][0]


def _concerned(batch: Sequence[Check], new: Pack) -> list[int]:
    """Those told by another version of the same pack, to whom this one would say something else."""
    return [
        person_id
        for person_id, old, episode in batch
        if old.id == new.id and old.digest != new.digest and replay.changed(old, new, episode.answers)
    ]


def _wanted(session: Session) -> list[tuple[int, int]]:
    drafts = select(BroadcastRow).where(BroadcastRow.state == "draft", BroadcastRow.searched_at.is_(None))
    rows = session.scalars(drafts.order_by(BroadcastRow.id)).all()
    return [(row.id, row.audience["version"]) for row in rows if broadcast_card.is_searching(row)]


def _forget(session: Session, broadcast_id: int) -> None:
    session.execute(delete(ConcernedRow).where(ConcernedRow.broadcast_id == broadcast_id))


def _batch(session: Session, packs: Packs, after: int) -> list[Check]:
    rows = recipients.last_checks(session, after, BATCH)
    return [(row.person_id, packs.load(session, row.pack_id), episodes.read(row.data)) for row in rows]


def _found(session: Session, broadcast_id: int, version: int, now: datetime) -> None:
    """The admin's card says the exact count."""
    if not recipients.searched(session, broadcast_id, version, now):
        return
    row = session.get_one(BroadcastRow, broadcast_id)
    admin = people.known(session, row.by)
    if admin is None or row.message_id is None:
        return
    say = Say("broadcast_draft", broadcast_card.draft(session, row, admin.id, now), where="edit")
    Reply(outbox.REPLY, row.message_id).post(session, admin, [say], now)
