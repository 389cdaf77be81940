"""Figures as rows, for a spreadsheet: the same counts as on the cards and pictures, with the same ones hidden."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from handlers.admin.desk import Desk
from storage import files
from storage.responses import CheckIns, Effects
from storage.stats import Checks
from storage.suppression import Cell

HEAD = ("figure", "plan", "step", "what", "count")
Row = tuple[str, str, str, str, Cell | None]


def send(desk: Desk, name: str, days: int, rows: Iterable[Row]) -> None:
    """A message with the rows as a CSV file."""
    number = files.keep(desk.session, desk.row.id, f"stride-check-{name}.csv", write(rows), desk.now)
    desk.note("figures", {"of": name, "days": days})
    desk.show("admin_figures", {"file": number, "days": days}, new=True)


def write(rows: Iterable[Row]) -> bytes:
    """CSV as spreadsheets read it."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(rows)
    return text.getvalue().encode()


def of_checks(found: Checks) -> Iterator[Row]:
    """Everything about people and their checks."""
    yield ("people", "", "", "came", found.met)
    yield from _each("people", found.people)
    yield ("checks", "", "", "started", found.started)
    yield from _each("checks", found.ended)
    yield from _each("levels", found.levels)
    yield from _each("causes", found.causes)
    yield from _each("stopped_at", found.stops)


def of_check_ins(found: CheckIns, led_to: Effects) -> Iterator[Row]:
    """Everything about check-ins, by plan and step."""
    for step, cells in found.steps.items():
        yield ("check_ins", "all", step, "asked", found.asked[step])
        yield from _each("check_ins", cells, "all", step)
    for step, count in led_to.escalated.items():
        yield ("check_ins", "all", step, "more_urgent", count)
    for plan, steps in found.plans.items():
        for step, cells in steps.items():
            yield from _each("check_ins", cells, plan, step)
    if led_to.delay is not None:
        yield ("answers", "all", "", "half_within_minutes", led_to.delay.half_within_min)
        yield ("answers", "all", "", "percent_within_an_hour", led_to.delay.within_hour_pct)
        yield ("answers", "all", "", "percent_within_a_day", led_to.delay.within_day_pct)


def _each(figure: str, cells: Mapping[str, Cell], plan: str = "", step: str = "") -> Iterator[Row]:
    return ((figure, plan, step, what, count) for what, count in cells.items())
