"""A person of a given truth walked through the real flow: what they come to answer. Holds the solver to account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content import asking, flow
from content.conditions import NOT_SURE
from content.decide import start
from content.episode import Episode
from content.pack import Answers, Pack


def triage(pack: Pack, truth: Answers, *, minor: bool = False) -> Episode:
    """The triage to its end, answering every question as the truth says."""
    return _through(pack, start(pack, "UTC", minor=minor), truth)


def checked(pack: Pack, episode: Episode, truth: Answers) -> dict[str, frozenset[str]]:
    """The answers that count after a common check-in that reports something new, answered as the truth says."""
    following = replace(episode, state="following", level=pack.mildest)
    opened = asking.open_form(pack, following, "returning/-")
    done = _through(pack, opened, truth)
    asked = {ask.question for ask in pack.flow}
    return {**episode.answers, **{name: ticked for name, ticked in done.check.items() if name in asked}}


def _through(pack: Pack, episode: Episode, truth: Answers) -> Episode:
    while not asking.is_complete(pack, episode):
        question = pack.questions[episode.question or ""]
        shown = {*flow.shown_options(pack, episode, question), NOT_SURE}
        ticked = truth.get(question.id, frozenset()) & shown or question.alone or frozenset({NOT_SURE})
        given = {**flow.own_answers(episode), question.id: ticked}
        episode = _answering(episode, given, question.id)
        episode = replace(episode, question=flow.next_question(pack, episode))
    return episode


def _answering(episode: Episode, given: Mapping[str, frozenset[str]], question: str) -> Episode:
    trail = (*episode.trail, question)
    if episode.form == "triage":
        return replace(episode, answers=given, trail=trail)
    return replace(episode, check=given, trail=trail)
