"""Icing rounds, made safe: only behind the safety question, a skin check before each round, a time to take it off.

Rounds keep their hours: one that was missed or skipped is never caught up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from content import asking, buttons, flow, telling, wishes
from content.assess import Known, sayable
from content.conditions import holds
from content.episode import ICE, Decision, Due, Episode, FollowUp, Icing, Json, Say
from content.hours import DAY, Hours, awake, is_quiet
from content.pack import Ice, Pack, Rhythm
from content.plan import later

MOST_DAYS = 14
MOST_MISSED = 2
PUT_OFF = timedelta(minutes=15)
EVERYTHING = ("ice/",)


def asked(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """The person asks for ice: the safety question comes first, whatever is known already."""
    ice, outcome = pack.ice, telling.current(pack, episode) if episode.level else None
    if ice is None or outcome is None or episode.state != "following":
        return Decision(episode, (asking.toast("ice_past"),))
    if not outcome.may_ice:
        return Decision(episode, (_refusal(pack, ice, episode, edit=False),))
    refusal = _not_now(episode, now)
    if refusal is not None:
        return Decision(episode, (asking.toast(refusal),))
    if episode.form == ICE:
        return Decision(episode, (asking.question_say(pack, episode, new=True),))
    opened = asking.open_form(pack, episode, ICE)
    return Decision(opened, (asking.question_say(pack, opened, new=True),))


def _not_now(episode: Episode, now: datetime) -> str | None:
    """Why another icing day cannot begin: one is under way, or today's, or all fourteen, are done."""
    icing = episode.icing
    if icing is None or icing.phase == "choosing":
        return None
    today = icing.day == _day(episode, now)
    if today and icing.phase != "over":
        return "ice_running"
    return "ice_enough" if today or icing.days >= MOST_DAYS else None


def cleared(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """The safety question is answered: one tick, or "not sure", means no ice."""
    ice = pack.ice
    assert ice is not None  # noqa: S101 - the ice form exists only in a pack with ice
    ticked = episode.check.get(ice.ask, frozenset())
    closed = asking.close_form(episode)
    if not ticked or ticked - pack.questions[ice.ask].alone:
        return Decision(closed, (_refusal(pack, ice, closed, edit=True),))
    known = Known(pack, episode.answers)
    iced = episode.icing.days - (episode.icing.phase == "choosing") if episode.icing else 0
    gentle = iced > 0 or bool(holds(ice.gentle_when, known))
    chosen = Icing("", 0, 0, "choosing", _day(episode, now), iced + 1)
    values: dict[str, Json] = {
        "how": list[Json](sayable(pack, known, ice.how)),
        "gentle": gentle,
        "rhythms": [
            {"id": each.id, "rounds": len(_times(each, episode.hours, now))} for each in _offered(ice, chosen.days)
        ],
        "minutes": ice.minutes,
    }
    return Decision(replace(closed, icing=chosen), (Say("ice_choose", values, where="edit"),))


def _offered(ice: Ice, day: int) -> tuple[Rhythm, ...]:
    """Every rhythm on the first day of icing, afterwards the gentle one only."""
    return tuple(each for each in ice.rhythms if day == 1 or each.id == "gentle")


def _refusal(pack: Pack, ice: Ice, episode: Episode, *, edit: bool) -> Say:
    instead = sayable(pack, Known(pack, episode.answers), ice.instead)
    return Say("ice_refused", {"instead": list[Json](instead)}, where="edit" if edit else "new")


def pressed(pack: Pack, episode: Episode, parts: tuple[str, ...], now: datetime) -> Decision:
    """A button of an icing message; one that no longer fits changes nothing."""
    ice, icing = pack.ice, episode.icing
    if ice is None or icing is None or icing.phase == "over" or episode.state != "following":
        return Decision(episode, (asking.toast("ice_past"),))
    match parts:
        case (buttons.RHYTHM, chosen) if icing.phase == "choosing" and icing.day == _day(episode, now):
            rhythm = next((each for each in _offered(ice, icing.days) if each.id == chosen), None)
            return _begin(ice, episode, icing, rhythm, now) if rhythm else Decision(episode, stale=True)
        case (buttons.SKIN, number, skin) if icing.phase == "checking" and number == str(icing.round):
            return _skin(pack, ice, episode, icing, skin, now)
        case (buttons.OFF, number) if icing.phase == "icing" and number == str(icing.round):
            return _off(episode, icing)
        case (buttons.ICE_LATER, number) if icing.phase == "checking" and number == str(icing.round):
            return _later(ice, episode, icing, now)
        case (buttons.ICE_STOP,):
            return _over(episode, icing, "ice_stopped")
        case _:
            return Decision(episode, (asking.toast("ice_past"),))


def _begin(ice: Ice, episode: Episode, icing: Icing, rhythm: Rhythm, now: datetime) -> Decision:
    fitting = _times(rhythm, episode.hours, now)
    rounds = len(fitting)
    started = replace(icing, rhythm=rhythm.id, rounds=rounds, round=1, phase="checking")
    planned = (*_rounds(ice, episode, fitting, 1)[1:], _lapse(ice, 1, now))
    begun = replace(episode, icing=started)
    says = (Say("ice_begun", {"rhythm": rhythm.id, "rounds": rounds}, where="edit"), _round_say(started))
    return Decision(begun, says, plan=planned)


def _rounds(ice: Ice, episode: Episode, times: list[datetime], first: int) -> tuple[FollowUp, ...]:
    """Rounds at these times, numbered from `first`, and the check after the last one where that is not at night."""
    lapse = timedelta(minutes=ice.lapse_min)
    planned = [FollowUp(f"ice/{number}", each, each + lapse) for number, each in enumerate(times, first)]
    after = times[-1] + timedelta(minutes=ice.minutes + ice.after_last_min)
    if not is_quiet(after, episode.hours):
        planned.append(FollowUp(f"ice/{flow.AFTER_ICE}", after, after + timedelta(hours=3)))
    return tuple(planned)


def _later(ice: Ice, episode: Episode, icing: Icing, now: datetime) -> Decision:
    """This round a little later, and with it all that follow: the skin gets as long between two rounds as before."""
    start = now + PUT_OFF
    rhythm = next((each for each in ice.rhythms if each.id == icing.rhythm), None)
    if rhythm is None or is_quiet(start, episode.hours):
        return Decision(episode, (asking.toast("ice_night"),))
    left = _times(rhythm, episode.hours, start)[: icing.rounds - icing.round + 1]
    waiting = replace(icing, phase="waiting", rounds=icing.round + len(left) - 1)
    says = (Say("ice_put_off", {"at": start.isoformat()}, where="edit"),)
    planned = _rounds(ice, episode, left, icing.round)
    return Decision(replace(episode, icing=waiting), says, plan=planned, cancel=EVERYTHING)


def _times(rhythm: Rhythm, hours: Hours, now: datetime) -> list[datetime]:
    """The first round now, the others until the night: a round that would ring in quiet hours ends the row."""
    times = [now + number * rhythm.every for number in range(rhythm.rounds)]
    return [now, *takewhile(lambda moment: not is_quiet(moment, hours), times[1:])]


def _lapse(ice: Ice, number: int, now: datetime) -> FollowUp:
    due_at = now + timedelta(minutes=ice.lapse_min)
    return FollowUp(f"ice/{number}/lapse", due_at, due_at + timedelta(days=1), urgent=True)


def taken_off(episode: Episode, decision: Decision) -> Decision:
    """What ends all reminders ends the icing too: somebody with ice on the skin is told to take it off now."""
    if episode.icing is None or episode.icing.phase != "icing" or "*" not in decision.cancel:
        return decision
    return replace(decision, says=(*decision.says, Say("text", {"id": "ice_stopped"}, urgent=True)))


def _round_say(icing: Icing) -> Say:
    return Say("ice_round", {"round": icing.round, "rounds": icing.rounds})


def _skin(pack: Pack, ice: Ice, episode: Episode, icing: Icing, skin: str, now: datetime) -> Decision:
    number = icing.round
    if skin == "ok":
        return _ice_on(ice, episode, icing, now)
    if skin == "cold":
        return _missed(replace(episode, icing=replace(icing, skips=icing.skips + 1)), "ice_skip", f"ice/{number}/")
    if skin == "hurt":
        return _injured(pack, ice, episode, icing, now)
    return Decision(episode, stale=True)


def _ice_on(ice: Ice, episode: Episode, icing: Icing, now: datetime) -> Decision:
    off_at, late_at = now + timedelta(minutes=ice.minutes), now + timedelta(minutes=ice.off_by_min)
    number = icing.round
    grace = timedelta(minutes=ice.off_by_min)
    planned = (
        FollowUp(f"ice/{number}/off", off_at, off_at + grace, urgent=True),
        FollowUp(f"ice/{number}/late", late_at, late_at + grace, urgent=True),
    )
    says = (Say("ice_on", {"round": number, "rounds": icing.rounds, "off_at": off_at.isoformat()}, where="edit"),)
    iced_at = (*episode.iced_at, now.isoformat())
    started = replace(episode, icing=replace(icing, phase="icing"), iced_at=iced_at)
    return Decision(started, says, plan=planned, cancel=(f"ice/{number}/lapse",))


def _off(episode: Episode, icing: Icing) -> Decision:
    number = icing.round
    last = number >= icing.rounds
    rested = replace(episode, icing=replace(icing, phase="over" if last else "waiting"))
    says = (Say("ice_off_done", {"round": number, "rounds": icing.rounds}, where="edit"),)
    return Decision(rested, says, cancel=(f"ice/{number}/",))


def _missed(episode: Episode, kind: str, cancel: str) -> Decision:
    """A round was skipped or lapsed: two of a kind end the icing for today."""
    icing = episode.icing
    assert icing is not None  # noqa: S101 - only called while icing
    if max(icing.skips, icing.lapses) >= MOST_MISSED:
        return _over(episode, icing, "ice_end_today" if icing.skips >= MOST_MISSED else "ice_paused")
    last = icing.round >= icing.rounds
    waiting = replace(episode, icing=replace(icing, phase="over" if last else "waiting"))
    says = (Say("text", {"id": kind}, where="edit"),) if kind == "ice_skip" else ()
    return Decision(waiting, says, cancel=(cancel,))


def _over(episode: Episode, icing: Icing, say: str) -> Decision:
    ended = replace(episode, icing=replace(icing, phase="over"))
    told = Say("text", {"id": say}) if say == "ice_paused" else Say("text", {"id": say}, where="edit")
    return Decision(ended, (told,), cancel=EVERYTHING)


def _tomorrow(pack: Pack, episode: Episode, now: datetime) -> tuple[FollowUp, ...]:
    """The check of the next day after a pause, where the plan has none of its own then."""
    soon = now + timedelta(hours=36)
    if any(now < each.due_at <= soon for each in telling.plan_again(pack, episode)):
        return ()
    due_at = awake(later(now, DAY, episode.hours), episode.hours)
    return (FollowUp(f"ice/{flow.AFTER_ICE}", due_at, due_at + DAY),)


def _injured(pack: Pack, ice: Ice, episode: Episode, icing: Icing, now: datetime) -> Decision:
    """White, hard, waxy or blistered skin: icing ends for good, and somebody must look at it."""
    level = pack.most_urgent(ice.injury_level, episode.level or ice.injury_level)
    hurt = replace(
        wishes.anew(asking.close_form(episode)),
        level=level,
        plan=pack.levels[level].plan,
        planned_from=now,
        icing=replace(icing, phase="over", days=MOST_DAYS),
    )
    planned = telling.plan_again(pack, hurt)
    values: dict[str, Json] = {
        "level": level,
        "whom": list[Json](pack.levels[level].whom),
        "steps": list[Json](ice.injury_steps),
        "avoid": list[Json](ice.injury_avoid),
    }
    says = (Say("check_closed", where="edit"), Say("ice_injury", values, urgent=True))
    return Decision(hurt, says, plan=planned, cancel=("*",))


def due(pack: Pack, episode: Episode, event: Due, now: datetime) -> Decision:
    """A round, its lapse, or the moment to take the ice off has come."""
    ice, icing = pack.ice, episode.icing
    parts = event.key.split("/")
    if ice is None or icing is None or icing.phase == "over":
        return Decision(episode)
    number, what = int(parts[1]), parts[2] if len(parts) > 2 else "round"
    if what == "round":
        return _round_due(ice, episode, icing, number, event, now)
    if number != icing.round:
        return Decision(episode)
    if what == "lapse" and icing.phase == "checking":
        lapsed = replace(episode, icing=replace(icing, lapses=icing.lapses + 1))
        decision = _missed(lapsed, "lapse", f"ice/{number}/")
        return replace(decision, plan=_tomorrow(pack, lapsed, now)) if decision.says else decision
    if what in {"off", "late"} and icing.phase == "icing" and now <= event.expires_at:
        return Decision(episode, (Say(f"ice_{what}", {"round": number}, urgent=True),))
    return Decision(episode)


def _round_due(ice: Ice, episode: Episode, icing: Icing, number: int, event: Due, now: datetime) -> Decision:
    """The next round. A round still waiting for its skin check has lapsed with it."""
    if now > event.expires_at:
        return Decision(episode)
    current = replace(icing, round=number, phase="checking")
    return Decision(replace(episode, icing=current), (_round_say(current),), plan=(_lapse(ice, number, now),))


def _day(episode: Episode, now: datetime) -> str:
    return now.astimezone(ZoneInfo(episode.zone)).date().isoformat()
