"""compare(old, new): the answers for which the advice changes, decided by the solver for everybody there may be.

Levels are compared by rank. One person is asked by both versions: an example holds what they come to answer in each.
Only the triage is compared; what changed in check-ins is listed by the author's loop, place by place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

from content import prove_say
from content.assess import assess
from content.known import Known
from content.pack import Answers, Pack
from content.prove_both import Both, Person
from content.prove_flow import asked_questions, unordered
from content.prove_model import Bit, all_of, any_of, negated

# What assess() looks at: where all of this is the same, everybody is told the same.
DECISIVE = ("levels", "questions", "define", "flow", "rules", "modifiers", "gate_causes", "causes", "scales")
DECISIVE_TOO = ("minor", "ice")


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody whose advice changes: what they answer in either version, and the same as a person would tell it."""

    old: Answers
    new: Answers
    told: str


@dataclass(frozen=True, slots=True)
class Move:
    """Some answer sets are told `new` instead of `old`: a level, or whether to ice."""

    old: str
    new: str
    example: Example


@dataclass(frozen=True, slots=True)
class Lead:
    """A cause that leads `now` for somebody for whom it did not before; or the other way round."""

    cause: str
    now: bool
    example: Example


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs in behaviour. `leading` and `ice` are about people who are told the same level."""

    notes: tuple[str, ...] = ()
    less_urgent: tuple[Move, ...] = ()
    more_urgent: tuple[Move, ...] = ()
    leading: tuple[Lead, ...] = ()
    ice: tuple[Move, ...] = ()


class CannotCompareError(ValueError):
    """A version's flow cannot be followed exactly; the message says where and the cure."""


def compare(old: Pack, new: Pack) -> Comparison:
    """The exact difference. Raises CannotCompareError for a flow that looks ahead."""
    for pack in (old, new):
        _refuse_unordered(pack)
    if all(getattr(old, each) == getattr(new, each) for each in (*DECISIVE, *DECISIVE_TOO)):
        return Comparison()
    both = Both(old, new)
    moves = list(_moves(both))
    return Comparison(
        notes=tuple(_notes(old, new)),
        less_urgent=tuple(move for less, move in moves if less),
        more_urgent=tuple(move for less, move in moves if not less),
        leading=tuple(_leading(both)),
        ice=tuple(_ice(both)),
    )


def _refuse_unordered(pack: Pack) -> None:
    for line, name in unordered(pack):
        raise CannotCompareError(
            f"{pack.id} {pack.version}: line {line + 1} of the flow looks at `{name}`, which is asked only later; "
            "nothing can be proved of such a flow. Ask it before"
        )


def _notes(old: Pack, new: Pack) -> Iterator[str]:
    if list(old.levels) != list(new.levels):
        ranks = zip(old.levels, new.levels, strict=False)
        yield f"The levels differ and are compared by rank: {', '.join(f'{one} with {two}' for one, two in ranks)}."
    for pack, other, which in ((old, new, "old"), (new, old, "new")):
        for name in asked_questions(pack):
            if name not in asked_questions(other):
                yield f"Only the {which} version asks `{name}`; in the other one it counts as not ticked."
                continue
            strange = [option for option in pack.questions[name].option_ids if not other.questions[name].knows(option)]
            if strange:
                options = ", ".join(f"`{name}.{option}`" for option in strange)
                yield f"Only the {which} version knows {options}; in the other one it counts as not ticked."


def _moves(both: Both) -> Iterator[tuple[bool, Move]]:
    """For each pair of levels that differ in rank: somebody who moves from one to the other. Most urgent first."""
    before, after = both.before.model.levels(), both.after.model.levels()
    for old, new in product(both.old.levels.values(), both.new.levels.values()):
        if old.rank == new.rank:
            continue
        really = partial(_moves_so, both, (old.rank, new.rank))
        found = both.find(all_of((before[old.rank], after[new.rank])), really)
        if found is not None:
            told = f"is told {prove_say.level(both.new, new.id)} instead of {prove_say.level(both.old, old.id)}"
            yield old.rank < new.rank, Move(old.id, new.id, _example(both, found, told))


def _moves_so(both: Both, ranks: tuple[int, int], who: Person) -> bool:
    return _ranks(both, who) == ranks


def _ranks(both: Both, who: Person) -> tuple[int, int]:
    old, new = assess(both.old, who.old).level, assess(both.new, who.new).level
    return both.old.levels[old].rank, both.new.levels[new].rank


def _same_level(both: Both) -> Bit:
    pairs = zip(both.before.model.levels(), both.after.model.levels(), strict=False)
    return any_of(all_of(pair) for pair in pairs)


def _leading(both: Both) -> Iterator[Lead]:
    """Causes of both versions that lead now, or no longer, for somebody who is told the same level."""
    same = _same_level(both)
    for cause in both.old.causes.values():
        if not cause.level or cause.id not in both.new.causes or not both.new.causes[cause.id].level:
            continue
        before, after = both.before.model.leads(cause.id), both.after.model.leads(cause.id)
        for now, wanted in ((True, (after, negated(before))), (False, (before, negated(after)))):
            really = partial(_is_lead, both, cause.id, now)
            found = both.find(all_of((same, *wanted)), really)
            if found is not None:
                yield Lead(cause.id, now, _example(both, found, _level_told(both, found), cause.id))


def _is_lead(both: Both, cause: str, now: bool, who: Person) -> bool:
    before, after = cause in Known(both.old, who.old).leaders(), cause in Known(both.new, who.new).leaders()
    return (before, after) == (not now, now) and len(set(_ranks(both, who))) == 1


def _level_told(both: Both, found: Person) -> str:
    return f"who is told {prove_say.level(both.new, assess(both.new, found.new).level)} in both"


def _ice(both: Both) -> Iterator[Move]:
    """Somebody who is told the same level and may ice in one version only.

    First with what may be iced alone, which is quick; the exact question, candidates and all, only when that says yes.
    """
    ices = both.old.ice, both.new.ice
    if ices[0] is None or ices[1] is None:
        return
    may = both.before.model.condition(ices[0].may), both.after.model.condition(ices[1].may)
    same = (_same_level(both), both.before.routine())
    for now in (True, False):
        really = partial(_is_iced, both, now)
        loose = all_of((*same, may[now], negated(may[not now])))
        found = both.find(loose, really)
        if found is not None and not really(found):
            exact = (both.before.may_ice(), both.after.may_ice())
            found = both.find(all_of((*same, exact[now], negated(exact[not now]))), really)
        if found is not None:
            words = ("no ice", "ice") if now else ("ice", "no ice")
            yield Move(*words, _example(both, found, f"may ice {'now' if now else 'no more'}"))


def _is_iced(both: Both, now: bool, found: Person) -> bool:
    old, new = assess(both.old, found.old).may_ice, assess(both.new, found.new).may_ice
    return (old, new) == (not now, now)


def _example(both: Both, found: Person, told: str, cause: str = "") -> Example:
    return Example(found.old, found.new, f"{prove_say.someone(both.merged, _decisive(both, found, cause))} {told}")


def _decisive(both: Both, found: Person, cause: str) -> Answers:
    """Those of the person's answers that make the difference, as they stand on the card that takes them."""
    told, left = _told(both, found, frozenset(), cause), frozenset[str]()
    for name in reversed(dict.fromkeys((*found.old, *found.new))):
        if _told(both, found, left | {name}, cause) == told:
            left |= {name}
    given = {name: ticked for name, ticked in {**found.old, **found.new}.items() if name not in left}
    return {name: _true(found, name) or ticked for name, ticked in given.items()}


def _true(found: Person, name: str) -> frozenset[str]:
    nothing = frozenset[str]()
    return found.truth.get(name, nothing) & (found.old.get(name, nothing) | found.new.get(name, nothing))


def _told(both: Both, found: Person, left: frozenset[str], cause: str) -> list[object]:
    """What hangs on the answers but for those that are left out: level, ice and whether the cause leads."""
    said: list[object] = []
    for pack, answers in ((both.old, found.old), (both.new, found.new)):
        given = {name: ticked for name, ticked in answers.items() if name not in left}
        outcome = assess(pack, given)
        said += [outcome.level, outcome.may_ice, cause in Known(pack, given).leaders()]
    return said
