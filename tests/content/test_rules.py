"""Every rule of clinical.md 4.3 fires on what it names and not on its neighbour; every cause of 4.4 can come first.

The table was written from the clinical text, not from pack.yaml.
"""

from __future__ import annotations

import pytest

from content.assess import assess, unknown_ids
from tests.content.shipped import CALM, GATES, PACK, answers, outcome

HIVES_NOW = "sym=itch look=hives where=wide ease=still_new"
COLD_LEG = "ease=still_new side=one look=cold_foot sym=numb where=calf"
SCIATIC = "where=buttock_back_leg side=one trigger=none"
STROKE = "side=one where=wide sym=numb trigger=none"
WEAK_ALL_OVER = "side=both sym=tingling+weak_heavy where=whole_foot+wide trigger=none"
SWOLLEN_FOOT = "bg=diabetes where=foot_top sym=tight_full trigger=none"
TIGHT_SHINS = "where=shin sym=tight_full trigger=none"
ITCHY_TOES = "sym=itch look=dry_irritated trigger=none"
FADING_MARKS = "sym=burning where=calf look=blotches trigger=heat_hot"
UNKNOWN = "sym=tingling where=whole_leg trigger=none"
CALF = "where=calf sym=pain_cramp"
WHITE_TOES = "trigger=cold look=pale_blue side=both"
BLOW = "injury=blow_leg where=shin sym=pain_cramp+tight_full trend=worse dur=today trigger=none"
PRESSURE = "bg=diabetes where=foot_top trigger=shoes_laces relief=shoe_off ease=le5 impact=mild"

# Rule, the level it asks for, answers that make it fire (from the mild person on), and a near miss.
RULES = [
    ("R01", "L1", "g_life=allergic_severe", "g_spine=saddle"),
    ("R01", "L1", "g_life=stroke_signs", "g_urgent=dark_urine"),
    ("R02", "L1", "g_spine=saddle", "g_spine=both_legs_weak"),
    ("R02", "L1", "g_spine=bladder_bowel", "g_spine=spreading_up"),
    ("R03", "L1", "g_spine=both_legs_weak", "g_spine=saddle"),
    ("R03", "L1", "g_spine=spreading_up", "extra=hands_too"),
    ("R04", "L1", "g_limb=pain_severe_rest", "g_limb=cold_white"),
    ("R05", "L1", "g_limb=cold_white", "look=cold_foot+pale_blue"),
    ("R06", "L1", "g_limb=rock_hard sym=numb", "g_limb=rock_hard sym=pain_cramp"),
    ("R06", "L1", "g_limb=rock_hard sym=weak_heavy", "g_limb=rock_hard sym=tight_full"),
    ("R06", "L1", "g_limb=rock_hard+foot_drop sym=pain_cramp", "g_limb=foot_drop sym=numb"),
    ("R06", "L1", "g_limb=rock_hard sym=pain_cramp injury=ankle_twist", "g_limb=none sym=numb look=swollen_bulge"),
    ("R07", "L2", "g_limb=rock_hard sym=pain_cramp", "sym=tight_full where=shin look=swollen_bulge"),
    ("R08", "L1", "g_limb=foot_drop side=both", "g_limb=foot_drop side=changes"),
    ("R08", "L1", "g_limb=foot_drop injury=fall_back_hip", "g_limb=foot_drop injury=ankle_twist"),
    ("R08", "L1", "g_limb=foot_drop injury=blow_leg", "g_limb=none side=both injury=blow_leg"),
    ("R09", "L2", "g_limb=foot_drop", "extra=foot_slaps"),
    ("R10", "L1", "g_urgent=dark_urine", "extra=thirsty_dark_yellow"),
    ("R11", "L2", "g_urgent=one_leg_swollen_hot", "sym=tight_full where=calf"),
    ("R11", "L2", "g_urgent=red_fever", "look=blotches"),
    ("R11", "L2", "g_urgent=foot_wound", "g_urgent=dark_urine"),
    ("R12", "L1", "g_fluid_heat=overheated_not_better", "g_fluid_heat=overdrank_unwell"),
    ("R12", "L1", "g_fluid_heat=hypo_signs", "bg=diabetes"),
    ("R13", "L2", "g_fluid_heat=overdrank_unwell", "extra=drank_lots"),
    ("R14", "L1", f"{SCIATIC} side=both trigger=back_bend_sit dur=lt2w", f"{SCIATIC} trigger=back_bend_sit dur=lt2w"),
    ("R14", "L1", f"{SCIATIC} side=both trigger=back_bend_sit dur=today", f"{SCIATIC} side=both dur=today"),
    ("R15", "L2", "bg=cancer_steroid_iv trigger=back_bend_sit dur=gt6w", "bg=smoker_bp_chol trigger=back_bend_sit"),
    ("R15", "L2", "bg=cancer_steroid_iv sym=numb dur=lt2w", "bg=cancer_steroid_iv sym=numb dur=w2_6"),
    ("R15", "L2", "bg=cancer_steroid_iv sym=weak_heavy dur=gt6w trend=worse", "bg=cancer_steroid_iv sym=burning"),
    ("R16", "L2", f"{CALF} bg=clot_risk ease=days", f"{CALF} bg=clot_risk ease=le30"),
    ("R16", "L2", f"{CALF} bg=pregnant ease=le24h", f"{CALF} bg=none ease=le24h"),
    ("R16", "L2", f"{CALF} bg=clot_risk ease=never_clears", f"{CALF} bg=clot_risk where=shin ease=never_clears"),
    ("R17", "L3", "injury=ankle_twist ease=days", "injury=ankle_twist ease=le24h"),
    ("R17", "L3", "injury=fall_back_hip ease=never_clears dur=gt6w", "injury=none ease=never_clears"),
    ("R17b", "L2", "injury=blow_leg ease=days side=both", "injury=blow_leg ease=days side=one"),
    ("R17b", "L2", "injury=blow_leg ease=days sym=weak_heavy", "injury=blow_leg ease=le30 sym=weak_heavy"),
    ("R18", "L3", "bg=diabetes sym=burning", "bg=diabetes sym=pain_cramp"),
    ("R18", "L3", "bg=known_numb_feet", "bg=smoker_bp_chol"),
    ("R18", "L4", PRESSURE, "bg=none trigger=shoes_laces relief=shoe_off"),
    ("R18", "L3", f"{PRESSURE} bg=diabetes+known_numb_feet", "bg=raynaud"),
    ("R18", "L3", f"{PRESSURE} ease=le30", f"{PRESSURE} sym=itch"),
    ("R18", "L3", f"{PRESSURE} impact=stop_run", "bg=b12_risk"),
    ("R19", "L3", f"{CALF} ease=le30 bg=smoker_bp_chol age=a40_59", f"{CALF} bg=smoker_bp_chol"),
    ("R19", "L3", "sym=pain_cramp where=whole_leg bg=artery_disease age=a60", "sym=pain_cramp where=whole_leg age=a60"),
    ("R20", "L3", "look=cold_foot where=calf trigger=none", "look=cold_foot where=calf trigger=cold"),
    ("R20", "L3", "look=pale_blue where=whole_foot", "look=pale_blue where=outer_thigh"),
    ("R21", "L3", "extra=foot_slaps", "extra=one_sided_weak_hip"),
    ("R21", "L3", "extra=unsteady", "extra=dizzy_stand"),
    ("R21", "L3", "extra=electric_neck_vision", "extra=tongue_memory"),
    ("R21", "L3", "bg=nitrous sym=numb", "bg=nitrous sym=pain_cramp"),
    ("R22", "L2", "bg=nitrous extra=unsteady", "bg=b12_risk extra=unsteady"),
    ("R23", "L3", "extra=bone_spot", "sym=pain_cramp where=shin"),
    ("R24", "L3", "look=hives trigger=food_or_painkiller", "look=hives trigger=heat_hot"),
    ("R24", "L3", "look=hives bg=allergy_epi", "look=dry_irritated bg=allergy_epi"),
    ("R25", "L3", f"{TIGHT_SHINS} when=fixed_point ease=days", f"{TIGHT_SHINS} when=early ease=days"),
    ("R25", "L3", f"{TIGHT_SHINS} when=fixed_point ease=never_clears", f"{TIGHT_SHINS} when=fixed_point ease=le30"),
    ("R26", "L3", f"{SCIATIC} sym=tingling+weak_heavy when=rest_too", f"{SCIATIC} sym=tingling+weak_heavy"),
    ("R26", "L3", f"{SCIATIC} when=rest_too trend=worse", f"{SCIATIC} when=rest_too"),
    ("R27", "L4", "dur=gt6w", "dur=gt6w trigger=shoes_laces ease=le30"),
    ("R27", "L4", "dur=w2_6 ease=le24h", "dur=w2_6 ease=le30"),
    ("R27", "L4", "dur=w2_6 impact=stop_run", "dur=w2_6 impact=stop_run trend=improving"),
    ("R27", "L4", "dur=gt6w trigger=shoes_laces impact=stop_run", "dur=lt2w trigger=shoes_laces impact=stop_run"),
    ("R27", "L4", "dur=gt6w trigger=forefoot_pebble bg=none", "dur=gt6w bg=raynaud trend=same"),
    ("R27", "L4", f"{FADING_MARKS} dur=gt6w ease=le24h", f"{FADING_MARKS} dur=w2_6 ease=le24h trend=improving"),
    ("R27", "L4", f"{ITCHY_TOES} dur=gt6w ease=le24h impact=stop_run", f"{ITCHY_TOES} dur=gt6w ease=le24h"),
    ("R28", "L4", "ease=days sym=burning", "ease=le24h sym=burning"),
    ("R28", "L4", f"{ITCHY_TOES} ease=days impact=stop_run", f"{ITCHY_TOES} ease=days"),
    ("R28", "L4", f"{FADING_MARKS} ease=days impact=stop_run", f"{FADING_MARKS} ease=days"),
    ("R29", "L3", "ease=never_clears dur=lt2w", "ease=never_clears dur=gt6w"),
    ("R29", "L3", "ease=never_clears dur=gt6w trend=worse", "ease=never_clears sym=burning"),
    ("R30", "L4", "impact=daily", "impact=stop_run"),
    ("R30", "L4", "age=u16", "age=a16_39"),
    ("R30", "L4", "look=hives sym=itch", "look=dry_irritated"),
    ("R31", "L4", f"{WHITE_TOES} side=one", WHITE_TOES),
    ("R31", "L4", f"{WHITE_TOES} age=a40_59", WHITE_TOES),
    ("R31", "L4", f"{WHITE_TOES} age=a40_59 dur=gt6w", "trigger=cold side=both age=a40_59 dur=gt6w"),
    ("R32", "L2", "look=shiny_hairless when=rest_too sym=pain_cramp", "look=shiny_hairless sym=pain_cramp"),
    ("R32", "L2", "look=shiny_hairless when=rest_too sym=tight_full", "look=shiny_hairless when=rest_too"),
    ("R33", "L4", UNKNOWN, f"{UNKNOWN} trend=improving"),
    ("R33", "L4", f"{UNKNOWN} impact=stop_run trend=first", f"{UNKNOWN} impact=stop_run dur=today"),
    ("R34", "L4", "bg=diabetes sym=itch where=toes_ball", "bg=diabetes sym=itch where=calf"),
    ("R34", "L4", "bg=known_numb_feet sym=pain_cramp look=dry_irritated", "sym=itch look=dry_irritated"),
    ("R35", "L2", "bg=pregnant sym=itch", "bg=pregnant sym=itch look=dry_irritated"),
    ("R36", "L3", "look=blotches trend=worse", "look=blotches trend=same"),
    ("R37", "L1", f"{STROKE} dur=today", f"{STROKE} dur=today side=both"),
    ("R37", "L1", f"{STROKE} sym=weak_heavy trend=first", f"{STROKE} sym=tingling trend=first"),
    ("R38", "L1", f"{COLD_LEG} trend=worse trigger=none", f"{COLD_LEG} trend=worse trigger=cold"),
    ("R38", "L1", f"{COLD_LEG} bg=artery_disease trigger=none", f"{COLD_LEG} trigger=none"),
    ("R38", "L1", f"{COLD_LEG} trend=worse sym=pain_cramp", f"{COLD_LEG} trend=worse ease=le30"),
    ("R39", "L1", "look=hives sym=itch extra=dizzy_stand", "look=dry_irritated sym=itch extra=dizzy_stand"),
    ("R39", "L1", f"{HIVES_NOW} trigger=food_or_painkiller trend=worse", f"{HIVES_NOW} trigger=food_or_painkiller"),
    ("R39", "L1", f"{HIVES_NOW} trend=worse bg=allergy_epi", f"{HIVES_NOW} trend=worse"),
    ("R40", "L2", f"{WEAK_ALL_OVER} trend=worse dur=lt2w", f"{WEAK_ALL_OVER} trend=worse dur=w2_6"),
    ("R40", "L2", f"{WEAK_ALL_OVER} where=whole_foot extra=hands_too trend=worse", f"{WEAK_ALL_OVER} trend=same"),
    ("R41", "L2", f"{SWOLLEN_FOOT} trend=worse", f"{SWOLLEN_FOOT} trend=worse dur=gt6w"),
    ("R41", "L2", f"{SWOLLEN_FOOT} when=rest_too", f"{SWOLLEN_FOOT} when=rest_too bg=none"),
    ("R42", "L3", "extra=hands_too+unsteady sym=weak_heavy", "extra=hands_too+unsteady"),
    ("R42", "L3", "extra=hands_too+unsteady+electric_neck_vision", "extra=unsteady+electric_neck_vision"),
    ("R43", "L1", f"{BLOW} ease=still_new", f"{BLOW} ease=le24h"),
    ("R43", "L1", f"{BLOW} ease=never_clears injury=ankle_twist", f"{BLOW} ease=never_clears injury=none"),
    ("M1", "L4", "trend=worse", "trend=same"),
    ("M1", "L3", "trend=worse dur=gt6w", "trend=first dur=gt6w"),
    ("U01", "L1", "g_life=not_sure", "g_life=none"),
    ("U02", "L1", "g_spine=not_sure", "g_limb=not_sure"),
    ("U03", "L1", "g_limb=not_sure", "g_urgent=not_sure"),
    ("U04", "L1", "g_urgent=not_sure", "g_fluid_heat=not_sure"),
    ("U05", "L1", "g_fluid_heat=not_sure", "sym=not_sure"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "level", "fires", "near_miss"), RULES, ids=[f"{each[0]} {each[2]}" for each in RULES])
def test_a_rule_fires_on_what_it_names_and_not_on_its_neighbour(
    rule: str, level: str, fires: str, near_miss: str
) -> None:
    assert rule in outcome(fires).rules
    assert outcome(fires).level == level
    assert rule not in outcome(near_miss).rules


# More answers that a rule is about, and more that lack one of the things it asks for.
ALSO_FIRES = [
    ("R18", "bg=diabetes sym=numb"),
    ("R18", "bg=diabetes sym=weak_heavy"),
    ("R19", f"{CALF} ease=le5 bg=diabetes age=a40_59"),
    ("R19", "sym=pain_cramp where=buttock_back_leg bg=smoker_bp_chol age=a40_59"),
    # The proof asked for it: pain that stays is not less urgent than pain that goes.
    ("R19", f"{CALF} ease=le24h bg=smoker_bp_chol age=a60"),
    ("R20", "look=cold_foot where=sole_ankle"),
    ("R21", "bg=nitrous sym=tingling"),
    ("R27", "dur=gt6w bg=raynaud trend=worse"),
    ("R27", "dur=gt6w trigger=shoes_laces trend=worse"),
    ("R31", "where=calf side=one trigger=cold look=pale_blue"),
    ("R31", f"{WHITE_TOES} trend=worse"),
    ("R31", f"{WHITE_TOES} age=a40_59 dur=today"),
    ("R31", f"{WHITE_TOES} age=a60 dur=w2_6"),
    ("R38", f"{COLD_LEG} look=pale_blue trend=worse trigger=none"),
    ("R38", f"{COLD_LEG} sym=weak_heavy trend=worse trigger=none"),
    ("R40", f"{WEAK_ALL_OVER} sym=numb+weak_heavy trend=worse"),
    ("R40", f"{WEAK_ALL_OVER} dur=today trend=worse"),
]
NEAR_MISSES = [
    ("N01", "g_life=confused_fit"),
    ("R14", "where=calf side=both trigger=back_bend_sit"),
    ("R14", f"{SCIATIC} side=both trigger=back_bend_sit dur=w2_6"),
    ("R16", f"{CALF} side=both bg=clot_risk ease=days"),
    ("R16", "where=calf sym=tight_full bg=clot_risk ease=days"),
    ("R17", "injury=ankle_twist ease=days sym=burning"),
    ("R19", "sym=tingling where=calf bg=smoker_bp_chol age=a60"),
    ("R19", "sym=pain_cramp where=shin bg=smoker_bp_chol age=a60"),
    ("R19", f"{CALF} ease=le24h age=a60"),
    ("R25", f"{TIGHT_SHINS} when=early side=both ease=days"),
    ("R27", "dur=gt6w bg=ms_known trend=improving"),
    *(("R27", f"dur=gt6w trigger={trigger}") for trigger in (
        "shoes_laces", "tight_gear", "held_position", "cold", "heat_hot", "long_sweaty", "new_to_run")),
    ("R31", "side=both trigger=cold trend=worse"),
    ("R32", "when=rest_too sym=pain_cramp"),
    ("R33", f"{UNKNOWN} trend=first"),
    ("R34", "bg=diabetes sym=tingling"),
    ("R35", "bg=pregnant sym=tingling"),
    ("R37", "side=one where=whole_leg sym=numb dur=today"),
    ("R37", f"{STROKE} dur=gt6w"),
    ("R38", f"{COLD_LEG} side=both trend=worse trigger=none"),
    ("R38", f"{COLD_LEG} look=normal trend=worse trigger=none"),
    ("R38", f"{COLD_LEG} sym=tingling trend=worse trigger=none"),
    ("R39", f"{HIVES_NOW} where=calf trend=worse bg=allergy_epi"),
    ("R39", f"{HIVES_NOW} ease=le30 trend=worse bg=allergy_epi"),
    ("R40", f"{WEAK_ALL_OVER} side=one trend=worse"),
    ("R40", f"{WEAK_ALL_OVER} sym=weak_heavy trend=worse"),
    ("R40", f"{WEAK_ALL_OVER} sym=tingling trend=worse"),
    ("R40", f"{WEAK_ALL_OVER} where=whole_foot trend=worse"),
    ("R41", f"{SWOLLEN_FOOT} where=calf trend=worse"),
    ("R41", f"{SWOLLEN_FOOT} sym=tingling trend=worse"),
    ("R41", SWOLLEN_FOOT),
    ("R42", "extra=hands_too+electric_neck_vision"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fires"), ALSO_FIRES)
def test_a_rule_fires_on_each_of_the_things_it_names(rule: str, fires: str) -> None:
    assert rule in outcome(fires).rules


@pytest.mark.parametrize(("rule", "near_miss"), NEAR_MISSES)
def test_a_rule_needs_each_of_the_things_it_asks_for(rule: str, near_miss: str) -> None:
    assert rule not in outcome(near_miss).rules


@pytest.mark.parametrize(
    ("text", "level"),
    [
        (PRESSURE, "L4"),
        (f"{PRESSURE} trigger=tight_gear relief=loosen_gear", "L4"),
        (f"{PRESSURE} trigger=forefoot_pebble", "L3"),
        (f"{PRESSURE} relief=none", "L3"),
        (f"{PRESSURE} bg=known_numb_feet", "L3"),
        (f"{PRESSURE} where=toes_ball", "L3"),
    ],
)
def test_only_plain_pressure_spares_somebody_with_diabetes_the_visit_within_days(text: str, level: str) -> None:
    assert outcome(text).level == level


def test_the_table_covers_every_rule_of_the_pack_and_the_pack_every_rule_of_the_text() -> None:
    of_the_text = {f"R{number:02}" for number in range(1, 44)} | {
        "R17b",
        "M1",
        *(f"U0{number}" for number in range(1, 6)),
    }
    assert {each[0] for each in RULES} == of_the_text
    of_the_pack = {rule.id for rule in PACK.rules} | {modifier.id for modifier in PACK.modifiers}
    assert of_the_pack - {"N01"} == of_the_text


def test_the_mild_person_fires_nothing() -> None:
    assert outcome().rules == ()
    assert outcome().level == "L5"


@pytest.mark.parametrize(
    ("fires", "cause"),
    [
        (f"{SCIATIC} side=both trigger=back_bend_sit", "ces_cord"),
        ("bg=cancer_steroid_iv trigger=back_bend_sit", "ces_cord"),
        ("bg=clot_risk where=calf sym=pain_cramp ease=days", "dvt"),
        (f"{STROKE} dur=today", "stroke"),
        (f"{COLD_LEG} trend=worse trigger=none", "ali"),
        ("look=hives sym=itch extra=dizzy_stand", "eia"),
        (f"{WEAK_ALL_OVER} trend=worse", "gbs"),
        ("extra=hands_too+unsteady sym=weak_heavy", "ces_cord"),
    ],
)
def test_some_rules_put_their_cause_first(fires: str, cause: str) -> None:
    first = outcome(fires).causes[0]
    assert (first.cause, first.fit) == (cause, "named")


def test_confusion_in_somebody_with_diabetes_names_low_sugar_too() -> None:
    assert "hypo" in [each.cause for each in outcome("g_life=confused_fit bg=diabetes").causes]
    assert "hypo" not in [each.cause for each in outcome("g_life=confused_fit").causes]


def test_getting_worse_is_one_step_and_never_past_within_days() -> None:
    assert outcome("trend=worse bg=known_numb_feet").level == "L3"
    assert outcome("trend=worse g_limb=foot_drop").level == "L2"
    assert "M1" not in outcome("trend=worse bg=known_numb_feet").rules


def test_known_ms_that_clears_within_a_day_is_looked_after_at_home() -> None:
    known = "sym=tingling where=whole_leg trigger=heat_hot bg=ms_known relief=cool_down"
    assert outcome(f"{known} ease=le24h").level == "L5"
    assert outcome(f"{known} ease=days").level == "L3"
    assert outcome("extra=electric_neck_vision").level == "L3"


def test_ids_that_the_pack_does_not_know_change_nothing_and_are_found() -> None:
    strange = {**CALM, "sym": CALM["sym"] | {"tickle"}, "moon": frozenset({"full"})}
    assert assess(PACK, strange) == outcome()
    assert unknown_ids(PACK, strange) == ["moon", "sym.tickle"]
    assert unknown_ids(PACK, answers("g_life=not_sure")) == []


def test_no_answers_at_all_are_an_outcome_too() -> None:
    assert assess(PACK, {}).level == "L4"
    assert assess(PACK, {}).causes == ()


def test_every_gate_is_part_of_the_baseline() -> None:
    assert all(CALM[gate] == {"none"} for gate in GATES)
