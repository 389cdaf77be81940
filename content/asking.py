"""One question after another: what a press on the open card does to an episode."""

from __future__ import annotations

from dataclasses import replace

from content import buttons, flow, recall, strength
from content.assess import Known, certain_alone
from content.conditions import NOT_SURE
from content.episode import NOTHING, TRIAGE, Decision, Episode, Json, Say
from content.pack import Answers, Pack, Question


def question_say(pack: Pack, episode: Episode, *, new: bool = False, urgent: bool = False) -> Say:
    """The open question as it stands: its lines, ticks and progress; or the card of what is known already."""
    if recall.is_confirming(episode):
        return _still_say(pack, episode, new=new)
    question = pack.questions[episode.question or ""]
    progress = flow.progress(pack, episode)
    values: dict[str, Json] = {
        "turn": episode.turn,
        "form": episode.form,
        "question": question.id,
        "options": list[Json](flow.shown_options(pack, episode, question)),
        "ticked": list[Json](sorted(episode.ticked)),
        "helped": episode.helped,
        "number": progress.number,
        "total": progress.total,
        "first": not episode.trail,
        "emergency": bool(episode.level and pack.levels[episode.level].alone),
        "alarming": is_alarming(pack, episode),
    }
    return Say("question", values, where="new" if new else "edit", card=True, urgent=urgent)


def _still_say(pack: Pack, episode: Episode, *, new: bool) -> Say:
    """Everything that is known from the last check, on one card: does it still hold?"""
    known, progress = recall.to_confirm(episode, flow.open_questions(pack, episode)), flow.progress(pack, episode)
    values: dict[str, Json] = {
        "turn": episode.turn,
        "at": episode.back.at if episode.back else "",
        "known": [[name, list[Json](sorted(known[name]))] for name in pack.questions if name in known],
        "number": progress.number,
        "total": progress.total,
    }
    return Say("still_true", values, where="new" if new else "edit", card=True)


def is_alarming(pack: Pack, episode: Episode) -> bool:
    """Do the ticks alone, before Done is pressed, already mean an emergency?"""
    if not episode.ticked or episode.question is None:
        return False
    given = {**flow.facts(pack, episode), episode.question: episode.ticked}
    return certain_alone(Known(pack, given, flow.open_questions(pack, episode) - {episode.question}))


def with_ticks(episode: Episode) -> Episode:
    """The ticks of the open question taken as its answer: somebody who leaves has still ticked them."""
    if not episode.ticked or episode.question is None:
        return episode
    return _with_answers(episode, {**flow.own_answers(episode), episode.question: episode.ticked})


def toast(kind: str, **values: Json) -> Say:
    """A short answer to the press."""
    return Say(kind, values, where="toast")


def open_form(pack: Pack, episode: Episode, form: str) -> Episode:
    """The episode with this form open at its first question; older buttons lose their force."""
    empty: Answers = {}
    opened = replace(episode, form=form, check=empty, trail=(), ticked=frozenset(), helped=False, turn=episode.turn + 1)
    return replace(opened, question=flow.next_question(pack, opened))


def close_form(episode: Episode) -> Episode:
    """Nothing is being asked any more."""
    return replace(
        episode, form=NOTHING, question=None, ticked=frozenset(), trail=(), helped=False, turn=episode.turn + 1
    )


def press(pack: Pack, episode: Episode, option: str) -> Decision | Episode:
    """What a press on the open question does; the answered episode when this press completes the form."""
    question = pack.questions[episode.question or ""]
    if option == buttons.BACK:
        return _back(pack, episode)
    if recall.is_confirming(episode):
        return _confirmed(pack, episode, option)
    if option == buttons.UNSURE and question.kind == "gate" and not episode.helped:
        return _shown(pack, replace(episode, helped=True, turn=episode.turn + 1))
    if option[:1] in {buttons.TICK, buttons.UNTICK}:
        return _toggle(pack, episode, question, option)
    if option == buttons.DONE and not episode.ticked:
        return Decision(episode, (toast("tick_first"),))
    moved = answered(pack, episode, option)
    if moved is None:
        return Decision(episode, stale=True)
    return _next(pack, moved)


def _next(pack: Pack, episode: Episode) -> Decision | Episode:
    """Past what an earlier answer stands for, as if it had been pressed, to the next question; or to the end."""
    while recall.stands(episode) and episode.back and not is_complete(pack, episode):
        episode = _given(pack, episode, episode.back.known[episode.question or ""])
    return episode if is_complete(pack, episode) else _shown(pack, episode)


def _confirmed(pack: Pack, episode: Episode, option: str) -> Decision | Episode:
    """Still true: it stands, each answer in its question's place. Changed: all of it is asked, as of everybody."""
    if episode.back is None or option not in {buttons.STILL, buttons.CHANGE}:
        return Decision(episode, stale=True)
    empty: Answers = {}
    back = replace(episode.back, sure=True) if option == buttons.STILL else replace(episode.back, known=empty)
    return _next(pack, replace(episode, back=back, turn=episode.turn + 1))


def answered(pack: Pack, episode: Episode, option: str) -> Episode | None:
    """The episode after an answer, at its next question; None when the option is not on the card."""
    question = pack.questions[episode.question or ""]
    ticked = _answer(pack, episode, question, option)
    if ticked is None:
        return None
    return replace(_given(pack, episode, ticked), in_words=_in_words(episode, question, option))


def _given(pack: Pack, episode: Episode, ticked: frozenset[str]) -> Episode:
    """The episode with this answer to its open question, at the next one."""
    question = episode.question or ""
    moved = _with_answers(episode, {**flow.own_answers(episode), question: ticked})
    moved = replace(moved, trail=(*episode.trail, question), ticked=frozenset(), helped=False, turn=episode.turn + 1)
    return replace(moved, question=flow.next_question(pack, moved))


def is_complete(pack: Pack, episode: Episode) -> bool:
    """No question is left, or an emergency is already certain whatever the rest would be."""
    if episode.question is None:
        return True
    return certain_alone(flow.ahead(pack, episode))


def _answer(pack: Pack, episode: Episode, question: Question, option: str) -> frozenset[str] | None:
    shown = flow.shown_options(pack, episode, question)
    if option == buttons.UNSURE:
        return frozenset({NOT_SURE})
    if option == buttons.DONE and question.multiple:
        return episode.ticked
    picked = option[1:]
    if _is_phrase(question, option):
        return frozenset({str(strength.PHRASES[picked])})
    if option[:1] != buttons.PICK or picked not in shown:
        return None
    return frozenset({picked}) if not question.multiple or picked in question.alone else None


def _is_phrase(question: Question, option: str) -> bool:
    """Is it told in words how strong it is? Both are answers, whichever the card showed."""
    return question.kind == "scale" and option[:1] == buttons.PICK and option[1:] in strength.PHRASES


def _in_words(episode: Episode, question: Question, option: str) -> tuple[str, ...]:
    others = tuple(each for each in episode.in_words if each != question.id)
    return (*others, question.id) if _is_phrase(question, option) else others


def _toggle(pack: Pack, episode: Episode, question: Question, option: str) -> Decision:
    sign, picked = option[:1], option[1:]
    if not question.multiple or picked not in flow.shown_options(pack, episode, question) or picked in question.alone:
        return Decision(episode, stale=True)
    ticked = episode.ticked | {picked} if sign == buttons.TICK else episode.ticked - {picked}
    if question.at_most and len(ticked) > question.at_most:
        return Decision(episode, (toast("at_most", most=question.at_most),))
    if ticked == episode.ticked:
        return Decision(episode)
    return _shown(pack, replace(episode, ticked=ticked))


def _back(pack: Pack, episode: Episode) -> Decision:
    if not episode.trail:
        return Decision(episode, (toast("first_question"),))
    episode = _asked_last(episode)
    last = episode.trail[-1]
    own = flow.own_answers(episode)
    moved = _with_answers(episode, {name: ticked for name, ticked in own.items() if name != last})
    return _shown(
        pack,
        replace(
            moved,
            question=last,
            trail=episode.trail[:-1],
            ticked=_ticks_of(pack, episode, last),
            helped=False,
            turn=episode.turn + 1,
        ),
    )


def _ticks_of(pack: Pack, episode: Episode, name: str) -> frozenset[str]:
    """What its card shows as ticked when it is opened again; the card of what is known has no boxes."""
    question = pack.questions[name]
    is_known = episode.form == TRIAGE and episode.back is not None and name in episode.back.known
    if is_known or not question.multiple:
        return frozenset()
    return flow.own_answers(episode)[name] - {NOT_SURE} - question.alone


def _asked_last(episode: Episode) -> Episode:
    """Without the earlier answers that stand after the last card; their own card opens again where it stood."""
    standing = recall.standing(episode) if episode.form == TRIAGE else frozenset[str]()
    while episode.trail[-1] in standing and standing & set(episode.trail[:-1]):
        last = episode.trail[-1]
        rest = {name: ticked for name, ticked in episode.answers.items() if name != last}
        episode = replace(episode, answers=rest, trail=episode.trail[:-1])
    if episode.trail[-1] in standing and episode.back:
        return replace(episode, back=replace(episode.back, sure=False))
    return episode


def _with_answers(episode: Episode, answers: Answers) -> Episode:
    return replace(episode, answers=answers) if episode.form == TRIAGE else replace(episode, check=answers)


def _shown(pack: Pack, episode: Episode) -> Decision:
    return Decision(episode, (question_say(pack, episode),))
