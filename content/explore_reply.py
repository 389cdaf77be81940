"""What somebody may answer to an open check-in: every danger alone, every word, every option of the plan's questions.

Each form is walked as `asking` walks it. The question that the verdict looks at first takes every answer; of all the
others at most two at a time differ from a person who has nothing to add. Replies that amount to the same word, the same
move and the same measure are one reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from content import answering, asking, buttons, flow, provisional, telling
from content.assess import Known
from content.conditions import NOT_SURE, Condition, Name, Ticked, holds, walk
from content.episode import Episode
from content.pack import Answers, Pack, Question

DIFFERENT = 2


@dataclass(frozen=True, slots=True)
class Reply:
    """A card that somebody has filled in, and the press that sends it. `dangers` are the red flags ticked on it.

    `option` is None when it is never sent: somebody ticked, or even confirmed, a danger and answers nothing more.
    """

    card: Episode
    option: str | None
    given: Answers
    dangers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Walk:
    """A form under way: how many answers still may differ from those of a person who has nothing to add."""

    episode: Episode
    left: int = DIFFERENT


def replies(pack: Pack, episode: Episode) -> list[Reply]:
    """The replies to the open form, one of each kind."""
    found: dict[object, Reply] = {}
    for reply in _walked(pack, Walk(episode)):
        found.setdefault(_amounts_to(pack, reply), reply)
    return list(found.values())


def _walked(pack: Pack, walked: Walk) -> Iterator[Reply]:
    question = pack.questions[walked.episode.question or ""]
    before = dangers(pack, walked.episode.check)
    for option, cost in _options(pack, walked, question):
        if cost > walked.left or (before and question.kind == "gate" and cost):
            continue
        card, press = _pressed(question, option, walked.episode)
        moved = asking.answered(pack, card, press)
        if moved is None:
            continue
        yield from _after(pack, walked, card, press, moved, cost)


def _after(pack: Pack, walked: Walk, card: Episode, press: str, moved: Episode, cost: int) -> Iterator[Reply]:
    """The reply, when it is complete; else all that may be answered next, and a danger that is left unsent."""
    found = dangers(pack, moved.check)
    new = bool(found) and not dangers(pack, walked.episode.check)
    if new and press == buttons.DONE:
        yield Reply(card, None, moved.check, found)
    if moved.question is None or (found and asking.is_complete(pack, moved)):
        yield Reply(card, press, moved.check, found)
        return
    if new:
        yield Reply(moved, None, moved.check, found)
    yield from _walked(pack, Walk(moved, walked.left - cost + (1 if new else 0)))


def dangers(pack: Pack, given: Answers) -> frozenset[tuple[str, str]]:
    """The red flags among these answers; "not sure" about a gate is one."""
    gates = [name for name in given if pack.questions[name].kind == "gate"]
    return frozenset((name, each) for name in gates for each in given[name] - pack.questions[name].alone)


def _options(pack: Pack, walked: Walk, question: Question) -> list[tuple[str, int]]:
    """Each answer, and whether it counts as one that differs."""
    if question.id == pack.check.score:
        return _scores(walked.episode, question)
    shown = [*flow.shown_options(pack, walked.episode, question), NOT_SURE]
    usual = next((each for each in shown if each in question.alone), shown[_calmest(pack, question, shown)])
    free = question.id == leading(pack)
    return [(each, 0 if free or each == usual else 1) for each in shown]


def _calmest(pack: Pack, question: Question, shown: list[str]) -> int:
    """The option that asks for nothing more: of those after which the fewest lines of the check-in follow."""
    lines = [each.when for each in pack.check.flow]
    more = [sum(_mentions(pack, when, question.id, option) for when in lines) for option in shown]
    return more.index(min(more))


def _mentions(pack: Pack, when: Condition, question: str, option: str) -> bool:
    for part in walk(when):
        if isinstance(part, Ticked) and part.question == question and option in part.options:
            return True
        if isinstance(part, Name) and _mentions(pack, pack.define[part.name], question, option):
            return True
    return False


def _scores(episode: Episode, question: Question) -> list[tuple[str, int]]:
    """As strong as before, clearly more, clearly less, and not sure."""
    base = episode.base if episode.base is not None else 5
    wanted = [(base, 0), (base + answering.SMALLEST_CHANGE, 1), (base - max(2, -(-base // 3)), 1)]
    return [*((str(each), cost) for each, cost in wanted if str(each) in question.option_ids), (NOT_SURE, 1)]


def leading(pack: Pack) -> str | None:
    """The question that the pack's verdicts look at first: how it is now."""
    parts = (part for each in pack.check.verdicts for part in walk(each.when))
    return next((part.question for part in parts if isinstance(part, Ticked)), None)


def _pressed(question: Question, option: str, episode: Episode) -> tuple[Episode, str]:
    if option == NOT_SURE:
        return replace(episode, helped=True), buttons.UNSURE
    if not question.multiple or option in question.alone:
        return episode, f"{buttons.PICK}{option}"
    return replace(episode, ticked=frozenset({option})), buttons.DONE


def _amounts_to(pack: Pack, reply: Reply) -> object:
    """What the engine can tell apart in a reply: the dangers; else the word, the move, the measure, what settles."""
    if reply.dangers:
        triage = {ask.question for ask in pack.flow}
        told = {name: ticked for name, ticked in reply.given.items() if name in triage}
        return reply.option is None, reply.card.question if reply.option is None else "", frozenset(told.items())
    done = replace(reply.card, check=reply.given)
    facts = flow.check_facts(pack, done, done.form)
    score = telling.score(reply.given, pack.check.score)
    facts["change"] = frozenset({answering.change(done.base, score)})
    facts["verdict"] = frozenset({answering.verdict(pack, facts)})
    plan, known = flow.plan_of(pack, done.form), Known(pack, facts)
    moves = (*(plan.moves if plan else ()), *pack.check.moves)
    move = next((number for number, each in enumerate(moves) if holds(each.when, known)), None)
    measure = answering.base_after(done.base, score, next(iter(facts["verdict"])))
    return facts["verdict"], move, measure, _settles(pack, done, facts, known)


def _settles(pack: Pack, episode: Episode, facts: Answers, known: Known) -> object:
    ours = pack.provisional
    if ours is None or not provisional.is_provisional(pack, episode.answers):
        return None
    return holds(ours.gone, known), facts.get(ours.ask)
