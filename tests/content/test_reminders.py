"""What a person does with what is planned: put off, moved, cancelled, brought back, held by a pause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from content import moving, putting_off
from content.episode import Dropped, Event, Held, Moved, Restored
from storage import episodes
from tests.content.shipped import CALM, PACK, calm
from tests.content.story import Story, begun

DAY = timedelta(days=1)
D = {day: f"FU-NEUROMA/D{day}" for day in (1, 3, 7, 14, 28)}
REST = "seen=not_yet numb_between=no"
SAME = f"status=same score=5 changed=none {REST}"
BETTER = f"status=better score=2 changed=none {REST}"
WORSE = f"status=worse score=8 changed=none {REST}"
CALLED = calm("g_life=chest_breath_faint")
TODAY = calm("g_urgent=foot_wound")


def open_at(hour: int, minute: int = 0) -> Story:
    """A neuroma's first check-in, found open at this time of its day (in London, in winter)."""
    story = begun(CALM)
    story.due(D[1])
    story.now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
    return story


def offered(story: Story) -> list[str]:
    return list(putting_off.choices(PACK, story.episode, story.now))


def may_move(story: Story, key: str) -> list[str]:
    return list(moving.choices(PACK, story.episode, story.agenda[key], story.now))


# --- later ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (12, 0, ["15", "60", "tonight", "morning"]),
        (19, 0, ["15", "60", "tonight", "morning"]),
        (19, 1, ["15", "60", "morning"]),
        (20, 30, ["15", "60", "morning"]),
        (21, 30, ["15", "morning"]),
        (23, 0, ["morning"]),
    ],
)
def test_later_offers_four_moments_and_none_that_is_over_or_at_night(
    hour: int, minute: int, expected: list[str]
) -> None:
    assert offered(open_at(hour, minute)) == expected


def test_tonight_is_eight_o_clock_and_the_morning_is_the_next() -> None:
    story = open_at(12)
    found = putting_off.choices(PACK, story.episode, story.now)
    assert (found["tonight"].hour, found["tonight"].day) == (20, 24)
    assert (found["morning"].hour, found["morning"].day) == (8, 25)


def test_where_an_emergency_was_told_later_is_a_quarter_of_an_hour_at_any_time() -> None:
    story = begun(CALLED)
    story.due("FU-CALLED/m10")
    story.now = story.now.replace(hour=23)
    assert offered(story) == ["15"]
    story.press("!later:15")
    assert story.agenda["FU-CALLED/m10/later"].urgent


def test_where_hours_count_later_is_an_hour_at_most() -> None:
    story = begun(TODAY)
    assert story.episode.level == "L2"
    story.due("FU-SEEN/h3")
    assert offered(story) == ["15", "60"]
    assert story.press("!later").says[0].values["hurries"]


def test_a_time_that_is_no_longer_offered_shows_the_choice_again_and_plans_nothing() -> None:
    story = open_at(20, 30)
    before = story.agenda
    assert [say.kind for say in story.press("!later:tonight").says] == ["later_menu"]
    assert story.agenda == before


def test_answering_after_all_takes_the_putting_off_back() -> None:
    story = open_at(12)
    story.press("!later:60")
    story.press("!later:now")
    assert f"{D[1]}/later" not in story.agenda
    assert f"{D[1]}/again" in story.agenda


# --- moved ------------------------------------------------------------------------------------------------------------


def test_a_check_in_moves_a_day_later_and_back_but_never_before_its_own_time() -> None:
    story = begun(CALM)
    own = story.agenda[D[7]].due_at
    assert may_move(story, D[7]) == ["evening", "day"]
    story.do(Moved(story.agenda[D[7]], "day"))
    assert story.agenda[D[7]].due_at == own + DAY
    story.do(Moved(story.agenda[D[7]], "earlier"))
    assert story.agenda[D[7]].due_at == own
    assert "earlier" not in may_move(story, D[7])


def test_it_never_moves_to_the_day_of_the_next_one_or_past_the_time_it_may_wait() -> None:
    story = begun(CALM)
    for key in D.values():
        own, window = story.agenda[key].due_at, story.agenda[key].expires_at - story.agenda[key].due_at
        while "day" in may_move(story, key):
            story.do(Moved(story.agenda[key], "day"))
        assert DAY <= story.agenda[key].due_at - own <= window
    days = [each.due_at.date() for each in story.agenda.values()]
    assert len(set(days)) == len(days)


def test_a_moved_check_in_is_asked_at_its_new_time_and_the_others_keep_theirs() -> None:
    story = begun(CALM)
    story.do(Moved(story.agenda[D[1]], "day"))
    story.check("D1", BETTER)
    assert story.said[-1].values["next"] == story.agenda[D[3]].due_at.isoformat()
    assert D[1] not in story.agenda


@pytest.mark.parametrize("given", [CALLED, TODAY])
def test_what_must_not_wait_keeps_its_time(given: dict[str, frozenset[str]]) -> None:
    story = begun(given)
    urgent = [key for key, each in story.agenda.items() if each.urgent]
    assert urgent
    for key in urgent:
        assert may_move(story, key) == []
        before = story.agenda[key]
        assert story.do(Moved(before, "day")).says[0].where == "toast"
        assert story.agenda[key] == before


# --- cancelled, and brought back --------------------------------------------------------------------------------------


def test_cancelling_the_deadline_says_whom_to_see_anyway() -> None:
    story = begun(CALM)
    assert story.do(Dropped(story.agenda[D[7]])).says[0].values["whom"] == []
    told = story.do(Dropped(story.agenda[D[14]])).says[0]
    assert (told.kind, bool(told.values["whom"])) == ("follow_up_dropped", True)


def test_with_the_deadline_and_what_follows_cancelled_the_one_before_decides() -> None:
    story = begun(CALM)
    for day in (14, 28):
        story.do(Dropped(story.agenda[D[day]]))
    story.check("D7", SAME)
    assert story.episode.level == "L4"


def test_with_nothing_left_the_episode_ends_and_one_tap_brings_it_back() -> None:
    story = begun(CALM)
    last = story.agenda[D[28]]
    for day in D:
        story.do(Dropped(story.agenda[D[day]]))
    assert (story.agenda, story.episode.ended) == ({}, "stopped")
    assert story.said[-1].values["whom"]
    story.do(Restored(last))
    assert (list(story.agenda), story.episode.state) == ([D[28]], "following")


def test_what_was_cancelled_is_not_promised_and_a_new_plan_knows_nothing_of_it() -> None:
    story = begun(CALM)
    dropped = story.agenda[D[3]]
    story.do(Dropped(dropped))
    story.check("D1", BETTER)
    assert story.said[-1].values["next"] == story.agenda[D[7]].due_at.isoformat()
    story.check("D7", WORSE)
    assert (story.episode.dropped, story.episode.moved) == ((), ())
    assert story.do(Restored(dropped)).says[0].kind == "followup_past"


# --- held by a pause --------------------------------------------------------------------------------------------------


def hold(story: Story, key: str, until: datetime) -> None:
    planned = story.agenda.pop(key)
    story.now = planned.due_at
    story.do(Held(planned, until))


def test_of_what_falls_due_in_a_pause_the_newest_waits_for_its_end() -> None:
    story = begun(CALM)
    until = story.now + 5 * DAY
    hold(story, D[1], until)
    hold(story, D[3], until)
    assert [key for key, each in story.agenda.items() if each.due_at == until] == [D[3]]
    assert D[1] not in story.agenda
    story.due(D[3])
    assert (story.episode.form, story.episode.held) == (D[3], None)


def test_silence_does_not_count_in_a_pause() -> None:
    story = begun(CALM)
    story.due(D[1])
    until = story.now + 10 * DAY
    hold(story, f"{D[1]}/again", until)
    assert story.episode.state == "following"
    hold(story, D[3], until)
    assert f"{D[1]}/again" not in story.agenda


@pytest.mark.parametrize("given", [CALLED, TODAY])
def test_while_a_doctor_is_needed_soon_a_pause_changes_nothing(given: dict[str, frozenset[str]]) -> None:
    story = begun(given)
    key = next(iter(story.agenda))
    hold(story, key, story.now + 5 * DAY)
    assert story.episode.form == key


def test_a_danger_ticked_and_not_sent_is_told_in_a_pause_too() -> None:
    story = begun(CALM)
    story.due(D[1])
    story.answer("yes")
    story.press("+chest_breath_faint")
    hold(story, f"{D[1]}/again", story.now + 5 * DAY)
    assert story.episode.level == "L1"


# --- as the tables keep it --------------------------------------------------------------------------------------------


def test_what_a_person_wished_comes_back_from_the_tables_as_it_was() -> None:
    story = begun(CALM)
    events: list[Event] = [Moved(story.agenda[D[7]], "day"), Dropped(story.agenda[D[3]], 7)]
    events += [Restored(story.agenda[D[3]]), Held(story.agenda[D[1]], story.now)]
    for event in events[:2]:
        story.do(event)
    assert episodes.read(episodes.write(story.episode)) == story.episode
    for event in events:
        assert episodes.read_event(episodes.write_event(event)) == event
