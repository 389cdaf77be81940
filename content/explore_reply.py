"""What somebody may answer to an open check-in: every danger alone, every combination of all other answers.

Replies that amount to the same word, the same move and the same measure are one reply.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from content import asking, buttons, strength, telling, visiting
from content.assess import Known
from content.conditions import Condition, holds
from content.episode import Episode
from content.explore_form import NOTHING, Form
from content.explore_looks import Seen
from content.explore_walk import CALM, ONE, Filled, Step, Walker, dangers
from content.pack import Answers, Pack


@dataclass(frozen=True, slots=True)
class Reply:
    """A card that somebody has filled in, and the press that sends it. `dangers` are the red flags ticked on it.

    `press` is None when it is never sent: somebody ticked, or even confirmed, a danger and answers nothing more.
    """

    filled: Filled
    press: str | None
    given: Answers
    dangers: frozenset[tuple[str, str]] = frozenset()

    def on(self, episode: Episode) -> Episode:
        """The filled-in card of this episode."""
        return on(self.filled, episode)


def on(filled: Filled, episode: Episode) -> Episode:
    """The episode with its open form filled in so far."""
    return replace(
        episode,
        question=filled.question,
        trail=tuple(filled.check),
        check=filled.check,
        ticked=filled.ticked,
        helped=filled.helped,
        turn=episode.turn + len(filled.check),
    )


def replies(pack: Pack, form: Form) -> list[Reply]:
    """The replies without a danger, one of each kind."""
    found: dict[object, Step] = {}
    measure = Measure(pack, form)
    for step in Walker(pack, form).walked(CALM):
        found.setdefault(measure.of(step.given), step)
    return [Reply(*step.pressed(), step.given) for step in found.values()]


def dangerous(pack: Pack, form: Form, episode: Episode) -> list[Reply]:
    """The replies with a danger: each alone, with at most one other answer that differs before it and one after it.

    Each as it is sent, as it is ticked and left, and as it is confirmed and nothing more is answered.
    """
    found: dict[object, Reply] = {}
    walker = Walker(pack, form, lambda given: _is_enough(pack, episode, given))
    for step in walker.walked(ONE):
        for reply in _sent_or_not(pack, *step.pressed(), step.given):
            found.setdefault(_means(pack, reply), reply)
    return list(found.values())


def _is_enough(pack: Pack, episode: Episode, given: Answers) -> bool:
    """Is an emergency certain by now, whatever is still to be asked?"""
    return asking.is_complete(pack, replace(episode, check=given, question=next(iter(given))))


def _sent_or_not(pack: Pack, filled: Filled, press: str, given: Answers) -> list[Reply]:
    now, before = dangers(pack, given), dangers(pack, filled.check)
    sent = [Reply(filled, press, given, now)]
    if not now or before:
        return sent if now and filled.complete else []
    ticked = [Reply(filled, None, given, now)] if press == buttons.DONE else []
    if filled.complete:
        return [*ticked, *sent]
    confirmed = Filled(filled.upcoming, given)
    return [*ticked, Reply(confirmed, None, given, now)]


def _means(pack: Pack, reply: Reply) -> object:
    """A red flag's consequences: the answers that go into the triage's, and where it was left when it was not sent."""
    triage = {ask.question for ask in pack.flow}
    told = frozenset((name, ticked) for name, ticked in reply.given.items() if name in triage)
    return reply.press is None, reply.filled.question if reply.press is None else "", told


Chosen = TypeVar("Chosen")


@dataclass(slots=True)
class First(Generic[Chosen]):
    """The first of these whose condition holds, worked out once for all that the conditions see."""

    pack: Pack
    choices: tuple[tuple[Chosen, Condition], ...]
    otherwise: Chosen
    _seen: Seen = field(init=False)
    _found: dict[object, Chosen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seen = Seen.by(self.pack, (when for _, when in self.choices))

    def of(self, facts: Answers) -> Chosen:
        """The first for these facts."""
        key = self._seen.of(facts)
        if key not in self._found:
            known = Known(self.pack, facts)
            self._found[key] = next((each for each, when in self.choices if holds(when, known)), self.otherwise)
        return self._found[key]


class Measure:
    """What the engine can tell apart in the replies to one form: the word, the moves, the score, what is settled."""

    def __init__(self, pack: Pack, form: Form) -> None:
        self._pack, self._form, self._before = pack, form, dict(form.before)
        self._word = First(pack, form.verdicts, "same")
        self._move, self._over = First(pack, form.moves, NOTHING), First(pack, form.over, NOTHING)
        self._gone = First(pack, ((True, form.gone),), otherwise=False)

    def of(self, given: Answers) -> object:
        """The same for replies from which the same follows."""
        pack, base = self._pack, _strength(self._form.base)
        now = _strength(telling.score(given, pack.check.score))
        facts = {**self._before, **given, "change": frozenset({strength.change(base, now)})}
        word = self._word.of(facts)
        facts["verdict"] = frozenset({word})
        move, over = self._move.of(facts), self._over.of(facts)
        gone = self._form.settles and self._gone.of(facts)
        told = given.get(pack.provisional.ask) if gone and pack.provisional else None
        visit = visiting.looks(pack, given) if move[4] or over[4] else ()
        measured = strength.base_after(base, now, word), gone, told
        return word, move, over, measured, visit, visiting.is_milder(pack, given)


def _strength(number: int | None) -> strength.Strength | None:
    """Told as a number. In words, nothing else follows: a change is up, level, down or unknown either way."""
    return None if number is None else strength.Strength(number)
