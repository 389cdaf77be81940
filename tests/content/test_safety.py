"""The safety properties of clinical.md 4.10, over random answers of the shipped pack. Times are in test_times.py."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from content import buttons
from content.assess import Known, Outcome, assess
from content.conditions import Name, holds
from content.episode import Left
from content.pack import Answers
from tests.content.shipped import (
    BOUNDED,
    CALM,
    DANGERS,
    FOLDER,
    GATES,
    PACK,
    answer_sets,
    answers,
    calm,
    outcome,
    rank,
    sentences,
    with_ticks,
    without_danger,
)
from tests.content.story import Story, begun

WORDS: dict[str, Any] = YAML(typ="safe").load(FOLDER / "en.yaml")
EMERGENCIES = {cause.id for cause in PACK.causes.values() if cause.level is None}
each_danger = pytest.mark.parametrize("danger", DANGERS, ids=".".join)
danger_ticks = st.sampled_from(DANGERS)


# --- 1 and 2: red flags -----------------------------------------------------------------------------------------------


@each_danger
def test_a_red_flag_alone_is_an_emergency_or_a_matter_of_today(danger: tuple[str, str]) -> None:
    gate, option = danger
    assert assess(PACK, {gate: frozenset({option})}).level in {"L1", "L2"}
    assert outcome(f"{gate}={option}").level in {"L1", "L2"}


@given(without_danger(), danger_ticks)
@BOUNDED
def test_a_red_flag_is_urgent_whatever_else_was_answered(given: Answers, danger: tuple[str, str]) -> None:
    assert assess(PACK, with_ticks(given, danger)).level in {"L1", "L2"}


@given(answer_sets(), danger_ticks)
@BOUNDED
def test_one_more_red_flag_never_makes_it_less_urgent(given: Answers, danger: tuple[str, str]) -> None:
    assert rank(assess(PACK, with_ticks(given, danger)).level) <= rank(assess(PACK, given).level)


@given(answer_sets(), st.sampled_from(GATES))
@BOUNDED
def test_not_sure_about_a_gate_is_never_less_urgent_than_none(given: Answers, gate: str) -> None:
    unsure = assess(PACK, {**given, gate: frozenset({"not_sure"})})
    assert unsure.level in {"L1", "L2"}
    assert rank(unsure.level) <= rank(assess(PACK, {**given, gate: frozenset({"none"})}).level)


# --- 3: nothing before the gates --------------------------------------------------------------------------------------

EARLY = (
    *sorted(buttons.ANYTIME),
    buttons.LATER,
    "!rhythm:hourly",
    "!skin:1:ok",
)


@pytest.mark.parametrize("answered", range(len(GATES)))
def test_nothing_but_questions_and_toasts_is_said_before_all_five_gates_are_answered(answered: int) -> None:
    story = Story()
    for _ in range(answered):
        story.answer("none")
    for option in EARLY:
        story.press(option)
    story.do(Left())
    assert {say.kind for say in story.said if say.where != "toast"} <= {"question", "stopped"}
    assert not story.agenda
    assert story.episode.level is None


@given(st.data())
@BOUNDED
def test_an_outcome_before_the_last_gate_can_only_be_urgent(data: st.DataObject) -> None:
    story = Story()
    while (gate := story.episode.question) in GATES:
        option = data.draw(st.sampled_from([*PACK.questions[gate].option_ids, "none", "none", "not_sure"]))
        story.answer(option)
    if set(GATES) - set(story.episode.answers):
        assert story.episode.level == "L1"
        assert story.outcome["may_ice"] is False
        assert story.outcome["plan"] is None


def test_leaving_between_the_gates_still_tells_what_a_ticked_red_flag_means() -> None:
    story = Story()
    story.answer("none")
    story.press("+saddle")
    story.do(Left())
    assert story.episode.level == "L1"


# --- 4: ice -----------------------------------------------------------------------------------------------------------

NO_ICE = {
    "reduced feeling": "sym=numb+tingling",
    "known nerve damage": "bg=known_numb_feet",
    "cannot tell what is felt": "sym=not_sure",
    "diabetes": "bg=diabetes",
    "poor circulation or heart": "bg=artery_disease",
    "badly fed skin": "look=shiny_hairless",
    "Raynaud's": "bg=raynaud",
    "a cold foot": "look=cold_foot",
    "a pale foot": "look=pale_blue",
    "brought on by cold": "trigger=forefoot_pebble+cold",
    "hives from cold": "bg=cold_allergy",
    "a hard muscle": "look=swollen_bulge",
    "a muscle pressure pattern": "where=toes_ball+shin sym=tight_full",
    "a rock-hard muscle": "g_limb=rock_hard",
    "broken skin": "look=dry_irritated",
    "a rash": "look=hives",
    "marks": "look=blotches",
    "a wound": "g_urgent=foot_wound",
    "infection or fever": "g_urgent=red_fever",
    "cancer": "bg=cancer_steroid_iv",
    "pregnant": "bg=pregnant",
    "a child": "age=u16",
    "cannot tell what they have": "bg=not_sure",
    "cannot tell how the skin looks": "look=not_sure",
}


def test_the_mild_person_may_ice_so_that_the_next_tests_mean_something() -> None:
    assert outcome().may_ice
    assert {"ice_eases", "ice_rounds"} <= set(outcome().steps)


@pytest.mark.parametrize("row", NO_ICE.values(), ids=NO_ICE)
def test_each_row_of_the_ice_table_forbids_ice(row: str) -> None:
    assert not outcome(row).may_ice
    assert not {"ice_eases", "ice_rounds", "ice_gentle"} & set(outcome(row).steps)


@given(answer_sets(), st.sampled_from(sorted(row for row in NO_ICE.values() if "+shin" not in row)))
@BOUNDED
def test_each_row_forbids_ice_whatever_else_was_answered(given: Answers, row: str) -> None:
    assert not assess(PACK, {**given, **answers(row)}).may_ice


ICE_WORD = re.compile(r"\b(ic(e|es|ing|ed)|frozen peas)\b", re.IGNORECASE)
AGAINST_ICE = {
    "no_ice_hard_muscle", "no_ice_massage_wrap", "no_ice_before_check", "no_ice_circulation", "no_rub_ice_heat_raise",
    "no_ice_numb", "never_ice_raynaud", "no_ice_broken_skin", "no_more_ice", "n_white_hard_skin",
}  # fmt: skip


def test_every_sentence_about_ice_speaks_against_it_or_waits_for_permission() -> None:
    about_ice = {name for name, words in WORDS["advice"].items() if ICE_WORD.search(words)}
    guarded = {name for name in about_ice if PACK.advice[name].when == Name("may_ice")}
    assert about_ice - guarded == AGAINST_ICE
    assert len(guarded) >= 10


def test_no_explanation_of_a_cause_speaks_of_ice() -> None:
    """The explanations are shown to everybody whom the cause may concern, whether they may ice or not."""
    spoken = [
        (cause, name) for cause, texts in WORDS["causes"].items() for name in texts if ICE_WORD.search(str(texts[name]))
    ]
    assert spoken == []


@given(answer_sets())
@BOUNDED
def test_no_sentence_that_needs_permission_to_ice_is_said_without_it(given: Answers) -> None:
    found = assess(PACK, given)
    guarded = {name for name, advice in PACK.advice.items() if advice.when == Name("may_ice")}
    if not (found.may_ice and holds(PACK.define["may_ice"], Known(PACK, given))):
        assert not guarded & set(sentences(found))
    assert not found.may_ice or (holds(PACK.define["may_ice"], Known(PACK, given)) and found.level in {"L4", "L5"})


def test_an_urgent_outcome_says_no_word_on_icing_although_the_skin_would_bear_it() -> None:
    found = outcome("ease=never_clears")
    assert (found.level, found.causes[0].cause, found.may_ice) == ("L3", "neuroma", False)
    assert not {"ice_eases", "ice_rounds"} & set(found.steps)


# --- 5: drinking ------------------------------------------------------------------------------------------------------

DRINK_WORD = re.compile(r"\b(dr[iau]nk|sip|fluid|thirst)", re.IGNORECASE)
AGAINST_DRINKING = {
    "nothing_by_mouth", "nothing_by_mouth_swallow", "no_overdrinking", "stop_all_fluids", "no_water_for_confused",
    "no_drinks_drowsy", "n_bloated_headache",
    "say_low_sodium", "note_food_painkillers",  # what was drunk, as something to tell
}  # fmt: skip
TOO_MUCH_WATER = ("g_life=confused_fit", "g_fluid_heat=overdrank_unwell", "extra=drank_lots")


def test_every_sentence_about_drinking_speaks_against_it_or_waits_for_permission() -> None:
    about = {name for name, words in WORDS["advice"].items() if DRINK_WORD.search(words)}
    guarded = {name for name in about if PACK.advice[name].when == Name("may_drink")}
    assert about - guarded == AGAINST_DRINKING
    assert guarded == {"drink_to_thirst", "sports_drink_optional", "sips_while_cooling", "sugar_drink"}


@given(answer_sets(), st.sampled_from(TOO_MUCH_WATER))
@BOUNDED
def test_nobody_who_may_have_drunk_too_much_is_told_to_drink(given: Answers, water: str) -> None:
    ticks = [(question, option) for question, options in answers(water).items() for option in options]
    said = sentences(assess(PACK, with_ticks(given, *ticks)))
    told = {name for name in said if DRINK_WORD.search(WORDS["advice"][name])}
    assert told <= AGAINST_DRINKING


@pytest.mark.parametrize(
    "doubt",
    ["g_life=not_sure", "g_fluid_heat=not_sure", "g_limb=pain_severe_rest", "g_limb=rock_hard", "g_limb=cold_white"],
)
def test_nobody_is_told_to_drink_where_it_could_not_be_told_or_an_operation_may_follow(doubt: str) -> None:
    thirsty = "where=calf trigger=long_sweaty extra=thirsty_dark_yellow+twitch_cramp"
    said = sentences(outcome(f"{thirsty} {doubt}"))
    assert {name for name in said if DRINK_WORD.search(WORDS["advice"][name])} <= AGAINST_DRINKING


def test_somebody_thirsty_after_a_hot_run_is_told_to_drink_to_thirst() -> None:
    thirsty = "where=calf trigger=long_sweaty extra=thirsty_dark_yellow+twitch_cramp"
    assert "drink_to_thirst" in outcome(thirsty).steps
    assert "drink_to_thirst" not in outcome(f"{thirsty} extra=thirsty_dark_yellow+drank_lots").steps


# --- 6: the emergency card --------------------------------------------------------------------------------------------


def routine_sentences() -> set[str]:
    """What the calm levels and the causes that are no emergency advise, and no emergency does."""
    emergency = {*PACK.levels["L1"].steps, *PACK.levels["L1"].avoid}
    for name in EMERGENCIES:
        emergency |= {*PACK.causes[name].steps, *PACK.causes[name].avoid, *PACK.causes[name].net}
    said = {each for level in PACK.levels.values() for each in (*level.steps, *level.avoid)}
    for cause in PACK.causes.values():
        said |= {*cause.steps, *cause.avoid, *cause.net}
    return said - emergency


def check_emergency(found: Outcome) -> None:
    assert {each.cause for each in found.causes} <= EMERGENCIES
    assert len(found.causes) <= 3
    assert found.plan is None
    assert not found.may_ice
    assert not routine_sentences() & set(sentences(found))


@given(answer_sets(), danger_ticks)
@BOUNDED
def test_an_emergency_names_no_mild_cause_no_plan_and_no_routine(given: Answers, danger: tuple[str, str]) -> None:
    found = assess(PACK, with_ticks(given, danger))
    if found.level == "L1":
        check_emergency(found)


@pytest.mark.parametrize("fires", ["g_limb=foot_drop side=both", "look=hives extra=dizzy_stand", "g_life=not_sure"])
def test_emergencies_without_a_life_gate_are_as_short(fires: str) -> None:
    check_emergency(outcome(fires))


def test_the_emergency_card_plans_nothing_but_have_you_called() -> None:
    story = Story()
    story.answer("stroke_signs")
    assert story.outcome["planned"] == []
    assert story.outcome["alone"] is True
    assert sorted(story.agenda) == ["FU-CALLED/m10", "FU-CALLED/m60"]


# --- 7 and 8: check-ins -----------------------------------------------------------------------------------------------

STARTS = ("", "where=foot_top trigger=shoes_laces", "where=shin sym=tight_full trigger=none", "trigger=none sym=itch",
          "bg=known_numb_feet", "g_limb=foot_drop")  # fmt: skip


@pytest.mark.parametrize("given", STARTS)
def test_silence_is_never_better_and_ends_with_whom_to_see(given: str) -> None:
    story = begun(calm(given))
    while story.agenda:
        story.next()
    assert (story.episode.state, story.episode.ended) == ("closed", "silent")
    assert story.verdicts == {}
    assert story.said[-1].kind == "stop_asking"
    assert story.said[-1].values["whom"]


@pytest.mark.parametrize("gate", GATES)
def test_not_sure_about_a_gate_at_a_check_in_is_urgent_too(gate: str) -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D1")
    story.answer("not_sure")
    while (asked := story.episode.question) in GATES:
        story.answer("not_sure" if asked == gate else "none")
    assert story.episode.level in {"L1", "L2"}
    assert "status" not in story.episode.check


FLAWED = (
    "status=resolved runs_clear=two_runs gone_when=le30",
    "status=better score=0 changed=none",
    "status=worse score=9 changed=none",
)


@each_danger
def test_a_red_flag_at_a_check_in_beats_every_word_about_how_it_is(danger: tuple[str, str]) -> None:
    gate, option = danger
    story = begun(CALM)
    story.due("FU-NEUROMA/D1")
    story.answer("yes")
    while story.episode.question is not None:
        asked = story.episode.question
        story.answer(option if asked == gate else "none" if asked in GATES else "not_sure")
    assert story.episode.level in {"L1", "L2"}
    assert story.verdicts == {"FU-NEUROMA/D1": "danger"}
    assert not {"status", "score", "changed"} & set(story.episode.check)
    assert all(key.startswith(("FU-SEEN/", "FU-CALLED/")) for key in story.agenda)


@pytest.mark.parametrize("words", FLAWED)
@pytest.mark.parametrize(("flag", "level"), [("pain_severe_rest", "L1"), ("cold_white", "L1"), ("foot_drop", "L2")])
def test_a_red_flag_asked_after_the_outcome_buttons_beats_them_too(words: str, flag: str, level: str) -> None:
    """The plan of tight lower legs asks for the leg's red flags after "how is it"."""
    tight = "where=shin sym=tight_full trigger=none ease=still_new"
    story = begun(calm(tight))
    assert story.episode.plan == "FU-CECS"
    asks_for_leg = "status=resolved" not in words and "status=better" not in words
    story.check("p30min", f"{words} g_limb={flag} side=one injury=none")
    assert (story.episode.level == level) is asks_for_leg


@pytest.mark.parametrize("hush", ["again", "next"])
def test_a_red_flag_ticked_before_somebody_falls_silent_is_not_forgotten(hush: str) -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D1")
    story.answer("yes")
    for option in ("none", "none", "foot_drop"):
        story.answer(option)
    story.due("FU-NEUROMA/D1/again" if hush == "again" else "FU-NEUROMA/D3")
    assert story.episode.level == "L2"
    assert story.said[-1].kind == "outcome"


def test_a_red_flag_ticked_before_somebody_asks_for_ice_is_answered_first() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D1")
    story.answer("yes")
    for option in ("none", "none", "foot_drop"):
        story.answer(option)
    story.press(buttons.ICE)
    assert story.episode.level == "L2"


# --- 10: the seeds ----------------------------------------------------------------------------------------------------

FACTS: dict[str, dict[str, Any]] = YAML(typ="safe").load(FOLDER.parents[2] / "tests/content/seed_facts.yaml")


def test_every_fact_of_the_three_seeds_has_its_place() -> None:
    wanted = [f"{seed}{number}" for seed, most in (("A", 22), ("B", 19), ("C", 8)) for number in range(1, most + 1)]
    assert list(FACTS) == wanted


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_of_the_seeds_stands_literally_in_the_words(fact: str) -> None:
    for place in (FACTS[fact], *FACTS[fact].get("also", ())):
        found: Any = WORDS
        for name in place["where"].split("."):
            found = found[name]
        assert place["says"] in found, place
