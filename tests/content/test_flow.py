"""What is asked, in which order, with which lines; how far along one is; Back, Not sure, ticks and old buttons."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import buttons, flow
from content.decide import start
from content.episode import Left, Pressed, Resumed, Started
from content.remembering import deciding
from tests.content.shipped import CALM, GATES, PACK, RANDOMS, WALKS, calm, rank
from tests.content.story import Story, begun

LONG_WAY = [
    *GATES, "sym", "where", "side", "when", "ease", "dur", "trend", "trigger", "relief", "look", "injury", "bg",
    "extra", "impact", "age", "score0",
]  # fmt: skip
ITCH = [*GATES, "sym", "look", "where", "trigger", "ease", "dur", "trend", "bg"]


def asked(text: str) -> list[str]:
    """The questions that the mild person with these other answers is asked."""
    return Story().answers(calm(text))


def without(*questions: str) -> list[str]:
    return [question for question in LONG_WAY if question not in questions]


# --- the order of 4.2 -------------------------------------------------------------------------------------------------


def test_the_long_way_asks_the_gates_first_and_then_everything_in_order() -> None:
    assert asked("") == LONG_WAY


def test_what_helps_is_not_asked_when_nothing_brings_it_on() -> None:
    assert asked("trigger=none") == without("relief")


def test_itch_alone_goes_the_short_way() -> None:
    assert asked("sym=itch where=calf") == ITCH


def test_itch_with_hives_asks_for_dizziness_too() -> None:
    assert asked("sym=itch where=calf look=hives") == [*ITCH, "extra"]
    story = Story()
    story.answers(calm("sym=itch where=calf look=hives extra=dizzy_stand"))
    assert story.episode.level == "L1"


def test_itch_at_the_toes_goes_the_long_way_because_a_nerve_may_itch_too() -> None:
    assert asked("sym=itch") == [*GATES, "sym", "look", "where", *without(*GATES, "sym", "look", "where")]


def test_itch_with_something_else_goes_the_long_way() -> None:
    assert asked("sym=itch+tingling where=calf") == LONG_WAY


@pytest.mark.parametrize(
    "flag",
    ["g_urgent=one_leg_swollen_hot", "g_urgent=red_fever", "g_urgent=foot_wound", "g_fluid_heat=overdrank_unwell",
    ],
)  # fmt: skip
def test_a_matter_of_today_asks_only_what_may_still_make_it_an_emergency(flag: str) -> None:
    assert asked(flag) == [*GATES, "sym", "side", "where", "look", "bg"]


def test_a_rock_hard_muscle_and_a_dropped_foot_ask_for_an_injury_too() -> None:
    assert asked("g_limb=rock_hard sym=pain_cramp") == [*GATES, "sym", "side", "injury", "where", "look", "bg"]
    assert asked("g_limb=foot_drop") == [*GATES, "sym", "side", "injury", "where", "look", "bg"]
    assert asked("g_limb=rock_hard sym=numb") == [*GATES, "sym"]
    assert asked("g_limb=foot_drop side=both") == [*GATES, "sym", "side"]
    assert asked("g_limb=foot_drop injury=blow_leg") == [*GATES, "sym", "side", "injury"]


@pytest.mark.parametrize(
    "emergency",
    [
        "where=buttock_back_leg side=both trigger=back_bend_sit dur=lt2w",
        "side=one where=wide sym=weak_heavy trend=first",
        "ease=still_new side=one look=pale_blue sym=numb trend=worse",
        "look=hives extra=dizzy_stand",
        "injury=ankle_twist where=calf sym=pain_cramp+numb trend=worse dur=today ease=never_clears",
    ],
)
def test_a_combination_that_is_an_emergency_is_found_in_somebody_to_be_seen_today(emergency: str) -> None:
    story = Story()
    story.answers(calm(f"g_urgent=red_fever {emergency}"))
    assert story.episode.level == "L1"


@pytest.mark.parametrize(
    ("gate", "options"),
    [
        ("g_life", "allergic_severe chest_breath_faint confused_fit stroke_signs not_sure"),
        ("g_spine", "saddle bladder_bowel both_legs_weak spreading_up not_sure"),
        ("g_limb", "pain_severe_rest cold_white rock_hard+foot_drop"),
        ("g_urgent", "dark_urine dark_urine+foot_wound"),
        ("g_fluid_heat", "overheated_not_better hypo_signs"),
    ],
)
def test_an_emergency_ends_the_questions_at_once(gate: str, options: str) -> None:
    for option in options.split():
        story = begun(calm(f"{gate}={option}"))
        assert story.episode.level == "L1"
        assert asked(f"{gate}={option}") == list(GATES[: GATES.index(gate) + 1])


def test_an_emergency_by_combination_ends_the_questions_as_soon_as_it_is_certain() -> None:
    assert asked("side=one where=wide sym=numb dur=today")[-1] == "dur"
    assert asked("where=buttock_back_leg side=both trigger=back_bend_sit dur=today")[-1] == "trigger"


def test_what_is_certain_at_a_calm_level_does_not_end_the_questions() -> None:
    assert asked("bg=clot_risk where=calf sym=pain_cramp ease=days") == LONG_WAY


# --- the lines of the last list ---------------------------------------------------------------------------------------


def lines(text: str) -> set[str]:
    story = Story()
    given = calm(text)
    while story.episode.question != "extra":
        story.answer(*sorted(given[story.episode.question or ""]))
    return set(story.shown)


ALWAYS = {"fatigue", "none"}
FOOT = {"bone_spot", "foot_slaps"}
CONSTANT = {"restless_evening", "hands_too", "unsteady", "tongue_memory", "electric_neck_vision"}
HOT = {"twitch_cramp", "thirsty_dark_yellow", "dizzy_stand", "drank_lots"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("where=calf", ALWAYS),
        ("where=shin", ALWAYS | FOOT),
        ("where=toes_ball", ALWAYS | FOOT),
        ("where=outer_thigh", ALWAYS | {"one_sided_weak_hip"}),
        ("where=buttock_back_leg", ALWAYS | {"one_sided_weak_hip"}),
        ("where=calf side=both", ALWAYS | CONSTANT),
        ("where=calf when=rest_too", ALWAYS | CONSTANT),
        ("where=calf ease=never_clears", ALWAYS | CONSTANT),
        ("where=calf when=late", ALWAYS | HOT),
        ("where=calf when=after", ALWAYS | HOT),
        ("where=calf trigger=long_sweaty", ALWAYS | HOT),
        ("where=calf trigger=heat_hot", ALWAYS | HOT),
        ("where=calf look=hives sym=itch+burning", ALWAYS | {"dizzy_stand"}),
    ],
)
def test_the_last_list_shows_the_lines_that_fit(text: str, shown: set[str]) -> None:
    assert lines(text) == shown


def test_the_last_list_shows_eight_lines_and_none_of_these_and_the_telling_ones_first() -> None:
    shown = lines("where=toes_ball+buttock_back_leg side=both when=late trigger=heat_hot")
    assert len(shown) == 9
    assert {"unsteady", "electric_neck_vision", "foot_slaps", "bone_spot", "hands_too", "drank_lots", "none"} <= shown


def test_a_line_that_is_not_shown_cannot_be_ticked() -> None:
    story = Story()
    given = calm("where=calf")
    while story.episode.question != "extra":
        story.answer(*sorted(given[story.episode.question or ""]))
    before = story.episode
    assert story.press("+bone_spot").stale
    assert story.episode == before


# --- progress ---------------------------------------------------------------------------------------------------------


def possible_presses(story: Story) -> list[str]:
    question = PACK.questions[story.episode.question or ""]
    if not question.multiple:
        return [*(f"={option}" for option in story.shown), buttons.UNSURE]
    alone = [f"={option}" for option in question.alone]
    ticks = [f"{sign}{option}" for option in story.shown if option not in question.alone for sign in "+-"]
    return [*alone, *alone, *ticks, buttons.DONE, buttons.DONE, buttons.UNSURE]


@given(RANDOMS)
@WALKS
def test_the_total_never_grows_and_the_number_rises_by_one_with_each_answer(random: Random) -> None:
    story = Story()
    shown = flow.progress(PACK, story.episode)
    assert shown.number == 1
    while story.episode.state == "asking":
        before, trail = shown, story.episode.trail
        story.press(random.choice(possible_presses(story)))
        if story.episode.state == "asking":
            shown = flow.progress(PACK, story.episode)
            assert shown.total <= before.total
            assert shown.number == before.number + (story.episode.trail != trail)
            assert shown.number <= shown.total
    assert story.episode.level is not None


@given(RANDOMS)
@WALKS
def test_back_is_one_step_back_and_the_same_answers_lead_on_again(random: Random) -> None:
    story = Story()
    while story.episode.state == "asking":
        if story.episode.trail and random.random() < 0.3:
            number, last = flow.progress(PACK, story.episode).number, story.episode.trail[-1]
            story.press(buttons.BACK)
            assert story.episode.question == last
            assert last not in story.episode.answers
            assert flow.progress(PACK, story.episode).number == number - 1
        question = PACK.questions[story.episode.question or ""]
        options = [option for option in story.shown if option not in question.alone]
        story.answer(random.choice(sorted(question.alone) * 3 or options))
    assert set(story.episode.answers) <= set(flow_questions())


def flow_questions() -> list[str]:
    return [ask.question for ask in PACK.flow if ask.question]


def test_going_back_at_every_question_changes_nothing_in_the_end() -> None:
    given = calm("sym=tingling+burning trigger=shoes_laces+forefoot_pebble relief=shoe_off")
    straight, careful = begun(given), Story()
    while careful.episode.state == "asking":
        here = careful.episode.question or ""
        if careful.episode.trail:
            careful.press(buttons.BACK)
            careful.answer(*sorted(given[careful.episode.question or ""] - careful.episode.ticked) or ())
        assert careful.episode.question == here
        careful.answer(*sorted(given[here]))
    assert careful.episode.answers == straight.episode.answers
    assert careful.outcome == straight.outcome


# --- Back, Not sure, ticks --------------------------------------------------------------------------------------------


def at(question: str, text: str = "") -> Story:
    """The mild person at this question."""
    story, given = Story(), calm(text)
    while story.episode.question != question:
        story.answer(*sorted(given[story.episode.question or ""]))
    return story


def test_back_shows_the_ticks_as_they_were() -> None:
    story = at("where", "sym=tingling+burning")
    story.press(buttons.BACK)
    assert story.episode.question == "sym"
    assert story.episode.ticked == {"tingling", "burning"}


def test_back_to_none_of_these_shows_no_tick() -> None:
    story = at("g_spine")
    story.press(buttons.BACK)
    assert (story.episode.question, story.episode.ticked) == ("g_life", frozenset())


def test_back_at_the_first_question_is_a_toast() -> None:
    decision = Story().press(buttons.BACK)
    assert [(say.kind, say.where) for say in decision.says] == [("first_question", "toast")]


def test_a_changed_answer_on_the_way_back_opens_the_other_way() -> None:
    story = at("look", "sym=itch where=calf")
    story.press(buttons.BACK)
    story.press("+tingling")
    story.press(buttons.DONE)
    assert story.episode.question == "where"


def test_not_sure_at_a_gate_shows_an_example_first_and_counts_the_second_time() -> None:
    story = at("g_limb")
    decision = story.press(buttons.UNSURE)
    assert (story.episode.question, story.episode.helped) == ("g_limb", True)
    assert decision.says[0].values["helped"] is True
    story.press(buttons.UNSURE)
    assert story.episode.answers["g_limb"] == {"not_sure"}
    assert story.episode.level == "L1"


def test_after_the_example_a_gate_can_still_be_answered() -> None:
    story = at("g_life")
    story.press(buttons.UNSURE)
    story.answer("none")
    assert story.episode.answers["g_life"] == {"none"}


def test_not_sure_at_any_other_question_counts_at_once_and_is_never_less_urgent_than_the_mild_answer() -> None:
    for question in LONG_WAY[len(GATES) :]:
        story = begun(calm(f"{question}=not_sure"))
        assert story.episode.answers[question] == {"not_sure"}
        assert rank(story.episode.level) <= rank("L5")


def test_ticking_twice_is_ticking_once_and_unticking_twice_too() -> None:
    story = at("sym")
    story.press("+numb")
    once = story.episode
    assert story.press("+numb").says == ()
    assert story.episode == once
    story.press("-numb")
    story.press("-numb")
    assert story.episode.ticked == frozenset()
    assert story.episode.turn == once.turn


def test_a_fourth_tick_is_refused_with_a_toast() -> None:
    story = at("sym")
    for option in ("numb", "itch", "burning"):
        story.press(f"+{option}")
    decision = story.press("+tingling")
    assert [(say.kind, dict(say.values), say.where) for say in decision.says] == [("at_most", {"most": 3}, "toast")]
    assert story.episode.ticked == {"numb", "itch", "burning"}


def test_done_without_a_tick_is_a_toast() -> None:
    story = at("sym")
    assert [say.kind for say in story.press(buttons.DONE).says] == ["tick_first"]
    assert story.episode.question == "sym"


def test_none_of_these_wins_over_ticks() -> None:
    story = at("g_urgent")
    story.press("+foot_wound")
    story.press("=none")
    assert story.episode.answers["g_urgent"] == {"none"}


@pytest.mark.parametrize("option", ["=numb", "=tickle", "+none", "+nonsense", "-", "", "!nonsense", "=", "numb"])
def test_a_button_that_is_not_on_the_card_changes_nothing(option: str) -> None:
    story = at("g_urgent")
    before = story.episode
    assert story.press(option).stale
    assert story.episode == before


@pytest.mark.parametrize("option", ["=none", "+foot_drop", buttons.DONE, buttons.BACK, buttons.UNSURE, buttons.STOP])
def test_an_old_button_changes_nothing(option: str) -> None:
    story = at("g_urgent")
    before = story.episode
    decision = story.do(Pressed(before.turn - 1, option))
    assert decision.stale
    assert story.episode == before


def test_a_button_pressed_twice_answers_one_question() -> None:
    story = at("side")
    turn = story.episode.turn
    assert not story.do(Pressed(turn, "=one")).stale
    assert story.do(Pressed(turn, "=one")).stale
    assert story.episode.question == "when"


def test_starting_and_resuming_show_the_open_question_as_a_new_card() -> None:
    story = at("where")
    story.press("+calf")
    for event in (Started(), Resumed()):
        (say,) = story.do(event).says
        assert (say.kind, say.where, say.card) == ("question", "new", True)
        assert (say.values["question"], say.values["ticked"]) == ("where", ["calf"])


def test_leaving_with_nothing_certain_ends_the_check_without_advice() -> None:
    story = at("where")
    decision = story.do(Left())
    assert [say.kind for say in decision.says] == ["stopped"]
    assert (story.episode.state, story.episode.ended, story.episode.left_at) == ("closed", "stopped", "where")
    assert story.do(Resumed()).says[0].kind == "nothing_open"


@pytest.mark.parametrize(("red_flag", "level"), [("g_limb=foot_drop", "L2"), ("g_urgent=foot_wound", "L2")])
def test_leaving_after_a_red_flag_still_tells_what_it_means(red_flag: str, level: str) -> None:
    story = at("bg", red_flag)
    story.press(buttons.STOP)
    assert story.episode.level == level
    assert story.said[-1].kind == "outcome"
    assert story.agenda


# --- minors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "sym=itch where=calf trigger=new_to_run", "where=foot_top trigger=shoes_laces"])
def test_somebody_under_16_is_not_asked_the_age_and_is_sent_to_a_visit_at_least(text: str) -> None:
    story = Story(minor=True)
    questions = story.answers(calm(text))
    assert "age" not in questions
    assert story.episode.answers["age"] == {"u16"}
    assert rank(story.episode.level) <= rank("L4")
    assert story.outcome["minor"] is True
    assert story.outcome["may_ice"] is False


def test_an_adult_with_the_same_answers_is_looked_after_at_home() -> None:
    assert begun(CALM).episode.level == "L5"
    assert begun(CALM).outcome["minor"] is False


@given(st.sampled_from(LONG_WAY[len(GATES) :]), st.data())
@WALKS
def test_every_answer_that_a_card_offers_is_accepted(question: str, data: st.DataObject) -> None:
    story = at(question)
    option = data.draw(st.sampled_from(story.shown))
    story.answer(option)
    assert story.episode.answers[question] == {option}


# --- one decision -----------------------------------------------------------------------------------------------------


def test_within_one_decision_the_same_place_is_looked_at_once_and_then_forgotten() -> None:
    here = start(PACK, "Europe/London")
    with deciding():
        looked, there = flow.ahead(PACK, here), replace(here, answers={"sym": frozenset({"itch"})})
        assert flow.ahead(PACK, here) is looked
        assert flow.ahead(PACK, there).answers == there.answers
    assert flow.ahead(PACK, here) is not looked
