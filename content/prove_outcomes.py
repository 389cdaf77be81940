"""What every outcome of every pack must have: all red flags asked before it, steps, a source, and a safety net."""

from __future__ import annotations

from collections.abc import Iterator

from content import prove_say
from content.conditions import ALWAYS
from content.known import NAMED_POINTS
from content.pack import Level, Pack
from content.prove_ask import Anyone, Lived
from content.prove_model import Bit, all_of, any_of, negated, number

Result = tuple[tuple[str, ...], str | None]


def told(anyone: Anyone, lived: Lived) -> Iterator[Result]:
    """Each promise about outcomes: None, or somebody for whom it does not hold."""
    yield from _gates_first(anyone, lived)
    yield from _never_calmed(anyone)
    yield from _sourced(anyone.pack)
    for level in anyone.pack.levels.values():
        yield ("levels", level.id), _without(lived, level, "steps")
        yield ("levels", level.id), _without(lived, level, "net")


def _gates_first(anyone: Anyone, lived: Lived) -> Iterator[Result]:
    """An emergency may end the questions between the gates; nothing else may: leaving says only what is urgent."""
    pack = anyone.pack
    for line, ask in enumerate(pack.flow):
        if ask.question is None or pack.questions[ask.question].kind != "gate":
            continue
        found = lived.find(negated(lived.model.answered(ask.question)))
        missed = f"{prove_say.someone(pack, found)} is never asked `{ask.question}`" if found else None
        yield ("flow", str(line)), missed


def _never_calmed(anyone: Anyone) -> Iterator[Result]:
    """What a rule finds urgent is told as urgent, whatever modifies it: so nothing calm can come before the gates."""
    pack = anyone.pack
    for level in pack.levels.values():
        if level.routine:
            continue
        urgent = [pair for rule in pack.rules for pair in zip(rule.floors, anyone.model.fires(rule), strict=True)]
        fires = any_of(bit for floor, bit in urgent if floor.level == level.id)
        found = anyone.find(all_of((fires, negated(anyone.model.at_least(level.id)))))
        lost = f"{prove_say.someone(pack, found)} fires a rule of {level.id} and is told less" if found else None
        yield ("modifiers",), lost


def _sourced(pack: Pack) -> Iterator[Result]:
    for name in (*(rule.id for rule in pack.rules), *(modifier.id for modifier in pack.modifiers)):
        yield ("rules", name), None if pack.rule_sources.get(name) else f"rule {name} has no `rule_sources:`"
    for cause in pack.causes.values():
        yield ("causes", cause.id), None if any(cause.sources.values()) else f"cause {cause.id} has no source (`from:`)"


def _without(lived: Lived, level: Level, kind: str) -> str | None:
    """Somebody who is told this level and nothing of this kind; sentences that depend on the answers do not count."""
    pack = lived.pack
    if any(pack.advice[each].when == ALWAYS for each in getattr(level, kind)):
        return None
    helped = [
        each.id
        for each in pack.causes.values()
        if any(pack.advice[advice].when == ALWAYS for advice in getattr(each, kind))
    ]
    here = lived.model.is_level(level.id)
    # Who has no candidate at all is quicker to find than who has the wrong ones.
    found = lived.find(here, *(negated(_may_be_shown(lived, cause)) for cause in helped))
    found = found or lived.find(here, *(negated(lived.told.shown(cause)) for cause in helped))
    if found is None:
        return None
    what = "what to do" if kind == "steps" else "what to come back for at once"
    return f"{prove_say.someone(pack, found)} is told {prove_say.level(pack, level.id)} and not {what} (`{kind}:`)"


def _may_be_shown(lived: Lived, cause: str) -> Bit:
    enough = lived.model.points(lived.pack.causes[cause]) >= number(NAMED_POINTS)
    return any_of((enough, lived.told.named(cause)))
