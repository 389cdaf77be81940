"""Somebody would rather look than read: the picture that they may see now."""

from __future__ import annotations

from collections.abc import Iterable

from content import asking, telling
from content.assess import Known, sayable
from content.episode import Decision, Episode, Say
from content.pack import Pack


def picture(pack: Pack, episode: Episode, name: str) -> Decision:
    """The picture as a new message; the card that asked for it stays as it is. An old button shows no picture."""
    if name not in _allowed(pack, episode):
        return Decision(episode, stale=True)
    return Decision(episode, (Say("picture", {"picture": name, "open": episode.question is not None}),))


def back(pack: Pack, episode: Episode) -> Decision:
    """From a picture to the open question, which is further up by now."""
    if episode.question is None or episode.state == "closed":
        return Decision(episode, stale=True)
    return Decision(episode, (asking.question_say(pack, episode, new=True),))


def _allowed(pack: Pack, episode: Episode) -> set[str | None]:
    """Questions' pictures at any time; advice's and ice's only to whom their words may be said."""
    found = {question.picture for question in pack.questions.values()}
    if episode.level is None:
        return found
    outcome = telling.current(pack, episode)
    found |= set(of_advice(pack, sayable(pack, Known(pack, episode.answers), (*outcome.steps, *outcome.avoid))))
    return found | ({pack.ice.picture} if pack.ice and outcome.may_ice else set())


def of_advice(pack: Pack, advice_ids: Iterable[str]) -> tuple[str, ...]:
    """The pictures that show these sentences of advice."""
    found = (pack.advice[each].picture for each in advice_ids)
    return tuple(dict.fromkeys(each for each in found if each))
