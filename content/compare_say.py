"""What compare() found, as a person would tell it: an example as plain as can be, and what must be known to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from content import differing, prove_say
from content.assess import assess
from content.differing import Difference
from content.pack import Answers, Pack
from content.prove_both import Both, Person
from content.prove_flow import asked_questions


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody whose advice changes: what they answer in either version, and the same as a person would tell it."""

    old: Answers
    new: Answers
    told: str


def example(both: Both, who: Person, shows: Difference, *, plain: bool, brief: bool) -> Example:
    """This person who shows the difference, or somebody as plain as can be who shows it too.

    `brief`: only the answers that make the difference are told. Both take a moment.
    """

    def really(tried: Person) -> bool:
        return shows in differing.differences(both.old, both.new, tried.old, tried.new)

    who = both.plain(who, really) if plain else who
    answers = _decisive(both, who, shows) if brief else {**who.old, **who.new}
    return Example(who.old, who.new, f"{prove_say.someone(both.merged, answers)} {_told(both, who, shows)}")


def _told(both: Both, who: Person, shows: Difference) -> str:
    kind, (old, new) = shows
    if kind == "levels":
        return f"is told {prove_say.level(both.new, new)} instead of {prove_say.level(both.old, old)}"
    level = prove_say.level(both.new, assess(both.new, who.new).level)
    return f"who is told {level} in both"


def _decisive(both: Both, who: Person, shows: Difference) -> Answers:
    """Those of the person's answers that make the difference, as they stand on the card that takes them."""
    levels, left = _levels(both, who, frozenset(), shows), frozenset[str]()
    for name in reversed(dict.fromkeys((*who.old, *who.new))):
        if _levels(both, who, left | {name}, shows) == levels:
            left |= {name}
    given = {name: ticked for name, ticked in {**who.old, **who.new}.items() if name not in left}
    return {name: _true(who, name) or ticked for name, ticked in given.items()}


def _levels(both: Both, who: Person, left: frozenset[str], shows: Difference) -> tuple[str, str] | None:
    """What is told when these answers are left out; None when that no longer shows the difference."""
    before, after = assess(both.old, _without(who.old, left)), assess(both.new, _without(who.new, left))
    shown = shows in differing.between(both.old, both.new, before, after)
    return (before.level, after.level) if shown else None


def _without(answers: Answers, left: frozenset[str]) -> Answers:
    return {name: ticked for name, ticked in answers.items() if name not in left}


def _true(who: Person, name: str) -> frozenset[str]:
    nothing = frozenset[str]()
    return who.truth.get(name, nothing) & (who.old.get(name, nothing) | who.new.get(name, nothing))


def notes(old: Pack, new: Pack) -> Iterator[str]:
    """What is not compared word for word: levels by their rank, and what only one version knows."""
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
