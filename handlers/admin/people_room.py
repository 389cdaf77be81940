"""People: who came, what they were told, where they stopped. Only counts, none of them small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from handlers.admin import figures, window
from handlers.admin.desk import Desk
from storage import stats


def show(desk: Desk, value: str) -> None:
    """The card of the room, for so many days."""
    days = window.read(value)
    desk.show("admin_people", {"days": days, **asdict(_checks(desk, days))})


def chart(desk: Desk, value: str) -> None:
    """A picture: levels, causes or stops, for so many days ("levels/30")."""
    name, _, days = value.partition("/")
    counted = window.read(days)
    told = asdict(_checks(desk, counted)).get(name if name in {"levels", "causes", "stops"} else "levels")
    desk.show("admin_people_chart", {"chart": name, "days": counted, "cells": told}, new=True)


def csv(desk: Desk, value: str) -> None:
    """The same figures as a file."""
    days = window.read(value)
    figures.send(desk, "people", days, figures.of_checks(_checks(desk, days)))


def _checks(desk: Desk, days: int) -> stats.Checks:
    return stats.checks(desk.session, window.since(days, desk.now), desk.now)


ACTS: dict[str, Callable[[Desk, str], None]] = {"people": show, "people_chart": chart, "people_csv": csv}
