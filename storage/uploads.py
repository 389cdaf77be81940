"""Changed packs on their way to being published: what was sent, how far the checks are, what they found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from content.unpacking import shown
from storage import publications
from storage.admin_tables import UploadRow
from storage.publications import Publication

WAITING, CHECKING, REFUSED, READY = "waiting", "checking", "refused", "ready"
PUBLISHED, DISCARDED = "published", "discarded"
OPEN = (WAITING, CHECKING, REFUSED, READY)
CAME_WITH_THE_PROGRAM = ""
MOST_NAMES = 300

LEASE = timedelta(seconds=60)
OPEN_FOR = timedelta(days=1)
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that came by Telegram."""

    file_id: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """An upload to be looked at. With a `pack_id` it has passed already, and only what changes is to be found out."""

    id: int
    sent: tuple[Sent, ...]
    pack_id: int | None
    live: Publication


def add(session: Session, by: int | None, sent: Iterable[Sent], now: datetime, pack_id: int | None = None) -> int:
    """An upload that waits to be looked at; its number."""
    files = list(sent)
    row = UploadRow(
        by=by,
        reader=by,
        name=", ".join(shown(each.name) for each in files)[:MOST_NAMES] or CAME_WITH_THE_PROGRAM,
        sent=[asdict(each) for each in files],
        state=WAITING,
        pack_id=pack_id,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def offer(session: Session, pack_id: int | None, now: datetime) -> None:
    """What came with the program and is not live may be published by an admin; it is offered once."""
    if pack_id is None or session.scalar(select(UploadRow.id).where(UploadRow.pack_id == pack_id)) is not None:
        return
    add(session, None, (), now, pack_id)


def files_of(row: UploadRow) -> list[Sent]:
    """What was sent, oldest first."""
    return [Sent(**each) for each in row.sent]


def open_of(session: Session, by: int, now: datetime) -> UploadRow | None:
    """What this admin has sent and neither published nor put aside, if it is not of long ago."""
    mine = (UploadRow.by == by, UploadRow.state.in_(OPEN), UploadRow.at > now - OPEN_FOR)
    return session.scalars(select(UploadRow).where(*mine).order_by(UploadRow.id.desc()).limit(1)).first()


def ready(session: Session, most: int) -> list[UploadRow]:
    """What may be published, newest first."""
    query = select(UploadRow).where(UploadRow.state == READY).order_by(UploadRow.id.desc())
    return list(session.scalars(query.limit(most)))


def lock(session: Session, upload_id: int) -> UploadRow | None:
    """The row, held until the transaction ends."""
    query = select(UploadRow).where(UploadRow.id == upload_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def claim(session: Session, now: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the oldest upload that waits, or that a dead process was looking at."""
    live = publications.newest(session)
    left = (UploadRow.state == CHECKING) & (UploadRow.lease_until <= now)
    query = select(UploadRow).where(or_(UploadRow.state == WAITING, left)).order_by(UploadRow.id).limit(1)
    row = session.scalars(query.with_for_update(skip_locked=True)).first()
    if row is None or live is None:
        return None
    row.state, row.lease_until = CHECKING, now + lease
    return Job(row.id, tuple(files_of(row)), row.pack_id, live)


def renew(session: Session, upload_id: int, now: datetime, lease: timedelta = LEASE) -> bool:
    """Go on looking at it. False: it is not wanted any more."""
    row = lock(session, upload_id)
    if row is None or row.state != CHECKING:
        return False
    row.lease_until = now + lease
    return True


def give_back(session: Session, upload_id: int) -> None:
    """This process ends: the next one looks at it from the beginning."""
    row = lock(session, upload_id)
    if row is not None and row.state == CHECKING:
        row.state, row.lease_until = WAITING, None


def release(session: Session) -> None:
    """At the start of the only process: what a dead one was looking at waits again."""
    session.execute(update(UploadRow).where(UploadRow.state == CHECKING).values(state=WAITING, lease_until=None))


def waiting(session: Session) -> int:
    """How many are still to be looked at."""
    query = select(func.count()).select_from(UploadRow).where(UploadRow.state.in_((WAITING, CHECKING)))
    return session.scalar(query) or 0


def tidy(session: Session, now: datetime) -> None:
    """Reports of what was published or put aside long ago are forgotten; who did what stays in the audit."""
    old = UploadRow.state.in_((PUBLISHED, DISCARDED, REFUSED)) & (UploadRow.at < now - KEPT)
    session.execute(update(UploadRow).where(old).values(report=None))
