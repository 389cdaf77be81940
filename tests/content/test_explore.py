"""Follow-ups over every sequence of replies: the packs keep their promises, and a seeded fault in a plan is caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from content import answering, checking, plan
from content.conditions import Or
from content.episode import Decision, Episode, FollowUp
from content.explore import Explored, Setting, explore, follow
from content.explore_start import Beginning, beginnings
from content.hours import DAY
from content.load import load_pack
from content.pack import Answers, Move, Pack, Plan
from content.reading import Problems
from content.shipped import PACKS
from content.vignettes import read_vignettes
from tests.content.shipped import PACK

ITCH = load_pack(PACKS / "runner-itch")


@cache
def started() -> tuple[Beginning, ...]:
    """Somebody for every plan of the shipped pack."""
    return beginnings(PACK, people(PACK))


def people(pack: Pack) -> list[Answers]:
    """Everybody whom the pack's vignettes describe."""
    files = sorted((PACKS / pack.id).glob("vignettes*.yaml"))
    return [each.answers for file in files for each in read_vignettes(file, pack, Problems())]


def walked(pack: Pack, *plans: str, slips: int = 0) -> Explored:
    """The exploration of these plans; people are those of the unbroken pack."""
    if pack is PACK:
        return follow(pack, [each for each in started() if each.plan in plans], Setting(slips=slips))
    return explore(pack, people(pack), Setting(slips=slips), only=plans)


def said(found: Explored) -> str:
    return "\n".join(each.message for each in found.broken)


# --- what holds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slips", [0, 1])
def test_the_second_pack_holds(slips: int) -> None:
    found = walked(ITCH, slips=slips)
    assert not found.broken, said(found)
    assert (found.plans, found.states > 10) == (frozenset({"ITCH"}), True)


def test_somebody_comes_to_every_plan_of_the_shipped_pack() -> None:
    assert PACK.visit is not None
    after_a_visit = {move.plan for move in (*PACK.visit.moves, *PACK.check.moves)}
    onward = {move.plan for plan in PACK.plans.values() for move in plan.moves}
    assert {each.plan for each in started()} | after_a_visit | onward >= set(PACK.plans)


@pytest.mark.parametrize("slips", [0, 1])
def test_help_called_for_holds_with_everything_late_too(slips: int) -> None:
    assert not walked(PACK, "FU-CALLED", slips=slips).broken


def test_told_late_in_the_evening_only_one_question_waits_for_the_morning() -> None:
    evening = Setting(now=datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    running = [each for each in started() if each.plan == "FU-FLUID" and each.level == PACK.mildest]
    found = follow(PACK, running, evening)
    assert not found.broken, said(found)


# --- seeded faults ----------------------------------------------------------------------------------------------------


def with_moves(change: Callable[[Move], Move | None]) -> Pack:
    """The small pack with its common moves changed, or dropped where None comes back."""
    moves = tuple(moved for each in ITCH.check.moves if (moved := change(each)) is not None)
    return replace(ITCH, check=replace(ITCH.check, moves=moves))


def test_the_move_at_the_last_check_in_removed_is_caught() -> None:
    broken = with_moves(lambda move: None if move.level == "doctor" else move)
    assert "is never sent to a doctor" in said(walked(broken))


def with_plan(**changes: Any) -> Pack:
    """The small pack with its plan changed."""
    return replace(ITCH, plans={"ITCH": replace(ITCH.plans["ITCH"], **changes)})


def test_a_deadline_at_which_nobody_is_asked_is_caught_with_how_long_it_takes_instead() -> None:
    first, last = ITCH.plans["ITCH"].steps
    broken = said(walked(with_plan(deadline="D3", steps=(replace(first, when=Or(())), last))))
    assert "is not sent to a doctor in time: 16.0 days; the plan's deadline leaves 5.0 days" in broken
    assert "on day 14 hears of ITCH/D14" in broken


def test_better_that_is_never_asked_about_again_is_no_doctor_and_is_caught() -> None:
    broken = with_moves(lambda move: replace(move, level=None, end="seen") if move.level == "doctor" else move)
    assert "is not sent to a doctor in time: never" in said(walked(broken))


def test_stopping_the_reminders_without_whom_to_see_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._stopped
    monkeypatch.setattr(checking, "_stopped", lambda pack, episode: replace(real(pack, episode), says=()))
    assert "stops, and is not told whom to see" in said(walked(ITCH))


def test_more_check_ins_on_one_day_than_the_plans_fullest_has_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._ask

    def all_at_once(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
        decision, hour = real(pack, episode, key, now), timedelta(hours=1)
        soon = [FollowUp(f"ITCH/{step}", now + number * hour, now + DAY) for step, number in (("D7", 1), ("D14", 2))]
        return replace(decision, plan=(*decision.plan, *soon) if key == "ITCH/D3" else decision.plan)

    monkeypatch.setattr(checking, "_ask", all_at_once)
    first, last = ITCH.plans["ITCH"].steps
    week = replace(first, id="D7", after=7 * DAY)
    assert "is asked 3 times on one day; the plan has 2 at most" in said(walked(with_plan(steps=(first, week, last))))


def test_a_plan_without_steps_is_caught() -> None:
    own = ITCH.plans["ITCH"]
    broken = replace(ITCH, plans={"ITCH": replace(own, steps=())})
    assert "without an end" in said(walked(broken))


def test_silence_that_closes_as_resolved_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._fall_silent

    def resolved(pack: Pack, episode: Episode) -> Decision:
        decision = real(pack, episode)
        return replace(decision, episode=replace(decision.episode, ended="resolved"))

    monkeypatch.setattr(checking, "_fall_silent", resolved)
    assert "has said nothing, and it ends as 'resolved'" in said(walked(ITCH))


def test_silence_without_whom_to_see_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._fall_silent
    monkeypatch.setattr(checking, "_fall_silent", lambda pack, episode: replace(real(pack, episode), says=()))
    assert "is not told whom to see" in said(walked(ITCH))


def test_a_step_at_night_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "awake", lambda moment, zone: moment)
    late = replace(ITCH.plans["ITCH"].steps[0], after=DAY * 3 + DAY / 2)
    own = ITCH.plans["ITCH"]
    broken = replace(ITCH, plans={"ITCH": replace(own, steps=(late, *own.steps[1:]))})
    monkeypatch.setattr(checking, "awake", lambda moment, zone: moment)
    assert "would be woken at night by ITCH/D3" not in said(walked(ITCH))
    night = replace(late, after=DAY * 3 + DAY * 14 / 24)
    broken = replace(ITCH, plans={"ITCH": replace(own, steps=(night, *own.steps[1:]))})
    assert "would be woken at night by ITCH/D3" in said(walked(broken))


def test_a_level_that_falls_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = answering._kept

    def milder(pack: Pack, *given: Any) -> Decision:
        decision = real(pack, *given)
        return replace(decision, episode=replace(decision.episode, level=pack.mildest))

    monkeypatch.setattr(answering, "_kept", milder)
    assert "a level that was told never becomes less urgent" in said(walked(ITCH))


def seen_at_l3() -> list[Beginning]:
    """Somebody to be seen within days, and nobody else."""
    return [each for each in started() if (each.plan, each.level) == ("FU-SEEN", "L3")][:1]


def test_a_level_that_falls_because_tests_are_coming_is_caught() -> None:
    visit = PACK.visit
    assert visit is not None
    moves = tuple(replace(move, eases=PACK.mildest) for move in visit.moves if move.say == "seen_tests")
    broken = replace(PACK, visit=replace(visit, moves=moves), digest="broken")
    assert "never becomes less urgent, but by a doctor's word" in said(follow(broken, seen_at_l3()))


def test_a_danger_that_is_softened_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = answering._escalated
    monkeypatch.setattr(
        answering,
        "_escalated",
        lambda pack, episode, level, reason, now: real(pack, episode, pack.mildest, reason, now),
    )
    assert "alone means" in said(walked(ITCH))


def test_a_question_that_is_repeated_for_ever_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._ask_again

    def for_ever(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
        decision = real(pack, episode, key, now)
        again = tuple(replace(each, key=f"{key}/again") for each in decision.plan)
        return replace(decision, plan=again)

    monkeypatch.setattr(checking, "_ask_again", for_ever)
    assert "never ends" in said(walked(ITCH)) or "is asked for ever" in said(walked(ITCH))


def test_a_check_in_asked_three_times_a_day_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking._ask

    def soon(pack: Pack, episode: Episode, key: str, now: datetime) -> Decision:
        decision = real(pack, episode, key, now)
        nagging = FollowUp(key, now + timedelta(hours=1), now + timedelta(days=1))
        return replace(decision, plan=(*decision.plan, nagging) if now.hour < 12 else decision.plan)

    monkeypatch.setattr(checking, "_ask", soon)
    assert "times on one day" in said(walked(ITCH))


def test_a_plan_that_nobody_comes_to_is_told() -> None:
    lonely = Plan("LONELY", ITCH.plans["ITCH"].steps)
    broken = replace(ITCH, plans={**ITCH.plans, "LONELY": lonely})
    assert "nobody is known to come to this plan" in said(walked(broken))


def test_a_reminder_after_the_end_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = answering._ended
    monkeypatch.setattr(answering, "_ended", lambda *given: replace(real(*given), cancel=()))
    assert "after the end" in said(walked(ITCH))


def test_the_counterexample_is_told_as_a_person_would_tell_it() -> None:
    broken = with_moves(lambda move: None if move.level == "doctor" else move)
    (first, *_) = walked(broken).broken
    assert first.where == ("plans", "ITCH")
    assert first.message.startswith("somebody at home with ITCH, who on day 3 ")
