"""What the answers of a check-in amount to, measured the same way every time, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from content import asking, coming, flow, provisional, strength, telling, visiting, wishes
from content.assess import Known, assess, sayable
from content.conditions import holds
from content.episode import ICE, NOTHING, TRIAGE, Decision, Entry, Episode, FollowUp, Json, Say
from content.pack import Answers, Move, Pack
from content.plan import one

DANGER = "new_danger_found"
SURELY = frozenset({"level"})


def completed(pack: Pack, episode: Episode, now: datetime) -> Decision:
    """All questions of a check-in are answered: what it amounts to, and what follows."""
    key = episode.form
    if _new_danger(pack, episode):
        return _danger(pack, episode, now)
    facts, over = flow.check_facts(pack, episode, key), coming.is_over(pack, episode, key, now)
    facts["timing"] = coming.timing(pack, episode, key, over=over)
    base, now_strong = telling.base(episode), telling.strong(episode, episode.check, pack.check.score)
    facts["change"] = frozenset({strength.change(base, now_strong)})
    word = verdict(pack, facts)
    facts["verdict"] = frozenset({word})
    done = telling.based(
        replace(asking.close_form(episode), repeated=False), strength.base_after(base, now_strong, word)
    )
    move = _first_move(pack, key, facts)
    if over and not _decides(move):
        # Nothing comes any more: what its own step would only say now counts as at the end of the plan.
        move = _first_move(pack, key, {**facts, "step": frozenset()})
    if move is not None and move.means:
        return _danger(pack, _taken(pack, done, key, *move.means), now)
    settled = provisional.settled(pack, done, facts, now)
    if settled is done:
        decision = _moved(pack, done, key, word, move, now)
    else:
        decision = _settled(pack, done, settled, key, word, move, now)
    if strength.is_in_doubt(base, now_strong) and verdict(pack, {**facts, "change": SURELY}) != "worse":
        decision = _doubted(decision)
    decision = _noted(pack, decision, episode, key, word, now)
    return replace(decision, answered={key: word}, cancel=(*decision.cancel, f"{key}/"))


def _doubted(decision: Decision) -> Decision:
    """The person told a number once and a phrase the other time: what is new says that the safe side was taken."""
    says = [
        replace(say, values={**say.values, "doubt": True}) if "told" in say.values else say for say in decision.says
    ]
    return replace(decision, says=tuple(says))


def _noted(pack: Pack, decision: Decision, answered: Episode, key: str, word: str, now: datetime) -> Decision:
    """Written into the episode's history, for whoever looks at it later."""
    episode, strong = decision.episode, telling.strong(answered, answered.check, pack.check.score)
    number, in_words = (strong.number, strong.in_words) if strong else (None, False)
    told = visiting.told(pack, answered.check)
    entry = Entry(now.isoformat(), key, word, number, episode.level or "", in_words, told)
    return replace(decision, episode=replace(episode, history=(*episode.history, entry)))


def _settled(
    pack: Pack, before: Episode, episode: Episode, key: str, word: str, move: Move | None, now: datetime
) -> Decision:
    """The provisional level is settled: at least as urgent as it was told, and the check-ins fit the new answer.

    Somebody who has seen the person and says that it is less urgent knows how long it lasts.
    """
    level = None if move is not None and move.eases else assess(pack, episode.answers).level
    decision = _moved(pack, episode, key, word, move, now, floor=level)
    if "*" in decision.cancel:
        return decision
    rest = coming.still(provisional.upcoming(pack, before, episode), coming.planned_for(pack, before, key) or now, now)
    values = {"next": max(now, min(each.due_at for each in rest)).isoformat() if rest else None}
    says = tuple(replace(say, values={**say.values, **values}) for say in decision.says)
    return replace(decision, says=says, plan=rest, cancel=(f"{before.plan}/",))


def verdict(pack: Pack, facts: Answers) -> str:
    """Resolved, better, same or worse, by the pack's own definitions."""
    known = Known(pack, facts)
    return next((each.verdict for each in pack.check.verdicts if holds(each.when, known)), "same")


def _taken(pack: Pack, episode: Episode, key: str, question: str, option: str) -> Episode:
    """The check-in as if this option had been ticked in it."""
    ticked = episode.check.get(question, frozenset()) - pack.questions[question].alone | {option}
    return replace(episode, form=key, check={**episode.check, question: ticked})


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
    return replace(_noted(pack, decision, episode, episode.form, "danger", now), answered={episode.form: "danger"})


def _decides(move: Move | None) -> bool:
    return move is not None and bool(move.level or move.up or move.means or move.end or move.plan)


def _first_move(pack: Pack, key: str, facts: Mapping[str, frozenset[str]]) -> Move | None:
    moves, known = visiting.moves(pack, flow.plan_of(pack, key)), Known(pack, facts)
    return next((move for move in moves if holds(move.when, known)), None)


def _moved(
    pack: Pack, episode: Episode, key: str, word: str, move: Move | None, now: datetime, *, floor: str | None = None
) -> Decision:
    """`floor`: at least this urgent, whatever the move says."""
    level = episode.level or pack.mildest
    moved = level
    if move is not None:
        moved = pack.most_urgent(level, move.level or level, pack.more_urgent(level, move.up))
    wanted = pack.most_urgent(moved, floor or moved)
    if wanted != level:
        reason = move.say if move and move.say else ("escalated_worse" if word == "worse" else "escalated_persist")
        return _escalated(pack, episode, wanted, reason if wanted == moved else "settled_higher", now)
    if move is not None and move.plan and move.plan != episode.plan:
        return _onward(pack, episode, move, now)
    if move is not None and move.end == "returning":
        return _returning(pack, episode, move.say or "graded_return", now)
    if move is not None and move.end:
        return _ended(pack, episode, move.end, move.say or _farewell(move.end))
    return _kept(pack, episode, key, _comment(word, move), now, move)


def _comment(word: str, move: Move | None) -> str:
    """What is said when the plan goes on; a move that asks for a level already reached repeats the doctor."""
    if move is not None and move.say:
        return move.say
    if move is not None and (move.level or move.up):
        return "persisting"
    return "keep_going" if word in {"better", "resolved"} else "same_next_measure"


def _farewell(end: str) -> str:
    return "seen_thanks" if end == "seen" else "resolved_close"


def _kept(pack: Pack, episode: Episode, key: str, say: str, now: datetime, move: Move | None = None) -> Decision:
    upcoming = coming.after(pack, episode, key, now)
    values = {"id": say, **_ahead(pack, episode, upcoming, move, now)}
    if upcoming:
        # The way back to running had cancelled the plan: it goes on when the trouble came back.
        again = upcoming if key.startswith(f"{flow.RETURNING}/") else ()
        return Decision(episode, (Say("check_done", values, where="edit"),), plan=again)
    ended = replace(episode, state="closed", ended="advised")
    return Decision(ended, (Say("check_done", values, where="edit"),), cancel=("*",))


def _ahead(
    pack: Pack, episode: Episode, upcoming: tuple[FollowUp, ...], move: Move | None, now: datetime
) -> dict[str, Json]:
    """What a reply says of what comes: when, whom to see, and for somebody who finds nobody what to do meanwhile."""
    outcome = telling.current(pack, episode)
    values: dict[str, Json] = {
        "level": episode.level,
        "next": max(now, min(each.due_at for each in upcoming)).isoformat() if upcoming else None,
        "whom": list[Json](outcome.whom),
    }
    return values | ({"call": move.call, "net": list[Json](outcome.net)} if move and move.call else {})


def _onward(pack: Pack, episode: Episode, move: Move, now: datetime) -> Decision:
    """Another plan's check-ins from now on; less urgent only where whoever has seen the person said so."""
    level, known = move.eases or episode.level, visiting.facts(pack, episode.check)
    moved = replace(episode, level=level, plan=move.plan, planned_from=now, icing=None, visit=known)
    planned = telling.plan_again(pack, moved)
    values = {"id": move.say or "keep_going", **_ahead(pack, moved, planned, move, now)}
    return Decision(moved, (Say("check_done", values, where="edit"),), plan=planned, cancel=("*",))


def _escalated(pack: Pack, episode: Episode, level: str, reason: str, now: datetime) -> Decision:
    plan = pack.levels[level].plan or episode.plan
    moved = replace(
        wishes.anew(episode),
        level=level,
        plan=plan,
        planned_from=now,
        icing=None,
        visit={},
        state="following",
        turn=episode.turn + 1,
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
    said = strength.as_said(episode.check, episode.in_words)
    pairs = [(name, option) for name, ticked in said.items() for option in sorted(ticked)]
    return [[name, option] for name, option in pairs if option not in pack.questions[name].alone]


def _returning(pack: Pack, episode: Episode, say: str, now: datetime) -> Decision:
    planned = one(flow.RETURNING, pack.check.returning, episode.hours, now)
    values: dict[str, Json] = {"id": say, "next": planned.due_at.isoformat(), "level": episode.level}
    moved = replace(episode, icing=None)
    return Decision(moved, (Say("check_done", values, where="edit"),), plan=(planned,), cancel=("*",))


def _ended(pack: Pack, episode: Episode, end: str, say: str) -> Decision:
    ended = replace(episode, state="closed", ended=end)
    values: dict[str, Json] = {"id": say, "next": None}
    if end == "resolved":
        values["prevention"] = list[Json](sayable(pack, Known(pack, episode.answers), pack.prevention))
    return Decision(ended, (Say("check_done", values, where="edit"),), cancel=("*",))
