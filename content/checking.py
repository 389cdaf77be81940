"""Check-ins: the bot asks how it is, measures the answer the same way every time, and knows when it is a doctor's turn.

Silence is never "better": an unanswered check-in is repeated once, then the bot says that it stops, and whom to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from content import asking, flow, telling
from content.assess import Known, assess
from content.conditions import holds
from content.episode import ICE, NOTHING, TRIAGE, Decision, Due, Episode, FollowUp, Json, Say
from content.pack import Answers, Move, Pack
from content.plan import DAY, awake, next_morning, one

AGAIN, STOP, LATER = "again", "stop", "later"
RETURNING = "returning"
PATIENCE = timedelta(days=3)
SMALLEST_CHANGE = 2
DANGER = "new_danger_found"


def due(pack: Pack, episode: Episode, event: Due, now: datetime) -> Decision:
    """A check-in, its one repeat, its end, or its snooze has come due."""
    key, _, suffix = _split(event.key)
    if not _is_wanted(pack, episode, key):
        return Decision(episode)
    danger = unsaid_danger(pack, episode, now)
    if danger is not None:
        return danger
    if suffix and not _is_unanswered(episode, key):
        return Decision(episode)
    if suffix == STOP:
        return _fall_silent(pack, episode)
    if suffix == AGAIN:
        return _ask_again(pack, episode, key, now)
    if episode.repeated and not suffix:
        return _fall_silent(pack, episode)
    if now > event.expires_at:
        return Decision(episode) if _is_followed(pack, episode, key, now) else _fall_silent(pack, episode)
    return _ask(pack, episode, key, now)


def _is_unanswered(episode: Episode, key: str) -> bool:
    """Is this check-in still waiting for its answer? The ice question may stand, or have stood, in its place."""
    return episode.form == key or (episode.form in {ICE, NOTHING} and episode.last_check == key)


def _is_followed(pack: Pack, episode: Episode, key: str, now: datetime) -> bool:
    """Does another check-in of the plan come, after one that was missed? After the way back to running none does."""
    if key.startswith(f"{RETURNING}/"):
        return False
    return any(each.key != key and each.expires_at > now for each in telling.plan_again(pack, episode))


def _split(key: str) -> tuple[str, str, str]:
    parts = key.split("/")
    return "/".join(parts[:2]), "/", parts[2] if len(parts) > 2 else ""


def _is_wanted(pack: Pack, episode: Episode, key: str) -> bool:
    prefix = key.partition("/")[0]
    return prefix in {episode.plan, RETURNING, "ice"}


def _ask(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
    opened = replace(asking.open_form(pack, episode, key), repeated=False, last_check=key)
    urgent = pack.levels[episode.level or pack.mildest].alone
    return Decision(
        opened,
        (asking.question_say(pack, opened, new=True, urgent=urgent),),
        plan=(_ladder(episode, key, STOP if urgent else AGAIN, now),),
        cancel=(f"{episode.form}/",) if episode.form else (),
    )


def _ask_again(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
    opened = replace(asking.open_form(pack, episode, key), repeated=True)
    says = (Say("text", {"id": "asked_again"}), asking.question_say(pack, opened, new=True))
    return Decision(opened, says, plan=(_ladder(episode, key, STOP, now),))


def _ladder(episode: Episode, key: str, rung: str, now: datetime) -> FollowUp:
    due_at = awake(now + DAY, episode.zone)
    return FollowUp(f"{key}/{rung}", due_at, due_at + PATIENCE)


def _fall_silent(pack: Pack, episode: Episode) -> Decision:
    """The bot stops asking and says whom to see. In an emergency it has said so, and adds no word to it."""
    ended = replace(asking.close_form(episode), state="closed", ended="silent", repeated=False)
    if pack.levels[episode.level or pack.mildest].alone:
        return Decision(ended, cancel=("*",))
    whom = list(telling.current(pack, episode).whom)
    return Decision(ended, (Say("stop_asking", {"level": episode.level, "whom": list[Json](whom)}),), cancel=("*",))


def restarted(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """The person wants to be asked again after silence or Stop."""
    if episode.ended not in {"silent", "stopped"} or episode.level is None or episode.plan is None:
        return Decision(episode, stale=True)
    last, planned = episode.last_check, telling.plan_again(pack, episode)
    key = last if last and _is_wanted(pack, episode, last) else planned[-1].key
    opened = replace(asking.open_form(pack, replace(episode, state="following", ended=None), key), last_check=key)
    rest = tuple(each for each in planned if each.due_at > now)
    says = (Say("restarted", where="edit"), asking.question_say(pack, opened, new=True))
    return Decision(opened, says, plan=(*rest, _ladder(opened, key, AGAIN, now)))


def left(pack: Pack, episode: Episode, now: datetime, *, for_good: bool) -> Decision:
    """The person leaves a check-in, or stops them all; a danger ticked before is still answered."""
    danger = unsaid_danger(pack, episode, now)
    if danger is not None:
        return danger
    upcoming = [each.due_at for each in telling.plan_again(pack, episode) if each.due_at > now]
    if for_good or not upcoming or episode.form.startswith(f"{RETURNING}/"):
        return _stopped(pack, episode)
    aside = replace(asking.close_form(episode), repeated=False)
    return Decision(
        aside, (Say("check_aside", {"next": min(upcoming).isoformat()}, where="edit"),), cancel=(f"{episode.form}/",)
    )


def _stopped(pack: Pack, episode: Episode) -> Decision:
    ended = replace(asking.close_form(episode), state="closed", ended="stopped")
    whom: list[Json] = list(telling.current(pack, episode).whom)
    return Decision(ended, (Say("check_stopped", {"level": episode.level, "whom": whom}, where="edit"),), cancel=("*",))


def later(pack: Pack, episode: Episode, parts: tuple[str, ...], now: datetime) -> Decision:
    """The check-in is put off: first the choice of times, then the chosen one."""
    if episode.form in {NOTHING, TRIAGE, ICE} or episode.trail:
        return Decision(episode, stale=True)
    if not parts:
        return Decision(episode, (Say("later_menu", {"turn": episode.turn}, where="edit", card=True),))
    if parts[0] == "back":
        return Decision(episode, (asking.question_say(pack, episode),))
    due_at = next_morning(now, episode.zone) if parts[0] == "morning" else awake(now + _minutes(parts[0]), episode.zone)
    planned = FollowUp(f"{episode.form}/{LATER}", due_at, due_at + PATIENCE)
    waiting = replace(episode, turn=episode.turn + 1, repeated=False)
    says = (Say("later_done", {"at": due_at.isoformat()}, where="edit"),)
    return Decision(waiting, says, plan=(planned,), cancel=(f"{episode.form}/",))


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=min(int(text), 24 * 60)) if text.isdigit() else timedelta(hours=1)


def completed(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """All questions of a check-in are answered: what it amounts to, and what follows."""
    key = episode.form
    if _new_danger(pack, episode):
        return _danger(pack, episode, now)
    facts = flow.check_facts(pack, episode, key)
    now_score = telling.score(episode.check, pack.check.score)
    facts["change"] = frozenset({_change(episode.base, now_score)})
    word = verdict(pack, facts)
    facts["verdict"] = frozenset({word})
    base = episode.base if episode.base is not None else now_score
    done = replace(asking.close_form(episode), base=base, repeated=False)
    move = _first_move(pack, key, facts)
    decision = _moved(pack, done, key, word, move, now)
    return replace(decision, answered={key: word}, cancel=(*decision.cancel, f"{key}/"))


def verdict(pack: Pack, facts: Answers) -> str:
    """Resolved, better, same or worse, by the pack's own definitions."""
    known = Known(pack, facts)
    return next((each.verdict for each in pack.check.verdicts if holds(each.when, known)), "same")


def _change(base: int | None, now_score: int | None) -> str:
    """Up or down by at least 2, and down by at least a third: the smallest change that means something."""
    if base is None or now_score is None:
        return "unknown"
    if now_score - base >= SMALLEST_CHANGE:
        return "up"
    fallen = base - now_score
    return "down" if fallen >= SMALLEST_CHANGE and 3 * fallen >= base else "level"


def unsaid_danger(pack: Pack, episode: Episode, now: datetime) -> Decision | None:
    """What a red flag means that was ticked in the open check-in, when something else is about to take its place."""
    if episode.form in {NOTHING, TRIAGE, ICE}:
        return None
    ticked = asking.with_ticks(episode)
    return _danger(pack, ticked, now) if _new_danger(pack, ticked) else None


def _new_danger(pack: Pack, episode: Episode) -> bool:
    return any(ticked - pack.questions[name].alone for name, ticked in episode.check.items() if _is_gate(pack, name))


def _is_gate(pack: Pack, question: str) -> bool:
    return pack.questions[question].kind == "gate"


def _danger(pack: Pack, episode: Episode, now: datetime) -> Decision:
    triage = {ask.question for ask in pack.flow}
    answers = {**episode.answers, **{name: ticked for name, ticked in episode.check.items() if name in triage}}
    outcome = assess(pack, answers)
    level = pack.most_urgent(outcome.level, episode.level or outcome.level)
    causes = tuple(each.cause for each in outcome.causes)
    found = replace(asking.close_form(episode), answers=answers, causes=causes, repeated=False)
    decision = _escalated(pack, found, level, DANGER, now)
    return replace(decision, answered={episode.form: "danger"})


def _first_move(pack: Pack, key: str, facts: Mapping[str, frozenset[str]]) -> Move | None:
    plan, known = flow.plan_of(pack, key), Known(pack, facts)
    moves = (*(plan.moves if plan else ()), *pack.check.moves)
    return next((move for move in moves if holds(move.when, known)), None)


def _moved(pack: Pack, episode: Episode, key: str, word: str, move: Move | None, now: datetime) -> Decision:
    level = episode.level or pack.mildest
    wanted = level
    if move is not None:
        wanted = pack.most_urgent(level, move.level or level, pack.more_urgent(level, move.up))
    if wanted != level:
        reason = move.say if move and move.say else ("escalated_worse" if word == "worse" else "escalated_persist")
        return _escalated(pack, episode, wanted, reason, now)
    if move is not None and move.end == "returning":
        return _returning(pack, episode, now)
    if move is not None and move.end:
        return _ended(episode, move.end, move.say or _farewell(move.end))
    return _kept(pack, episode, key, move.say if move and move.say else _comment(word, move), now)


def _comment(word: str, move: Move | None) -> str:
    """What is said when the plan goes on; a move that asks for a level already reached repeats the doctor."""
    if move is not None and (move.level or move.up):
        return "persisting"
    return "keep_going" if word in {"better", "resolved"} else "same_next_measure"


def _farewell(end: str) -> str:
    return "seen_thanks" if end == "seen" else "resolved_close"


def _kept(pack: Pack, episode: Episode, key: str, say: str, now: datetime) -> Decision:
    upcoming = tuple(each for each in telling.plan_again(pack, episode) if each.due_at > now)
    values: dict[str, Json] = {
        "id": say,
        "level": episode.level,
        "next": min(each.due_at for each in upcoming).isoformat() if upcoming else None,
    }
    values["whom"] = list[Json](telling.current(pack, episode).whom)
    if upcoming:
        # The way back to running had cancelled the plan: it goes on when the trouble came back.
        again = upcoming if key.startswith(f"{RETURNING}/") else ()
        return Decision(episode, (Say("check_done", values, where="edit"),), plan=again)
    ended = replace(episode, state="closed", ended="advised")
    return Decision(ended, (Say("check_done", values, where="edit"),), cancel=("*",))


def _escalated(pack: Pack, episode: Episode, level: str, reason: str, now: datetime) -> Decision:
    plan = pack.levels[level].plan or episode.plan
    moved = replace(
        episode, level=level, plan=plan, planned_from=now, icing=None, state="following", turn=episode.turn + 1
    )
    planned = telling.plan_again(pack, moved)
    outcome = telling.current(pack, moved)
    told = telling.outcome_say(pack, moved, outcome, planned)
    values: dict[str, Json] = {**told.values, "reason": reason, "plan": None if told.values["alone"] else plan}
    if reason != DANGER:
        values["told"] = _told(pack, episode)
    told = replace(told, values=values)
    return Decision(moved, (Say("check_closed", where="edit"), told), plan=planned, cancel=("*",))


def _told(pack: Pack, episode: Episode) -> list[Json]:
    """The check-in's own answers, as the reasons of what follows."""
    pairs = [(name, option) for name, ticked in episode.check.items() for option in sorted(ticked)]
    return [[name, option] for name, option in pairs if option not in pack.questions[name].alone]


def _returning(pack: Pack, episode: Episode, now: datetime) -> Decision:
    planned = one(RETURNING, pack.check.returning, episode.zone, now)
    values: dict[str, Json] = {"id": "graded_return", "next": planned.due_at.isoformat(), "level": episode.level}
    moved = replace(episode, icing=None)
    return Decision(moved, (Say("check_done", values, where="edit"),), plan=(planned,), cancel=("*",))


def _ended(episode: Episode, end: str, say: str) -> Decision:
    ended = replace(episode, state="closed", ended=end)
    return Decision(ended, (Say("check_done", {"id": say, "next": None}, where="edit"),), cancel=("*",))
