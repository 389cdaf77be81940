"""What somebody may answer to an open check-in: every danger alone, every combination of all other answers.

Replies that amount to the same word, the same move and the same measure are one reply.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from content import asking, buttons, strength, telling
from content.assess import Known
from content.conditions import holds
from content.episode import Episode
from content.explore_form import Form
from content.explore_walk import CALM, ONE, Filled, Walker, dangers
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
    found: dict[object, Reply] = {}
    for filled, press, given in Walker(pack, form).walked(CALM):
        found.setdefault(_amounts_to(pack, form, given), Reply(filled, press, given))
    return list(found.values())


def dangerous(pack: Pack, form: Form, episode: Episode) -> list[Reply]:
    """The replies with a danger: each alone, with at most one other answer that differs before it and one after it.

    Each as it is sent, as it is ticked and left, and as it is confirmed and nothing more is answered.
    """
    found: dict[object, Reply] = {}
    walker = Walker(pack, form, lambda given: _is_enough(pack, episode, given))
    for filled, press, given in walker.walked(ONE):
        for reply in _sent_or_not(pack, filled, press, given):
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


def _amounts_to(pack: Pack, form: Form, given: Answers) -> object:
    """What the engine can tell apart in a reply: the word, the move, the measure, and what settles the level."""
    base, now = _strength(form.base), _strength(telling.score(given, pack.check.score))
    facts = {**dict(form.before), **given, "change": frozenset({strength.change(base, now)})}
    known = Known(pack, facts)
    word = next((word for word, when in form.verdicts if holds(when, known)), "same")
    known = Known(pack, {**facts, "verdict": frozenset({word})})
    move = next((number for number, when in enumerate(form.moves) if holds(when, known)), None)
    gone = bool(form.settles and holds(form.gone, known))
    told = given.get(pack.provisional.ask) if gone and pack.provisional else None
    return word, move, strength.base_after(base, now, word), gone, told


def _strength(number: int | None) -> strength.Strength | None:
    """Told as a number. In words, nothing else follows: a change is up, level, down or unknown either way."""
    return None if number is None else strength.Strength(number)
