"""An open check-in as somebody finds it: its conditions with all that is known beforehand worked out.

What is left hangs on this check-in's own answers only. Two forms that are the same in this have the same replies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from content import explore_looks, flow, provisional, visiting
from content.assess import Known
from content.conditions import ALWAYS, And, Best, Condition, Name, Not, Or, Points, Ticked, holds
from content.episode import Episode
from content.pack import Answers, Ask, Move, Pack, Question

NEVER: Condition = Or(())
# What the engine adds to the answers when the last one is there.
MEASURED = frozenset({"change", "verdict"})


Effect = tuple[str | int | tuple[str, str] | None, ...]
NOTHING: Effect = (None, 0, None, None, None, None)


def _effect(move: Move, episode: Episode) -> Effect:
    """What a move does; two that only say something else do the same."""
    plan = move.plan if move.plan != episode.plan else None
    return move.level, move.up, move.end, move.means, plan, move.eases


@dataclass(frozen=True, slots=True)
class Form:
    """The lines, the words and the moves of a check-in, and the options that its questions show.

    `moves` are told by their effects; `over`: the same with nothing of the plan left to come. `before`: what the triage
    said of questions that the check-in may ask again. `settles`: the level is provisional.
    """

    lines: tuple[Ask, ...]
    verdicts: tuple[tuple[str, Condition], ...]
    moves: tuple[tuple[Effect, Condition], ...]
    over: tuple[tuple[Effect, Condition], ...]
    gone: Condition
    options: tuple[tuple[str, tuple[tuple[str, Condition], ...]], ...]
    before: tuple[tuple[str, frozenset[str]], ...]
    base: int | None
    settles: bool


def opened(pack: Pack, episode: Episode) -> Form:
    """The open form of this episode, not answered yet."""
    plan = flow.plan_of(pack, episode.form)
    moves, asked = visiting.moves(pack, plan), flow.asks(pack, episode)
    names = tuple(dict.fromkeys(line.question for line in asked if line.question))
    facts = flow.facts(pack, replace(episode, check={}))
    known = Known(pack, {name: ticked for name, ticked in facts.items() if name not in names}, MEASURED | set(names))
    last = frozenset({"last", "deadline" if plan and plan.deadline else "before"}) | (facts["timing"] - {"before"})
    over = Known(pack, {**known.answers, "step": frozenset[str](), "timing": last}, known.open)
    form = Form(
        tuple(_lines(asked, known)),
        tuple((each.verdict, left(each.when, known)) for each in pack.check.verdicts),
        tuple((_effect(each, episode), left(each.when, known)) for each in moves),
        tuple((_effect(each, episode), left(each.when, over)) for each in moves),
        left(pack.provisional.gone, known) if pack.provisional else NEVER,
        tuple((name, _options(pack.questions[name], known)) for name in names),
        (),
        episode.base,
        provisional.is_provisional(pack, episode.answers),
    )
    return replace(form, before=tuple(_before(pack, form, facts)))


def _before(pack: Pack, form: Form, facts: Answers) -> Iterator[tuple[str, frozenset[str]]]:
    """Of what was known, all that the conditions left over still look at."""
    parts = [part for when in conditions(form) for part in explore_looks.leaves(pack, when)]
    counted = any(isinstance(part, (Points, Best)) for part in parts)
    named = {part.question for part in parts if isinstance(part, Ticked)}
    return ((name, ticked) for name, ticked in sorted(facts.items()) if counted or name in named)


def _lines(asked: Iterable[Ask], known: Known) -> Iterator[Ask]:
    """The lines that may still be asked. A question of the form counts as open, whatever the triage said of it."""
    for line in asked:
        when = left(line.when, known)
        if when != NEVER:
            yield Ask(line.question, when)


def _options(question: Question, known: Known) -> tuple[tuple[str, Condition], ...]:
    return tuple((option.id, left(option.when, known)) for option in question.options)


def left(when: Condition, known: Known) -> Condition:
    """What is left of a condition once all that is known is worked out."""
    value = holds(when, known)
    if value is not None:
        return ALWAYS if value else NEVER
    match when:
        case And(parts):
            open_parts = tuple(found for part in parts if (found := left(part, known)) != ALWAYS)
            return open_parts[0] if len(open_parts) == 1 else And(open_parts)
        case Or(parts):
            open_parts = tuple(found for part in parts if (found := left(part, known)) != NEVER)
            return open_parts[0] if len(open_parts) == 1 else Or(open_parts)
        case Not(part):
            return Not(left(part, known))
        case Name(name):
            return left(known.definition(name), known)
        case _:
            return when


def conditions(form: Form) -> tuple[Condition, ...]:
    """Every condition of the form."""
    options = (when for _, each in form.options for _, when in each)
    return (*(line.when for line in form.lines), *options, *measures(form))


def measures(form: Form) -> tuple[Condition, ...]:
    """What the finished form is measured by."""
    moves = (when for _, when in (*form.moves, *form.over))
    return (*(when for _, when in form.verdicts), *moves, form.gone)


def by_question(pack: Pack, found: Iterable[Condition]) -> dict[str, tuple[Ticked, ...]]:
    """The parts of conditions that tell the answers to a question apart."""
    looked: dict[str, dict[Ticked, None]] = {}
    for part in (part for when in found for part in explore_looks.leaves(pack, when)):
        if isinstance(part, Ticked):
            looked.setdefault(part.question, {})[part] = None
    return {question: tuple(parts) for question, parts in looked.items()}
