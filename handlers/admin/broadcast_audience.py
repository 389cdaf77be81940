"""Whom a broadcast is for: chosen by buttons, each press narrowing or widening it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import delete

from content import words
from content.episode import Json
from handlers.admin import broadcast_card
from handlers.admin.desk import Desk
from storage import audience, publications
from storage.admin_tables import BroadcastRow, ConcernedRow
from storage.audience import Audience

MOST_VERSIONS = 8


def show(desk: Desk, value: str) -> None:
    """The card with what narrows it."""
    row = broadcast_card.draft_of(desk, value)
    if row is not None:
        _show(desk, row)


def _show(desk: Desk, row: BroadcastRow) -> None:
    desk.show(
        "broadcast_whom",
        broadcast_card.written(desk.session, row) | broadcast_card.counted(desk.session, row, desk.now),
    )


def narrow(desk: Desk, value: str) -> None:
    """One field: `id:levels` shows its choices, `id:levels:L3` takes one or takes it back."""
    row, (field, _, choice) = broadcast_card.draft_of(desk, value), broadcast_card.rest_of(value).partition(":")
    if row is None:
        return
    choices = _choices(desk, field)
    if choice in {each["id"] for each in choices}:
        _pick(desk, row, field, choice)
    desk.show(
        "broadcast_narrow",
        {"id": row.id, "field": field, "choices": [dict(each) for each in choices], "has": _has(row, field)},
    )


def _has(row: BroadcastRow, field: str) -> list[Json]:
    whom = audience.read(row.audience)
    return [str(whom.version)] if field == "version" else list(getattr(whom, field, ()))


def _choices(desk: Desk, field: str) -> list[dict[str, str]]:
    pack = desk.packs.live[1]
    if field == "version":
        seen = {each.pack_id: each for each in publications.history(desk.session, MOST_VERSIONS)}
        return [{"id": str(each.pack_id), "name": f"{each.pack} {each.version}"} for each in seen.values()]
    ids = {"languages": words.languages(), "levels": pack.levels, "causes": pack.causes, "plans": pack.plans}
    return [{"id": each, "name": ""} for each in ids.get(field, ())]


def _pick(desk: Desk, row: BroadcastRow, field: str, choice: str) -> None:
    whom = audience.read(row.audience)
    if field == "version":
        _about(desk, row, None if whom.version == int(choice) else int(choice))
        return
    has: tuple[str, ...] = getattr(whom, field)
    now = tuple(each for each in has if each != choice) if choice in has else (*has, choice)
    row.audience = {**row.audience, field: list(now)}


def _about(desk: Desk, row: BroadcastRow, version: int | None) -> None:
    """Another version: whom it concerns is found out anew (bot/watch.py)."""
    row.audience, row.searched_at = audience.write(replace(audience.read(row.audience), version=version)), None
    desk.session.execute(delete(ConcernedRow).where(ConcernedRow.broadcast_id == row.id))


def following(desk: Desk, value: str) -> None:
    """Only those with reminders to come, or everybody again."""
    row = broadcast_card.draft_of(desk, value)
    if row is not None:
        whom = audience.read(row.audience)
        row.audience = audience.write(replace(whom, following=not whom.following))
        _show(desk, row)


def everybody(desk: Desk, value: str) -> None:
    """Nobody is left out any more."""
    row = broadcast_card.draft_of(desk, value)
    if row is not None:
        _about(desk, row, None)
        row.audience = audience.write(Audience())
        _show(desk, row)


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "bc_whom": show,
    "bc_narrow": narrow,
    "bc_following": following,
    "bc_everybody": everybody,
}
