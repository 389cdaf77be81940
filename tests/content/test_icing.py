"""Icing rounds as 4.7 and 4.8 have them: asked before, checked before each round, taken off in time, ended when odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import buttons
from content.hours import Hours, is_quiet
from tests.content.shipped import CALM, PACK, WALKS, calm
from tests.content.story import NOON, Story, begun

HOURLY, GENTLE = "!rhythm:hourly", "!rhythm:gentle"
MINUTE = timedelta(minutes=1)
TICKS = [option for option in PACK.questions["i_safety"].option_ids if option != "none"]
SAME = "status=same score=5 changed=none numb_between=no"


def kinds(story: Story) -> list[str]:
    """What the newest decision says; texts and toasts by their ids."""
    return [str(say.values.get("id", say.kind)) for say in story.decision.says]


def cleared(story: Story | None = None) -> Story:
    """Somebody mild who has asked for ice and answered the safety question with none of these."""
    story = story or begun(CALM)
    story.press(buttons.ICE)
    story.answer("none")
    return story


def icing(rhythm: str = HOURLY, *, now: datetime = NOON) -> Story:
    """Somebody at the skin check of the first round."""
    story = cleared(begun(CALM, now=now))
    story.press(rhythm)
    return story


def minutes(story: Story) -> dict[str, float]:
    """What is planned for the icing, in minutes from now."""
    return {
        key: (each.due_at - story.now) / MINUTE for key, each in story.agenda.items() if key.startswith("ice/")
    }  # fmt: skip


def iced_round(story: Story, number: int) -> None:
    """This round from its message to its end, all as it should be."""
    if number > 1:
        story.due(f"ice/{number}")
    story.press(f"!skin:{number}:ok")
    story.due(f"ice/{number}/off")
    story.press(f"!off:{number}")


# --- behind the safety question ---------------------------------------------------------------------------------------


def test_the_safety_question_is_asked_before_any_ice_whatever_is_known() -> None:
    story = begun(CALM)
    story.press(buttons.ICE)
    assert (story.episode.form, story.episode.question) == ("ice", "i_safety")
    assert story.decision.says[0].where == "new"
    story.answer("none")
    (say,) = story.decision.says
    assert say.kind == "ice_choose"
    assert "ice_damp_cloth" in str(say.values["how"])
    assert minutes(story) == {}


@pytest.mark.parametrize("tick", [*TICKS, "not_sure"])
def test_one_tick_or_not_sure_means_no_ice_and_something_else_instead(tick: str) -> None:
    story = begun(CALM)
    story.press(buttons.ICE)
    story.answer(tick)
    (say,) = story.decision.says
    assert say.kind == "ice_refused"
    assert {"rest_foot", "wide_shoe", "ask_podiatrist"} <= set(str(say.values["instead"]).split("'"))
    assert story.episode.icing is None
    story.press(HOURLY)
    assert (kinds(story), minutes(story)) == (["ice_past"], {})


@pytest.mark.parametrize("row", ["bg=diabetes", "sym=numb", "look=cold_foot", "bg=pregnant", "ease=never_clears"])
def test_somebody_whose_answers_forbid_ice_is_refused_without_being_asked(row: str) -> None:
    story = begun(calm(row))
    story.press(buttons.ICE)
    assert (kinds(story), story.episode.form) == (["ice_refused"], "")


def test_leaving_the_safety_question_gives_no_ice() -> None:
    story = begun(CALM)
    story.press(buttons.ICE)
    story.press(buttons.STOP)
    assert (kinds(story), story.episode.icing) == (["ice_left"], None)
    assert "FU-NEUROMA/D1" in story.agenda


@pytest.mark.parametrize(("text", "gentle"), [("", False), ("age=a60", True), ("age=not_sure", True)])
def test_the_gentle_rhythm_is_recommended_from_60_on(text: str, gentle: bool) -> None:
    story = cleared(begun(calm(text)))
    assert story.decision.says[0].values["gentle"] is gentle


# --- the rounds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "rounds"),
    [(HOURLY, {2: 60, 3: 120, 4: 180, 5: 240}), (GENTLE, {2: 150, 3: 300})],
)
def test_the_rounds_keep_their_rhythm_and_the_last_check_comes_30_minutes_after_the_last(
    rhythm: str, rounds: dict[int, int]
) -> None:
    story = icing(rhythm)
    assert kinds(story) == ["ice_begun", "ice_round"]
    planned = {f"ice/{number}": at for number, at in rounds.items()}
    assert minutes(story) == {**planned, "ice/1/lapse": 20, "ice/after_ice": max(rounds.values()) + 10 + 30}


def test_row_1_of_the_events_a_normal_skin_starts_ten_minutes() -> None:
    story = icing()
    story.due("ice/2")
    story.press("!skin:2:ok")
    (say,) = story.decision.says
    assert (say.kind, say.values["off_at"]) == ("ice_on", (story.now + 10 * MINUTE).isoformat())
    assert {key: at for key, at in minutes(story).items() if "/2" in key} == {"ice/2/off": 10, "ice/2/late": 15}
    assert all(story.agenda[f"ice/2/{each}"].urgent for each in ("off", "late"))


def test_the_ice_comes_off_at_ten_minutes_and_must_be_off_at_fifteen() -> None:
    story = icing()
    story.press("!skin:1:ok")
    story.due("ice/1/off")
    assert kinds(story) == ["ice_off"]
    story.due("ice/1/late")
    assert kinds(story) == ["ice_late"]
    story.press("!off:1")
    assert kinds(story) == ["ice_off_done"]


def test_ice_taken_off_is_not_called_for_again() -> None:
    story = icing()
    story.press("!skin:1:ok")
    story.due("ice/1/off")
    story.press("!off:1")
    assert not {"ice/1/late", "ice/1/off"} & set(story.agenda)
    story.press("!off:1")
    assert kinds(story) == ["ice_past"]


@pytest.mark.parametrize(("rhythm", "rounds"), [(HOURLY, 5), (GENTLE, 3)])
def test_a_whole_day_of_icing_ends_with_how_it_is_now(rhythm: str, rounds: int) -> None:
    story = icing(rhythm)
    for number in range(1, rounds + 1):
        iced_round(story, number)
    assert story.episode.icing is not None
    assert story.episode.icing.phase == "over"
    story.check("ice/after_ice", SAME)
    assert (story.verdicts, story.episode.level) == ({"ice/after_ice": "same"}, "L5")
    assert [key for key in story.agenda if key.startswith("ice/")] == []
    assert "FU-NEUROMA/D1" in story.agenda


def test_worse_after_the_last_round_is_one_level_more_urgent() -> None:
    story = icing()
    story.check("ice/after_ice", "status=worse score=8 changed=none")
    assert story.episode.level == "L4"
    assert story.episode.icing is None


def test_a_cold_or_numb_skin_skips_the_round_and_is_not_caught_up() -> None:
    story = icing()
    story.press("!skin:1:cold")
    assert kinds(story) == ["ice_skip"]
    assert "ice/1/lapse" not in story.agenda
    assert minutes(story)["ice/2"] == 60
    story.press("!skin:1:ok")
    assert kinds(story) == ["ice_past"]


def test_two_skips_end_the_icing_for_today() -> None:
    story = icing()
    story.press("!skin:1:cold")
    iced_round(story, 2)
    story.due("ice/3")
    story.press("!skin:3:cold")
    assert kinds(story) == ["ice_end_today"]
    assert minutes(story) == {}
    assert "FU-NEUROMA/D1" in story.agenda


def test_a_round_without_a_tap_lapses_after_20_minutes_and_two_pause_the_plan() -> None:
    story = icing()
    story.due("ice/1/lapse")
    assert kinds(story) == []
    story.press("!skin:1:ok")
    assert kinds(story) == ["ice_past"]
    story.due("ice/2")
    assert minutes(story)["ice/2/lapse"] == 20
    story.due("ice/2/lapse")
    assert kinds(story) == ["ice_paused"]
    assert not {key for key in story.agenda if key.startswith("ice/") and key != "ice/after_ice"}


@pytest.mark.parametrize("day", [1, 5])
def test_a_paused_plan_is_checked_the_next_day_as_its_text_promises(day: int) -> None:
    story = icing()
    story.press(buttons.ICE_STOP)
    story.now += timedelta(days=day)
    story.agenda = {key: each for key, each in story.agenda.items() if each.due_at > story.now}
    cleared(story).press(GENTLE)
    for number in (1, 2):
        if number > 1:
            story.due(f"ice/{number}")
        story.due(f"ice/{number}/lapse")
    assert kinds(story) == ["ice_paused"]
    assert any(each.due_at <= story.now + timedelta(hours=26) for each in story.agenda.values())


def test_a_round_after_a_lapse_and_a_good_one_goes_on() -> None:
    story = icing()
    story.due("ice/1/lapse")
    iced_round(story, 2)
    story.due("ice/3")
    assert kinds(story) == ["ice_round"]


def test_stop_ends_the_icing_and_leaves_the_check_ins() -> None:
    story = icing()
    story.press(buttons.ICE_STOP)
    assert kinds(story) == ["ice_stopped"]
    assert minutes(story) == {}
    assert "FU-NEUROMA/D3" in story.agenda


@pytest.mark.parametrize("number", [1, 3])
def test_white_hard_or_blistered_skin_ends_the_plan_and_is_a_matter_of_today(number: int) -> None:
    story = icing()
    if number > 1:
        story.due(f"ice/{number}")
    story.press(f"!skin:{number}:hurt")
    assert kinds(story) == ["check_closed", "ice_injury"]
    assert (story.episode.level, story.episode.plan) == ("L2", "FU-SEEN")
    assert sorted(story.agenda) == ["FU-SEEN/D2", "FU-SEEN/h3", "FU-SEEN/morning"]
    said = story.decision.says[1]
    assert said.urgent
    assert {"ice_injury_stop", "rewarm_gently"} <= set(str(said.values["steps"]).split("'"))
    story.press(buttons.ICE)
    assert kinds(story) == ["ice_refused"]


def test_the_buttons_of_another_round_are_only_old() -> None:
    story = icing()
    before = story.episode
    for option in ("!skin:2:ok", "!off:1", "!skin:1:odd", "!rhythm:gentle", "!skin:x:ok"):
        story.press(option)
    assert story.episode == before


def test_a_reminder_that_comes_too_late_says_nothing() -> None:
    story = icing()
    story.press("!skin:1:ok")
    decision = story.due("ice/1/off", late=timedelta(minutes=16))
    assert decision.says == ()
    assert story.due("ice/2", late=timedelta(minutes=21)).says == ()


# --- the night, and the next days -------------------------------------------------------------------------------------


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "rounds"), [(12, 5), (18, 4), (19, 3), (20, 2), (21, 1), (23, 1)])
def test_no_round_rings_at_night(hour: int, rounds: int) -> None:
    story = icing(now=at(hour))
    assert story.episode.icing is not None
    assert story.episode.icing.rounds == rounds
    planned = [key for key in minutes(story) if key.removeprefix("ice/").isdigit()]
    assert len(planned) == rounds - 1


def test_the_choice_says_how_many_rounds_are_left_today() -> None:
    story = cleared(begun(CALM, now=at(20)))
    assert story.decision.says[0].values["rhythms"] == [{"id": "hourly", "rounds": 2}, {"id": "gentle", "rounds": 1}]


@given(st.integers(0, 24 * 60 - 1), st.sampled_from([HOURLY, GENTLE]))
@WALKS
def test_whatever_the_hour_only_what_takes_the_ice_off_may_ring_at_night(minute: int, rhythm: str) -> None:
    story = icing(rhythm, now=at(0) + minute * MINUTE)
    story.press("!skin:1:ok")
    for key, each in story.agenda.items():
        assert each.urgent or not is_quiet(each.due_at, Hours("Europe/London")), key


def test_there_is_one_hourly_day_and_enough_ice_for_today() -> None:
    story = icing()
    for number in range(1, 6):
        iced_round(story, number)
    story.press(buttons.ICE)
    assert kinds(story) == ["ice_enough"]
    story.now += timedelta(days=1)
    cleared(story)
    assert rhythms(story) == ["gentle"]


def rhythms(story: Story) -> list[object]:
    """The rhythms on offer."""
    found = story.decision.says[0].values["rhythms"]
    assert isinstance(found, list)
    return [each["id"] for each in found if isinstance(each, dict)]


def test_asking_twice_on_the_second_day_does_not_bring_the_hourly_rhythm_back() -> None:
    story = icing()
    story.press(buttons.ICE_STOP)
    story.now += timedelta(days=1)
    cleared(story)
    cleared(story)
    assert rhythms(story) == ["gentle"]
    story.press(HOURLY)
    assert story.episode.icing is not None
    assert (story.episode.icing.phase, story.episode.icing.days) == ("choosing", 2)


def test_asking_twice_on_the_first_day_still_offers_both() -> None:
    story = cleared(cleared())
    assert rhythms(story) == ["hourly", "gentle"]
    story.press(HOURLY)
    assert kinds(story) == ["ice_begun", "ice_round"]


def test_a_rhythm_chosen_the_next_day_needs_the_safety_question_again() -> None:
    story = cleared()
    story.now += timedelta(days=1)
    story.press(HOURLY)
    assert kinds(story) == ["ice_past"]


def test_rounds_under_way_are_not_begun_twice() -> None:
    story = icing()
    story.press(buttons.ICE)
    assert kinds(story) == ["ice_running"]


def test_after_fourteen_days_there_is_no_more_ice() -> None:
    story = icing()
    story.press(buttons.ICE_STOP)
    for _ in range(13):
        story.now += timedelta(days=1)
        cleared(story).press(GENTLE)
        assert kinds(story) == ["ice_begun", "ice_round"]
        story.press(buttons.ICE_STOP)
    story.now += timedelta(days=1)
    story.press(buttons.ICE)
    assert kinds(story) == ["ice_enough"]


def test_somebody_with_ice_on_the_skin_is_told_to_take_it_off_when_all_reminders_end() -> None:
    story = icing()
    story.press("!skin:1:ok")
    story.agenda = {key: each for key, each in story.agenda.items() if not key.startswith("ice/1")}
    story.check("D1", "status=worse score=9 changed=none numb_between=no")
    assert story.episode.level == "L4"
    assert kinds(story)[-1] == "ice_stopped"
