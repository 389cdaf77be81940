"""An episode that is still running: its level is provisional, looked at again, and settled; never to a calmer level."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content.episode import Say
from content.provisional import is_provisional
from tests.content.lives import STARTS
from tests.content.shipped import PACK, calm, rank
from tests.content.story import NOON, Story, begun
from tests.content.test_check_ins import REST, SAME, on, said

GONE_NOW = f"status=resolved gone_when=le30 {REST}"
NOW = "ease=still_new dur=today"
RUNNING = [start for start, text in STARTS.items() if "ease=still_new" in text]


def result(story: Story) -> Say:
    return next(say for say in story.said if say.kind == "outcome")


@pytest.mark.parametrize("start", RUNNING)
def test_a_running_episode_is_told_as_provisional_and_asked_after_30_minutes_2_hours_and_a_day(start: str) -> None:
    story = on(start)
    assert result(story).values["provisional"] is True
    waits = {each.due_at - NOON for each in story.agenda.values()}
    assert waits >= {timedelta(minutes=30), timedelta(hours=2), timedelta(days=1)}


@pytest.mark.parametrize("start", ["FU-NEUROMA", "FU-CECS", "FU-SEEN L3", "FU-CALLED"])
def test_an_episode_that_is_over_is_not_provisional(start: str) -> None:
    assert result(on(start)).values["provisional"] is False


TODAY = ["g_life=stroke_signs", "g_limb=foot_drop", "bg=cancer_steroid_iv trigger=back_bend_sit"]


@pytest.mark.parametrize("danger", TODAY)
def test_what_is_urgent_today_is_not_called_provisional(danger: str) -> None:
    assert result(begun(calm(f"{NOW} {danger}"))).values["provisional"] is False


@pytest.mark.parametrize("start", RUNNING)
@pytest.mark.parametrize("gone", ["le5", "le30", "le24h", "not_sure"])
def test_gone_at_the_recheck_gives_the_missing_answer_and_ends_the_rechecks(start: str, gone: str) -> None:
    story = on(start)
    before = rank(story.episode.level)
    story.check("p30min", f"{GONE_NOW} gone_when={gone}")
    assert story.episode.answers["ease"] == {"le24h" if gone == "not_sure" else gone}
    assert not is_provisional(PACK, story.episode.answers)
    assert rank(story.episode.level) <= before
    assert not any(key.endswith(("/h2", "/p60min", "/m15")) for key in story.agenda)
    assert story.agenda


@pytest.mark.parametrize("start", ["FU-CECS just now", "FU-PRESSURE just now", "FU-MS just now"])
def test_not_gone_after_30_minutes_is_asked_again_and_after_2_hours_counts_as_hours_and_is_asked_the_next_day(
    start: str,
) -> None:
    story = on(start)
    story.check("p30min", SAME)
    assert is_provisional(PACK, story.episode.answers)
    story.check("h2", SAME)
    assert story.episode.answers["ease"] == {"le24h"}
    assert f"{story.episode.plan}/D1" in story.agenda


def test_a_plan_without_a_first_day_asks_then_all_the_same() -> None:
    story = begun(calm(f"{NOW} where=outer_thigh trigger=more_training extra=one_sided_weak_hip when=late"))
    assert story.episode.plan == "FU-GAIT"
    story.check("h2", SAME)
    assert (said(story), story.agenda["FU-GAIT/D1"].due_at) == (["settled_not"], NOON + timedelta(days=1))
    assert story.decision.says[0].values["next"] == (NOON + timedelta(days=1)).isoformat()
    story.check("D1", SAME)
    assert "FU-GAIT/D7" in story.agenda


def test_the_settled_answer_can_make_it_more_urgent() -> None:
    """One sore calf in somebody prone to clots: a clot is thought of only when it outlasts the run (R16)."""
    story = begun(calm(f"{NOW} where=calf sym=pain_cramp bg=clot_risk trigger=none impact=stop_run"))
    assert story.episode.level != "L2"
    story.check("h2", SAME)
    assert (story.episode.level, said(story)) == ("L2", ["check_closed", "settled_higher"])
    assert story.outcome["causes"]


def test_the_settled_answer_never_makes_it_calmer() -> None:
    """With `le5` from the start this would be self-care: somebody who was told to see a doctor still is."""
    lasting = "dur=w2_6 where=foot_top trigger=shoes_laces"
    assert begun(calm(f"{lasting} ease=le5")).episode.level == "L5"
    story = begun(calm(f"{lasting} ease=still_new"))
    assert story.episode.level == "L4"
    story.check("p30min", f"{GONE_NOW} gone_when=le5")
    assert story.episode.level == "L4"


def test_the_plan_follows_the_settled_answer() -> None:
    story = on("FU-HEAT")
    story.check("p30min", GONE_NOW)
    assert (story.episode.plan, sorted(story.agenda)) == ("FU-FLUID", ["FU-FLUID/D1", "FU-FLUID/LONG"])


def test_a_recheck_answered_only_after_the_2_hours_settles_it_too() -> None:
    story = on("FU-CECS just now")
    story.due("FU-CECS/p30min")
    story.now += timedelta(hours=3)
    story.answers({**calm(SAME), "new_danger": frozenset({"no"})})
    assert story.episode.answers["ease"] == {"le24h"}


def test_somebody_who_could_not_be_seen_yet_is_not_asked_for_it_within_hours() -> None:
    story = begun(calm(f"{NOW} bg=known_numb_feet"))
    assert (story.episode.level, story.episode.plan) == ("L3", "FU-SEEN")
    story.check("p30min", GONE_NOW)
    assert "seen" not in story.episode.check
    assert story.episode.level == "L3"
