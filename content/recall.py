"""A complaint that comes back: which earlier answers may stand, and how urgent it is at least. Pure.

An earlier answer never goes before its question's turn, nor before the person has said that it still holds: it is taken
in the question's place, as if they had pressed it again. So a check that comes back ends with answers that somebody
can give who is asked everything, and what is proved for all of those holds here too. Red flags are never known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from content.conditions import NOT_SURE, holds
from content.episode import TRIAGE, Episode
from content.known import Known
from content.pack import Answers, Pack, Question


def is_recent(pack: Pack, began: datetime, now: datetime) -> bool:
    """Does a check that began then still count?"""
    return pack.recall is not None and now - began <= pack.recall.within


def known(old: Pack, new: Pack, answers: Answers, since: Iterable[Answers] = ()) -> Answers:
    """Of the answers given in `old`, those that may stand in `new` once confirmed.

    Only lasting questions, which both versions ask in the same words with the same options, and only what the person
    could tell. `since`: the answers of newer checks; who has answered otherwise there is asked again.
    """
    if old.id != new.id or new.recall is None:
        return {}
    newer = list(since)
    return {
        question.id: answers[question.id]
        for question in new.questions.values()
        if question.lasting
        and question.kind != "gate"
        and _may_stand(answers.get(question.id, frozenset()), question)
        and all(each.get(question.id, answers[question.id]) == answers[question.id] for each in newer)
        and _is_asked_alike(old, new, question)
    }


def _may_stand(ticked: frozenset[str], question: Question) -> bool:
    return bool(ticked) and NOT_SURE not in ticked and ticked <= set(question.option_ids)


def _is_asked_alike(old: Pack, new: Pack, question: Question) -> bool:
    """The same kind, options and words, in every language that both speak: what changed may mean something else."""
    before = old.questions.get(question.id)
    if before is None or _card(before) != _card(question):
        return False
    spoken = set(old.languages) & set(new.languages)
    return bool(spoken) and all(_words(old, each, question.id) == _words(new, each, question.id) for each in spoken)


def _card(question: Question) -> object:
    return question.kind, question.options, question.alone, question.at_most, question.show


def _words(pack: Pack, language: str, question: str) -> object:
    questions = pack.words.get(language, {}).get("questions")
    return questions.get(question) if isinstance(questions, dict) else None


# --- while it is asked ------------------------------------------------------------------------------------------------


def standing(episode: Episode) -> frozenset[str]:
    """The questions that an earlier answer, said to hold still, stands for."""
    return frozenset(episode.back.known) if episode.back is not None and episode.back.sure else frozenset()


def stands(episode: Episode) -> bool:
    """Is the open question answered already, by what still holds?"""
    return episode.form == TRIAGE and episode.question in standing(episode)


def is_confirming(episode: Episode) -> bool:
    """Does the open card ask whether what is known still holds, in its first question's place?"""
    back = episode.back
    return episode.form == TRIAGE and back is not None and not back.sure and episode.question in back.known


def to_confirm(episode: Episode, open_questions: frozenset[str]) -> Answers:
    """What the card lists: everything known that may still stand for a question."""
    earlier = episode.back.known if episode.back is not None else {}
    return {name: ticked for name, ticked in earlier.items() if name in open_questions}


# --- how urgent -------------------------------------------------------------------------------------------------------


def raised(pack: Pack, episode: Episode, level: str) -> tuple[str, str] | None:
    """The more urgent level that coming back alone makes of this one, and the text that says why; None for none."""
    back = episode.back
    if pack.recall is None or back is None or back.times < 2:
        return None
    facts = Known(pack, episode.answers)
    floors = [(_calmer(pack, back.level), pack.recall.say)] if back.level in pack.levels else []
    floors += [
        (floor.level, floor.say)
        for floor in pack.recall.floors
        if back.times >= floor.times and holds(floor.when, facts)
    ]
    more = [each for each in floors if pack.levels[each[0]].rank < pack.levels[level].rank]
    return min(more, key=lambda each: pack.levels[each[0]].rank, default=None)


def _calmer(pack: Pack, level: str | None) -> str:
    """The level last told; for an emergency the one below it: only today's red flags are an emergency today."""
    told = level or pack.mildest
    return pack.more_urgent(pack.mildest, len(pack.levels)) if pack.levels[told].alone else told
