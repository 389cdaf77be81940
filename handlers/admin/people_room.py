"""People: who came, what they were told, where they stopped. Only counts, none of them small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from content.episode import Json
from handlers.admin import figures, window
from handlers.admin.desk import Desk
from storage import stats

CHARTS = ("way", "levels", "causes", "stops")


def show(desk: Desk, value: str) -> None:
    """The card of the room, for so many days."""
    days = window.read(value)
    desk.show("admin_people", {"days": days, **asdict(_checks(desk, days))})


def chart(desk: Desk, value: str) -> None:
    """A picture: the way, levels, causes or stops, for so many days ("levels/30")."""
    asked, _, days = value.partition("/")
    counted, name = window.read(days), asked if asked in CHARTS else CHARTS[0]
    found = _checks(desk, counted)
    cells: dict[str, Json] = _way(found) if name == "way" else dict(getattr(found, name))
    desk.show("admin_people_chart", {"chart": name, "days": counted, "cells": cells}, new=True)


def _way(found: stats.Checks) -> dict[str, Json]:
    """From the first message to a result, each step as far as it may be told."""
    begun: dict[str, Json] = {} if found.started is None else {"started": found.started}
    return {"came": found.met, "agreed": found.people["agreed"], **begun, "finished": found.ended["finished"]}


def csv(desk: Desk, value: str) -> None:
    """The same figures as a file."""
    days = window.read(value)
    figures.send(desk, "people", days, figures.of_checks(_checks(desk, days)))


def _checks(desk: Desk, days: int) -> stats.Checks:
    return stats.checks(desk.session, window.since(days, desk.now), desk.now)


ACTS: dict[str, Callable[[Desk, str], None]] = {"people": show, "people_chart": chart, "people_csv": csv}
