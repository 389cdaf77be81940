"""Who is named: every cause can come first, red flags put theirs in front, and points decide the rest (4.4, 4.5)."""

from __future__ import annotations

import pytest

from tests.content.shipped import CALM, PACK, outcome

FIRST = {
    "cecs": "where=shin sym=tight_full trigger=none ease=le30",
    "acs": "g_limb=pain_severe_rest",
    "neuroma": "",
    "paes": "where=calf sym=pain_cramp trigger=toe_off_hill look=cold_foot",
    "pad": "where=calf sym=pain_cramp trigger=none bg=smoker_bp_chol age=a60",
    "ali": "g_limb=cold_white",
    "nerve_compress": "where=foot_top trigger=shoes_laces relief=shoe_off",
    "post_fall": "where=outer_thigh injury=fall_back_hip trigger=none",
    "radiculopathy": "where=buttock_back_leg trigger=back_bend_sit",
    "stenosis": "where=whole_leg side=both trigger=none relief=sit_bend_forward age=a60",
    "ces_cord": "g_spine=saddle",
    "electrolytes": "where=calf trigger=long_sweaty extra=twitch_cramp when=after",
    "dehydration": "where=calf trigger=heat_hot extra=thirsty_dark_yellow+dizzy_stand",
    "cold_raynaud": "where=whole_foot side=both trigger=cold look=pale_blue relief=warm_up_skin",
    "b12": "where=calf trigger=none bg=b12_risk extra=fatigue",
    "iron": "where=calf trigger=none bg=iron_risk extra=fatigue+restless_evening",
    "gait": "where=whole_leg trigger=more_training extra=one_sided_weak_hip when=late",
    "neuropathy": "where=whole_foot side=both trigger=none bg=diabetes when=rest_too",
    "ms": "where=whole_leg trigger=heat_hot bg=ms_known relief=cool_down",
    "chol_urticaria": "where=calf sym=itch trigger=heat_hot look=hives",
    "eia": "g_life=allergic_severe",
    "runners_itch": "where=calf sym=itch trigger=new_to_run",
    "ei_vasculitis": "where=calf sym=burning trigger=heat_hot look=blotches",
    "stress_fx": "where=shin sym=pain_cramp trigger=more_training extra=bone_spot when=late",
    "dvt": "g_urgent=one_leg_swollen_hot",
    "eah": "g_fluid_heat=overdrank_unwell",
    "heat": "g_fluid_heat=overheated_not_better",
    "rhabdo": "g_urgent=dark_urine",
    "infection": "g_urgent=red_fever",
    "gbs": "g_spine=spreading_up",
    "stroke": "g_life=stroke_signs",
    "hypo": "g_fluid_heat=hypo_signs",
    "hypervent": "where=wide trigger=fast_breathing",
    "athletes_foot": "sym=itch look=dry_irritated trigger=none",
}


def test_the_pack_knows_the_34_causes() -> None:
    assert set(FIRST) == set(PACK.causes)


@pytest.mark.parametrize("cause", FIRST)
def test_every_cause_can_be_the_first_candidate(cause: str) -> None:
    assert outcome(FIRST[cause]).causes[0].cause == cause


def test_a_cause_is_named_from_five_points_on() -> None:
    near = outcome("trigger=none where=toes_ball sym=pain_cramp side=changes")
    assert "neuroma" not in [each.cause for each in near.causes]
    reached = outcome("trigger=none where=toes_ball sym=pain_cramp side=one")
    assert [(each.cause, each.points) for each in reached.causes] == [("neuroma", 5)]


def test_a_cause_needs_half_of_the_best_score() -> None:
    """Salts have 5 points here; the nerve between the toes has 10, and 11 when it is numb as well."""
    both = "side=one trigger=forefoot_pebble+long_sweaty+heat_hot ease=le30"
    half = outcome(f"{both} sym=tingling+burning")
    assert [(each.cause, each.points) for each in half.causes] == [("neuroma", 10), ("electrolytes", 5)]
    less = outcome(f"{both} sym=tingling+burning+numb")
    assert [(each.cause, each.points) for each in less.causes] == [("neuroma", 11)]


def test_at_most_three_candidates_are_named_and_four_when_a_red_flag_leads() -> None:
    many = (
        "sym=tingling+burning where=toes_ball+sole_ankle+whole_foot side=both when=rest_too trigger=shoes_laces"
        " relief=shoe_off look=dry_irritated bg=b12_risk+diabetes"
    )
    calm = outcome(many)
    assert len(calm.causes) == 3
    assert [each.fit for each in calm.causes] == ["best", "possible", "possible"]
    led = outcome(f"{many} g_urgent=foot_wound")
    assert len(led.causes) == 4
    assert (led.causes[0].cause, led.causes[0].fit) == ("infection", "named")


def test_candidates_stand_in_the_order_of_their_points() -> None:
    for fires in FIRST.values():
        found = [each for each in outcome(fires).causes if each.fit != "named"]
        assert [each.points for each in found] == sorted((each.points for each in found), reverse=True)


def test_points_alone_never_name_an_emergency_to_somebody_told_to_wait() -> None:
    """DVT has 6 points here; at the calm levels it would only frighten, and its rule did not fire."""
    found = outcome("bg=clot_risk where=calf sym=pain_cramp trigger=none ease=le30")
    assert found.level in {"L4", "L5"}
    assert all(PACK.causes[each.cause].level for each in found.causes)


def test_a_dropped_foot_names_its_four_causes_and_nothing_else() -> None:
    found = [each.cause for each in outcome("g_limb=foot_drop").causes]
    assert sorted(found) == ["acs", "nerve_compress", "post_fall", "radiculopathy"]


@pytest.mark.parametrize(
    ("gate", "causes"),
    [
        ("g_life=allergic_severe", {"eia"}), ("g_life=chest_breath_faint", {"dvt"}),
        ("g_life=confused_fit", {"eah", "heat"}), ("g_life=stroke_signs", {"stroke"}),
        ("g_spine=saddle", {"ces_cord"}), ("g_spine=bladder_bowel", {"ces_cord"}),
        ("g_spine=both_legs_weak", {"ces_cord", "gbs", "acs"}), ("g_spine=spreading_up", {"gbs", "ces_cord"}),
        ("g_limb=pain_severe_rest", {"acs"}), ("g_limb=rock_hard", {"acs"}), ("g_limb=cold_white", {"ali"}),
        ("g_urgent=one_leg_swollen_hot", {"dvt"}), ("g_urgent=red_fever", {"infection"}),
        ("g_urgent=dark_urine", {"rhabdo"}), ("g_urgent=foot_wound", {"infection"}),
        ("g_fluid_heat=overheated_not_better", {"heat"}), ("g_fluid_heat=overdrank_unwell", {"eah"}),
        ("g_fluid_heat=hypo_signs", {"hypo"}),
    ],
)  # fmt: skip
def test_a_red_flag_puts_its_own_causes_first(gate: str, causes: set[str]) -> None:
    named = [each for each in outcome(gate).causes if each.fit == "named"]
    assert {each.cause for each in named} == causes
    assert tuple(named) == outcome(gate).causes[: len(named)]


def test_the_reasons_are_the_persons_own_answers_to_the_deciding_rule_and_the_leading_cause() -> None:
    found = outcome("bg=clot_risk where=calf sym=pain_cramp ease=days trigger=none")
    assert {("bg", "clot_risk"), ("where", "calf"), ("side", "one"), ("ease", "days")} <= set(found.reasons)
    assert not any(option in PACK.questions[question].alone for question, option in found.reasons)
    given = {(question, option) for question, options in CALM.items() for option in options}
    assert set(outcome().reasons) <= given
