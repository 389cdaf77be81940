"""How check-ins are answered, as counts that may be shown: never a person, never a group smaller than 5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import crypto, follow_ups, suppression, tallies
from storage.stats import BATCH, Cells, begun
from storage.suppression import Cell
from storage.tables import EpisodeRow, FollowUpRow

# An unanswered check-in is repeated after a day, and given up a day later; nights make that longer.
SETTLED = timedelta(days=3)
SILENT = "silent"
WORDS = ("resolved", "better", "same", "worse")
KINDS = (SILENT, *reversed(WORDS))  # when a count must be hidden for another's sake, silence goes last
FEWEST_DELAYS = 20
MINUTE = timedelta(minutes=1)
# What opens keys and answers of many rows, without making objects of them.
COUNTED = (
    *(FollowUpRow.state, FollowUpRow.sealed_key, FollowUpRow.sealed_answer),
    *(FollowUpRow.uid, FollowUpRow.person_id, FollowUpRow.episode_id),
)


@dataclass(frozen=True, slots=True)
class Delay:
    """How long people take to answer, of at least 20 answers: half within so many minutes; percentages.

    A percentage is None when fewer than 5 people make the difference to none or all.
    """

    half_within_min: int
    within_hour_pct: int | None
    within_day_pct: int | None


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins sent at least three days ago. `steps`: step -> silent, resolved, better, same or worse (a new danger
    among them); `asked` their sums. `plans`: the same of each plan. `all_asked` and `all_answered` (at least, at most)
    are sums over the steps that tell how many were silent, or that it was a few.
    """

    asked: Cells
    steps: Mapping[str, Cells]
    plans: Mapping[str, Mapping[str, Cells]]
    all_asked: int
    all_answered: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Effects:
    """What answers led to. `escalated`: by step, how often it became more urgent. `delay`: how soon they came."""

    escalated: Cells
    delay: Delay | None


def check_ins(session: Session, since: datetime | None, now: datetime) -> CheckIns:
    """Check-ins sent since then (None: ever), and settled by now."""
    counts = _counts(session, since, now)
    steps = {step: of_step(counts, step) for step in sorted({step for _, step, _ in counts})}
    asked = {step: suppression.whole(cells) for step, cells in steps.items()}
    shown = {step: suppression.parts(cells, asked[step]) for step, cells in steps.items()}
    told = [(all_, *silent_between(shown[step])) for step, all_ in asked.items() if isinstance(all_, int)]
    known = [(all_, fewest, most) for all_, fewest, most in told if most is not None]
    return CheckIns(
        asked=asked,
        steps=shown,
        plans=of_plans(counts, shown),
        all_asked=sum(all_ for all_, _, _ in known),
        all_answered=(sum(all_ - most for all_, _, most in known), sum(all_ - fewest for all_, fewest, _ in known)),
    )


def silent_between(cells: Cells) -> tuple[int, int | None]:
    """How many of a step may have been silent, at least and at most, by what is shown; None: nobody may know."""
    match cells[SILENT]:
        case int(count):
            return count, count
        case suppression.FEW:
            return 1, suppression.SMALLEST - 1
        case _:
            return 0, None


def effects(session: Session, since: datetime | None, now: datetime) -> Effects:
    """Of the same check-ins. This reads every answered check's history: a second for some ten thousand."""
    escalated, delays = _histories(session, since, now)
    shown = {step: suppression.single(count) for step, count in sorted(escalated.items())}
    return Effects(shown, _delay(delays))


def _counts(session: Session, since: datetime | None, now: datetime) -> Counter[tuple[str, str, str]]:
    """How often, by plan, step and word."""
    query = (
        select(*COUNTED)
        .join(EpisodeRow, EpisodeRow.id == FollowUpRow.episode_id)
        .where(~EpisodeRow.trial, begun(FollowUpRow.sent_at, since), FollowUpRow.sent_at <= now - SETTLED)
        .where(FollowUpRow.state.in_(("sent", "answered")))
        .execution_options(yield_per=BATCH)
    )
    found = Counter[tuple[str, str, str]]()
    for name, count in tallies.of(session, tallies.CHECK_IN, since).items():
        plan, step, word = name.split("/")
        found[plan, step, word] += count
    keys = crypto.of(session)
    for row in session.execute(query):
        key: str = FollowUpRow.key.open(row, keys)
        if is_counted(key):
            plan, step, word = fact(key, row.state, FollowUpRow.answer.open(row, keys)).split("/")
            found[plan, step, word] += 1
    return found


def fact(key: str, state: str, answer: object) -> str:
    """What a check-in that was sent counts as: plan, step and word."""
    return f"{key}/{_word(answer) if state == 'answered' else SILENT}"


def is_counted(key: str) -> bool:
    """Is this a check-in, and not an icing round or a repeat?"""
    step = key.partition("/")[2]
    return "/" not in step and not step.isdigit() and follow_ups.is_check_in(key)


def _word(answer: object) -> str:
    """A new danger is worse than worse; what an older program wrote, and we do not know, was no change."""
    return {"danger": "worse"}.get(str(answer), str(answer) if answer in WORDS else "same")


def of_step(counts: Mapping[tuple[str, str, str], int], step: str) -> dict[str, int]:
    """How often each kind, over all plans."""
    found = dict.fromkeys(KINDS, 0)
    for (_, each, kind), count in counts.items():
        found[kind] += count if each == step else 0
    return found


def of_plans(
    counts: Mapping[tuple[str, str, str], int], shown: Mapping[str, Cells]
) -> dict[str, dict[str, dict[str, Cell]]]:
    """Each step's cells once more, divided among the plans: no sum over a plan is ever told."""
    plans = sorted({plan for plan, _, _ in counts})
    found: dict[str, dict[str, dict[str, Cell]]] = {plan: {} for plan in plans}
    for step, cells in shown.items():
        asking = [plan for plan in plans if any(counts.get((plan, step, kind)) for kind in KINDS)]
        for kind in KINDS:
            own = suppression.parts({plan: counts.get((plan, step, kind), 0) for plan in asking}, cells[kind])
            for plan, cell in own.items():
                found[plan].setdefault(step, {})[kind] = cell
    return found


def _histories(session: Session, since: datetime | None, now: datetime) -> tuple[Counter[str], Counter[int]]:
    """How often a check-in made it more urgent, by step; and how many answers took so many minutes."""
    escalated = Counter(tallies.of(session, tallies.ESCALATED, since))
    delays = Counter({int(name): many for name, many in tallies.of(session, tallies.DELAY, since).items()})
    for data, sent in _answered(session, since, now):
        for _, step, is_more_urgent, minutes in reactions(data, sent):
            escalated[step] += is_more_urgent
            delays[minutes] += 1
    return +escalated, delays


def reactions(data: Mapping[str, Any], sent: Mapping[str, datetime]) -> Iterator[tuple[datetime, str, bool, int]]:
    """Of each check-in of these that was answered: sent when, its step, more urgent by it, after so many minutes."""
    before = ""
    for entry in data["history"]:
        at, key = datetime.fromisoformat(entry["at"]), entry["key"]
        if key in sent and at >= sent[key]:
            yield sent[key], key.partition("/")[2], entry["level"] != before, (at - sent[key]) // MINUTE
        before = entry["level"]


def _answered(
    session: Session, since: datetime | None, now: datetime
) -> Iterator[tuple[dict[str, Any], dict[str, datetime]]]:
    """Each episode with answered check-ins, and when those were sent."""
    query = (
        select(EpisodeRow, FollowUpRow)
        .join(FollowUpRow, FollowUpRow.episode_id == EpisodeRow.id)
        .where(~EpisodeRow.trial, begun(FollowUpRow.sent_at, since), FollowUpRow.sent_at <= now - SETTLED)
        .where(FollowUpRow.state == "answered")
        .order_by(EpisodeRow.id)
        .execution_options(yield_per=BATCH)
    )
    for episode, rows in groupby(session.execute(query), key=lambda row: row[0]):
        yield episode.data, {row.key: row.sent_at for _, row in rows if row.sent_at and is_counted(row.key)}


def _delay(minutes: Counter[int]) -> Delay | None:
    answers = minutes.total()
    if answers < FEWEST_DELAYS:
        return None
    within, half = 0, 0
    for minute in sorted(minutes):
        half, within = minute, within + minutes[minute]
        if 2 * within >= answers:
            break
    return Delay(half, _share(minutes, 60, answers), _share(minutes, 24 * 60, answers))


def _share(minutes: Counter[int], most: int, answers: int) -> int | None:
    within = sum(count for minute, count in minutes.items() if minute < most)
    few = {suppression.single(within), suppression.single(answers - within)}
    return None if suppression.FEW in few else round(100 * within / answers)
