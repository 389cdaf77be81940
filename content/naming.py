"""Are the names of a pack usable: ids that fit a button, definitions that do not go round in a circle?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from content.conditions import Best, Condition, Name, Points, walk
from content.reading import Node

if TYPE_CHECKING:
    from content.pack import Pack, Plan

ID = re.compile("[A-Za-z0-9_+-]{1,40}")

At = Callable[[tuple[str, ...]], Node]


def check(pack: Pack, at: At) -> None:
    """Report every unusable name at its place; `at` finds the node of a path."""
    _check_ids(pack, at)
    _check_definitions(pack, at)


def _check_ids(pack: Pack, at: At) -> None:
    """Ids stand in conditions, in keys and in the few bytes of a button."""
    placed = [
        (("questions", each.id), name) for each in pack.questions.values() for name in (each.id, *each.option_ids)
    ]
    placed += [(("causes", name), name) for name in pack.causes] + [(("levels", name), name) for name in pack.levels]
    placed += [(("plans", each.id), name) for each in pack.plans.values() for name in (each.id, *_step_ids(each))]
    placed += [(("provisional", "steps"), step.id) for step in pack.provisional.steps] if pack.provisional else []
    for where, name in placed:
        if not ID.fullmatch(name):
            at(where).wrong(f"'{name}' is no id; use letters, digits, _, + and -, at most 40")


def _step_ids(plan: Plan) -> tuple[str, ...]:
    return tuple(step.id for step in plan.steps)


def _check_definitions(pack: Pack, at: At) -> None:
    """What is defined in terms of itself would have no end: definitions use earlier ones, needs no points."""
    names = list(pack.define)
    for place, (name, condition) in enumerate(pack.define.items()):
        for used in _names_in(condition):
            if used in names[place:]:
                cure = "itself" if used == name else f"'{used}', which is defined later; move it up"
                at(("define", name)).wrong(f"'{name}' uses {cure}")
    for cause in pack.causes.values():
        if any(_counts_points(pack, need, frozenset(names)) for need in cause.needs):
            at(("causes", cause.id)).wrong("points and best cannot be used in `needs`; name the answers")


def _names_in(condition: Condition) -> list[str]:
    return [part.name for part in walk(condition) if isinstance(part, Name)]


def _counts_points(pack: Pack, condition: Condition, unopened: frozenset[str]) -> bool:
    """Does it look at points or the best cause, in a definition too? Each definition is opened once."""
    if any(isinstance(part, Points | Best) for part in walk(condition)):
        return True
    inner = [name for name in _names_in(condition) if name in unopened]
    return any(_counts_points(pack, pack.define[name], unopened - {name}) for name in inner)
