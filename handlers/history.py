"""/history: a person's checks, newest first; one of them opened; and "it is back", which begins the next."""

from __future__ import annotations

from typing import Literal

from content import past, telling
from content.episode import Json, Say
from handlers import beginning
from handlers.visit import Visit
from storage import episodes
from storage.tables import EpisodeRow

A_PAGE = 5


def asked(visit: Visit, payload: str) -> None:
    """The newest checks, as a new message."""
    visit.post(_page(visit, 0, "new"))


def turned(visit: Visit, value: str) -> None:
    """Another page of the same card."""
    visit.post(_page(visit, int(value) if value.isdigit() else 0, "edit"))


def _page(visit: Visit, page: int, where: Literal["new", "edit"]) -> Say:
    rows = _newest_first(visit)
    last = max(0, (len(rows) - 1) // A_PAGE)
    page = min(page, last)
    items: list[Json] = [_item(visit, row) for row in rows[page * A_PAGE :][:A_PAGE]]
    packs: list[Json] = [each["pack"] for each in items if isinstance(each, dict) and each["pack"] is not None]
    values: dict[str, Json] = {"items": items, "page": page, "last": last, "packs": packs, "first": page * A_PAGE + 1}
    return Say("history", {**values, "ready": visit.person.is_ready}, where=where)


def _newest_first(visit: Visit) -> list[EpisodeRow]:
    return episodes.all_of(visit.session, visit.row.id)[::-1]


def _item(visit: Visit, row: EpisodeRow) -> dict[str, Json]:
    """One check in ids. `pack` None: this program cannot read the version any more, and only the day is told."""
    pack, episode = beginning.readable(visit, row), episodes.read(row.data)
    item: dict[str, Json] = {"id": row.id, "at": row.started_at.isoformat(), "went": past.went(episode), "pack": None}
    if pack is None:
        return item
    about: list[Json] = [[*pair] for pair in past.about(pack, episode.answers)]
    causes = telling.current(pack, episode).causes if episode.level else ()
    cause = causes[0].cause if causes else None
    return {**item, "pack": row.pack_id, "about": about, "level": episode.level, "cause": cause}


def opened(visit: Visit, value: str) -> None:
    """One check, from its first answers to its end, in the words of its own version."""
    row = beginning.told(visit, value)
    if row is None or beginning.readable(visit, row) is None:
        visit.post(Say("moved_on", where="toast"))
        return
    item, episode = _item(visit, row), episodes.read(row.data)
    place = [each.id for each in _newest_first(visit)].index(row.id)
    values: dict[str, Json] = {
        **item,
        "course": list[Json](past.course(episode)),
        "came_back": episode.back.at if episode.back else None,
        "page": place // A_PAGE,
        "ready": visit.person.is_ready,
    }
    says = [Say("story", values, where="edit")]
    visit.reply().post(visit.session, visit.row, says, visit.now, row)


def is_back(visit: Visit, value: str) -> None:
    """The complaint of this check is back: a new check, unless a question is open; pressed twice, it begins one."""
    if beginning.told(visit, value) is None:
        visit.post(Say("moved_on", where="toast"))
    else:
        beginning.pressed(visit, value)
