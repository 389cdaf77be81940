"""Follow-ups: how many check-ins are answered, and how it goes by plan and day. Only counts, none of them small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from content.episode import Json
from handlers.admin import figures, window
from handlers.admin.desk import Desk
from storage import responses

CHARTS = ("answered", "verdicts", "escalated")


def show(desk: Desk, value: str) -> None:
    """The card of the room, for so many days."""
    days = window.read(value)
    found, delay = _check_ins(desk, days), _effects(desk, days).delay
    counted: dict[str, Json] = {"all_asked": found.all_asked, "all_answered": [*found.all_answered]}
    desk.show("admin_follow_ups", {"days": days, **counted, "delay": asdict(delay) if delay else None})


def chart(desk: Desk, value: str) -> None:
    """A picture: answered, verdicts or escalated, for so many days ("answered/30")."""
    name, _, days = value.partition("/")
    _picture(desk, name if name in CHARTS else CHARTS[0], window.read(days))


def plans(desk: Desk, value: str) -> None:
    """Which plans have anything to show."""
    days = window.read(value)
    found = _check_ins(desk, days).plans
    listed: list[Json] = [
        plan
        for plan, steps in found.items()
        if any(isinstance(cell, int) and cell for cells in steps.values() for cell in cells.values())
    ]
    desk.show("admin_plans", {"days": days, "plans": listed})


def plan(desk: Desk, value: str) -> None:
    """A picture of one plan ("FU-NEUROMA/30")."""
    name, _, days = value.partition("/")
    _picture(desk, "verdicts", window.read(days), name)


def csv(desk: Desk, value: str) -> None:
    """The same figures as a file."""
    days = window.read(value)
    figures.send(desk, "follow-ups", days, figures.of_check_ins(_check_ins(desk, days), _effects(desk, days)))


def _picture(desk: Desk, name: str, days: int, plan: str = "") -> None:
    if name == "escalated":
        values: dict[str, Json] = {"escalated": dict(_effects(desk, days).escalated)}
    else:
        found = asdict(_check_ins(desk, days))
        steps = found["plans"].get(plan, {}) if plan else found["steps"]
        values = {"asked": found["asked"], "steps": steps}
    desk.show("admin_follow_ups_chart", {"chart": name, "days": days, "plan": plan, **values}, new=True)


def _check_ins(desk: Desk, days: int) -> responses.CheckIns:
    return responses.check_ins(desk.session, window.since(days, desk.now), desk.now)


def _effects(desk: Desk, days: int) -> responses.Effects:
    return responses.effects(desk.session, window.since(days, desk.now), desk.now)


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "follow_ups": show,
    "follow_ups_chart": chart,
    "follow_ups_plans": plans,
    "follow_ups_plan": plan,
    "follow_ups_csv": csv,
}
