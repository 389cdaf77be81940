"""Which version of the content is live: an append-only list, so that every change can be seen and undone."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.pack import Pack
from storage import neighbours, plain
from storage.admin_tables import PublicationRow
from storage.tables import PackRow

SHIPPED, PUBLISHED, ROLLED_BACK = "shipped", "published", "rolled_back"
MOST_LOOKED_AT = 200
Files = Mapping[str, bytes]
# Asked in every turn: put together once.
LIVE = select(PublicationRow.pack_id).order_by(PublicationRow.id.desc()).limit(1)


class OvertakenError(ValueError):
    """Somebody else has published in the meantime: look again before you decide."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of the list. `version` is what the pack calls itself; `pack_id` is our number of these very bytes."""

    id: int
    pack_id: int
    pack: str
    version: str
    digest: str
    kind: str
    by: int | None
    at: datetime


def store(session: Session, pack: Pack, files: Files, now: datetime) -> int:
    """Our number of these very bytes; they are stored once."""
    known = session.scalar(select(PackRow.id).where(PackRow.digest == pack.digest))
    if known is not None:
        return known
    row = PackRow(pack=pack.id, version=pack.version, digest=pack.digest, files=_write(files), stored_at=now)
    session.add(row)
    session.flush()
    return row.id


def files(session: Session, pack_id: int) -> dict[str, bytes]:
    """The very bytes of a stored version."""
    document = json.loads(session.get_one(PackRow, pack_id).files)
    return {name: base64.b64decode(data) for name, data in document.items()}


def publish(
    session: Session,
    pack_id: int,
    now: datetime,
    *,
    kind: str = PUBLISHED,
    by: int | None = None,
    after: int | None = None,
) -> None:
    """New checks use this version from now on. `after`: the entry on which this was decided.

    Raises OvertakenError when another entry has come since, also when both commit at once.
    """
    newest = session.scalar(select(func.max(PublicationRow.id))) or 0
    if after is not None and after != newest:
        raise OvertakenError
    try:
        with session.begin_nested():
            session.add(PublicationRow(pack_id=pack_id, after=newest, kind=kind, by=by, at=now))
    except IntegrityError as error:
        raise OvertakenError from error
    neighbours.ring(session)


def ship(session: Session, pack: Pack, contents: Files, now: datetime) -> int | None:
    """What comes with the program is live until an admin publishes; a newer program replaces what an older one brought.

    What an admin has published stays, whatever a new program brings: then its number, to be offered, if it never was
    live.
    """
    pack_id, live = store(session, pack, contents, now), newest(session)
    if live is None or (live.kind == SHIPPED and live.pack_id != pack_id):
        publish(session, pack_id, now, kind=SHIPPED)
    return None if was_live(session, pack_id) else pack_id


def was_live(session: Session, pack_id: int) -> bool:
    """Is this version in the list?"""
    query = select(PublicationRow.id).where(PublicationRow.pack_id == pack_id).limit(1)
    return session.scalar(query) is not None


def live_id(session: Session) -> int | None:
    """Our number of the version that new checks use."""
    session.flush()
    found: int | None = plain.connection(session).scalar(LIVE)
    return found


def newest(session: Session) -> Publication | None:
    """The entry that counts."""
    return next(iter(history(session, 1)), None)


def before(session: Session, most: int) -> list[Publication]:
    """The versions that may be brought back: other bytes than the live ones, each once, the latest first."""
    entries = history(session, MOST_LOOKED_AT)
    found: dict[int, Publication] = {}
    for each in entries:
        if each.pack_id != entries[0].pack_id:
            found.setdefault(each.pack_id, each)
    return list(found.values())[:most]


def history(session: Session, most: int) -> list[Publication]:
    """What was live, newest first."""
    query = select(PublicationRow, PackRow).join(PackRow, PackRow.id == PublicationRow.pack_id)
    rows = session.execute(query.order_by(PublicationRow.id.desc()).limit(most))
    return [
        Publication(row.id, pack.id, pack.pack, pack.version, pack.digest, row.kind, row.by, row.at)
        for row, pack in rows
    ]


def _write(contents: Files) -> bytes:
    return json.dumps({name: base64.b64encode(data).decode() for name, data in sorted(contents.items())}).encode()
