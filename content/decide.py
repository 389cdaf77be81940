"""decide(pack, episode, event, now) -> Decision: the function the house exists for. Pure: no clock, no I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content import (
    answering,
    asking,
    away,
    buttons,
    checking,
    flow,
    icing,
    looking,
    moving,
    outage,
    pausing,
    putting_off,
    recall,
    replan,
    telling,
)
from content.assess import Outcome, assess
from content.episode import (
    ICE,
    NOTHING,
    TRIAGE,
    ClockChanged,
    Decision,
    Dropped,
    Due,
    Entry,
    Episode,
    Event,
    Held,
    Left,
    Moved,
    Pressed,
    Replaced,
    Restored,
    Resumed,
    Say,
    Started,
)
from content.hours import USUAL, Quiet
from content.pack import Pack
from content.plan import follow_ups
from content.remembering import deciding


def start(pack: Pack, zone: str, *, minor: bool = False, quiet: Quiet = USUAL) -> Episode:
    """A new episode at its first question."""
    answers = {pack.minor[0]: frozenset({pack.minor[1]})} if minor and pack.minor else {}
    episode = Episode(zone=zone, minor=minor, answers=answers, quiet=quiet)
    return replace(episode, question=flow.next_question(pack, episode))


def decide(pack: Pack, episode: Episode, event: Event, now: datetime) -> Decision:
    """Everything that follows from one event in one episode, at `now` (aware, UTC).

    An event that no longer fits (an old button, a follow-up nobody waits for) changes nothing.
    """
    with deciding():
        return icing.taken_off(episode, _decided(pack, episode, event, now))


def _decided(pack: Pack, episode: Episode, event: Event, now: datetime) -> Decision:
    match event:
        case Started(back):
            begun = replace(episode, back=back)
            return Decision(begun, (asking.question_say(pack, begun, new=True),))
        case Pressed(turn, option):
            return _pressed(pack, episode, turn, option, now)
        case Due():
            return _due(pack, episode, event, now)
        case Resumed():
            return _resumed(pack, episode)
        case Left():
            return _left(pack, episode, now)
        case Moved():
            return moving.moved(pack, episode, event, now)
        case Dropped():
            return moving.dropped(pack, episode, event, now)
        case Restored():
            return moving.restored(episode, event, now)
        case Held(planned):
            waits = pausing.held(pack, episode, event, now)
            return waits or _due(pack, episode, Due(planned.key, planned.expires_at), now)
        case Replaced():
            ended = replace(asking.close_form(episode), state="closed", ended="replaced")
            return Decision(ended, cancel=("*",))
        case ClockChanged():
            return Decision(replan.moved(episode, event, now))


def _pressed(pack: Pack, episode: Episode, turn: int, option: str, now: datetime) -> Decision:
    name = buttons.command(option)[0]
    if name in buttons.ANYTIME:
        return _anytime(pack, episode, buttons.command(option), now)
    if name in buttons.ICING:
        return icing.pressed(pack, episode, buttons.command(option), now)
    if turn != episode.turn or episode.form == NOTHING or episode.state == "closed":
        return Decision(episode, stale=True)
    if name == buttons.STOP:
        return _left(pack, episode, now, for_good=True)
    if name == buttons.LATER:
        return putting_off.pressed(pack, episode, buttons.command(option)[1:], now)
    found = asking.press(pack, episode, option)
    return away.watched(pack, found, now) if isinstance(found, Decision) else _completed(pack, found, now)


def _completed(pack: Pack, episode: Episode, now: datetime) -> Decision:
    if episode.form == TRIAGE:
        return _outcome(pack, episode, now)
    if episode.form == ICE:
        return icing.cleared(pack, episode, now)
    return answering.completed(pack, episode, now)


def _outcome(pack: Pack, episode: Episode, now: datetime, *, quiet: bool = False) -> Decision:
    """What it looks like, and the check-ins. `quiet`: the person had stopped answering."""
    outcome, plan, reason = _assessed(pack, episode)
    asked = len(episode.trail)
    decided = replace(
        asking.close_form(episode),
        state="following",
        level=outcome.level,
        causes=tuple(each.cause for each in outcome.causes),
        plan=plan,
        planned_from=now,
    )
    decided = telling.based(decided, telling.strong(episode, episode.answers, pack.base_score))
    entry = Entry(now.isoformat(), TRIAGE, "", decided.base, outcome.level, decided.base_in_words)
    decided = replace(decided, history=(*decided.history, entry))
    known = {**episode.answers, "level": frozenset({outcome.level})}
    planned = follow_ups(pack, decided.plan, known, episode.hours, now) if decided.plan else ()
    told = telling.outcome_say(pack, decided, outcome, planned)
    told = replace(told, values={**told.values, "reason": reason, "plan": plan}) if reason else told
    says = (Say("finished", {"asked": asked, "quiet": quiet}, where="edit"), told)
    return Decision(decided, says, planned, cancel=(away.KEY,))


def _assessed(pack: Pack, episode: Episode) -> tuple[Outcome, str | None, str | None]:
    """The outcome and its plan; where coming back makes it more urgent, as after a check-in that does, and why."""
    outcome = assess(pack, episode.answers)
    plan = outcome.plan or pack.levels[outcome.level].plan
    raised = recall.raised(pack, episode, outcome.level)
    if raised is None:
        return outcome, plan, None
    level, reason = raised
    return telling.at_level(pack, episode, outcome, level), pack.levels[level].plan or plan, reason


def _anytime(pack: Pack, episode: Episode, parts: tuple[str, ...], now: datetime) -> Decision:
    name = parts[0]
    if name == buttons.PICTURE:
        return looking.picture(pack, episode, parts[-1])
    if name == buttons.QUESTION:
        return looking.back(pack, episode)
    if name == buttons.ICE:
        return answering.unsaid_danger(pack, episode, now) or icing.asked(pack, episode, now)
    if name == buttons.RESTART:
        return checking.restarted(pack, episode, now)
    if episode.level is None:
        return Decision(episode, stale=True)
    if name in {buttons.PAGE, buttons.DATA}:
        says = telling.papers(pack, parts)
        return Decision(episode, says, stale=not says)
    return Decision(episode, (telling.card(pack, episode, name),))


def _due(pack: Pack, episode: Episode, event: Due, now: datetime) -> Decision:
    if event.key == away.KEY:
        ticked = away.certain(pack, episode)
        return _outcome(pack, ticked, now, quiet=True) if ticked else Decision(episode)
    if outage.is_offer(event.key):
        return outage.offered(pack, episode, event, now)
    if episode.state != "following":
        return Decision(episode)
    if event.key == episode.held:
        episode = replace(episode, held=None)
    if event.key.startswith("ice/") and not event.key.startswith(f"ice/{flow.AFTER_ICE}"):
        return icing.due(pack, episode, event, now)
    return checking.due(pack, episode, event, now)


def _resumed(pack: Pack, episode: Episode) -> Decision:
    if episode.question is None or episode.state == "closed":
        return Decision(episode, (Say("nothing_open", {"following": episode.state == "following"}),))
    return Decision(episode, (asking.question_say(pack, episode, new=True),))


def _left(pack: Pack, episode: Episode, now: datetime, *, for_good: bool = False) -> Decision:
    """Leaving still tells what is already certain: a ticked red flag is never left unsaid.

    `for_good`: of a check-in, stop this episode's reminders too; else only this one check-in is put aside.
    """
    if episode.form == TRIAGE and episode.state == "asking":
        if (ticked := away.certain(pack, episode)) is not None:
            return _outcome(pack, ticked, now)
        ended = replace(asking.close_form(episode), state="closed", ended="stopped", left_at=episode.question)
        return Decision(ended, (Say("stopped", where="edit"),), cancel=("*",))
    if episode.form == ICE:
        return Decision(asking.close_form(episode), (Say("ice_left", where="edit"),))
    if episode.form != NOTHING:
        return checking.left(pack, episode, now, for_good=for_good)
    return Decision(episode, (Say("nothing_open", {"following": episode.state == "following"}),))
