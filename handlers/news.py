"""News is the person's own: asked once, changed in /settings, stopped under every broadcast. Silence is no."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content import replay
from content.assess import assess
from content.episode import Json, Say
from handlers.visit import Visit
from storage import broadcasts, episodes, recipients
from storage.admin_tables import BroadcastRow
from storage.packs import Packs
from storage.tables import PersonRow


def pressed(visit: Visit, value: str) -> None:
    """A button about news."""
    visit.post(_pressed(visit.session, visit.packs, visit.row, value))


def _pressed(session: Session, packs: Packs, row: PersonRow, value: str) -> Say:
    match value.split("/"):
        case ["yes" | "no" as said]:
            choose(session, row, wants=said == "yes")
            return Say("agreed", {"minor": bool(row.minor), "news": row.news}, where="edit")
        case ["stop"]:
            choose(session, row, wants=False)
            return Say("news_stopped")
        case ["changes", number] if number.isdigit():
            return _what_changed(session, packs, row, int(number))
        case _:
            return Say("moved_on", where="toast")


def choose(session: Session, row: PersonRow, *, wants: bool) -> None:
    """From now on they get news, or do not."""
    row.news = wants
    if not wants:
        broadcasts.no_news_for(session, row.id)


def _what_changed(session: Session, packs: Packs, row: PersonRow, broadcast_id: int) -> Say:
    """The person's last answers in the version they were given in, and in the one that the broadcast is about."""
    broadcast = session.get(BroadcastRow, broadcast_id)
    last = recipients.last_check(session, row.id)
    nothing: dict[str, Json] = {"then": None, "now": None}
    if broadcast is None or last is None:
        return Say("what_changed", nothing)
    version = broadcast.audience.get("version") or packs.live[0]
    old, new = packs.load(session, last.pack_id), packs.load(session, version)
    answers = episodes.read(last.data).answers
    if old.id != new.id or not replay.changed(old, new, answers):
        return Say("what_changed", nothing)
    return Say("what_changed", {"then": assess(old, answers).level, "now": assess(new, answers).level})
