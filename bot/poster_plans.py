"""The right column of the poster: each plan with its check-ins on a line of time."""

from __future__ import annotations

from datetime import timedelta
from math import log

from bot import svg
from bot.poster_flow import Drawn
from bot.review_style import colour
from content.conditions import ALWAYS
from content.pack import Plan, Step
from content.telling_rules import Teller

PAD, GAP = 14.0, 22.0
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST, LAST = 5 * MINUTE, 45 * DAY
TURN = 18.0


def plans_column(tell: Teller, x: float, y: float, width: float) -> tuple[Drawn, dict[str, float]]:
    """The plan boxes, and where an arrow reaches each."""
    drawn, places = Drawn([], y), dict[str, float]()
    for plan in tell.pack.plans.values():
        places[plan.id] = drawn.bottom + 20
        _plan(tell, plan, drawn, (x, width))
        drawn.bottom += GAP
    notes = svg.wrapped(
        "Every check-in asks for new red flags first; a red flag goes straight back to the rules. "
        "Filled dot: for everyone. Hollow dot: only under a condition (see the pages). Ring: the deadline, from "
        "which on “the same” leads to a visit. The line of time is stretched: minutes left, weeks right.",
        width,
        13,
    )
    drawn.parts += svg.lines(x, drawn.bottom, notes, size=13, fill=svg.QUIET)
    drawn.bottom += svg.height_of(notes, 13)
    return drawn, places


def _plan(tell: Teller, plan: Plan, drawn: Drawn, place: tuple[float, float]) -> None:
    x, width = place
    top, shapes = drawn.bottom, list[str]()
    shapes.append(svg.text(x + PAD, top + 25, plan.id, size=16, weight="bold"))
    for number, level in enumerate(each for each in tell.pack.levels.values() if each.plan == plan.id):
        shapes.append(svg.chip(x + width - 48 - 40 * number, top + 10, level.id, colour(level.rank)))
    listed = svg.wrapped(_for_whom(tell, plan), width - 2 * PAD, 13)
    shapes += svg.lines(x + PAD, top + 34, listed, size=13, fill=svg.QUIET)
    axis = top + 34 + svg.height_of(listed, 13) + 22
    shapes.append(
        f'<line x1="{x + PAD}" y1="{axis}" x2="{x + width - PAD}" y2="{axis}" stroke="{svg.LINE}" stroke-width="2"/>'
    )
    rows = _dots(plan, shapes, axis, (x + PAD + 18, width - 2 * PAD - 50))
    height = axis + 14 + TURN * rows + 8 - top
    drawn.parts += [svg.box(x, top, width, height), *shapes]
    drawn.bottom = top + height


def _for_whom(tell: Teller, plan: Plan) -> str:
    causes = [tell.cause(each.id) for each in tell.pack.causes.values() if plan.id in each.plans]
    if causes:
        return "For: " + "; ".join(causes) + "."
    if plan.id == tell.pack.default_plan:
        return "For: whatever has no plan of its own."
    levels = [each for each in tell.pack.levels.values() if each.plan == plan.id]
    return "For everyone told " + " or ".join(each.id for each in levels) + "." if levels else "For special cases."


def _dots(plan: Plan, shapes: list[str], axis: float, place: tuple[float, float]) -> int:
    """A dot and a label for every check-in; crowded labels take turns on further rows. Returns the rows used."""
    x, width = place
    ends = list[float]()
    for step in sorted(plan.steps, key=lambda each: each.after):
        at = x + width * _along(step.after)
        row = next((number for number, end in enumerate(ends) if at - 22 > end), len(ends))
        label = _span(step)
        end = at + 4 * len(label)
        ends[row:] = [end, *ends[row + 1 :]]
        shapes += _dot(at, axis, step, is_deadline=step.id == plan.deadline)
        shapes.append(svg.text(at, axis + 24 + TURN * row, label, size=12, anchor="middle"))
    return len(ends)


def _dot(x: float, y: float, step: Step, *, is_deadline: bool) -> list[str]:
    fill = svg.INK if step.when == ALWAYS else svg.PAPER
    found = [f'<circle cx="{x:g}" cy="{y:g}" r="5.5" fill="{fill}" stroke="{svg.INK}" stroke-width="2"/>']
    if is_deadline:
        found.append(f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="none" stroke="#a11212" stroke-width="2.5"/>')
    return found


def _along(after: timedelta) -> float:
    place = log(max(after, FIRST) / FIRST) / log(LAST / FIRST)
    return min(1.0, place)


def _span(step: Step) -> str:
    after = step.after
    if step.morning:
        return "next morning"
    if after < HOUR:
        return f"{after // MINUTE} min"
    return f"{after // HOUR} h" if after < DAY else f"day {after // DAY}"
