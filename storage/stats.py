"""Who came and what they were told, as counts that may be shown: never a person, never a group smaller than 5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from content.episode import TRIAGE
from storage import suppression, tallies
from storage.admin_tables import AdminRow
from storage.suppression import Cell
from storage.tables import EpisodeRow, PersonRow

BATCH = 500
LEFT_OPEN = timedelta(days=1)  # a check in which nothing was answered to the end for so long was stopped
UNKNOWN = "unknown"

Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Checks:
    """`people`: agreed, refused or left in the first meeting. `ended`: finished or stopped; checks of the last day that
    are still open are in neither. `levels` and leading `causes` are those first told; `stops` the question left open.
    """

    met: Cell
    people: Cells
    started: int | None
    ended: Cells
    levels: Cells
    causes: Cells
    stops: Cells


def checks(session: Session, since: datetime | None, now: datetime) -> Checks:
    """People who came, and checks begun, since then (None: ever)."""
    people = _people(session, since)
    found = {kind: Counter(tallies.of(session, kind, since)) for kind in (tallies.LEVEL, tallies.CAUSE, tallies.STOP)}
    for started_at, data in _episodes(session, since):
        for kind, name in facts(data, is_old=started_at < now - LEFT_OPEN):
            found[kind][name] += 1
    levels, causes, stops = found.values()
    ended = {"finished": suppression.whole(levels), "stopped": suppression.whole(stops)}
    return Checks(
        met=suppression.whole(people),
        people=suppression.parts(people, suppression.whole(people)),
        started=suppression.added(list(ended.values())),
        ended=ended,
        levels=_parts(levels, ended["finished"]),
        causes=_parts(causes, ended["finished"]),
        stops=_parts(stops, ended["stopped"]),
    )


def _parts(counts: Counter[str], shown: Cell) -> Cells:
    """In an order that tells nothing about the counts."""
    return suppression.parts(dict(sorted(counts.items())), shown)


def _people(session: Session, since: datetime | None) -> dict[str, int]:
    """Without admins, who come for other things."""
    outsiders = PersonRow.id.not_in(select(AdminRow.person_id))
    query = select(PersonRow.setup, func.count()).where(outsiders, begun(PersonRow.created_at, since))
    found = {"agreed": 0, "refused": 0, "left": 0, **tallies.of(session, tallies.PERSON, since)}
    for setup, count in session.execute(query.group_by(PersonRow.setup)):
        found[came_to(setup)] += count
    return found


def came_to(setup: str) -> str:
    """What a first meeting came to: agreed, refused, or left."""
    return {"ready": "agreed", "refused": "refused"}.get(setup, "left")


def _episodes(session: Session, since: datetime | None) -> Iterator[tuple[datetime, dict[str, Any]]]:
    query = select(EpisodeRow).where(~EpisodeRow.trial, begun(EpisodeRow.started_at, since))
    for row in session.scalars(query.execution_options(yield_per=BATCH)):
        yield row.started_at, row.data


def begun(column: Any, since: datetime | None) -> ColumnElement[bool]:  # noqa: ANN401 - a column of moments, null or not
    """Since then; None: ever."""
    return true() if since is None else column >= since


def facts(data: Mapping[str, Any], *, is_old: bool) -> Iterator[tuple[str, str]]:
    """What a check's document counts as: the level and the leading cause first told, or the question left open."""
    first = _first_told(data)
    if first is not None:
        yield tallies.LEVEL, first
        yield tallies.CAUSE, _leading(data)
    elif data["state"] == "closed" or is_old:
        yield tallies.STOP, data.get("left_at") or data["question"] or UNKNOWN


def _first_told(data: Mapping[str, Any]) -> str | None:
    """The level of the first outcome: later ones are in the check-ins' figures."""
    return next((entry["level"] for entry in data["history"] if entry["key"] == TRIAGE), None)


def _leading(data: Mapping[str, Any]) -> str:
    return str(data["causes"][0]) if data["causes"] else UNKNOWN
