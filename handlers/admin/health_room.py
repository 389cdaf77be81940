"""Health: is everything sent that is due, does the database answer, does the live content stand."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version

from content.episode import Json
from handlers.admin.desk import Desk
from storage import health, publications, retention


def show(desk: Desk, value: str) -> None:
    """The card of the room: what is wrong first, then the figures."""
    removed_at, removed = retention.last(desk.session, desk.now)
    found, live = health.health(desk.session, desk.now), publications.newest(desk.session)
    review = desk.packs.live[1].review
    known = health.noticed(desk.session)
    problems = {**health.wrong(found, desk.now, known=known), **health.review_problem(review, desk.now)}
    problems |= health.restore_problem(desk.session)
    wrong: list[Json] = [[key, dict(values)] for key, values in problems.items()]
    values: dict[str, Json] = {
        "wrong": wrong,
        "follow_ups": {"due": found.due, "late": found.late, "missed": found.missed, "next_hour": found.next_hour},
        "lanes": {str(lane): count for lane, count in found.lanes.items()},
        "oldest": found.oldest_at.isoformat() if found.oldest_at else None,
        "sent": found.sent_at.isoformat() if found.sent_at else None,
        "update": found.update_at.isoformat() if found.update_at else None,
        "dead": found.dead,
        "removed": {
            "at": removed_at.isoformat() if removed_at else None,
            "checks": removed["checks"] + removed["unfinished"],
            "people": removed["people"],
        },
        "database": found.database,
        "size_bytes": found.size_bytes,
        "live": {"pack": live.pack, "version": live.version, "number": live.pack_id} if live else None,
        "review": {"by": review.by, "on": review.on} if review else None,
        "program": version("stridecheck"),
        "python": platform.python_version(),
    }
    desk.show("admin_health", values)


ACTS: dict[str, Callable[[Desk, str], None]] = {"health": show}
