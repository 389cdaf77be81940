"""Which plan follows: that of a state, of the leading cause, of the level, or the pack's default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from content.conditions import holds

if TYPE_CHECKING:
    from content.known import Known
    from content.pack import Cause, Choice, Pack


def plan(pack: Pack, known: Known, level: str) -> str | None:
    """The plan of an outcome at this level; None at a level that is shown alone.

    At a calm level a state that cannot wait (the pack's `plan_when`) comes before the leading cause's own plan.
    """
    record = pack.levels[level]
    if record.alone:
        return None
    own = _calm(pack, known) if record.routine else None
    return own or record.plan or pack.default_plan


def own(cause: Cause, known: Known) -> str | None:
    """The plan of a cause for these answers."""
    return _first(cause.plan_when, known) or cause.plan


def _calm(pack: Pack, known: Known) -> str | None:
    best = known.best()
    return _first(pack.plan_when, known) or (own(pack.causes[best], known) if best else None)


def _first(choices: Iterable[Choice], known: Known) -> str | None:
    return next((choice.plan for choice in choices if holds(choice.when, known)), None)
