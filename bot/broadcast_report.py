"""The report at the end of a broadcast: a picture and a table. What became of each, and nothing about their health."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import png, svg
from content import words
from content.episode import Json, Say
from handlers.admin import broadcast_card
from handlers.record import Reply
from storage import broadcasts, files, outbox, people, recipients
from storage.admin_tables import BroadcastRow

COLUMNS = ("number", "language", "state", "sent_at", "error")
KINDS = ("sent", "blocked", "no_news", "dead", "unsure", "cancelled")
COLOURS = dict(zip(KINDS, ("#2e7d4f", "#8a6d3b", "#5c5f66", "#b3261e", "#b26a00", "#9aa0a6"), strict=True))
WIDTH, ROW, MARGIN, ZOOM = 640, 62, 24, 2


@dataclass(frozen=True, slots=True)
class Found:
    """The table as text, how many met which fate, and the language of whoever reads it."""

    table: str
    fates: Counter[str]
    language: str


def read(session: Session, broadcast_id: int) -> Found:
    """What became of each recipient, by our own running number."""
    text, fates = io.StringIO(), Counter[str]()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for fate in recipients.fates(session, broadcast_id):
        kind = fate.error.replace(" ", "_") if fate.state == "dropped" else fate.state
        fates[kind] += 1
        sent_at = fate.sent_at.isoformat(timespec="seconds") if fate.sent_at and fate.state == "sent" else ""
        writer.writerow((fate.number, fate.language, kind, sent_at, "" if fate.state == "dropped" else fate.error))
    return Found(text.getvalue(), fates, _language(session, broadcast_id))


def _language(session: Session, broadcast_id: int) -> str:
    row = session.get_one(BroadcastRow, broadcast_id)
    admin = people.known(session, row.by)
    return admin.language if admin is not None else words.FIRST


def draw(broadcast_id: int, found: Found) -> bytes:
    """The picture, as a PNG."""
    title = words.say(found.language, "admin.broadcast.over", number=broadcast_id)
    return png.draw(picture(title, found.fates, found.language), zoom=ZOOM)


def picture(title: str, fates: Counter[str], language: str) -> str:
    """A bar for each fate that somebody met, as SVG, in the admin's words."""
    shown = [(kind, fates[kind]) for kind in KINDS if fates[kind]]
    most = max((many for _, many in shown), default=1)
    parts = [svg.text(MARGIN, 44, title, size=22, weight="bold")]
    for place, (kind, many) in enumerate(shown):
        y, long = 64 + ROW * place, max((WIDTH - 2 * MARGIN) * many / most, 3)
        said = words.say(language, f"admin.broadcast.fate.{kind}", count=many)
        parts.append(svg.text(MARGIN, y + 22, said))
        parts.append(svg.box(MARGIN, y + 30, long, 18, fill=COLOURS[kind], edge=COLOURS[kind]))
    return svg.document(WIDTH, 80 + ROW * max(len(shown), 1), parts)


def post(session: Session, broadcast_id: int, found: Found, drawn: bytes, now: datetime) -> bool:
    """End it and hand the report to its admin; False when somebody else has, or when it is not over after all."""
    row = broadcasts.lock(session, broadcast_id)
    if row is None or not broadcasts.end(session, row, now):
        return False
    admin = people.known(session, row.by)
    if admin is None:
        return True
    name = f"broadcast-{row.id}"
    picture_id = files.keep(session, admin.id, f"{name}.png", drawn, now)
    table_id = files.keep(session, admin.id, f"{name}.csv", found.table.encode(), now)
    fates: list[Json] = [[kind, found.fates[kind]] for kind in KINDS]
    took_s = round((now - (row.started_at or now)).total_seconds())
    says = [
        Say("broadcast_report", {"id": row.id, "fates": fates, "took_s": took_s, "file": picture_id}),
        Say("broadcast_csv", {"id": row.id, "file": table_id}),
    ]
    if row.message_id is not None:
        last = Say("broadcast_progress", broadcast_card.progress(session, row, now), where="edit")
        Reply(outbox.FOLLOW_UP, row.message_id).post(session, admin, [last], now)
    Reply(outbox.FOLLOW_UP).post(session, admin, says, now)
    return True
