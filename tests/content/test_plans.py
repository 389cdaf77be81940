"""The follow-up plans of 4.7 beyond the first five: their checks, and the "if not" of every row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content import visiting
from tests.content.lives import STARTS
from tests.content.shipped import PACK, calm, outcome, rank
from tests.content.story import NOON, Story, begun
from tests.content.test_check_ins import BETTER, GONE, SAME, WORSE, on, said

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def waits(story: Story) -> dict[str, timedelta]:
    """When each check-in comes, by its step."""
    return {key.partition("/")[2]: each.due_at - NOON for key, each in story.agenda.items()}


# The rows of 4.7, and the waits of the days that every such plan adds for an episode still running.
ROWS: dict[str, dict[str, timedelta]] = {
    "FU-FALL": {"D1": DAY, "D2": 2 * DAY, "D7": 7 * DAY},
    "FU-SCIATICA": {f"D{number}": number * DAY for number in (1, 3, 7, 14, 28, 42)},
    "FU-GAIT": {f"D{number}": number * DAY for number in (7, 14, 28, 42)},
    "FU-FLUID": {"D1": DAY, "LONG": 7 * DAY},
    "FU-COLD": {"D7": 7 * DAY, "D28": 28 * DAY},
    "FU-ITCH": {"D1": DAY, "RUN1": 3 * DAY, "RUN2": 6 * DAY},
    "FU-VASC": {f"D{number}": number * DAY for number in (3, 7, 14, 28)},
    "FU-SKIN": {f"D{number}": number * DAY for number in (7, 14, 28)},
    "FU-MS": {"D1": DAY},
    "FU-BREATH": {"D1": DAY},
}
JUST_NOW: dict[str, dict[str, timedelta]] = {
    "FU-FLUID just now": {"p30min": 30 * MIN, "h2": 2 * HOUR},
    "FU-HEAT": {"m15": 15 * MIN, "p30min": 30 * MIN, "D1": DAY},
    "FU-COLD just now": {"p30min": 30 * MIN},
    "FU-ITCH just now": {"m15": 15 * MIN, "p60min": HOUR},
    "FU-MS just now": {"p30min": 30 * MIN, "p60min": HOUR},
    "FU-BREATH just now": {"m15": 15 * MIN},
}


def test_there_are_sixteen_plans_the_ambulance_and_three_after_a_visit() -> None:
    after_a_visit = {move.plan for plan in PACK.plans.values() for move in visiting.moves(PACK, plan) if move.plan}
    assert after_a_visit == {"FU-VISIT", "FU-RESULTS", "FU-CARE"}
    assert len(PACK.plans) == 16 + 1 + 3
    assert {start.partition(" ")[0].rstrip(",") for start in STARTS} == set(PACK.plans) - after_a_visit


@pytest.mark.parametrize("start", ROWS)
def test_a_plan_asks_when_its_row_says(start: str) -> None:
    assert waits(on(start)) == ROWS[start]


@pytest.mark.parametrize("start", JUST_NOW)
def test_an_episode_that_is_still_running_is_asked_within_the_hour(start: str) -> None:
    assert waits(on(start)).items() >= JUST_NOW[start].items()


@pytest.mark.parametrize(
    ("answers", "plan"),
    [
        (STARTS["FU-SKIN chilblains"], "FU-SKIN"),
        (f"{STARTS['FU-SKIN chilblains']} ease=le30", "FU-COLD"),
        (f"{STARTS['FU-SKIN chilblains']} look=pale_blue", "FU-COLD"),
        (STARTS["FU-HEAT"], "FU-HEAT"),
        (f"{STARTS['FU-HEAT']} ease=le30", "FU-FLUID"),
        (f"{STARTS['FU-HEAT']} where=shin sym=tight_full when=fixed_point", "FU-HEAT"),
        (f"{STARTS['FU-HEAT']} bg=known_numb_feet", "FU-SEEN"),
        (STARTS["FU-ITCH hives at L4"], "FU-ITCH"),
    ],
)
def test_the_answers_say_which_plan(answers: str, plan: str) -> None:
    assert outcome(answers).plan == plan


# --- falls ------------------------------------------------------------------------------------------------------------

LIGHT = STARTS["FU-FALL"]


@pytest.mark.parametrize(
    "heavier", ["ease=le24h", "dur=lt2w", "trend=worse", "sym=weak_heavy+tingling", "side=both", "impact=stop_run"]
)
def test_only_a_light_knock_of_today_that_left_nothing_waits_two_days(heavier: str) -> None:
    assert (outcome(LIGHT).level, outcome(LIGHT).plan) == ("L4", "FU-FALL")
    assert rank(outcome(f"{LIGHT} {heavier}").level) <= rank("L3")


@pytest.mark.parametrize("reply", [SAME, BETTER, WORSE])
def test_a_fall_that_still_tingles_after_48_hours_is_a_matter_of_days(reply: str) -> None:
    story = on("FU-FALL")
    story.check("D2", reply)
    assert story.episode.level == "L3"


def test_a_fall_is_given_its_48_hours() -> None:
    story = on("FU-FALL")
    story.check("D1", SAME)
    assert (story.episode.level, said(story)) == ("L4", ["fall_d1"])
    story.check("D2", f"{GONE} runs_clear=no_run")
    assert (story.episode.level, "FU-FALL/D7" in story.agenda) == ("L4", True)


# --- back -------------------------------------------------------------------------------------------------------------


def test_sciatica_asks_on_day_1_for_danger_only() -> None:
    story = on("FU-SCIATICA")
    story.check("D1", SAME)
    assert set(story.episode.check) == {"new_danger", "g_spine", "g_limb"}
    assert (story.episode.level, said(story)) == ("L5", ["sciatica_d1"])


@pytest.mark.parametrize(("flag", "level"), [("g_spine=saddle", "L1"), ("g_spine=bladder_bowel", "L1"),
                                            ("g_spine=both_legs_weak", "L1"), ("g_limb=foot_drop", "L2")])  # fmt: skip
def test_sciatica_with_both_legs_saddle_bladder_or_a_foot_that_will_not_lift_is_urgent(flag: str, level: str) -> None:
    story = on("FU-SCIATICA")
    story.check("D1", f"{SAME} {flag}")
    assert story.episode.level == level


def test_sciatica_with_weakness_is_a_matter_of_days() -> None:
    story = on("FU-SCIATICA")
    story.check("D3", f"{SAME} changed=weak_numb")
    assert story.episode.level == "L3"


@pytest.mark.parametrize(
    ("start", "step", "say"),
    [
        ("FU-SCIATICA", "D14", "sciatica_d14"),
        ("FU-SCIATICA", "D28", "sciatica_d14"),
        ("FU-GAIT", "D14", "gait_d14"),
        ("FU-SKIN", "D14", "skin_d14"),
        ("FU-SKIN", "D28", "skin_d14"),
        ("FU-VASC", "D28", "vasc_d28"),
    ],
)
def test_no_improvement_by_the_deadline_is_a_visit_in_the_plans_own_words(start: str, step: str, say: str) -> None:
    story = on(start)
    story.check(step, SAME)
    assert (story.episode.level, said(story)) == ("L4", ["check_closed", say])


@pytest.mark.parametrize("start", ["FU-SCIATICA", "FU-GAIT"])
def test_what_gets_better_may_take_its_six_weeks_and_no_longer(start: str) -> None:
    story = on(start)
    story.check("D14", BETTER)
    story.check("D28", BETTER)
    assert story.episode.level == "L5"
    story.check("D42", BETTER)
    assert story.episode.level == "L4"


# --- salts, fluid, heat -----------------------------------------------------------------------------------------------


def test_fluid_not_better_after_30_minutes_asks_for_danger_again() -> None:
    story = on("FU-FLUID just now")
    story.check("p30min", SAME)
    assert {"g_life", "g_fluid_heat"} <= set(story.episode.check)
    assert (story.episode.level, said(story)) == ("L5", ["fluid_watch"])
    assert "FU-FLUID/h2" in story.agenda


@pytest.mark.parametrize(("step", "reply"), [("h2", SAME), ("h2", WORSE), ("p30min", WORSE)])
def test_fluid_unwell_after_2_hours_or_worse_is_a_matter_of_today(step: str, reply: str) -> None:
    story = on("FU-FLUID just now")
    story.check(step, reply)
    assert story.episode.level == "L2"


@pytest.mark.parametrize("step", ["D1", "LONG"])
def test_a_third_spell_of_low_salts_is_a_visit_for_a_blood_test(step: str) -> None:
    story = on("FU-FLUID")
    story.check(step, f"{GONE} spells=one runs_clear=one_run")
    assert story.episode.level == "L5"
    story = on("FU-FLUID")
    story.check(step, f"{GONE} spells=two_more")
    assert (story.episode.level, said(story)) == ("L4", ["check_closed", "fluid_three"])


def test_overheated_and_the_same_after_15_minutes_goes_on_cooling() -> None:
    story = on("FU-HEAT")
    story.check("m15", SAME)
    assert (story.episode.level, said(story)) == ("L5", ["heat_cool_on"])


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("p30min", SAME),
        ("p30min", WORSE),
        ("m15", WORSE),
        ("p30min", f"{BETTER} score=9"),
        ("p30min", f"{SAME} status=not_sure"),
    ],
)
def test_overheated_and_not_better_is_an_emergency_of_its_own_with_no_mild_cause(step: str, reply: str) -> None:
    story = on("FU-HEAT")
    story.check(step, reply)
    assert (story.episode.level, story.outcome["causes"]) == ("L1", [{"cause": "heat", "fit": "named"}])
    assert sorted(story.agenda) == ["FU-CALLED/m10", "FU-CALLED/m60"]


def test_overheated_and_better_is_asked_again_the_next_day() -> None:
    story = on("FU-HEAT")
    story.check("p30min", BETTER)
    assert story.episode.level == "L5"
    assert "FU-HEAT/D1" in story.agenda


def test_overheated_at_night_is_asked_at_night() -> None:
    story = begun(calm(STARTS["FU-HEAT"]), now=NOON.replace(hour=23))
    assert {story.agenda[f"FU-HEAT/{step}"].due_at - story.now for step in ("m15", "p30min")} == {15 * MIN, 30 * MIN}


# --- cold, skin -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [SAME, WORSE])
def test_toes_not_back_after_30_minutes_of_warming_are_a_matter_of_today(reply: str) -> None:
    story = on("FU-COLD just now")
    story.check("p30min", reply)
    assert story.episode.check["g_limb"] == {"none"}
    assert story.episode.level == "L2"


def test_a_foot_that_stays_white_after_warming_is_an_emergency() -> None:
    story = on("FU-COLD just now")
    story.check("p30min", f"{BETTER} g_limb=cold_white")
    assert story.episode.level == "L1"


@pytest.mark.parametrize(("now", "level"), [("wound", "L2"), ("white_hard", "L2"), ("not_sure", "L2"),
                                            ("one_side", "L4"), ("joints_rash", "L4"), ("none", "L5")])  # fmt: skip
def test_cold_toes_with_a_wound_or_on_one_side_are_looked_at(now: str, level: str) -> None:
    for reply in (SAME, BETTER):
        story = on("FU-COLD")
        story.check("D7", f"{reply} cold_now={now}")
        assert story.episode.level == level


@pytest.mark.parametrize("step", ["D1", "RUN1", "RUN2"])
@pytest.mark.parametrize("reply", [SAME, BETTER, GONE])
def test_hives_again_are_a_visit(step: str, reply: str) -> None:
    story = on("FU-ITCH")
    story.check(step, f"{reply} hives_again=yes")
    assert (story.episode.level, said(story)) == ("L4", ["check_closed", "itch_hives"])


def test_itch_for_more_than_a_day_is_a_visit_and_the_pharmacist() -> None:
    story = on("FU-ITCH")
    story.check("D1", f"{SAME} changed=constant")
    assert (story.episode.level, said(story)) == ("L4", ["check_closed", "itch_day"])


def test_itch_not_gone_after_15_minutes_asks_for_throat_and_breath() -> None:
    story = on("FU-ITCH just now")
    story.check("m15", f"{SAME} g_life=allergic_severe")
    assert story.episode.level == "L1"


@pytest.mark.parametrize("start", ["FU-SKIN", "FU-VASC", "FU-SKIN chilblains"])
@pytest.mark.parametrize("now", ["spreading", "hot_pus", "sores", "fever", "not_sure"])
def test_skin_that_spreads_turns_hot_or_opens_is_a_matter_of_today(start: str, now: str) -> None:
    for reply in (SAME, BETTER, GONE):
        story = on(start)
        story.check("D7", f"{reply} skin_now={now}")
        assert (story.episode.level, said(story)[-1]) == ("L2", "skin_today")


# --- MS, breath -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "step", "reply"), [("FU-MS", "D1", f"{SAME} changed=constant"),
                                                     ("FU-MS", "D1", WORSE), ("FU-MS just now", "D1", SAME),
                                                     ("FU-MS just now", "p60min", WORSE)])  # fmt: skip
def test_known_ms_with_new_signs_or_over_a_day_is_a_matter_of_days(start: str, step: str, reply: str) -> None:
    story = on(start)
    story.check(step, reply)
    assert story.episode.level == "L3"


@pytest.mark.parametrize("trend", ["first", "worse"])
def test_signs_that_are_new_in_somebody_with_ms_are_no_old_signs_warmed_up(trend: str) -> None:
    assert rank(outcome(f"{STARTS['FU-MS just now']} trend={trend}").level) <= rank("L3")


def test_breath_not_gone_after_15_minutes_asks_for_all_red_flags() -> None:
    story = on("FU-BREATH just now")
    story.check("m15", SAME)
    assert {"g_life", "g_spine", "g_limb", "g_urgent", "g_fluid_heat"} <= set(story.episode.check)
    assert said(story) == ["breath_slow"]


@pytest.mark.parametrize(("spells", "level"), [("none", "L5"), ("one", "L4"), ("two_more", "L4")])
def test_breath_that_repeats_is_a_visit(spells: str, level: str) -> None:
    story = on("FU-BREATH")
    story.check("D1", f"{GONE} spells={spells}")
    assert story.episode.level == level


# --- two plans' dangers at once ---------------------------------------------------------------------------------------

TWO = "where=toes_ball+shin sym=tight_full+tingling trigger=forefoot_pebble+shoes_laces relief=shoe_off when=early"


def test_the_second_candidates_dangers_are_asked_in_the_first_ones_check_ins() -> None:
    """First the nerve between the toes, second muscle pressure: the leg's red flags are asked as well (4.7)."""
    story = begun(calm(TWO))
    assert (story.episode.plan, story.episode.causes[:2]) == ("FU-NEUROMA", ("neuroma", "cecs"))
    story.check("D3", SAME)
    assert story.episode.check["g_limb"] == {"none"}
    alone = begun(calm())
    alone.check("D3", SAME)
    assert "g_limb" not in alone.episode.check


@pytest.mark.parametrize(("flag", "level"), [("pain_severe_rest", "L1"), ("rock_hard", "L1"), ("foot_drop", "L2"),
                                            ("not_sure", "L1")])  # fmt: skip
def test_a_danger_of_the_second_candidate_beats_every_word_about_how_it_is(flag: str, level: str) -> None:
    story = begun(calm(TWO))
    story.check("D3", f"{GONE} g_limb={flag}")
    assert story.episode.level == level
    assert "status" not in story.episode.check


def test_an_emergency_is_asked_nothing_but_whether_help_was_called() -> None:
    story = begun(calm(f"{TWO} g_limb=pain_severe_rest"))
    story.check("m10", "called=no")
    assert set(story.episode.check) == {"called"}


def test_no_red_flag_is_asked_twice_in_one_check_in() -> None:
    story = begun(calm(TWO))
    story.due("FU-NEUROMA/D3")
    asked = story.answers({**calm(SAME), "new_danger": frozenset({"yes"})})
    assert asked.count("g_limb") == 1
