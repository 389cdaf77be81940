"""What `stridecheck broadcast` does: the same as the admin's room, from a shell. The running bot does the sending."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot import concerned
from bot.broadcast_report import KINDS, Found
from bot.broadcast_report import read as read_report
from handlers.admin import broadcast_card
from handlers.admin.broadcast_words import LINK, MOST_BUTTONS
from storage import audience, audit, broadcasts
from storage.admin_tables import BroadcastRow
from storage.audience import Audience
from storage.database import Database
from storage.packs import Packs
from storage.tables import PackRow

SHOWN = 20
Json = dict[str, Any]


class CannotBroadcastError(ValueError):
    """It cannot be done; the message says why and what to type."""


def write(
    database: Database, said: Sequence[str], buttons: Sequence[str], whom: Audience, now: datetime, *, safety: bool
) -> Json:
    """A new draft and its exact count. `said`: "en=FILE", Telegram's HTML; `buttons`: check, changes, "Label https://…"."""
    texts = dict(_text(each) for each in said)
    keys = [_button(each) for each in buttons]
    if not texts or len(keys) > MOST_BUTTONS:
        raise CannotBroadcastError(f"A broadcast needs --words en=FILE, and has at most {MOST_BUTTONS} buttons.")
    kind = audience.SAFETY if safety else audience.NEWS
    number = database.run_now(_write, kind, texts, keys, whom, now)
    return count(database, number, now)


def _text(given: str) -> tuple[str, Json]:
    language, _, name = given.partition("=")
    try:
        return language, {"html": Path(name).read_text(encoding="utf-8").strip()}
    except OSError as error:
        raise CannotBroadcastError(f"{name or given}: cannot be read. Cure: --words en=FILE") from error


def _button(given: str) -> Json:
    if given in {"check", "changes"}:
        return {"kind": given}
    found = LINK.fullmatch(given)
    if found is None:
        raise CannotBroadcastError(f"{given!r} is no button. Cure: check, changes, or 'Label https://…'")
    return {"kind": "link", "label": found[1], "url": found[2]}


def _write(session: Session, kind: str, texts: Json, keys: list[Json], whom: Audience, now: datetime) -> int:
    if whom.version is not None and session.get(PackRow, whom.version) is None:
        raise CannotBroadcastError(f"There is no stored version {whom.version}.")
    row = broadcasts.draft(session, audit.SHELL, kind, now)
    row.words, row.buttons, row.audience = texts, keys, audience.write(whom)
    audit.note(session, audit.SHELL, "broadcast_draft", now, detail={"broadcast": row.id, "kind": kind})
    return row.id


def count(database: Database, number: int, now: datetime) -> Json:
    """Exactly who gets it; whose advice changes is found out first."""
    asyncio.run(concerned.search(database, Packs(), now))
    return database.run_now(_shown, number, now)


def _shown(session: Session, number: int, now: datetime) -> Json:
    row = _found(session, number)
    if row.state in broadcast_card.UNSENT:
        return {"id": row.id, "kind": row.kind, "state": row.state, **broadcast_card.counted(session, row, now)}
    return {"id": row.id, "kind": row.kind, "state": row.state, "counts": dict(broadcasts.tally(session, row.id))}


def _found(session: Session, number: int) -> BroadcastRow:
    row = broadcasts.lock(session, number)
    if row is None:
        raise CannotBroadcastError(f"There is no broadcast {number}. Cure: stridecheck broadcast list")
    return row


def send(database: Database, number: int, people: int, typed: str, at: datetime | None, now: datetime) -> Json:
    """Begin, or appoint a time, if the count is exactly `people`; a safety notice needs `typed` words too."""
    count(database, number, now)
    return database.run_now(_send, number, people, typed, at, now)


def _send(session: Session, number: int, people: int, typed: str, at: datetime | None, now: datetime) -> Json:
    row = _found(session, number)
    if row.state != "draft" or broadcast_card.why_not(row):
        raise CannotBroadcastError(f"Broadcast {number} is {row.state}, and cannot be sent as it is.")
    gets_it = audience.count(session, row, now).recipients
    if gets_it != people or not people:
        raise CannotBroadcastError(f"{gets_it} people would get it, not {people}. Nothing was sent.")
    if row.kind == audience.SAFETY and typed != f"send to {people}":
        raise CannotBroadcastError(f"A safety notice needs typed words as well: --typed 'send to {people}'")
    if at is not None and at > now:
        row.state, row.due_at = "scheduled", at
    else:
        broadcasts.start(session, row, now)
    audit.note(session, audit.SHELL, "broadcast_send", now, detail={"broadcast": row.id, "recipients": people})
    session.flush()
    return _shown(session, number, now)


def steer(database: Database, number: int, act: str, now: datetime) -> Json:
    """Pause, resume or cancel."""
    return database.run_now(_steer, number, act, now)


def _steer(session: Session, number: int, act: str, now: datetime) -> Json:
    row = _found(session, number)
    moved = {
        "pause": lambda: broadcasts.pause(session, row),
        "resume": lambda: broadcasts.resume(session, row),
        "cancel": lambda: broadcasts.cancel(session, row, now),
    }[act]()
    if not moved:
        raise CannotBroadcastError(f"Broadcast {number} is {row.state}: it cannot {act}.")
    audit.note(session, audit.SHELL, f"broadcast_{act}", now, detail={"broadcast": row.id})
    session.flush()
    return _shown(session, number, now)


def listed(database: Database) -> list[Json]:
    """The last ones, newest first."""
    return database.run_now(_listed)


def _listed(session: Session) -> list[Json]:
    rows = broadcasts.newest(session, SHOWN)
    return [{"id": row.id, "kind": row.kind, "state": row.state, "at": row.at.isoformat()} for row in rows]


def report(database: Database, number: int, table: Path | None) -> Json:
    """How many met which fate; and, into a file, what became of each."""
    database.run_now(_found, number)
    found: Found = database.run_now(read_report, number)
    if table is not None:
        table.write_text(found.table, encoding="utf-8")
    waiting = sum(found.fates.values()) - sum(found.fates[kind] for kind in KINDS)
    return {"id": number, **{kind: found.fates[kind] for kind in KINDS}, "waiting": waiting}
