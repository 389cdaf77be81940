"""What is planned for a person, as they see it: a list in which each may be moved, cancelled and brought back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from content import moving
from content.episode import Dropped, FollowUp, Json, Moved, Restored, Say
from handlers.visit import Visit
from storage import episodes, follow_ups
from storage.tables import EpisodeRow, FollowUpRow

MOST_SHOWN = 20
PAST = Say("followup_past", where="toast")


def asked(visit: Visit, value: str) -> None:
    """What is planned, earliest first: as a new message, or ("back") in place of the pressed one."""
    visit.post(_listed(visit, "edit" if value == "back" else "new"))


def moves(visit: Visit, value: str) -> None:
    """Where else one of them may go ("12"), and then there ("12/evening")."""
    number, _, to = value.partition("/")
    row = _planned(visit, number)
    if row is None:
        _past(visit)
    elif to:
        _happen(visit, row, Moved(follow_ups.read(row), to))
        visit.post(_listed(visit, "edit"))
    else:
        _choose(visit, row)


def dropped(visit: Visit, value: str) -> None:
    """One of them does not come; what that means, and a way back."""
    row = _planned(visit, value)
    if row is None:
        _past(visit)
    else:
        _happen(visit, row, Dropped(follow_ups.read(row), row.id))


def restored(visit: Visit, value: str) -> None:
    """A cancelled one comes after all."""
    row = follow_ups.of_person(visit.session, visit.row.id, _number(value))
    if row is None or row.state != "cancelled":
        _past(visit)
        return
    _happen(visit, row, Restored(follow_ups.read(row)))
    visit.post(_listed(visit, "edit"))


def _happen(visit: Visit, row: FollowUpRow, event: Moved | Dropped | Restored) -> None:
    visit.happen(_episode_row(visit, row), event)
    visit.session.flush()


def _choose(visit: Visit, row: FollowUpRow) -> None:
    offered = _choices(visit, row)
    if not offered:
        visit.post(Say("followup_fixed", where="toast"))
        return
    values: dict[str, Json] = {"id": row.id, "key": row.key, "due_at": row.due_at.isoformat(), "choices": offered}
    visit.post(Say("follow_up_move", {**values, "turn": visit.row.turn}, where="edit"))


def _past(visit: Visit) -> None:
    """An old button: a word, and what is planned now."""
    visit.post(PAST, _listed(visit, "edit"))


def _planned(visit: Visit, value: str) -> FollowUpRow | None:
    row = follow_ups.of_person(visit.session, visit.row.id, _number(value))
    return row if row is not None and row.state == "planned" and follow_ups.is_check_in(row.key) else None


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) <= 18 else 0


def _episode_row(visit: Visit, row: FollowUpRow) -> EpisodeRow:
    return visit.session.get_one(EpisodeRow, row.episode_id)


def _choices(visit: Visit, row: FollowUpRow) -> list[Json]:
    held = _episode_row(visit, row)
    pack, episode = visit.packs.load(visit.session, held.pack_id), episodes.read(held.data)
    planned: FollowUp = follow_ups.read(row)
    return [[name, at.isoformat()] for name, at in moving.choices(pack, episode, planned, visit.now).items()]


def _listed(visit: Visit, where: Literal["new", "edit"]) -> Say:
    """The list. `paused`: until when nothing of it rings."""
    rows = list(_shown(follow_ups.planned(visit.session, visit.row.id)))[:MOST_SHOWN]
    items: list[Json] = [
        {"id": row.id, "key": row.key, "due_at": row.due_at.isoformat(), "moves": bool(_choices(visit, row))}
        for row in rows
    ]
    paused = visit.row.paused_until
    until = paused.isoformat() if paused is not None and paused > visit.now else None
    return Say("follow_ups", {"items": items, "turn": visit.row.turn, "paused": until}, where=where)


def _shown(rows: Iterable[FollowUpRow]) -> Iterator[FollowUpRow]:
    """Of the rounds of an icing day the next one stands for all."""
    icing = set[int]()
    for row in rows:
        if not moving.is_round(row.key):
            yield row
        elif row.episode_id not in icing:
            icing.add(row.episode_id)
            yield row
